"""登录, 退出, 修改密码."""

from ipaddress import ip_address

from django import forms
from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import user_of
from accounts.audit import record
from accounts.models import User
from console.pages.back import back_to
from console.pages.clock import now
from console.pages.methods import methods


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "登录名或密码不对。连续输错 8 次将锁定 15 分钟。",
        "inactive": "这个账号已停用，请联系管理员。",
    }


@login_not_required
@sensitive_post_parameters("password")
@methods("GET", "POST")
def login(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request, request.POST or None)
    if request.user.is_authenticated:
        return redirect(back_to(request))
    if request.method == "POST" and form.is_valid():
        log_in(request, form.get_user())
        record(
            now(request), user_of(request), "登录", "user", user_of(request).get_username(), address=address(request)
        )
        return redirect(back_to(request))
    status = 400 if form.is_bound else 200
    context = {"form": form, "next": back_to(request), "nobody": not User.objects.exists()}
    return render(request, "login.html", context, status=status)


@methods("POST")
def logout(request: HttpRequest) -> HttpResponse:
    record(now(request), user_of(request), "退出", "user", user_of(request).get_username(), address=address(request))
    log_out(request)
    return redirect("login")


@sensitive_post_parameters()
@methods("GET", "POST")
def password(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form: forms.Form = PasswordChangeForm(user, request.POST or None)
    if isinstance(form, PasswordChangeForm) and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        record(now(request), user, "修改密码", "user", user.get_username(), address=address(request))
        messages.success(request, "密码已修改。")
        return redirect("overview")
    return render(request, "password.html", {"form": form}, status=400 if form.is_bound else 200)


def admin_login(request: HttpRequest) -> HttpResponse:
    """The emergency admin has no login of its own; who is here has logged in and is not staff."""
    raise PermissionDenied("应急管理后台只供管理员使用。")


def address(request: HttpRequest) -> str | None:
    """Where the request came from, as the server saw it (a header could be made up). PostgreSQL keeps an address as
    one, so what is none (a socket's path, a zone behind %) must not reach it."""
    try:
        return str(ip_address(str(request.META.get("REMOTE_ADDR")).partition("%")[0]))
    except ValueError:
        return None
