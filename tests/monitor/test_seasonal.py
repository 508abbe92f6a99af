"""What the baseline learns, and what it must not learn."""

import numpy as np
import pytest

from monitor.seasonal import CELLS, FLAT, PRIOR_DISPERSION, Baseline, Floats
from monitor.spikes import WINDOWS

NOON, NIGHT = 12, 3


def after(counts: Floats, cells: list[int], mean: float = 1.0) -> Baseline:
    baseline = Baseline(np.array([mean]), 24, WINDOWS)
    for count, cell in zip(counts, cells, strict=True):
        baseline.step(np.array([count]), np.array([cell]))
    return baseline


def hours(days: int) -> list[int]:
    return [hour % 24 for hour in range(24 * days)]


def test_without_posts_the_level_falls_from_the_tenants_mean_towards_nothing() -> None:
    levels = [float(after(np.zeros(24 * days), hours(days), 4.0).level[0] * 24) for days in (0, 1, 10, 60)]
    assert levels[0] == pytest.approx(4.0)
    assert levels == sorted(levels, reverse=True)
    assert 0 < levels[-1] < 0.3


def test_the_level_reaches_what_is_usual() -> None:
    counts = np.array([1.0 if hour % 24 == NOON else 0.0 for hour in range(24 * 60)])
    assert after(counts, hours(60)).usual_longest[0] == pytest.approx(1.0, rel=0.15)


def test_the_profile_expects_posts_when_they_come() -> None:
    counts = np.array([3.0 if hour % 24 == NOON else 0.0 for hour in range(24 * 40)])
    baseline = after(counts, hours(40), 3.0)
    at_noon = baseline.step(np.zeros(1), np.array([NOON])).expected[0, 0]
    at_night = baseline.step(np.zeros(1), np.array([NIGHT])).expected[0, 0]
    assert at_noon > 0.6  # five times the level: shrunk towards the shared profile, which is flat
    assert at_night < 0.125


def test_a_burst_is_not_learnt_as_usual() -> None:
    quiet = np.array([1.0 if hour % 24 == NOON else 0.0 for hour in range(24 * 30)])
    burst = quiet.copy()
    burst[-30:-24] = 50
    usual, excited = (float(after(counts, hours(30)).level[0]) for counts in (quiet, burst))
    assert excited < 2.5 * usual  # 300 posts on 30: uncapped it would be eleven times


def test_dispersion_starts_at_the_prior_and_grows_with_a_busy_series_that_jumps() -> None:
    random = np.random.default_rng(1)
    daily = np.repeat(random.gamma(1.0, 1.0, 60), 24)
    counts = random.poisson(50 * daily).astype(float)
    baseline = Baseline(np.array([1200.0]), 24, WINDOWS)
    first = baseline.step(counts[:1], np.array([0])).dispersion[:, 0]
    assert first == pytest.approx([PRIOR_DISPERSION] * len(WINDOWS))
    for hour in range(1, len(counts)):
        last = baseline.step(counts[hour : hour + 1], np.array([hour % 24])).dispersion[:, 0]
    assert last[-1] > 1.5 * PRIOR_DISPERSION


def test_series_side_by_side_do_not_touch_each_other() -> None:
    random = np.random.default_rng(2)
    counts = random.poisson(0.3, (24 * 20, 3)).astype(float)
    together = Baseline(np.array([1.0, 5.0, 0.2]), 24, WINDOWS)
    alone = [Baseline(np.array([mean]), 24, WINDOWS) for mean in (1.0, 5.0, 0.2)]
    for hour, row in enumerate(counts):
        cells = np.array([hour % 24, (hour + 5) % CELLS, hour % CELLS])
        both = together.step(row, cells)
        for column, one in enumerate(alone):
            single = one.step(row[column : column + 1], cells[column : column + 1])
            np.testing.assert_array_equal(single.expected[:, 0], both.expected[:, column])
            np.testing.assert_array_equal(single.dispersion[:, 0], both.dispersion[:, column])


def test_windows_sum_the_last_steps_and_no_more() -> None:
    baseline = Baseline(np.array([1.0]), 24, WINDOWS, FLAT)
    for hour in range(60):
        usual = baseline.step(np.array([float(hour)]), np.array([hour % 24]))
    assert usual.observed[:, 0].tolist() == [sum(range(60 - window, 60)) for window in WINDOWS]


def threads(days: int, size: int) -> Floats:
    """One post a day on average: `size` at noon of every `size`-th day."""
    return np.array([float(size) if hour % (24 * size) == NOON else 0.0 for hour in range(24 * days)])


def test_what_comes_in_clusters_is_expected_in_clusters() -> None:
    """Three at once say little of a series whose posts come by three, and much of one whose posts come alone."""
    by_three, alone = after(threads(80, 3), hours(80)), after(threads(80, 1), hours(80))
    clustered, single = (each.step(np.full(1, 3.0), np.array([NIGHT])) for each in (by_three, alone))
    assert clustered.expected[0, 0] == pytest.approx(single.expected[0, 0], rel=0.5)
    assert clustered.dispersion[0, 0] > 2 * single.dispersion[0, 0]
    assert single.dispersion[:, 0] == pytest.approx([PRIOR_DISPERSION] * len(WINDOWS), rel=0.1)


def test_a_few_bursts_do_not_make_bursts_usual() -> None:
    quiet = threads(80, 1)
    burst = quiet.copy()
    burst[-20 * 24 : -20 * 24 + 3] = 50
    usual, excited = (after(counts, hours(80)).step(np.zeros(1), np.array([NOON])) for counts in (quiet, burst))
    assert (excited.dispersion[:, 0] < 3 * usual.dispersion[:, 0] + 0.3).all()


def test_an_hour_that_is_not_learnt_from_leaves_everything_as_it_was() -> None:
    counts = np.random.default_rng(3).poisson(0.5, 24 * 20).astype(float)
    seen, skipped = after(counts, hours(20)), after(counts, hours(20))
    for hour in range(24):
        skipped.step(np.array([9.0]), np.array([hour]), learn=np.zeros(1))
    np.testing.assert_array_equal(seen.level, skipped.level)
    one, other = (each.step(np.zeros(1), np.array([NOON])) for each in (seen, skipped))
    np.testing.assert_array_equal(one.dispersion, other.dispersion)


def test_less_is_expected_where_a_part_of_the_sources_is_away_and_the_level_stays() -> None:
    steady = np.full(24 * 30, 2.0)
    baseline = after(steady, hours(30), 48.0)
    level = baseline.level[0]
    for hour in range(48):
        usual = baseline.step(np.array([0.5]), np.array([hour % 24]), part=np.array([0.25]))
    assert usual.expected[-1, 0] == pytest.approx(0.25 * 48, rel=0.1)
    assert baseline.level[0] == pytest.approx(level, rel=0.05), (
        "a quarter of what is usual, of a quarter of the sources"
    )
