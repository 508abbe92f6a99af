"""Posts collected late count in their own hours, and what burst there is told once, while it is news."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.post import Post
from archive.store import Store
from monitor.hours import DAY, HOUR
from monitor.late import judged_until, late_hours
from monitor.models import Finding, KnownSource, RoundState
from monitor.round import run_round
from monitor.spikes import Onset, evaluate
from monitor.watchlists import Draft, save
from tests.monitor.city import NOW, post

LONG_AGO = NOW - 200 * DAY


@pytest.fixture
def watched(db: None) -> None:
    save(Draft("停水", "公共服务保障", "停水"), by="周", now=NOW)
    KnownSource.objects.create(id="board", first_read=LONG_AGO)


def water(hours_ago: float, key: str, collected: datetime, source: str = "board") -> Post:
    text = f"{key}这边停水，{sum(map(ord, key))}号楼没有水"
    return post(text, text, at=NOW - timedelta(hours=hours_ago), collected=collected, key=key, source=source)


def flow(store: Store, *rounds: float) -> list[float]:
    """Rounds so many hours after NOW; of each finding how many hours before NOW its onset is."""
    for hours in rounds:
        run_round(store, NOW + timedelta(hours=hours), sentiment="none")
    return [(NOW - each.onset) / HOUR for each in Finding.objects.filter(subject_kind="watchlist").order_by("onset")]


def quiet(store: Store) -> None:
    """A post about water every fourth day, and rounds until NOW."""
    store.put([water(24 * day + 5, f"旧{day}", NOW - day * DAY) for day in range(4, 60, 4)])
    RoundState.objects.create(pk=1, evaluated=NOW - HOUR)
    assert flow(store, 0) == []


@pytest.mark.parametrize(
    ("hours_ago", "told", "why"),
    [
        (2, True, "a crawl every few hours brings an hour's posts when it has been judged"),
        (30, True, "no window of the hours to judge reaches so far back: the hours themselves are judged again"),
        (70, True, "as old as news may be"),
        (80, False, "history"),
    ],
)
@pytest.mark.usefixtures("watched")
def test_a_burst_that_is_collected_late_is_told_once(store: Store, hours_ago: int, told: bool, why: str) -> None:
    quiet(store)
    store.put([water(hours_ago - n / 10, f"新{n}", NOW + HOUR) for n in range(8)])
    onsets = flow(store, 1, 1.2, 2, 3, 26, 50)
    assert len(onsets) == told, why
    assert all(hours_ago - 2 <= hours <= hours_ago for hours in onsets), "at its own hour"


@pytest.mark.usefixtures("watched")
def test_more_of_a_burst_that_was_told_is_no_second_one(store: Store) -> None:
    quiet(store)
    store.put([water(5 - n / 10, f"新{n}", NOW + HOUR) for n in range(9)])
    first = flow(store, 1)
    store.put([water(5 - n / 20, f"又{n}", NOW + 2 * HOUR) for n in range(9)])
    told = flow(store, 2, 3)
    assert len(first) == 1
    assert [hours for hours in told if hours not in first] == [], "it was as high as it gets"


@pytest.mark.usefixtures("watched")
def test_half_of_a_burst_comes_late_and_tells_it(store: Store) -> None:
    """Two of its posts told nothing; with three more its hours do, though they were judged thirty hours ago."""
    quiet(store)
    store.put([water(30 - n / 10, f"早{n}", NOW) for n in range(2)])
    assert flow(store, 0.5, 1) == []
    store.put([water(30 - n / 10, f"晚{n}", NOW + 2 * HOUR) for n in range(3)])
    assert len(flow(store, 2)) == 1


@pytest.mark.usefixtures("watched")
def test_what_a_new_source_brings_along_is_no_late_burst(store: Store) -> None:
    """Its history has exact times; when it is counted, a late post of another source comes into the very hours."""
    quiet(store)
    KnownSource.objects.create(id="forum", first_read=NOW)
    store.put([water(40 - n / 10, f"坛{n}", NOW, "forum") for n in range(9)])
    assert flow(store, 1, 26, 27) == []
    store.put([water(40, "晚", NOW + 27 * HOUR)])
    assert flow(store, 28, 29) == []


@pytest.mark.parametrize(
    ("first_read", "evaluated", "why"),
    [
        ({}, NOW - HOUR, "nothing was ever read"),
        ({"board": NOW - 20 * HOUR}, NOW - HOUR, "the first round of all was hours ago"),
        ({"board": LONG_AGO}, NOW - 100 * HOUR, "the program was off: every hour is still to be judged"),
        ({"board": LONG_AGO, "forum": NOW - 25 * HOUR}, NOW - HOUR, "a source is counted from now on"),
    ],
)
def test_when_no_hour_is_judged_again(
    store: Store, first_read: dict[str, datetime], evaluated: datetime, why: str
) -> None:
    store.put([water(hours, f"{hours}", NOW) for hours in range(1, 90)])
    assert late_hours(store, first_read, evaluated, NOW) == [], why


def test_hours_judged_before_that_posts_came_into_since(store: Store) -> None:
    store.put([water(3, "早", NOW - 2 * HOUR), water(30, "旧", NOW - 29 * HOUR), water(50, "晚", NOW)])
    late = late_hours(store, {"board": LONG_AGO}, NOW - HOUR, NOW)
    assert late == [NOW - 50 * HOUR, NOW - 3 * HOUR], "with a day's overlap: posts bear the time their crawl began"
    assert judged_until(NOW - HOUR, late, [NOW - 50 * HOUR]) == NOW - 50 * HOUR
    assert judged_until(NOW - HOUR, late, [NOW - 49 * HOUR]) == NOW - HOUR, "its hours have got nothing"


START = NOW - 9 * DAY
counts = st.lists(st.sampled_from([0] * 12 + [1, 1, 2, 3, 5, 9, 15]), min_size=24 * 6, max_size=24 * 9)


@settings(max_examples=15, deadline=None)
@given(counts, st.lists(st.tuples(st.integers(1, 40), st.integers(0, 72)), min_size=1, max_size=20))
def test_judging_hours_again_that_nothing_came_into_tells_nothing_more(
    given_: list[int], rounds: list[tuple[int, int]]
) -> None:
    """A law: however far back each round looks again, the onsets are those of looking once."""
    by_hour = {START + hour * HOUR: count for hour, count in enumerate(given_) if count}
    end = START + len(given_) * HOUR
    common = {"start": START, "mean_per_day": 2.0}
    at_once = evaluate(by_hour, now=end, after=None, **common)  # type: ignore[arg-type]
    told: list[Onset] = []
    now, after = START, None
    while now < end:
        step, back = rounds.pop() if rounds else (50, 72)
        now = min(end, now + step * HOUR)
        seen = {hour: count for hour, count in by_hour.items() if hour < now}
        again = None if after is None else max(START, after - back * HOUR)
        last = (told[-1].hour, told[-1].tier) if told else (None, 0)
        told += evaluate(seen, now=now, after=again, last_onset=last[0], last_tier=last[1], **common)  # type: ignore[arg-type]
        after = now
    assert told == at_once


@settings(max_examples=12, deadline=None)
@given(counts, st.randoms(use_true_random=False), st.integers(6, 30))
def test_however_late_posts_come_no_hour_is_told_twice_and_the_hours_go_on(
    given_: list[int], random: object, step: int
) -> None:
    """A law: with posts collected up to three days late, onsets of a subject come in the order of their hours, each at
    most once, and two that are no rise are a day apart."""
    draw = random.randint  # type: ignore[attr-defined]
    collected = [
        (START + hour * HOUR, START + (hour + 1 + draw(0, 72)) * HOUR, count) for hour, count in enumerate(given_)
    ]
    end = START + (len(given_) + 80) * HOUR
    told: list[Onset] = []
    now, after = START, None
    while now < end:
        now = min(end, now + step * HOUR)
        seen = {hour: count for hour, at, count in collected if at <= now and count}
        late = [hour for hour, at, count in collected if count and at <= now and (after is None or at > after)]
        again = None if after is None else judged_until(after, [hour for hour in late if hour < after], seen)
        last = (told[-1].hour, told[-1].tier) if told else (None, 0)
        told += evaluate(
            seen, start=START, now=now, after=again, mean_per_day=2.0, last_onset=last[0], last_tier=last[1]
        )
        after = now
    hours = [each.hour for each in told]
    assert hours == sorted(set(hours))
    for before, later in pairwise(told):
        assert later.rise or later.hour - before.hour >= DAY
        assert not later.rise or later.tier > before.tier
