"""The spans of days in which the reaction to a policy is looked at: around its release, its coming into force, and
three, six and twelve months on. Pure. Days are of Asia/Shanghai, both ends included."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from monitor.validity import Dates, months_after

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MONTHS = (0, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Span:
    """`last` may be still to come: then the span is `running`, or, where `first` is too, `ahead`."""

    key: str
    name: str
    first: date
    last: date
    today: date

    @property
    def running(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def ahead(self) -> bool:
        return self.first > self.today

    @property
    def days(self) -> int:
        """Those that have begun."""
        return max(0, (min(self.last, self.today) - self.first).days + 1)


def spans(dates: Dates, today: date) -> list[Span]:
    """What there is to look at by these dates; for a policy that nothing is known of, the last 7 and 30 days.

    The three spans of months do not overlap and together are the first year, so that their sums add up. They begin
    with the coming into force, or with the release where that is later or the only one known.
    """
    found: list[tuple[str, str, date, date]] = []
    if dates.consulted_until:
        first = dates.consulted_from or dates.consulted_until - 30 * DAY
        found.append(("consulted", "征求意见期间", first, dates.consulted_until))
    released, effective = dates.released_on, dates.effective_on
    if released and released <= today:
        found += _around("released", "发布", released)
        if effective and effective > released:
            found += _around("effective", "施行", effective)
        start = max(released, effective or released)
        word = "施行" if effective and effective > released else "发布"
        for before, until in pairwise(MONTHS):
            first, last = months_after(start, before), months_after(start, until) - DAY
            found.append((f"months{until}", f"{word}后第 {before + 1} 至 {until} 个月", first, last))
    else:
        found.append(("week", "最近 7 天", today - 6 * DAY, today))
        found.append(("month", "最近 30 天", today - 29 * DAY, today))
    return [Span(*each, today=today) for each in found]


def _around(key: str, word: str, day: date) -> list[tuple[str, str, date, date]]:
    return [
        (f"before_{key}", f"{word}前 7 天", day - WEEK, day - DAY),
        (f"after_{key}", f"{word}后 7 天", day, day + WEEK - DAY),
    ]


def since(dates: Dates, today: date) -> date:
    """The first day whose posts count in whole: the release, or the earliest day known before it."""
    if dates.released_on and dates.released_on <= today:
        return dates.released_on
    known = [day for day in (dates.consulted_from, dates.planned_on) if day and day <= today]
    return min(known, default=today - 29 * DAY)
