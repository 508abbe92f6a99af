"""When a source brought nothing, and what that takes from a count."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.gaps import Gap, patience, presence, rhythm
from monitor.hours import DAY, HOUR

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(*hours: int) -> list[datetime]:
    return [START + hour * HOUR for hour in hours]


@pytest.mark.parametrize(
    ("every", "allowed", "why"),
    [
        (timedelta(minutes=10), timedelta(hours=6), "a site that is down for an hour is no outage"),
        (timedelta(hours=12), timedelta(hours=36), "one that is read twice a day may miss three"),
    ],
)
def test_how_long_a_source_may_not_be_read(every: timedelta, allowed: timedelta, why: str) -> None:
    assert patience(every) == allowed, why


DAILY = at(*range(0, 24 * 12, 24))  # twelve days


@pytest.mark.parametrize(
    ("hours", "now", "silences", "longest", "why"),
    [
        (DAILY, DAILY[-1] + 40 * HOUR, [], DAY, "not twice as long as ever"),
        (DAILY, DAILY[-1] + 49 * HOUR, [(DAILY[-1] + HOUR, None)], DAY, "twice as long, and still so"),
        ([*DAILY, DAILY[-1] + 60 * HOUR], DAILY[-1] + 61 * HOUR, [(DAILY[-1] + HOUR, DAILY[-1] + 60 * HOUR)], DAY,
         "over; what is usual stays as it was"),
        (DAILY[:9], DAILY[8] + 9 * DAY, [], None, "nine posts tell no rhythm"),
        (at(*range(0, 12)), START + 20 * HOUR, [], HOUR, "never silent within a day, however busy it was"),
        (at(*range(0, 12)), START + 36 * HOUR, [(START + 12 * HOUR, None)], HOUR, "a busy board a day without a post"),
        ([], START, [], None, "nothing at all"),
    ],
)  # fmt: skip
def test_a_silence_is_longer_than_a_source_ever_was_silent(
    hours: list[datetime],
    now: datetime,
    silences: list[tuple[datetime, datetime | None]],
    longest: timedelta | None,
    why: str,
) -> None:
    told = rhythm("board", hours, now)
    assert [(gap.since, gap.until) for gap in told.silences] == silences, why
    assert told.longest == longest


@given(st.sets(st.integers(0, 400), max_size=60), st.integers(0, 200))
def test_silences_of_a_source_do_not_overlap_and_hold_no_post(hours: set[int], more: int) -> None:
    posts = at(*hours)
    now = START + (max(hours, default=0) + more) * HOUR
    silences = rhythm("board", posts, now).silences
    for gap in silences:
        assert not [post for post in posts if gap.since <= post < (gap.until or now)]
    assert all(one.until is not None and one.until < other.since for one, other in pairwise(silences))


HOURS = 100


def missing(*gaps: Gap, board: float = 3.0, other: float = 1.0) -> tuple[list[float], list[float]] | None:
    """Part and learn of a subject that has so many posts an hour from the board and from others."""
    own = np.full(HOURS, board)
    told = presence(own + other, {"board": own}, gaps, START, HOURS)
    return None if told is None else (told.part.tolist(), told.learn.tolist())


def test_nothing_missing_needs_no_care() -> None:
    assert missing() is None
    assert missing(Gap("board", START - 9 * DAY, START - 8 * DAY)) is None, "before the first hour"


def test_less_is_expected_as_long_as_a_source_is_away_and_nothing_learnt() -> None:
    told = missing(Gap("board", START + 90 * HOUR, None))
    assert told is not None
    part, learn = told
    assert part[:90] == [1.0] * 90 and part[90:] == pytest.approx([0.25] * 10)
    assert learn == [1.0] * 90 + [0.0] * 10


def test_of_a_gap_that_is_over_all_is_expected_and_nothing_learnt_its_last_hour_too() -> None:
    told = missing(Gap("board", START + 50 * HOUR, START + 60 * HOUR))
    assert told is not None
    part, learn = told
    assert part == [1.0] * HOURS
    assert learn == [1.0] * 50 + [0.0] * 11 + [1.0] * 39


def test_a_source_that_brings_little_to_a_subject_may_be_away() -> None:
    told = missing(Gap("board", START + 50 * HOUR, START + 60 * HOUR), board=0.1)
    assert told is not None and told[1] == [1.0] * HOURS


def test_what_a_source_brings_is_measured_while_it_was_there() -> None:
    own = np.full(HOURS, 3.0)
    own[20:] = 0.0
    told = presence(own + 1.0, {"board": own}, [Gap("board", START + 20 * HOUR, None)], START, HOURS)
    assert told is not None and told.part[-1] == pytest.approx(0.25), "not by the hours in which it was down"


def test_two_gaps_of_one_source_at_once_count_once() -> None:
    down, silent = Gap("board", START + 50 * HOUR, None), Gap("board", START + 40 * HOUR, None)
    told = missing(down, silent)
    assert told is not None and told[0][40:] == pytest.approx([0.25] * 60)
