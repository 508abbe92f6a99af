"""What is usual: level, daily profile and dispersion of many count series at once, learnt step by step.

The recipe and its constants are the best of twelve tried (FACTS.md, Spikes); docs/benchmarks.md has what they reach.
All arrays have one column a series, so that a round steps through all its subjects together.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE_LEVEL = 14.0  # days
HALF_LIFE_PROFILE = 28.0  # days
PRIOR_DAYS = 1.0  # the level's prior: so many days at the tenant's mean
PROFILE_WEIGHT = 10.0  # the shared profile's weight, in expected posts
# The weight is in squared expected posts: a series of a few posts a day stays near the prior, one of hundreds learns
# its own within days. On NAB 100,000 and 300,000 give 76.0, 30,000 or less up to six points less. FACTS.md has a prior
# of .2; with .3 the low-count suite of bench/spikes.py has a quarter fewer false alarms at the same recall.
PRIOR_DISPERSION = 0.3
DISPERSION_WEIGHT = 100_000.0
CAP_DEVIATIONS = 3.0
# Where few posts come, they come in clusters: a message draws others, whole days are empty. The variance is then some
# multiple of the mean, and that multiple is learnt of each window from so many posts (in a window of one step).
CLUSTER_WEIGHT = 60.0
LEAST_EXPECTED = 0.25  # in a window: less is no measurement
HOURS = 24
CELLS = 2 * HOURS  # hours of a working day, then of a rest day
FLAT: Floats = np.ones(CELLS)


@dataclass(frozen=True, slots=True)
class Usual:
    """One step against what was expected before it; all of shape (windows, series)."""

    observed: Floats
    expected: Floats
    dispersion: Floats


class Baseline:
    """`windows` in steps. `shared` is the tenant's profile over the cells, mean 1."""

    def __init__(
        self, mean_per_day: Floats, steps_per_day: float, windows: tuple[int, ...], shared: Floats = FLAT
    ) -> None:
        series = len(mean_per_day)
        self._columns = np.arange(series)
        self._prior_posts = mean_per_day * PRIOR_DAYS
        self._prior_steps = PRIOR_DAYS * steps_per_day
        # A window of a day is seen 24 times as often in steps of an hour as in steps of a day, and weighs so each time.
        self._evidence = max(1.0, HOURS / steps_per_day)
        self._posts, self._steps = np.zeros(series), np.zeros(series)
        self._keep_level = math.exp(-math.log(2) / (HALF_LIFE_LEVEL * steps_per_day))
        self._keep_profile = math.exp(-math.log(2) / (HALF_LIFE_PROFILE * steps_per_day))
        self._shared = shared[:, None]
        self._cell_posts, self._cell_usual = np.zeros((CELLS, series)), np.zeros((CELLS, series))
        self._windows = np.array(windows)
        self._length = max(windows) + 1
        self._sums = np.zeros((3, self._length, series))  # running sums of observed, capped and expected
        self._at = 0
        self.usual_longest = mean_per_day * max(windows) / steps_per_day  # expected in the longest window, to now
        self._excess, self._square = np.zeros((len(windows), series)), np.zeros((len(windows), series))
        self._cluster_weight = CLUSTER_WEIGHT * self._windows[:, None]
        self._clustered, self._seen = np.zeros((len(windows), series)), np.zeros((len(windows), series))

    @property
    def level(self) -> Floats:
        """Posts a step, season aside (what the profile's mean leaves of it)."""
        value: Floats = (self._prior_posts + self._posts) / (self._prior_steps + self._steps)
        return value

    def step(
        self, counts: Floats, cells: NDArray[np.intp], part: Floats | None = None, learn: Floats | None = None
    ) -> Usual:
        """Compare a step's counts with what was expected, then learn from them. `part`: how much of each series' usual
        posts can come in this step (1 unless told); `learn`: 1 to learn, 0 to stay as it is (1 unless told)."""
        mean = level = self.level
        seen, usual = self._cell_posts[cells, self._columns], self._cell_usual[cells, self._columns]
        profile = (PROFILE_WEIGHT * self._shared[cells, 0] + seen) / (PROFILE_WEIGHT + usual)
        if part is not None:
            profile, level = profile * part, mean * part
        expected = mean * profile
        dispersion = self._dispersion()
        deviation = np.sqrt(expected + dispersion[0] * expected**2)
        capped = np.minimum(counts, expected + CAP_DEVIATIONS * deviation + 1)
        observed, capped_window, expected_window = self._roll(counts, capped, expected)
        self.usual_longest = expected_window[-1]
        clusters = self._clusters()
        self._learn(level, profile, capped, cells, learn)
        self._learn_spread(Usual(observed, expected_window, dispersion), capped_window, clusters, learn)
        by_clusters = clusters / np.maximum(expected_window, LEAST_EXPECTED)
        return Usual(observed, expected_window, np.maximum(dispersion, by_clusters))

    def _dispersion(self) -> Floats:
        by_moments = (PRIOR_DISPERSION * DISPERSION_WEIGHT + self._excess) / (DISPERSION_WEIGHT + self._square)
        value: Floats = np.maximum(by_moments, 0.0)
        return value

    def _clusters(self) -> Floats:
        """By how many times the mean the variance of each window exceeds what mean and dispersion make of it."""
        value: Floats = np.maximum(self._clustered / (self._cluster_weight + self._seen), 0.0)
        return value

    def _learn_spread(self, usual: Usual, capped: Floats, clusters: Floats, weight: Floats | None) -> None:
        """Of dispersion and clusters. For these a burst counts as much as is just still usual, so that a few bursts do
        not make bursts usual, but many do."""
        expected, by_dispersion = usual.expected, usual.dispersion * usual.expected**2
        excess = self._evidence * ((capped - expected) ** 2 - expected)
        most = expected + CAP_DEVIATIONS * np.sqrt(expected * (1 + clusters) + by_dispersion) + 1
        clustered = (np.minimum(usual.observed, most) - expected) ** 2 - by_dispersion - expected
        square, seen = self._evidence * expected**2, expected
        if weight is not None:
            excess, clustered, square, seen = weight * excess, weight * clustered, weight * square, weight * seen
        self._excess += excess
        self._square += square
        self._clustered += clustered
        self._seen += seen

    def _roll(self, counts: Floats, capped: Floats, expected: Floats) -> Floats:
        """Sums over each window that ends with this step: (3, windows, series)."""
        before = self._sums[:, self._at]
        self._at = (self._at + 1) % self._length
        now = self._sums[:, self._at]
        np.add(before, (counts, capped, expected), out=now)
        value: Floats = now[:, None] - self._sums[:, (self._at - self._windows) % self._length]
        return value

    def _learn(
        self, level: Floats, profile: Floats, capped: Floats, cells: NDArray[np.intp], weight: Floats | None
    ) -> None:
        """Where the weight is 0, what is known does not fade either."""
        keep_level: float | Floats = self._keep_level
        keep_profile: float | Floats = self._keep_profile
        if weight is not None:
            keep_level, keep_profile = self._keep_level**weight, self._keep_profile**weight
            capped, profile, level = weight * capped, weight * profile, weight * level
        self._posts = self._posts * keep_level + capped
        self._steps = self._steps * keep_level + profile
        self._cell_posts *= keep_profile
        self._cell_usual *= keep_profile
        self._cell_posts[cells, self._columns] += capped
        self._cell_usual[cells, self._columns] += level
