"""Times as Chinese pages write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from archive.post import CHINA, Precision

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=CHINA)

_DATE = (
    r"(?P<y>(?:19|20)\d\d)\s{0,3}[-/.年－／．]\s{0,3}(?P<m>\d{1,2})\s{0,3}[-/.月－／．]\s{0,3}(?P<d>\d{1,2})(?!\d{3})"
)
_CLOCK = r"(?P<half>上午|下午|晚上|中午|凌晨|AM|PM)?\s{0,3}(?P<H>\d{1,2})\s?(?:[:：]|时|点)\s?(?P<M>\d{2})(?!\d)"
_SECONDS = r"(?:\s?(?:[:：]|分)\s?(?P<S>\d{2})(?:\.\d{1,9})?\s?秒?)?\s?(?P<after>[AP]M\b)?"
_ZONE = r"(?P<zone>Z\b|[+-]\d\d:?\d\d\b)?"
_TIME = re.compile(
    rf"(?<![\d.]){_DATE}\s{{0,2}}日?[\s,，T|(（]{{0,6}}(?:星期.|周.)?[\s)）]{{0,3}}(?:{_CLOCK}{_SECONDS}{_ZONE})?", re.I
)
_COMPACT = re.compile(r"^\s*(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?:\s?T?(?P<H>[0-2]\d):?(?P<M>[0-5]\d))?")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})\s*$")
_LATE_HALF: Final = ("下午", "晚上", "pm")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time found: aware, in Asia/Shanghai, at midnight where only the day is known."""

    at: datetime
    precision: Precision

    @property
    def to_minute(self) -> bool:
        return self.precision is Precision.MINUTE

    def same_day(self, other: "Stamp") -> bool:
        return self.at.date() == other.at.date()


@dataclass(frozen=True, slots=True)
class Found:
    """A stamp in a text, with what stands before it (at most 14 characters, spaces removed) and its span."""

    stamp: Stamp
    before: str
    start: int
    end: int


def find_times(text: str) -> Iterator[Found]:
    """Every time in the text, in order. Impossible dates are passed over."""
    for match in _TIME.finditer(text[:20_000]):
        stamp = _stamp(match.groupdict())
        if stamp:
            before = re.sub(r"\s+", "", text[max(0, match.start() - 24) : match.start()])[-14:]
            yield Found(stamp, before, match.start(), match.end())


def read_time(text: str) -> Stamp | None:
    """The first time in the text: Chinese, ISO 8601, 20190907, or seconds or milliseconds since 1970."""
    if epoch := _EPOCH.match(text):
        seconds = int(epoch[1][:10])
        return Stamp(datetime.fromtimestamp(seconds, CHINA), Precision.MINUTE)
    found = next(find_times(text), None)
    if found:
        return found.stamp
    compact = _COMPACT.match(text)
    return _stamp(compact.groupdict()) if compact else None


def _stamp(part: dict[str, str | None]) -> Stamp | None:
    try:
        day = datetime(int(part["y"] or 0), int(part["m"] or 0), int(part["d"] or 0), tzinfo=CHINA)
    except ValueError:
        return None
    if part.get("H") is None:
        return Stamp(day, Precision.DAY)
    hour, minute = int(part["H"] or 0), int(part["M"] or 0)
    half = ((part.get("half") or part.get("after")) or "").lower()
    if half in _LATE_HALF and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return Stamp(day, Precision.DAY)
    at = day + timedelta(hours=hour, minutes=minute)
    zone = part.get("zone")
    if zone:
        at = at.replace(tzinfo=UTC) - _offset(zone)
    return Stamp(at.astimezone(CHINA), Precision.MINUTE)


def _offset(zone: str) -> timedelta:
    if zone in "Zz":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -shift if zone[0] == "-" else shift


def believable(stamp: Stamp, now: datetime | None) -> bool:
    """Not before 1990, and not later than a day after `now` (clocks of sites run ahead a little)."""
    return stamp.at >= EARLIEST and (now is None or stamp.at <= now + timedelta(days=1))


def placeholder(stamp: Stamp) -> bool:
    """00:00 is what a template writes when it knows the day only."""
    return stamp.to_minute and stamp.at.hour == 0 and stamp.at.minute == 0


def to_day(stamp: Stamp) -> Stamp:
    return Stamp(stamp.at.replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY)
