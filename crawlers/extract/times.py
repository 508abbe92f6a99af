"""Times as Chinese pages write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from archive.post import CHINA, Precision

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=CHINA)

# One character for one, so that positions in the folded text are positions in the text.
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_DATE = r"(?P<y>(?:19|20)\d\d)\s{0,3}[-/.年]\s{0,3}(?P<m>\d{1,2})\s{0,3}[-/.月]\s{0,3}(?P<d>\d{1,2})(?!\d{3})"
# 24-05-06 is a day only with a clock behind it or a label before it: alone it may be a room or a score.
_SHORT = r"(?P<yy>[0-4]\d)(?P<sign>[-/])(?P<mm>\d{1,2})(?P=sign)(?P<dd>\d{1,2})(?=\s{1,3}\d{1,2}:\d\d(?!\d))"
_LABELLED = r"(?:(?<=[间期]:)|(?<=[间期]:\s))(?P<ly>[0-4]\d)(?P<ls>[-/])(?P<lm>\d{1,2})(?P=ls)(?P<ld>\d{1,2})(?![\d/-])"
_HALVES = "上午|下午|早上|早晨|清晨|凌晨|中午|午后|傍晚|晚上|晚间|夜间|夜里|深夜|半夜|午夜|早|晨|晚|AM|PM"
_CLOCK = rf"(?P<half>{_HALVES})?\s{{0,3}}(?P<H>\d{{1,2}})\s?(?::|时|点)\s?(?P<M>\d{{2}})(?!\d)"
# \b does not hold between ASCII and Chinese: 11 PM来源, 11Z来源.
_WORD_END = "(?![A-Za-z0-9])"
_SECONDS = rf"(?:\s?(?::|分)\s?(?P<S>\d{{2}})(?:\.\d{{1,9}})?\s?秒?)?(?:\s{{0,2}}(?P<after>[AP]M{_WORD_END}))?"
# Behind a plain hour and minute it would be the end of opening hours: 08:00-12:00.
_ZONE = rf"(?P<zone>Z{_WORD_END}|\s?\+(?:0\d|1[0-4]):?[0-5]\d(?![\d:])|-(?:0\d|1[0-2]):?[0-5]\d(?![\d:]))?"
_TIME = re.compile(
    rf"(?<![\d.])(?:{_DATE}|{_LABELLED}|(?<![-/]){_SHORT})\s{{0,2}}日?"
    rf"(?P<gap>[\s,T|(]{{0,6}})(?:星期.|周.)?[\s)]{{0,3}}(?:{_CLOCK}{_SECONDS}{_ZONE})?",
    re.I,
)
_COMPACT = re.compile(r"^\s*(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?:\s?T?(?P<H>[0-2]\d):?(?P<M>[0-5]\d))?")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})\s*$")
_LATE: Final = ("下午", "午后", "傍晚", "pm")
_EARLY: Final = ("上午", "早上", "早晨", "清晨", "凌晨", "早", "晨", "am")
_NIGHT: Final = ("晚上", "晚间", "夜间", "夜里", "深夜", "半夜", "午夜", "晚")


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
    """A stamp in a text, with its span and what stands around it.

    `before`: at most 14 characters, spaces removed; `after`: at most 14.
    """

    stamp: Stamp
    before: str
    start: int
    end: int
    after: str = ""


def find_times(text: str) -> Iterator[Found]:
    """Every time in the text, in order. Impossible dates are passed over."""
    text = text[:20_000].translate(_HALF_WIDTH)
    for match in _TIME.finditer(text):
        stamp = _stamp(_parts(match))
        if stamp:
            before = re.sub(r"\s+", "", text[max(0, match.start() - 40) : match.start()])[-14:]
            yield Found(stamp, before, match.start(), match.end(), text[match.end() : match.end() + 14])


def read_time(text: str) -> Stamp | None:
    """The first time in the text: Chinese, ISO 8601, 20190907, or seconds or milliseconds since 1970."""
    text = text[:20_000].translate(_HALF_WIDTH)
    if epoch := _EPOCH.match(text):
        seconds = int(epoch[1][:10])
        return Stamp(datetime.fromtimestamp(seconds, CHINA), Precision.MINUTE)
    found = next(find_times(text), None)
    if found:
        return found.stamp
    compact = _COMPACT.match(text)
    return _stamp(compact.groupdict()) if compact else None


def _parts(match: re.Match[str]) -> dict[str, str | None]:
    """The groups with a year of four digits, and a zone only where the time is written as machines do."""
    part = match.groupdict()
    for year, month, day in (("yy", "mm", "dd"), ("ly", "lm", "ld")):
        if part[year]:
            part |= {"y": f"20{part[year]}", "m": part[month], "d": part[day]}
    if part["S"] is None and "t" not in (part["gap"] or "").lower():
        part["zone"] = None
    return part


def _stamp(part: dict[str, str | None]) -> Stamp | None:
    try:
        day = datetime(int(part["y"] or 0), int(part["m"] or 0), int(part["d"] or 0), tzinfo=CHINA)
    except ValueError:
        return None
    if part.get("H") is None:
        return Stamp(day, Precision.DAY)
    half = (part.get("half") or part.get("after") or "").lower()
    hour, minute = _of_day(int(part["H"] or 0), half), int(part["M"] or 0)
    if int(part["H"] or 0) > 23 or minute > 59:
        return Stamp(day, Precision.DAY)
    at = day + timedelta(hours=hour, minutes=minute)
    zone = part.get("zone")
    if zone:
        at = at.replace(tzinfo=UTC) - _offset(zone.strip())
    return Stamp(at.astimezone(CHINA), Precision.MINUTE)


def _of_day(hour: int, half: str) -> int:
    """The hour counted from the day's midnight; 24 and more is the next day's (晚上12:05, 深夜1:20)."""
    if half in _EARLY:
        return 0 if hour == 12 else hour
    if half in _NIGHT and (hour == 12 or 1 <= hour <= 4):
        return hour % 12 + 24
    afternoon = hour < 12 if half in _LATE else 1 <= hour < 12 if half in _NIGHT else half == "中午" and 1 <= hour <= 4
    return hour + 12 if afternoon else hour


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
