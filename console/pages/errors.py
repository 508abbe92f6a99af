"""Pages that say what went wrong, in Chinese, and where to go from there. They ask no database."""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from archive.store import ArchiveError

# status: (what happened, what to do)
_TEXTS = {
    400: ("这个请求看不懂", "地址或表单里有不合规则的内容，请返回重试。"),
    403: ("您没有做这件事的权限", "如工作需要，请联系管理员调整角色。"),
    404: ("没有这一页", "地址可能写错了，或内容已过留存期。"),
    405: ("这个地址不能这样打开", "请从页面上的链接或按钮进入。"),
    429: ("登录已暂时锁定", "密码连续输错次数过多，请 15 分钟后再试，或请管理员运行 minsheng user unlock 解除。"),
    500: ("系统出错了", "错误已记入日志。请稍后再试；反复出现时请告知管理员。"),
    503: ("信息库暂时打不开", "请稍后再试；反复出现时请告知管理员运行 minsheng doctor 检查。"),
}


def error_page(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    title, advice = _TEXTS[status]
    context = {
        "status": status,
        "title": title,
        "advice": advice,
        "detail": detail,
        "office": settings.OFFICE_NAME,
        "large": request.COOKIES.get("size") == "large",
    }
    return HttpResponse(render_to_string("error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled: a database server that is away is no defect of ours."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return error_page(request, 503 if away else 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, "页面已过期或不是从本系统提交的。请返回、刷新后再提交一次。")


def locked(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """django-axes calls this when a name has failed too often from one address."""
    return error_page(request, 429)


class ArchiveErrors:
    """Middleware: a page that cannot read the archive says so instead of breaking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return error_page(request, 503, str(exception)) if isinstance(exception, ArchiveError) else None
