"""Which HTTP methods a page answers; any other gets 405 with a page that says so."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from console.pages.errors import error_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def methods(*allowed: str) -> Callable[[View[P]], View[P]]:
    """GET includes HEAD."""
    names = {*allowed, *(["HEAD"] if "GET" in allowed else [])}

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method in names:
                return view(request, *args, **kwargs)
            response = error_page(request, 405)
            response["Allow"] = ", ".join(sorted(names))
            return response

        return guarded

    return decorate
