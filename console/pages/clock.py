"""The one place where a page reads the clock; everything below is given `now`."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone

from archive.post import CHINA


def now(request: HttpRequest) -> datetime:
    """The time of this request, the same however often it is asked. MINSHENG_NOW stops the clock (replays, demo)."""
    at = getattr(request, "minsheng_now", None)
    if not isinstance(at, datetime):
        at = stopped(settings.NOW) or timezone.now()
        request.minsheng_now = at  # type: ignore[attr-defined]
    return at


def stopped(text: str) -> datetime | None:
    """The time at which the clock stands, None for a clock that runs; without an offset it is Asia/Shanghai."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"MINSHENG_NOW 应为 ISO 8601 时间，现为 {text!r}") from error
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
