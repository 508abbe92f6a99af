"""Times as pages, feeds and interfaces write them, read against `now`, with how exactly they are known."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from archive.post import CHINA, Precision

Moment = tuple[datetime | None, Precision]

UNKNOWN = (None, Precision.NONE)
SLACK = timedelta(days=1)  # a clock may be wrong; a time later than this is no time

_DATE = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})")
_SHORT = re.compile(r"(?<!\d)(?P<month>\d{1,2})\s*[-/月]\s*(?P<day>\d{1,2})(?!\d)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_HAN_MONTHS = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
_NAME = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_HAN = r"(?P<han>\d\d?|[一二三四五六七八九十]{1,2})月"
_NAMED = (
    # Wed, 01 May 2024 (RFC 822, also with two digits of the year), and as Java writes it in Chinese: 周三, 01 5月 2024.
    re.compile(rf"(?<!\d)(?P<day>\d\d?)[\s-]+(?:{_NAME}|{_HAN})[\s.,-]+(?P<year>\d{{4}}|\d\d(?=\s))", re.I),
    # May 1, 2024, and Wed May 01 10:00:00 CST 2024.
    re.compile(rf"\b{_NAME}\.?\s+(?P<day>\d\d?)\b.{{0,40}}?\b(?P<year>(?:19|20)\d\d)\b", re.I),
)
_CLOCK = re.compile(
    r"(?<!\d)(?P<half>上午|下午|晚上|中午|凌晨)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{2})"
    r"(?:\s*[:分]\s*(?P<second>\d{2})(?:\.\d{1,9})?)?[秒分]?(?:\s?(?P<after>[AP]M)\b)?"
    r"(?:\s*(?P<zone>Z|UTC?|GMT|[CEMP][SD]T|HKT)(?![a-z]))?(?:\s*(?P<shift>[+-](?:\d|0\d|1[0-4])(?::?(?:00|30|45))?)(?![\d:]))?",
    re.I,
)
# CST is China's time here, not America's.
_AMERICAN = {"EDT": -4, "EST": -5, "CDT": -5, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_ZONES = {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "CST": 8, "HKT": 8, **_AMERICAN}
_EPOCH = re.compile(r"^\d{10}(\d{3})?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$")
_AGO = re.compile(r"(?<!\d)(?P<number>\d{1,4})\s*个?\s*(?P<unit>秒|分|小时|天|日)钟?[以之]?前")
_UNITS = {"秒": "seconds", "分": "minutes", "小时": "hours", "天": "days", "日": "days"}
_DAYS = {"今天": 0, "昨天": 1, "前天": 2}
_ELSEWHERE = timedelta(days=500)  # so far away that a date without its year falls into another


def read_time(text: str, now: datetime) -> Moment:
    """A time and its precision; midnight sharp is a placeholder (day); without an offset it is Asia/Shanghai.

    What cannot be read, and what lies more than a day in the future, is (None, none).
    """
    try:
        at, precision = _read(text, now)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN
    if at is None or at > now + SLACK or at.year < 1990:
        return UNKNOWN
    return at.astimezone(UTC), precision


def in_future(text: str, now: datetime) -> bool:
    """Whether `text` is a readable time that was refused for lying in the future."""
    try:
        at, _ = _read(text, now)
    except (ValueError, OverflowError, OSError):
        return False
    return at is not None and at > now + SLACK


def is_ago(text: str) -> bool:
    """Whether it counts back from when it was read (3小时前): it says another time at every crawl."""
    text = unicodedata.normalize("NFKC", text)
    return bool(_AGO.search(text)) and not _DATE.search(text)


def moves(text: str, now: datetime) -> bool:
    """Whether it says another time when it is read at another: 3小时前, 昨天 08:15, 02-28."""
    try:
        return _read(text, now) != _read(text, now - _ELSEWHERE)
    except (ValueError, OverflowError, OSError):
        return False


def _read(text: str, now: datetime) -> Moment:
    text = unicodedata.normalize("NFKC", text[:2000]).strip()
    if not text:
        return UNKNOWN
    if _EPOCH.match(text):
        return _sharp(datetime.fromtimestamp(int(text[:10]), UTC))
    if is_ago(text):
        return _ago(text, now)
    if found := _COMPACT.match(text):
        parts = [int(part) for part in found.groups() if part is not None]
        return _sharp(datetime(*parts, tzinfo=CHINA))  # type: ignore[arg-type, misc]
    if found := next((found for form in _NAMED if (found := form.search(text))), None):
        return _clocked(_named_day(found), text)
    try:
        return _sharp(datetime.fromisoformat(text)) if len(text) > 10 else _numbers(text, now)
    except ValueError:
        return _numbers(text, now)


def _sharp(at: datetime) -> Moment:
    """Midnight sharp, where the text was written or here, stands for the day: many turn it into UTC."""
    at = at if at.tzinfo else at.replace(tzinfo=CHINA)
    clocks = ((there.hour, there.minute, there.second) for there in (at, at.astimezone(CHINA)))
    return at, Precision.DAY if (0, 0, 0) in clocks else Precision.MINUTE


def _ago(text: str, now: datetime) -> Moment:
    found = _AGO.search(text)
    if found is None:
        return UNKNOWN
    at = now - timedelta(**{_UNITS[found["unit"]]: int(found["number"])})
    return (_midnight(at), Precision.DAY) if found["unit"] in "天日" else (at, Precision.MINUTE)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def _named_day(found: re.Match[str]) -> datetime:
    year = int(found["year"])
    if year < 100:
        year += 2000 if year < 69 else 1900
    han = found.groupdict().get("han")
    if han:
        month = int(han) if han.isdecimal() else _HAN_MONTHS.index(han) + 1
    else:
        month = _MONTHS.index(found["month"].lower()) + 1
    return datetime(year, month, int(found["day"]), tzinfo=CHINA)


def _numbers(text: str, now: datetime) -> Moment:
    if found := _DATE.search(text):
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=CHINA)
        return _clocked(day, text[found.end() :])
    if word := next((word for word in _DAYS if word in text), None):
        return _clocked(_midnight(now) - timedelta(days=_DAYS[word]), text)
    if found := _SHORT.search(text):
        return _clocked(_latest(int(found["month"]), int(found["day"]), now), text[found.end() :])
    return UNKNOWN


def _latest(month: int, day: int, now: datetime) -> datetime:
    """The last such day that is not yet to come: a list without years, read in January. Raises ValueError."""
    today = now.astimezone(CHINA)
    for year in range(today.year, today.year - 8, -1):  # back to a 29th of February
        try:
            at = datetime(year, month, day, tzinfo=CHINA)
        except ValueError:
            continue
        if at <= today + SLACK:
            return at
    raise ValueError(f"no such day: {month}-{day}")


def _clocked(day: datetime, rest: str) -> Moment:
    """The day at the time of day that `rest` gives, in the zone it names."""
    clock = _CLOCK.search(rest)
    if clock is None:
        return day, Precision.DAY
    hour, half = int(clock["hour"]), (clock["half"] or clock["after"] or "").upper()
    if half in {"下午", "晚上", "PM"} and hour < 12:
        hour += 12
    if half in {"凌晨", "AM"} and hour == 12:
        hour = 0
    if hour > 23 or int(clock["minute"]) > 59 or int(clock["second"] or 0) > 59:
        return day, Precision.DAY
    zone = _zone(clock["zone"], clock["shift"])
    return _sharp(day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0), tzinfo=zone))


def _zone(name: str | None, shift: str | None) -> tzinfo:
    """GMT, +0800, GMT+8; Asia/Shanghai where nothing is named. An offset of a digit needs a name before it."""
    digits = (shift or "")[1:].replace(":", "")
    if digits and (name or len(digits) == 4):
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        ahead = timedelta(hours=hours, minutes=minutes)
        return timezone(-ahead if shift and shift[0] == "-" else ahead)
    return timezone(timedelta(hours=_ZONES[name.upper()])) if name else CHINA
