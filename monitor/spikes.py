"""Where a count series begins to burst: readings, onsets and the rule that keeps them few.

Everything here can be rebuilt from the counts: evaluating in one go gives what evaluating in chunks does, as long as
(after, last_onset, last_tier) are carried along.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from archive.post import CHINA
from monitor.gaps import Presence
from monitor.hours import DAY, HOUR, full_hour
from monitor.seasonal import FLAT, HOURS, LEAST_EXPECTED, Baseline, Floats
from monitor.tail import log10_tail
from monitor.workdays import rest_day

WINDOWS = (1, 3, 6, 12, 24)  # hours
TIERS = (3, 4, 6)
# Posts a day above which only the highest tier counts: "about 200" (FACTS.md). At 300 the smallest of the five NAB
# series (250 a day) is still judged by all tiers, which is worth 10 points of the score.
BUSY = 300.0
LEAST_OBSERVED = 3
SILENCE = DAY
FIRST_DAY = DAY
# A count that lies less than so many deviations above what is expected is by no law so rare as the lowest tier asks.
LEAST_DEVIATIONS = 2.0
SETTLED = 8 * DAY  # from the start; what was high all the while is usual by then
HISTORY = timedelta(days=120)
EVENT_DISPERSION = 0.3
_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA)
_MONTH = timedelta(days=30)  # a step of the grid on which histories start


@dataclass(frozen=True, slots=True)
class Reading:
    """The most surprising window that ends with a step. `score` is −log10 of its probability."""

    score: float = 0.0
    window: timedelta = HOUR
    observed: int = 0
    expected: float = 0.0


@dataclass(frozen=True, slots=True)
class Onset:
    """A burst begins, or within its silence rises to a higher tier (`rise`). `hour` is the hour's beginning."""

    hour: datetime
    tier: int
    score: float
    window_hours: int
    observed: int
    expected: float
    rise: bool = False

    @property
    def until(self) -> datetime:
        """The end of the window, and of the hour."""
        return self.hour + HOUR


@dataclass(frozen=True, slots=True)
class Subject:
    """One hourly series to evaluate, the arguments of `evaluate` by name. `presence`: of the hours from `start` on;
    `lowest`: the lowest tier that counts of it, however few posts it has."""

    counts: Mapping[datetime, int]
    start: datetime
    after: datetime | None
    mean_per_day: float
    last_onset: datetime | None = None
    last_tier: int = 0
    suppress_first_day: bool = True
    presence: Presence | None = None
    lowest: int = TIERS[0]


class Detector:
    """Steps through series of one fixed step side by side. Windows longer than a day are left out; where the step is
    longer than an hour, a window is at least a step."""

    def __init__(self, step: timedelta, mean_per_day: Sequence[float], shared: Floats = FLAT) -> None:
        fitting = sorted({max(1, timedelta(hours=hours) // step) for hours in WINDOWS})
        self.windows = tuple(step * steps for steps in fitting)
        self._series = len(mean_per_day)
        self._baseline = Baseline(np.array(mean_per_day, float), DAY / step, tuple(fitting), shared)

    @property
    def per_day(self) -> Floats:
        """What is usual for each series now, in posts a day: what was expected of the longest window."""
        value: Floats = self._baseline.usual_longest * (DAY / self.windows[-1])
        return value

    def step(
        self,
        counts: Sequence[float] | Floats,
        cells: int | Sequence[int],
        *,
        read: NDArray[np.bool_] | None = None,
        part: Floats | None = None,
        learn: Floats | None = None,
    ) -> list[Reading]:
        """Take the counts of one step, one a series, and learn from them. `cells` are those of `cell_of`, `part` and
        `learn` as in Baseline.step. `read`: which series are scored, and these only as far as it takes to know the
        scores of the lowest tier and above; the others read as nothing. None: all are, with every score."""
        at: NDArray[np.intp] = np.broadcast_to(np.asarray(cells, np.intp), (self._series,))
        usual = self._baseline.step(np.asarray(counts, float), at, part, learn)
        readings = [Reading()] * self._series
        if read is not None and not read.any():
            return readings
        expected = np.maximum(usual.expected, LEAST_EXPECTED)
        worth = (usual.observed >= LEAST_OBSERVED) & (usual.observed > expected)
        if read is not None:
            deviation = np.sqrt(expected + usual.dispersion * expected**2)
            worth &= read & (usual.observed > expected + LEAST_DEVIATIONS * deviation)
        for window, series in zip(*np.nonzero(worth), strict=True):
            observed, usually = round(float(usual.observed[window, series])), float(expected[window, series])
            score = log10_tail(observed, usually, float(usual.dispersion[window, series]))
            if score > readings[series].score:
                readings[series] = Reading(score, self.windows[window], observed, usually)
        return readings


class Raiser:
    """Which readings are told: the onset, then silence for a day but for a rise to a higher tier.

    A burst stays above the lowest tier long after it is over (the 24 h window remembers it), so that a new onset
    needs an hour below since the last one.
    """

    def __init__(self, last_onset: datetime | None = None, last_tier: int = 0) -> None:
        self.last_onset, self.last_tier = last_onset, last_tier
        self._calm = last_onset is None

    def tell(self, at: datetime, score: float, lowest: int, *, past: bool = False) -> tuple[int, bool]:
        """(tier to tell at `at` or 0, whether it is a rise). Tiers under `lowest` do not count.
        `past`: the hour was judged before, or is of the suppressed first day; it is only remembered."""
        if self.last_onset is not None and at <= self.last_onset:
            return 0, False
        tier = max((tier for tier in TIERS if lowest <= tier <= score), default=0)
        if tier == 0:
            self._calm = True
        elif past and self.last_onset is None:
            self._calm = False  # the first day's burst: its echo is no onset either
        silent = self.last_onset is not None and at - self.last_onset < SILENCE
        new = self._calm and not silent
        if past or tier == 0 or not (new or tier > self.last_tier):
            return 0, False
        self.last_onset, self.last_tier, self._calm = at, tier, False
        return tier, not new

    @property
    def ready(self) -> bool:
        """Whether there was calm since the last onset: what comes before the next hour to judge changes nothing."""
        return self._calm and self.last_onset is not None

    def settle(self) -> None:
        """Where nothing was ever told, take what came so far for calm."""
        self._calm = self._calm or self.last_onset is None


def cell_of(at: datetime, rest: bool | None = None) -> int:
    """The profile's cell of a local time: its hour, 24 more on a rest day (China's calendar unless told)."""
    return at.hour + HOURS * (rest_day(at.date()) if rest is None else rest)


def lowest_tier(per_day: float) -> int:
    return TIERS[-1] if per_day > BUSY else TIERS[0]


def history_start(at: datetime, began: datetime) -> datetime:
    """From where on counts are needed to evaluate the hours after `at`: 90 to 120 days before, never before `began`.

    It moves only every 30 days, so that a round and a later rebuild learn from the same hours.
    """
    earliest = at - HISTORY
    steps = -((_EPOCH - earliest) // _MONTH)
    return max(began, _EPOCH + steps * _MONTH)


def explain(window: timedelta, observed: int, expected: float) -> str:
    """最近 6 小时 42 条，通常 5 条"""
    minutes = round(window / timedelta(minutes=1))
    span = f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"
    return f"最近 {span} {observed} 条，通常 {_rounded(expected)} 条"


def _rounded(count: float) -> str:
    if count >= 10:
        return str(round(count))
    return f"{max(1, math.floor(count * 10 + 0.5)) / 10:g}"


def evaluate(
    counts: Mapping[datetime, int],
    *,
    start: datetime,
    now: datetime,
    after: datetime | None,
    mean_per_day: float,
    last_onset: datetime | None = None,
    last_tier: int = 0,
    suppress_first_day: bool = True,
    shared: Floats = FLAT,
) -> list[Onset]:
    """The onsets in full hours that ended after `after` (None: all since `start`) and by `now`, oldest first.

    An hour is judged once, when it is over: `after` is the `now` of the evaluation before. `counts` by full hour from
    `start` on (see `history_start`), hours of zero left out. `mean_per_day` is the mean of the tenant's subjects.
    """
    subject = Subject(counts, start, after, mean_per_day, last_onset, last_tier, suppress_first_day)
    return evaluate_all([subject], now=now, shared=shared)[0]


def evaluate_all(subjects: Sequence[Subject], *, now: datetime, shared: Floats = FLAT) -> list[list[Onset]]:
    """`evaluate` for many subjects, those with one start side by side; results in their order."""
    found: list[list[Onset]] = [[] for _ in subjects]
    for start in {subject.start for subject in subjects}:
        rows = [row for row, subject in enumerate(subjects) if subject.start == start]
        for row, onsets in zip(rows, _together([subjects[row] for row in rows], start, now, shared), strict=True):
            found[row] = onsets
    return found


def _together(subjects: Sequence[Subject], start: datetime, now: datetime, shared: Floats) -> list[list[Onset]]:
    detector = Detector(HOUR, [subject.mean_per_day for subject in subjects], shared)
    raisers = [Raiser(subject.last_onset, subject.last_tier) for subject in subjects]
    found: list[list[Onset]] = [[] for _ in subjects]
    first = full_hour(start)
    hours = max(0, (now - first) // HOUR)
    table = np.array([row_of(subject.counts, first, hours) for subject in subjects]).reshape(len(subjects), hours)
    part, learn = _present(subjects, hours)
    openings = [_opening(subject, first) for subject in subjects]
    seen_from = [_remembered(*pair, first) for pair in zip(subjects, openings, strict=True)]
    opening, wanted = (np.array([(at - first) // HOUR for at in each], int) for each in (openings, seen_from))
    local = first.astimezone(CHINA)
    for index in range(hours):
        hour = first + index * HOUR
        per_day, read = detector.per_day, wanted <= index
        readings = detector.step(
            table[:, index],
            cell_of(local + index * HOUR),
            read=read,
            part=None if part is None else part[:, index],
            learn=None if learn is None else learn[:, index],
        )
        if hour == first + SETTLED:
            for raiser in raisers:
                raiser.settle()
        for row in np.flatnonzero(read).tolist():
            past = bool(index < opening[row])
            lowest = max(subjects[row].lowest, lowest_tier(per_day[row]))
            tier, rise = raisers[row].tell(hour, readings[row].score, lowest, past=past)
            if tier:
                found[row].append(_onset(hour, tier, readings[row], rise))
            elif past and raisers[row].ready:
                wanted[row] = opening[row]
    return found


def _opening(subject: Subject, first: datetime) -> datetime:
    """The first hour that may be told."""
    opening = first + FIRST_DAY if subject.suppress_first_day else first
    return opening if subject.after is None else max(opening, full_hour(subject.after))


def _remembered(subject: Subject, opening: datetime, first: datetime) -> datetime:
    """From which hour on the raiser must see readings to know whether it was calm before `opening`."""
    if subject.last_onset is not None:
        return min(opening, subject.last_onset + HOUR)
    return opening if opening > first + SETTLED else first


def _present(subjects: Sequence[Subject], hours: int) -> tuple[Floats | None, Floats | None]:
    """`part` and `learn` of Baseline.step by series and hour; None where nothing is missing of any."""
    if all(subject.presence is None for subject in subjects):
        return None, None
    given = [subject.presence or Presence(np.ones(hours), np.ones(hours)) for subject in subjects]
    return np.array([each.part[:hours] for each in given]), np.array([each.learn[:hours] for each in given])


def row_of(counts: Mapping[datetime, int], first: datetime, hours: int) -> Floats:
    """The counts of the `hours` from `first` on."""
    row = np.zeros(hours)
    grid = _grid(first.astimezone(UTC), hours)  # as the archive gives them: two zones are slow to compare
    inside = [(index, count) for hour, count in counts.items() if (index := grid.get(hour)) is not None]
    if inside:
        places, values = zip(*inside, strict=True)
        row[list(places)] = values
    return row


@lru_cache(maxsize=4)
def _grid(first: datetime, hours: int) -> dict[datetime, int]:
    """The place of every hour: looking it up is a tenth of the work of reckoning it, for hundreds of subjects."""
    return {first + n * HOUR: n for n in range(hours)}


def _onset(hour: datetime, tier: int, reading: Reading, rise: bool) -> Onset:
    window = round(reading.window / HOUR)
    return Onset(hour, tier, reading.score, window, reading.observed, reading.expected, rise)


def evaluate_event(
    spoken: Sequence[tuple[datetime, str]],
    *,
    now: datetime,
    after: datetime | None,
    last_onset: datetime | None = None,
    last_tier: int = 0,
) -> list[Onset]:
    """Onsets of one event in full hours that ended after `after` and by `now`: an event has no baseline of its own
    (E = 0.25 in every window) and nothing of its first day is suppressed.

    `spoken`: (counted_at, speaker) of its posts, doubles left out; a post without a speaker gives one of its own.
    Counted are distinct speakers.
    """
    inside = sorted((at, speaker) for at, speaker in spoken if at < now)
    raiser = Raiser(last_onset, last_tier)
    found = []
    for hour in _worth_reading(inside, now):
        reading = _event_reading(inside, hour + HOUR)
        tier, rise = raiser.tell(hour, reading.score, TIERS[0], past=after is not None and hour + HOUR <= after)
        if tier:
            found.append(_onset(hour, tier, reading, rise))
    return found


def _worth_reading(spoken: Sequence[tuple[datetime, str]], now: datetime) -> list[datetime]:
    """Full hours over by `now` in which a window may be high: those up to a day after a post, and one more, calm."""
    hours = {full_hour(at) + back * HOUR for at, _ in spoken for back in range(WINDOWS[-1] + 1)}
    return sorted(hour for hour in hours if hour + HOUR <= now)


def _event_reading(spoken: Sequence[tuple[datetime, str]], end: datetime) -> Reading:
    best = Reading()
    first, last = (bisect_left(spoken, (at, "")) for at in (end - WINDOWS[-1] * HOUR, end))
    day = spoken[first:last]
    for hours in WINDOWS:
        observed = len({speaker for at, speaker in day if at >= end - hours * HOUR})
        if observed < LEAST_OBSERVED:
            continue
        score = log10_tail(observed, LEAST_EXPECTED, EVENT_DISPERSION)
        if score > best.score:
            best = Reading(score, hours * HOUR, observed, LEAST_EXPECTED)
    return best
