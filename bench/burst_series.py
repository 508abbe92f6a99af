"""Series made here with bursts in them, who finds these, and elastalert's spike rule to find them too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median

import numpy as np

from archive.post import CHINA
from monitor.hours import DAY, HOUR
from monitor.seasonal import Floats
from monitor.spikes import Subject, cell_of, evaluate_all

SERIES, DAYS, PROBATION = 50, 120, 30
BURSTS_EACH = 4
LEVELS = (0.2, 5.0)  # posts a day
SIZES = (4, 40)  # posts of a burst
SPANS = (2, 24)  # hours of a burst
BEGIN = datetime(2026, 1, 1, tzinfo=CHINA)
MONTH = 30.4
TUNING = 10  # steps of bisection
ANSWERS = 0.15  # a post, within three hours
HOURS = np.array([0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1.8, 2, 1.9, 1.6, 1.2, 1.4, 1.6, 1.7, 1.7, 1.4, 1.1, 1.3,
                  1.4, 1.2, 0.8, 0.4])  # fmt: skip
WEEK = np.concatenate((HOURS / HOURS.mean(), 0.6 * HOURS / HOURS.mean()))  # a working day's hours, then a rest day's
LONG = 36  # hours after a burst's end in which an alert is still of it


@dataclass(frozen=True, slots=True)
class Series:
    """`excused`: hours in which an alert is neither right nor wrong (what was usual changes there)."""

    counts: Floats  # by hour from BEGIN
    bursts: tuple[tuple[int, int], ...]  # hours [first, last]
    per_day: float
    excused: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    false_a_month: float
    recall: float
    delay: float  # hours from a burst's first post, median of those found


def suite(seed: int = 20190801) -> list[Series]:
    """50 series of 120 days: 0.2 to 5 posts a day by the hours of a Chinese week, days that differ, posts that are
    answered, and 4 bursts in each."""
    random = np.random.default_rng(seed)
    levels = np.exp(np.linspace(np.log(LEVELS[0]), np.log(LEVELS[1]), SERIES))
    return [_series(random, float(level)) for level in levels]


def _series(random: np.random.Generator, per_day: float) -> Series:
    daily = np.repeat(random.gamma(5, 1 / 5, DAYS), 24)  # days differ: dispersion 0.2
    counts = answered(random, random.poisson(per_day / 24 * WEEK[cells()] * daily).astype(float))
    bursts = [plant(random, counts, first, SIZES) for first in apart(random)]
    return Series(counts, tuple(bursts), per_day)


def cells() -> list[int]:
    """Of every hour: its place in the week as the detector sees it."""
    return [cell_of(BEGIN + hour * HOUR) for hour in range(DAYS * 24)]


def answered(random: np.random.Generator, counts: Floats) -> Floats:
    """What is said is sometimes answered within hours."""
    for hour in np.nonzero(counts)[0]:
        for later in random.integers(0, 4, random.poisson(ANSWERS * counts[hour])):
            counts[(int(hour) + int(later)) % len(counts)] += 1
    return counts


def plant(random: np.random.Generator, counts: Floats, first: int, sizes: tuple[float, float]) -> tuple[int, int]:
    """A burst that begins at `first`, of so many posts over a random span; its first and last hour."""
    size = round(float(np.exp(random.uniform(np.log(sizes[0]), np.log(sizes[1])))))
    span = int(random.integers(SPANS[0], SPANS[1] + 1))
    offsets = np.minimum(random.exponential(span / 3, size).astype(int), span)
    offsets -= offsets.min()
    np.add.at(counts, first + offsets, 1)
    return first, first + int(offsets.max())


def apart(random: np.random.Generator) -> list[int]:
    """Hours after the probation at which bursts begin, at least four days from each other and from the end."""
    share = (DAYS - PROBATION) * 24 // BURSTS_EACH
    begins = [PROBATION * 24 + n * share + int(random.integers(0, share - 96)) for n in range(BURSTS_EACH)]
    return [min(begin, DAYS * 24 - 96) for begin in begins]


def ours(series: Sequence[Series]) -> list[list[int]]:
    """Alerts as hours, told at the hour's end."""
    mean_per_day = mean(each.per_day for each in series)
    now = BEGIN + DAYS * DAY
    subjects = [
        Subject(
            {BEGIN + int(h) * HOUR: int(each.counts[h]) for h in np.nonzero(each.counts)[0]}, BEGIN, None, mean_per_day
        )
        for each in series
    ]
    return [[(onset.hour - BEGIN) // HOUR for onset in onsets] for onsets in evaluate_all(subjects, now=now)]


def elastalert(series: Sequence[Series], *, hours: int, height: float, least: int) -> list[list[int]]:
    """ElastAlert's spike rule: the current window at least `height` times the one before and `least` posts, then the
    same silence as ours. A window before without posts counts as one post."""
    return [_spikes(each.counts, hours, height, least) for each in series]


def _spikes(counts: Floats, hours: int, height: float, least: int) -> list[int]:
    sums = np.concatenate(([0.0], np.cumsum(counts)))
    ends = np.arange(2 * hours, len(counts)) + 1
    current = sums[ends] - sums[ends - hours]
    before = sums[ends - hours] - sums[ends - 2 * hours]
    alerts: list[int] = []
    for hour in (ends[(current >= least) & (current >= height * np.maximum(1.0, before))] - 1).tolist():
        if not alerts or hour - alerts[-1] >= 24:
            alerts.append(hour)
    return alerts


def judged(series: Sequence[Series], told: Sequence[Sequence[int]], grace: int = 1) -> Result:
    """`grace`: hours after a burst's last post in which an alert still finds it."""
    false, delays, bursts = 0, [], 0
    for each, alerts in zip(series, told, strict=True):
        bursts += len(each.bursts)
        spans = [(first, last + LONG) for first, last in each.bursts] + list(each.excused)
        false += sum(not any(a <= hour <= b for a, b in spans) for hour in alerts if hour >= PROBATION * 24)
        for first, last in each.bursts:
            inside = [hour for hour in alerts if first <= hour <= last + grace]
            if inside:
                delays.append(inside[0] - first)
    months = len(series) * (DAYS - PROBATION) / MONTH
    found = len(delays) / bursts if bursts else float("nan")
    return Result(false / months, found, median(delays) if delays else float("nan"))


def best_elastalert(series: Sequence[Series], rate: float) -> tuple[str, Result]:
    """The settings with the best recall where its height is tuned, for each window and least number of posts, until it
    has as many false alarms as `rate` (the height is lowered as long as there are no more)."""
    tried = []
    for hours in (1, 2, 3, 6, 12, 24):
        for least in (3, 4, 5, 6, 8, 10, 15):
            height, result = _tuned(series, rate, hours, least)
            if result.false_a_month <= rate:
                tried.append((result.recall, f"{hours} h, ×{height:.2g}, ≥ {least}", result))
    _, name, result = max(tried, key=lambda each: each[0])
    return name, result


def _tuned(series: Sequence[Series], rate: float, hours: int, least: int) -> tuple[float, Result]:
    low, high = 1.0, 64.0
    best = judged(series, elastalert(series, hours=hours, height=high, least=least))
    for _ in range(TUNING):
        middle = (low * high) ** 0.5
        result = judged(series, elastalert(series, hours=hours, height=middle, least=least))
        if result.false_a_month <= rate:
            high, best = middle, result
        else:
            low = middle
    return high, best
