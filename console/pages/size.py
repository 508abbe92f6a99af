"""大字: larger type, remembered in a cookie; works without script."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from console.pages.back import back_to
from console.pages.methods import methods

_YEAR = 365 * 24 * 3600


@login_not_required
@methods("POST")
def size(request: HttpRequest) -> HttpResponse:
    response = redirect(back_to(request))
    wanted = "large" if request.POST.get("size") == "large" else "normal"
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie("size", wanted, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response
