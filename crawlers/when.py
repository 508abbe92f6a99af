"""Times as pages and interfaces write them, read against `now`, with how exactly they are known."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.post import CHINA, Precision

Moment = tuple[datetime | None, Precision]

UNKNOWN = (None, Precision.NONE)
SLACK = timedelta(days=1)  # a clock may be wrong; a time later than this is no time

_DATE = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})")
_SHORT = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*[-/月]\s*(?P<day>\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{2})(?:\s*[:：分]\s*(?P<second>\d{2}))?")
_EPOCH = re.compile(r"^\d{10}(\d{3})?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$")
_AGO = re.compile(r"(?P<number>\d+)\s*(?P<unit>秒|分钟|小时|天|日)前")
_UNITS = {"秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days", "日": "days"}
_DAYS = {"今天": 0, "昨天": 1, "前天": 2}


def read_time(text: str, now: datetime) -> Moment:
    """A time and its precision; midnight sharp is a placeholder (day); without an offset it is Asia/Shanghai.

    What cannot be read, and what lies more than a day in the future, is (None, none).
    """
    try:
        at, precision = _read(text.strip(), now)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN
    if at is None or at > now + SLACK or at.year < 1990:
        return UNKNOWN
    return at.astimezone(UTC), precision


def in_future(text: str, now: datetime) -> bool:
    """Whether `text` is a readable time that was refused for lying in the future."""
    try:
        at, _ = _read(text.strip(), now)
    except (ValueError, OverflowError, OSError):
        return False
    return at is not None and at > now + SLACK


def _read(text: str, now: datetime) -> Moment:
    if not text:
        return UNKNOWN
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC), Precision.MINUTE
    if found := _AGO.search(text):
        at = now - timedelta(**{_UNITS[found["unit"]]: int(found["number"])})
        return at, Precision.DAY if found["unit"] in "天日" else Precision.MINUTE
    if found := _COMPACT.match(text):
        parts = [int(part) for part in found.groups() if part is not None]
        return datetime(*parts, tzinfo=CHINA), Precision.MINUTE if len(parts) > 3 else Precision.DAY  # type: ignore[arg-type, misc]
    if text[:3].isalpha() and text[:3].isascii():
        return _sharp(parsedate_to_datetime(text))
    try:
        return _sharp(datetime.fromisoformat(text)) if len(text) > 10 else _numbers(text, now)
    except ValueError:
        return _numbers(text, now)


def _sharp(at: datetime) -> Moment:
    """Midnight sharp, where the text was written, stands for the day."""
    at = at if at.tzinfo else at.replace(tzinfo=CHINA)
    return at, Precision.MINUTE if (at.hour, at.minute, at.second) != (0, 0, 0) else Precision.DAY


def _numbers(text: str, now: datetime) -> Moment:
    today = now.astimezone(CHINA)
    if found := _DATE.search(text):
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=CHINA)
        rest = text[found.end() :]
    elif word := next((word for word in _DAYS if word in text), None):
        day = (today - timedelta(days=_DAYS[word])).replace(hour=0, minute=0, second=0, microsecond=0)
        rest = text
    elif found := _SHORT.search(text):
        day = datetime(today.year, int(found["month"]), int(found["day"]), tzinfo=CHINA)
        if day > today + SLACK:  # a list without years, read in January
            day = day.replace(year=today.year - 1)
        rest = text[found.end() :]
    else:
        return UNKNOWN
    if clock := _CLOCK.search(rest):
        at = day.replace(hour=int(clock["hour"]), minute=int(clock["minute"]), second=int(clock["second"] or 0))
        return _sharp(at)
    return day, Precision.DAY
