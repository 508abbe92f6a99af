"""Onsets: when a burst is told, when it is not, and that a rebuild tells the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.hours import DAY, HOUR
from monitor.spikes import (
    SILENCE,
    Detector,
    Onset,
    Raiser,
    Subject,
    evaluate,
    evaluate_all,
    evaluate_event,
    explain,
    history_start,
)

START = datetime(2019, 6, 1, tzinfo=UTC)
DAYS = 20


def series(*bursts: tuple[int, int, int], every: int = 7) -> dict[datetime, int]:
    """A post each `every` hours over DAYS, and bursts of (first hour, hours, posts an hour)."""
    counts = {START + hour * HOUR: 1 for hour in range(0, DAYS * 24, every)}
    for first, hours, posts in bursts:
        for hour in range(first, first + hours):
            counts[START + hour * HOUR] = counts.get(START + hour * HOUR, 0) + posts
    return counts


def told(counts: Mapping[datetime, int], *, mean: float = 3.0, **options: object) -> list[Onset]:
    now = START + DAYS * DAY
    return evaluate(counts, start=START, now=now, after=None, mean_per_day=mean, **options)  # type: ignore[arg-type]


def hours_of(onsets: list[Onset]) -> list[float]:
    return [(onset.hour - START) / HOUR for onset in onsets]


@pytest.mark.parametrize(
    ("counts", "hours", "why"),
    [
        (series(), [], "what is usual is not told"),
        ({}, [], "nothing at all is no spike over nothing"),
        ({START + 240 * HOUR: 2}, [], "two posts are never told, however quiet it was"),
        (series((240, 4, 6)), [240], "a burst is told in its first hour, once"),
        (series((240, 60, 6)), [240], "a burst of days is told once, not every day"),
        (series((240, 3, 6), (300, 3, 9)), [240, 300], "a second burst after silence and calm is told"),
        (series((240, 2, 6), (250, 2, 6)), [240], "a second burst within the silence is not"),
        (series((5, 4, 9)), [], "the first day is suppressed: nothing is known yet"),
    ],
)
def test_onsets(counts: dict[datetime, int], hours: list[float], why: str) -> None:
    assert [onset.hour for onset in told(counts) if not onset.rise] == [START + h * HOUR for h in hours], why


def test_the_first_day_of_a_series_known_before_is_judged() -> None:
    assert hours_of(told(series((5, 4, 9)), suppress_first_day=False))[0] == 5


def test_a_burst_that_grows_is_told_again_as_a_rise() -> None:
    onsets = told(series((240, 1, 5), (241, 2, 12)))
    assert [onset.rise for onset in onsets] == [False, True]
    assert onsets[0].tier < onsets[1].tier == 6


def test_an_onset_says_how_many_came_and_how_many_usually_do() -> None:
    onset = told(series((241, 4, 8)))[0]
    assert (onset.observed, onset.window_hours) == (8, 1)
    assert onset.until == onset.hour + HOUR, "the window ends with its hour"


def test_a_busy_series_is_told_at_the_highest_tier_only() -> None:
    counts = {START + hour * HOUR: 30 + hour % 3 for hour in range(DAYS * 24)}
    for hour in range(300, 420):
        counts[START + hour * HOUR] = 55  # persistent, but not beyond 10⁻⁶ against a dispersion of .2 to begin with
    onsets = told(counts, mean=720)
    assert {onset.tier for onset in onsets} <= {6}


def test_only_full_hours_are_judged() -> None:
    counts = series((240, 1, 8))
    half = START + 240 * HOUR + HOUR / 2
    options = {"start": START, "after": None, "mean_per_day": 3.0}
    assert evaluate(counts, now=half, **options) == []  # type: ignore[arg-type]
    assert len(evaluate(counts, now=half + HOUR / 2, **options)) == 1  # type: ignore[arg-type]


def test_hours_judged_before_are_not_told_again() -> None:
    counts = series((240, 3, 6))
    now = START + DAYS * DAY
    common = {"start": START, "now": now, "mean_per_day": 3.0}
    onset = START + 240 * HOUR
    assert evaluate(counts, after=onset, **common)[0].hour == onset  # type: ignore[arg-type]
    assert evaluate(counts, after=onset + HOUR, last_onset=onset, last_tier=6, **common) == []  # type: ignore[arg-type]


busy_counts = st.lists(st.sampled_from([0] * 12 + [1, 1, 2, 3, 5, 9, 15]), min_size=24 * 6, max_size=24 * 9)


@settings(max_examples=30, deadline=None)
@given(busy_counts, st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_evaluating_in_chunks_gives_what_evaluating_at_once_does(counts: list[int], steps: list[int]) -> None:
    by_hour = {START + hour * HOUR: count for hour, count in enumerate(counts) if count}
    end = START + len(counts) * HOUR
    at_once = evaluate(by_hour, start=START, now=end, after=None, mean_per_day=2.0)
    pieces: list[Onset] = []
    after, last, tier = None, None, 0
    now = START
    while now < end:
        now = min(end, now + (steps.pop() if steps else 50) * HOUR)
        seen = {hour: count for hour, count in by_hour.items() if hour < now}
        new = evaluate(seen, start=START, now=now, after=after, mean_per_day=2.0, last_onset=last, last_tier=tier)
        pieces += new
        after = now
        if new:
            last, tier = new[-1].hour, new[-1].tier
    assert pieces == at_once


def test_subjects_side_by_side_give_what_each_gives_alone() -> None:
    now = START + DAYS * DAY
    many = [series((200 + 20 * n, 3, 5), every=3 + n) for n in range(4)]
    later = [START, START, START + 2 * DAY, START]
    subjects = [Subject(counts, start, None, 2.0) for counts, start in zip(many, later, strict=True)]
    alone = [
        evaluate(counts, start=start, now=now, after=None, mean_per_day=2.0)
        for counts, start in zip(many, later, strict=True)
    ]
    assert evaluate_all(subjects, now=now) == alone


def test_history_starts_on_a_grid_so_that_rounds_learn_from_the_same_hours() -> None:
    began = datetime(2010, 1, 1, tzinfo=UTC)
    starts = {history_start(START + hour * HOUR, began) for hour in range(0, 24 * 60, 7)}
    assert len(starts) <= 3
    for hour in range(0, 24 * 60, 7):
        at = START + hour * HOUR
        assert timedelta(days=90) <= at - history_start(at, began) <= timedelta(days=120)
    assert history_start(START, START - DAY) == START - DAY


@pytest.mark.parametrize(
    ("hours", "observed", "expected", "text"),
    [
        (6, 42, 5.04, "最近 6 小时 42 条，通常 5 条"),
        (24, 4, 0.25, "最近 24 小时 4 条，通常 0.3 条"),
        (1, 3, 0.001, "最近 1 小时 3 条，通常 0.1 条"),
        (12, 120, 33.4, "最近 12 小时 120 条，通常 33 条"),
        (0.5, 9, 1.25, "最近 30 分钟 9 条，通常 1.3 条"),
    ],
)
def test_explanations(hours: float, observed: int, expected: float, text: str) -> None:
    assert explain(timedelta(hours=hours), observed, expected) == text


@pytest.mark.parametrize(
    ("step", "windows"),
    [
        (timedelta(minutes=5), [1, 3, 6, 12, 24]),
        (HOUR, [1, 3, 6, 12, 24]),
        (DAY, [24]),
        (timedelta(days=7), [7 * 24]),
    ],
)
def test_windows_are_hours_and_at_least_a_step(step: timedelta, windows: list[int]) -> None:
    assert [window / HOUR for window in Detector(step, [1.0]).windows] == windows


def test_a_raiser_needs_calm_between_two_onsets() -> None:
    raiser = Raiser()
    at = [START + n * SILENCE for n in range(6)]
    scores = [3.5, 3.5, 2.0, 3.5, 7.0, 7.0]
    assert [raiser.tell(a, s, 3) for a, s in zip(at, scores, strict=True)] == [
        (3, False),  # onset
        (0, False),  # still high after the silence: nothing new
        (0, False),  # calm
        (3, False),  # a new onset
        (6, True),  # not calm since, but higher
        (0, False),
    ]


def spoken(*hours: float, same: bool = False) -> list[tuple[datetime, str]]:
    return [(START + h * HOUR, "one" if same else f"s{n}") for n, h in enumerate(hours)]


@pytest.mark.parametrize(
    ("posts", "hours", "why"),
    [
        (spoken(0, 1, 2), [], "three speakers are 10^-2.4"),
        (spoken(0, 1, 2, 3), [3], "the fourth within a day is told, on the event's first day too"),
        (spoken(0, 1, 2, 3, same=True), [], "one person four times is one speaker"),
        (spoken(0, 20, 40, 60, 80, 100), [], "one a day is a slow burn's business"),
        (spoken(0, 1, 2, 3, 60, 61, 62, 63), [3, 63], "a second burst"),
    ],
)
def test_onsets_of_an_event(posts: list[tuple[datetime, str]], hours: list[int], why: str) -> None:
    onsets = evaluate_event(posts, now=START + 10 * DAY, after=None)
    assert hours_of([onset for onset in onsets if not onset.rise]) == hours, why


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=30), st.integers(1, 50))
def test_an_event_in_chunks_is_the_event_at_once(posts: list[tuple[int, int]], step: int) -> None:
    said = [(START + hour * HOUR, f"s{speaker}") for hour, speaker in posts]
    end = START + 230 * HOUR
    pieces: list[Onset] = []
    after, last, tier, now = None, None, 0, START
    while now < end:
        now = min(end, now + step * HOUR)
        new = evaluate_event(said, now=now, after=after, last_onset=last, last_tier=tier)
        pieces += new
        after = now
        if new:
            last, tier = new[-1].hour, new[-1].tier
    assert pieces == evaluate_event(said, now=end, after=None)
