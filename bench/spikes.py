"""Bursts: the detector on low-count series made here, beside elastalert's rule, and on NAB's real ones.

python -m bench.spikes
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median

import numpy as np

from archive.post import CHINA
from console.probes.spikes import judge, read
from monitor.hours import DAY, HOUR
from monitor.seasonal import Floats
from monitor.spikes import Subject, cell_of, evaluate_all

SHARED = Path(__file__).parents[2] / "shared"
SERIES, DAYS, PROBATION = 50, 120, 30
BURSTS_EACH = 4
LEVELS = (0.2, 5.0)  # posts a day
SIZES = (4, 40)  # posts of a burst
SPANS = (2, 24)  # hours of a burst
BEGIN = datetime(2026, 1, 1, tzinfo=CHINA)
MONTH = 30.4
ANSWERS = 0.15  # a post, within three hours
LONG = 36  # hours after a burst's end in which an alert is still of it


@dataclass(frozen=True, slots=True)
class Series:
    counts: Floats  # by hour from BEGIN
    bursts: tuple[tuple[int, int], ...]  # hours [first, last]
    per_day: float


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
    hours = DAYS * 24
    cells = [cell_of(BEGIN + hour * HOUR) for hour in range(hours)]
    shape = np.array([0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1.8, 2, 1.9, 1.6, 1.2, 1.4, 1.6, 1.7, 1.7, 1.4, 1.1, 1.3,
                      1.4, 1.2, 0.8, 0.4])  # fmt: skip
    season = np.concatenate((shape / shape.mean(), 0.6 * shape / shape.mean()))
    daily = np.repeat(random.gamma(5, 1 / 5, DAYS), 24)  # days differ: dispersion 0.2
    counts = random.poisson(per_day / 24 * season[cells] * daily).astype(float)
    for hour in np.nonzero(counts)[0]:  # what is said is sometimes answered within hours
        for later in random.integers(0, 4, random.poisson(ANSWERS * counts[hour])):
            counts[(int(hour) + int(later)) % hours] += 1
    bursts = []
    for first in _apart(random):
        size = round(float(np.exp(random.uniform(np.log(SIZES[0]), np.log(SIZES[1])))))
        span = int(random.integers(SPANS[0], SPANS[1] + 1))
        offsets = np.minimum(random.exponential(span / 3, size).astype(int), span)
        offsets -= offsets.min()
        np.add.at(counts, first + offsets, 1)
        bursts.append((first, first + int(offsets.max())))
    return Series(counts, tuple(bursts), per_day)


def _apart(random: np.random.Generator) -> list[int]:
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
    told = []
    for each in series:
        sums = np.concatenate(([0.0], np.cumsum(each.counts)))
        alerts: list[int] = []
        for hour in range(2 * hours, len(each.counts)):
            current = sums[hour + 1] - sums[hour + 1 - hours]
            before = sums[hour + 1 - hours] - sums[hour + 1 - 2 * hours]
            high = current >= least and current >= height * max(1.0, before)
            if high and (not alerts or hour - alerts[-1] >= 24):
                alerts.append(hour)
        told.append(alerts)
    return told


def judged(series: Sequence[Series], told: Sequence[Sequence[int]]) -> Result:
    false, delays, bursts = 0, [], 0
    for each, alerts in zip(series, told, strict=True):
        bursts += len(each.bursts)
        spans = [(first, last + LONG) for first, last in each.bursts]
        false += sum(not any(a <= hour <= b for a, b in spans) for hour in alerts if hour >= PROBATION * 24)
        for first, last in each.bursts:
            inside = [hour for hour in alerts if first <= hour <= last + 1]
            if inside:
                delays.append(inside[0] - first)
    months = len(series) * (DAYS - PROBATION) / MONTH
    return Result(false / months, len(delays) / bursts, median(delays) if delays else float("nan"))


def best_elastalert(series: Sequence[Series], rate: float) -> tuple[str, Result]:
    """The settings with the best recall among those with no more false alarms than `rate`."""
    tried = []
    for hours in (3, 6, 12, 24):
        for height in (2.0, 3.0, 4.0, 6.0, 8.0):
            for least in (3, 4, 5, 6, 8, 10):
                result = judged(series, elastalert(series, hours=hours, height=height, least=least))
                if result.false_a_month <= rate:
                    tried.append((result.recall, f"{hours} h, ×{height:g}, ≥ {least}", result))
    _, name, result = max(tried, key=lambda each: each[0])
    return name, result


def low_counts() -> str:
    series = suite()
    mine = judged(series, ours(series))
    name, theirs = best_elastalert(series, mine.false_a_month)
    rows = [("Minsheng", mine), (f"elastalert spike ({name})", theirs)]
    head = ["| rule | false alarms a series a month | recall | median delay |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *(f"| {who} | {r.false_a_month:.2f} | {r.recall:.3f} | {r.delay:g} h |" for who, r in rows)]
    )


def labelled() -> str:
    """What is found beside NAB's labelled windows."""
    folder = SHARED / "data" / "timelines"
    if not folder.is_dir():
        return "(../shared/data/timelines is absent: NAB's series were not looked at)"
    windows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    lines = ["| series | labelled window | found in it | score, explanation |", "|---|---|---|---|"]
    for name, spans in windows.items():
        with (folder / name).open(encoding="utf-8", newline="") as rows:
            told = [row for row in judge(list(read(rows, name))) if row[3]]
        short = name.removeprefix("Twitter_volume_").removesuffix(".csv")
        inside: set[str] = set()
        for begin, end in ((datetime.fromisoformat(at).replace(tzinfo=UTC) for at in span) for span in spans):
            found = [row for row in told if begin <= datetime.fromisoformat(row[0]).replace(tzinfo=UTC) <= end]
            inside.update(row[0] for row in found)
            first = f"{found[0][0]} | {float(found[0][2]):.1f}, {found[0][4]}" if found else "– | "
            lines.append(f"| {short} | {begin:%m-%d %H:%M} to {end:%m-%d %H:%M} | {first} |")
        outside = [row[0][5:16] for row in told if row[0] not in inside]
        lines.append(f"| {short} | outside | {len(outside)} | {', '.join(outside)} |")
    return "\n".join(lines)


def run() -> str:
    """Markdown."""
    return f"{low_counts()}\n\n{labelled()}\n"


if __name__ == "__main__":
    sys.stdout.write(run())
