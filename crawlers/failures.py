"""Why a request ended without a page, in Chinese."""

import zlib

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed

from crawlers.address_book import RefusedRequest
from crawlers.selectors import SelectorError
from crawlers.settings import MOST_BYTES, TIMEOUT_SECONDS

FETCH_ERRORS = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    ConnectError,
    ConnectionClosed,
    OSError,  # a broken gzip stream among them
    EOFError,
    zlib.error,
    ValueError,  # an address that cannot be asked for
)


class Failure(Exception):  # noqa: N818 - an outcome, not a bug
    """A request that gave no page, or a page that gave no post. `passing`: it may go better later.

    Raised by Fetcher.page and by what reads pages; the walk records it and goes on.
    """

    def __init__(self, code: str, reason: str, passing: bool = False, status: int = 0) -> None:
        super().__init__(reason)
        self.code, self.reason, self.passing, self.status = code, reason, passing, status


def explain(error: BaseException) -> Failure:
    """Which failure an exception of FETCH_ERRORS, or any other, is."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, SelectorError):
        return Failure("selector", str(error))
    if isinstance(error, RefusedRequest):
        return Failure(error.code, error.reason, passing=error.code == "robots_unread")
    if isinstance(error, IgnoreRequest):
        if "redirections" in str(error):
            return Failure("redirects", "一再跳转，没有到头")
        return Failure("too_large", f"解压后超过 {MOST_BYTES >> 20} MB，已放弃")
    for kinds, code, reason, passing in (
        (DownloadTimeoutError, "timeout", f"{TIMEOUT_SECONDS} 秒内没有读完", True),
        (DownloadCancelledError, "too_large", f"超过 {MOST_BYTES >> 20} MB，已放弃", False),
        (CannotResolveHostError, "dns", "域名解析不到地址", True),
        (DownloadConnectionRefusedError, "refused", "连接被拒绝", True),
        ((DownloadFailedError, ResponseDataLossError, ConnectError, ConnectionClosed), "reset", "连接中断", True),
        (UnsupportedURLSchemeError, "address", "不是 http 或 https 地址", False),
        ((OSError, EOFError, zlib.error), "encoding", "压缩的内容解不开", False),
        (ValueError, "address", "网址不合规范", False),
        (RecursionError, "deep", "页面嵌套过深", False),
    ):
        if isinstance(error, kinds):
            return Failure(code, reason, passing)
    return Failure("internal", f"处理时出错（{type(error).__name__}），请把此页报告给开发者")


def by_status(status: int) -> Failure | None:
    """The failure an HTTP status means; None for a page."""
    if 200 <= status < 300 or status == 304:
        return None
    if status in {404, 410}:
        return Failure("missing", f"页面不存在（{status}）", passing=status == 404, status=status)
    if status in {401, 403, 407}:
        return Failure("forbidden", f"网站不让看（{status}）", passing=True, status=status)
    if 300 <= status < 400:
        return Failure("redirects", f"跳转不完整（{status}）", status=status)
    return Failure("error", f"网站出错（{status}）", passing=status >= 500 or status in {408, 429}, status=status)
