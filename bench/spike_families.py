"""Families of series unlike those the detector was tuned on: how it does on each, beside elastalert's spike rule tuned
to the same number of false alarms.

Every family has its own way of being usual; its bursts are of a size that a reader of the counts would call one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from bench.burst_series import (
    BEGIN,
    DAYS,
    HOURS,
    WEEK,
    Result,
    Series,
    apart,
    best_elastalert,
    cells,
    judged,
    ours,
    plant,
)
from console.probes.spikes import Row, judge
from monitor.hours import DAY, HOUR
from monitor.seasonal import Floats

EACH = 20  # series of a family
SPAN = DAYS * 24
Random = np.random.Generator
Make = Callable[[Random, float], Floats]


@dataclass(frozen=True, slots=True)
class Family:
    """`usual` gives the posts of every hour without bursts, for a level of so many posts a day; `levels` are those of
    its first and its last series."""

    name: str
    levels: tuple[float, float]
    usual: Make
    excused: tuple[tuple[int, int], ...] = ()

    def series(self, seed: int) -> list[Series]:
        random = np.random.default_rng(seed)
        levels = np.geomspace(*self.levels, EACH)
        return [self._one(random, float(level)) for level in levels]

    def _one(self, random: Random, level: float) -> Series:
        counts = self.usual(random, level)
        firsts = [first for first in apart(random) if not self._within(first)]
        return Series(counts, tuple(_burst(random, counts, first, level) for first in firsts), level, self.excused)

    def _within(self, first: int) -> bool:
        return any(begin - 48 <= first <= end for begin, end in self.excused)


def _burst(random: Random, counts: Floats, first: int, level: float) -> tuple[int, int]:
    """Eight to forty posts, and as many more as come in six to twenty-four usual hours of the series."""
    return plant(random, counts, first, (8 + level / 4, 40 + level))


def poisson(random: Random, level: float, shape: Floats, factor: Floats | float = 1.0) -> Floats:
    """`shape`: by the cells of the week, mean 1 on working days; `factor` by the hour."""
    return random.poisson(level / 24 * shape[cells()] * factor).astype(float)


FLAT = np.ones(48)
STRONG = np.concatenate((HOURS / HOURS.mean(), 0.1 * HOURS / HOURS.mean()))
NIGHTS = np.concatenate((np.where((np.arange(24) >= 7) & (np.arange(24) < 23), 1.5, 0.0),) * 2)
OFFICE = np.concatenate((np.where((np.arange(24) >= 9) & (np.arange(24) < 18), 24 / 9, 0.0), np.zeros(24)))
OUTINGS = np.concatenate((HOURS / HOURS.mean(), 3 * HOURS / HOURS.mean()))
AT = np.arange(SPAN)
SHIFT = 70 * 24


def overdispersed(random: Random, level: float) -> Floats:
    """Each hour negative-binomial with dispersion 1, each day as much again."""
    daily = np.repeat(random.gamma(2, 1 / 2, DAYS), 24)
    return random.poisson(level / 24 * WEEK[cells()] * daily * random.gamma(1, 1, SPAN)).astype(float)


def zero_inflated(random: Random, level: float) -> Floats:
    """Two days in three nothing at all."""
    return poisson(random, level, WEEK, np.repeat(3.0 * (random.random(DAYS) < 1 / 3), 24))


def clustered(random: Random, level: float) -> Floats:
    """Posts come in threads: each draws two more within the hours after."""
    first = poisson(random, level / 3, WEEK)
    for hour in np.nonzero(first)[0]:
        for later in random.exponential(2, random.poisson(2 * first[hour])).astype(int):
            first[min(hour + later, SPAN - 1)] += 1
    return first


def giant(random: Random, level: float) -> Floats:
    counts = poisson(random, level, WEEK)
    counts[40 * 24] += 5000
    return counts


def steady(random: Random, level: float) -> Floats:
    """As many in every hour, or one every so many hours."""
    return np.diff(np.floor(np.arange(SPAN + 1) * level / 24 + random.random()))


FAMILIES = (
    Family("low, hours of the day, weekends weaker", (0.3, 10), lambda r, x: poisson(r, x, WEEK)),
    Family("no season at all", (0.3, 10), lambda r, x: poisson(r, x, FLAT)),
    Family("weekends and holidays nearly empty", (1, 30), lambda r, x: poisson(r, x, STRONG)),
    Family("weekends and holidays three times as many", (1, 30), lambda r, x: poisson(r, x, OUTINGS)),
    Family("nothing at night", (1, 30), lambda r, x: poisson(r, x, NIGHTS)),
    Family("office hours only", (1, 30), lambda r, x: poisson(r, x, OFFICE)),
    Family("medium", (20, 200), lambda r, x: poisson(r, x, WEEK, np.repeat(r.gamma(10, 0.1, DAYS), 24))),
    Family("large", (1000, 20000), lambda r, x: poisson(r, x, WEEK, np.repeat(r.gamma(50, 0.02, DAYS), 24))),
    Family("heavy tails", (1, 30), overdispersed),
    Family("days of silence", (1, 30), zero_inflated),
    Family("threads", (1, 10), clustered),
    Family("three times as many from the 70th day on", (1, 30),
           lambda r, x: poisson(r, x, WEEK, np.where(AT < SHIFT, 1.0, 3.0)), ((SHIFT, SHIFT + 72),)),
    Family("a third from the 70th day on", (3, 90), lambda r, x: poisson(r, x, WEEK, np.where(AT < SHIFT, 1.0, 1 / 3))),
    Family("growing fourfold", (1, 30), lambda r, x: poisson(r, x, WEEK, 4.0 ** (AT / SPAN))),
    Family("begins on the 60th day", (1, 30), lambda r, x: poisson(r, x, WEEK, np.where(AT < 60 * 24, 0.0, 1.0)),
           ((60 * 24, 61 * 24), (0, 60 * 24 - 1))),
    Family("the same in every hour", (2, 240), steady),
    Family("one hour of 5,000 on the 40th day", (1, 30), giant, ((40 * 24, 42 * 24),)),
)  # fmt: skip


def two_close(seed: int) -> list[Series]:
    """Bursts in pairs, the second a day and a half after the first began."""
    random = np.random.default_rng(seed)
    made = []
    for level in np.geomspace(0.3, 10, EACH):
        counts = poisson(random, float(level), WEEK)
        pairs = [(first, first + 36) for first in apart(random) if first + 100 < SPAN]
        bursts = [_short(counts, first, 8 + int(level)) for pair in pairs for first in pair]
        made.append(Series(counts, tuple(bursts), float(level)))
    return made


def _short(counts: Floats, first: int, size: int) -> tuple[int, int]:
    """Over in three hours."""
    for n in range(size):
        counts[first + n * 3 // size] += 1
    return first, first + 2


def table(seed: int = 20260101) -> str:
    """Markdown."""
    lines = [
        f"{EACH} series of {DAYS} days a family, 4 bursts in each; elastalert's rule with the settings that find most"
        " at no more false alarms.",
        "",
        "| series | posts a day | false alarms a series a month | recall | median delay | elastalert recall |",
        "|---|---|---|---|---|---|",
    ]
    for number, family in enumerate(FAMILIES):
        series = family.series(seed + number)
        lines.append(_row(family.name, family.levels, series, judged(series, ours(series))))
    pairs = two_close(seed)
    lines.append(_row("two bursts a day and a half apart", (0.3, 10), pairs, judged(pairs, ours(pairs))))
    usual = FAMILIES[0].series(seed)
    lines.append(_row("every tenth hour missing (probe)", (0.3, 10), usual, judged(usual, _with_holes(usual))))
    busy = FAMILIES[6].series(seed)[::5]
    lines.append(_row("steps of 5 minutes (probe)", (20, 200), busy, judged(busy, _finer(busy))))
    lines.append(_row("steps of a day (probe)", (0.3, 10), usual, judged(usual, _daily(usual), grace=24), peer=False))
    return "\n".join(lines)


def _row(name: str, levels: tuple[float, float], series: Sequence[Series], mine: Result, *, peer: bool = True) -> str:
    theirs = best_elastalert(series, mine.false_a_month)[1] if peer else None
    told = "–" if theirs is None else f"{theirs.recall:.2f}"
    return (
        f"| {name} | {levels[0]:g} to {levels[1]:g} | {mine.false_a_month:.2f} | {mine.recall:.2f} | {mine.delay:g} h"
        f" | {told} |"
    )


def _probed(rows: Sequence[Row]) -> list[int]:
    """Hours in which the probe tells an onset."""
    return [(row.at - BEGIN) // HOUR for row, told in zip(rows, judge(rows), strict=True) if told[3]]


def _row_at(at: timedelta, value: float) -> Row:
    return Row("", "", BEGIN + at, value, None)


def _with_holes(series: Sequence[Series]) -> list[list[int]]:
    random = np.random.default_rng(1)
    kept = [np.flatnonzero(random.random(SPAN) >= 0.1).tolist() for _ in series]
    return [
        _probed([_row_at(hour * HOUR, each.counts[hour]) for hour in hours])
        for each, hours in zip(series, kept, strict=True)
    ]


def _finer(series: Sequence[Series]) -> list[list[int]]:
    random = np.random.default_rng(2)
    step = HOUR / 12
    told = []
    for each in series:
        parts = random.multinomial(each.counts.astype(int), [1 / 12] * 12).ravel()
        told.append(_probed([_row_at(n * step, float(value)) for n, value in enumerate(parts)]))
    return told


def _daily(series: Sequence[Series]) -> list[list[int]]:
    """Told at the day's end."""
    return [
        [hour + 23 for hour in _probed([_row_at(n * DAY, float(sum(day))) for n, day in enumerate(_days(each))])]
        for each in series
    ]


def _days(each: Series) -> list[Floats]:
    return list(each.counts.reshape(DAYS, 24))
