"""Bars a day as numbers for inline SVG (the content security policy forbids style attributes and scripts)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 600, 100
_MOST_DAYS = 92  # more bars than this are drawn a week each


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in units of the view box; `since` to `until` (both included) are its days."""

    x: float
    y: float
    width: float
    height: float
    count: int
    since: date
    until: date
    hot: bool


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    total: int
    most: int
    ticks: list[date]
    unit: str  # 每日 or 每周


def day_chart(days: Iterable[tuple[date, int]], first: date | None = None, last: date | None = None) -> Chart | None:
    """Bars from `first` to `last` (by default those of the data), days without posts included; None for no days.

    A year of days makes bars thinner than a pixel on a phone: beyond 92 days one bar is a week.
    """
    counts: dict[date, int] = {}
    for on, number in days:
        counts[on] = counts.get(on, 0) + number
    first, last = first or min(counts, default=None), last or max(counts, default=None)
    if first is None or last is None or last < first:
        return None
    step = 1 if (last - first).days < _MOST_DAYS else 7
    starts = [first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, step)]
    values = [sum(counts.get(start + timedelta(days=i), 0) for i in range(step)) for start in starts]
    most = max(values)
    # The two greatest stand out only where they are clearly above the rest.
    hot = 2 * sum(values) / len(values) if len(values) > 2 else most
    pitch = WIDTH / len(starts)
    bars = [
        Bar(
            x=round(index * pitch + pitch * 0.08, 2),
            y=round(HEIGHT - _height(value, most), 2),
            width=round(pitch * 0.84, 2),
            height=_height(value, most),
            count=value,
            since=start,
            until=min(last, start + timedelta(days=step - 1)),
            hot=value > hot,
        )
        for index, (start, value) in enumerate(zip(starts, values, strict=True))
    ]
    return Chart(bars, sum(values), most, _ticks(starts), "每日" if step == 1 else "每周")


def _height(value: int, most: int) -> float:
    """At least a line for one post, at most the whole height."""
    return round(max(2.0, HEIGHT * value / most), 2) if value else 0.0


def _ticks(starts: list[date]) -> list[date]:
    """At most four, evenly spread, the first and the last among them."""
    if len(starts) <= 4:
        return starts
    return [starts[round(i * (len(starts) - 1) / 3)] for i in range(4)]
