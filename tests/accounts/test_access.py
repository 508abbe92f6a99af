import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.access import needs
from accounts.models import Role, User


@needs(Role.OFFICER)
def act(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@pytest.mark.parametrize(
    ("user", "may", "why"),
    [
        (User(role=Role.READER), False, "a reader only reads"),
        (User(role=Role.OFFICER), True, "the role itself"),
        (User(role=Role.LEADER), True, "a higher role"),
        (User(role=Role.ADMIN), True, "the highest role"),
        (User(role=Role.READER, is_superuser=True), True, "a superuser may everything"),
        (User(role=Role.ADMIN, is_active=False), False, "an account out of use may nothing"),
        (AnonymousUser(), False, "nobody"),
    ],
)
def test_a_role_includes_those_below_it(user: User | AnonymousUser, may: bool, why: str) -> None:
    request = RequestFactory().post("/")
    request.user = user
    if may:
        assert act(request).content == b"done", why
    else:
        with pytest.raises(PermissionDenied):
            act(request)
