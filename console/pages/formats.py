"""How times, spans, counts and levels read on a page. Pure; what is relative is given `now`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from alerts.levels import look
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import CHINA, Precision
from monitor.models import Finding

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class LevelWords:
    """A level never goes by colour alone: numeral, word and colour's name together."""

    number: int
    text: str  # Ⅲ 较大 黄
    suggested: bool


def level_words(level: int, suggested: bool = False) -> LevelWords:
    seen = look(int(level))
    return LevelWords(seen.number, f"{seen.numeral} {seen.word} {seen.colour}", suggested)


def moment(at: datetime | None, now: datetime) -> str:
    """8月2日 07:02 in Asia/Shanghai; the year only where it is not this one; — for None."""
    if at is None:
        return "—"
    local = at.astimezone(CHINA)
    year = f"{local.year}年" if local.year != now.astimezone(CHINA).year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def day(on: date | datetime | str, now: datetime) -> str:
    """8月2日; the year only where it is not this one. A digest keeps its days as 2019-08-02; what is no day stays as
    it is."""
    if isinstance(on, str):
        try:
            on = date.fromisoformat(on)
        except ValueError:
            return str(on)
    on = on.astimezone(CHINA).date() if isinstance(on, datetime) else on
    year = f"{on.year}年" if on.year != now.astimezone(CHINA).year else ""
    return f"{year}{on.month}月{on.day}日"


def weekday(on: date | datetime) -> str:
    on = on.astimezone(CHINA).date() if isinstance(on, datetime) else on
    return f"星期{_WEEKDAYS[on.weekday()]}"


def published(at: datetime | None, precision: str, now: datetime) -> str:
    """As exactly as it is known: to the minute, to the day, or not."""
    if at is None or precision == Precision.NONE:
        return "时间不详"
    return day(at, now) if precision == Precision.DAY else moment(at, now)


def span(length: timedelta) -> str:
    """3 小时 42 分, 2 天 3 小时, 不到 1 分钟: the two greatest units, rounded down."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    if hours:
        return f"{hours} 小时" + (f" {rest} 分" if rest else "")
    return f"{rest} 分钟" if rest else "不到 1 分钟"


def count(number: float) -> str:
    """12,345; 0.3; 5 (no idle zeros); 不到 0.1 for a little that is not nothing."""
    if 0 < number < 0.05:
        return "不到 0.1"
    number = round(number, 1)
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def signed(number: float) -> str:
    return f"+{count(number)}" if number > 0 else count(number).replace("-", "−")


def kind_word(kind: str) -> str:
    return {str(key): word for key, word in KIND_NAMES.items()}.get(kind, kind)


def sentiment_word(label: str) -> str:
    return {str(key): word for key, word in POLARITY_NAMES.items()}.get(label, label)


def found_word(kind: str) -> str:
    return dict(Finding.Kind.choices).get(kind, kind)


def safe_url(url: object) -> str:
    """The address if a browser may open it (http, https with a host), else empty: never javascript: or data:."""
    if not isinstance(url, str):
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""


def day_in_china(at: datetime) -> date:
    return at.astimezone(CHINA).date()
