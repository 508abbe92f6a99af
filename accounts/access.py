"""Who may open a page: every page needs a login (LoginRequiredMiddleware), some need a role as well."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def user_of(request: HttpRequest) -> User:
    """The user of a page that needs a login. Raises PermissionDenied for anybody else."""
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied("请先登录。")


def needs(role: Role) -> Callable[[View[P]], View[P]]:
    """The view answers only users who have `role` or a higher one; others get 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not user_of(request).may(role):
                raise PermissionDenied(f"这一步需要“{role.label}”或更高的角色，您的账号没有。")
            return view(request, *args, **kwargs)

        return guarded

    return decorate
