"""Several at once on one PostgreSQL."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.people import add_user, set_active
from tests.monitor.city import NOW
from tests.together import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_the_last_two_administrators_each_put_out_of_use_by_the_other_one_stays() -> None:
    for name in ("zhou", "wu"):
        add_user(NOW, name, Role.ADMIN, "qingjiang-1101-x")

    def disable(name: str) -> str:
        try:
            set_active(NOW, name, False)
        except ValidationError as error:
            return str(error.messages[0])
        return ""

    told = together(lambda: disable("zhou"), lambda: disable("wu"))
    assert sorted(map(bool, told)) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1


def test_an_account_made_twice_at_once_is_made_once() -> None:
    def make() -> str:
        try:
            add_user(NOW, "zhou", Role.READER, "qingjiang-1101-x")
        except ValidationError as error:
            return str(error.messages[0])
        return ""

    assert sorted(map(bool, together(make, make, make))) == [False, True, True]
