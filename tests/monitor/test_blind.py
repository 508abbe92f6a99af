"""A source that fell silent does not look like calm: rounds over an archive some of whose sources were down."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.post import Post, Precision
from archive.store import Store
from monitor.hours import DAY, HOUR
from monitor.models import Finding, KnownSource, Outage, RoundState, Source
from monitor.outages import trouble
from monitor.round import run_round
from monitor.sources import end_crawl
from monitor.watchlists import Draft, save
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
PLACES = [
    "锦绣苑",
    "望江楼",
    "桃花源",
    "翠竹园",
    "金沙湾",
    "玉兰里",
    "银杏庭",
    "海棠府",
    "紫荆城",
    "梧桐巷",
    "枫林渡",
    "杨柳坪",
]
WRONG = ["电梯坏了", "路灯不亮", "门禁失灵", "消防通道被占", "垃圾没人清", "楼顶漏雨"]


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    save(Draft("物业", "居民居住", "物业"), by="周", now=NOW)
    for name in ("board", "paper"):
        Source.objects.create(id=name, name=name, declaration={}, every=3600, last_ok=NOW, last_new=NOW)
        KnownSource.objects.create(id=name, first_read=NOW - 200 * DAY)


def said(hours_ago: float, key: str, source: str = "board", **more: Any) -> Post:
    n = sum(map(ord, key))
    text = f"{PLACES[n % 12]}物业{WRONG[n % 6]}，{key}"
    return post(text, text, at=NOW - timedelta(hours=hours_ago), source=source, key=key, **more)


def history(days: int, *, without: Sequence[tuple[float, float]] = (), a_day: int = 6) -> list[Post]:
    """The board has `a_day` posts a day, evenly, the paper one; none of the board in `without` (hours ago, to hours
    ago)."""
    step = 24 / a_day
    own = [n * step for n in range(1, days * a_day)]
    kept = [hours for hours in own if not any(to <= hours < begin for begin, to in without)]
    return [
        *(said(hours, f"b{hours:.1f}") for hours in kept),
        *(said(24 * day + 3, f"p{day}", "paper") for day in range(days)),
    ]


def judged(store: Store, since: timedelta = HOUR, now: datetime = NOW) -> list[Finding]:
    """What a round says of the hours since."""
    RoundState.objects.update_or_create(pk=1, defaults={"evaluated": now - since})
    run_round(store, now, sentiment="none")
    return list(Finding.objects.filter(subject_kind="watchlist"))


def usual(finding: Finding) -> float:
    """Posts a day, as the finding tells what is usual."""
    return float(finding.facts["expected"] / finding.facts["window_hours"] * 24)


def flood(count: int, hours_ago: float) -> list[Post]:
    return [said(hours_ago + n / 60, f"flood{n}", speaker=f"s{n}") for n in range(count)]


def outcome(**more: Any) -> Mapping[str, Any]:
    return {"source": "board", "ok": True, "whole": True, "counts": {"new": 1}, "state": {}, "faults": [], **more}


@pytest.mark.parametrize(
    ("last_ok", "ok", "logged", "why"),
    [
        (NOW - 30 * HOUR, True, [(NOW - 30 * HOUR, NOW)], "it is back"),
        (NOW - 30 * HOUR, False, [], "it still fails"),
        (NOW - 5 * HOUR, True, [], "a few hours are no outage"),
        (None, True, [], "it was never read before"),
    ],
)
def test_a_source_that_is_back_leaves_its_outage_in_the_log(
    last_ok: datetime | None, ok: bool, logged: list[tuple[datetime, datetime]], why: str
) -> None:
    Source.objects.filter(id="board").update(last_ok=last_ok)
    end_crawl(Source.objects.get(id="board"), outcome(ok=ok), NOW, NOW)
    assert list(Outage.objects.values_list("began", "ended")) == logged, why


@pytest.mark.parametrize(
    ("known", "least", "most", "why"),
    [
        ("by the log", 18, 32, "it was down, and brought little meanwhile"),
        ("by its rhythm", 18, 32, "no crawl failed, but for two weeks nothing came"),
        ("not at all", 0, 14, "a source that is none: the zeros are learnt"),
    ],
)
def test_an_outage_does_not_make_little_usual(store: Store, known: str, least: int, most: int, why: str) -> None:
    """Of 25 posts a day there was one for two weeks, never made up for; now it is as ever, and forty in an hour."""
    few = [said(hours, f"few{hours}") for hours in range(30, 15 * 24, 20)] if known == "by the log" else []
    store.put([*history(40, without=[(15 * 24, 24)], a_day=24), *few, *flood(40, 0.2)])
    if known == "by the log":
        Outage.objects.create(source="board", began=NOW - 15 * DAY, ended=NOW - DAY)
    if known == "not at all":
        Source.objects.all().delete()
    (told,) = judged(store)
    assert least < usual(told) < most, why


def test_when_it_is_back_what_is_usual_is_no_spike(store: Store) -> None:
    store.put(history(40, without=[(16 * 24, 24)]))
    Outage.objects.create(source="board", began=NOW - 16 * DAY, ended=NOW - DAY)
    assert judged(store, DAY) == []


def test_a_backlog_counts_at_its_own_time_and_is_no_spike(store: Store) -> None:
    """Forty hours' posts come at once with the crawl that works again."""
    missed = [said(hours, f"late{hours}", collected=NOW) for hours in range(1, 41, 4)]
    store.put([*history(40, without=[(41, 0)]), *missed])
    Outage.objects.create(source="board", began=NOW - 41 * HOUR, ended=NOW)
    assert judged(store) == []
    assert judged(store, HOUR, NOW + HOUR) == []


@pytest.mark.parametrize("logged", [True, False], ids=["with the log", "without it"])
def test_a_backlog_without_hours_does_not_count_at_the_hour_of_its_return(store: Store, logged: bool) -> None:
    day: dict[str, Any] = {"precision": Precision.DAY, "collected": NOW - HOUR}
    missed = [said(hours, f"late{hours}", **day) for hours in range(2, 20)]
    store.put([*history(40, without=[(20, 0)]), *missed])
    if logged:
        Outage.objects.create(source="board", began=NOW - 20 * HOUR, ended=NOW - HOUR)
    assert bool(judged(store)) is not logged


def test_while_the_board_is_down_the_paper_is_judged_by_what_is_usual_of_it(store: Store) -> None:
    """Four in the paper, which has one a day, are not hidden by the six a day that the board does not bring."""
    loud = [said(0.3 + n / 10, f"loud{n}", "paper", speaker=f"s{n}") for n in range(4)]
    store.put([*history(40, without=[(60, 0)]), *loud])
    Source.objects.filter(id="board").update(last_ok=NOW - 60 * HOUR, failures=20)
    assert judged(store)[0].facts["expected"] < 1


def test_a_board_without_posts_is_silent_and_no_calm(store: Store) -> None:
    """Its crawls end well, but its page has changed: for days nothing comes."""
    store.put([*history(40, without=[(5 * 24 + 4, 0)])])
    judged(store)
    board = Source.objects.get(id="board")
    assert board.silent_since is not None and board.longest_gap == 4 * HOUR
    assert trouble(board, NOW) == "5 天无新信息，此前最长 4 小时"
    store.put([said(0.2, "new", collected=NOW)])
    judged(store, HOUR, NOW + HOUR)
    assert Source.objects.get(id="board").silent_since is None


def test_a_source_that_is_switched_off_is_counted_no_more(store: Store) -> None:
    """What remains is judged by itself, not by what there was with it."""
    loud = [said(0.3 + n / 10, f"loud{n}", "paper", speaker=f"s{n}") for n in range(4)]
    store.put([*history(40), *loud])
    Source.objects.filter(id="board").update(enabled=False)
    (told,) = judged(store)
    assert told.facts["expected"] < 1.5 and told.facts["sources"] == {"paper": told.facts["observed"]}


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"last_ok": None}, "尚未采集"),
        ({"last_ok": None, "failures": 2}, "连续 2 次采集失败"),
        ({"failures": 2}, "连续 2 次采集失败"),
        ({"failures": 20, "last_ok": NOW - 2 * DAY}, "连续 20 次采集失败，3月18日 16:00后未采集成功"),
        ({"last_ok": NOW - 2 * DAY}, "采集中断：3月18日 16:00后未采集成功"),
        ({"silent_since": NOW - 50 * HOUR, "longest_gap": 20 * HOUR}, "2 天无新信息，此前最长 20 小时"),
        ({"last_new": NOW - 4 * DAY}, "3 天以上无更新"),
        ({"last_new": NOW - 4 * DAY, "longest_gap": 9 * DAY}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_what_is_said_of_a_source(state: dict[str, Any], why: str) -> None:
    fine = {"id": "x", "name": "x", "every": 3600, "last_ok": NOW - HOUR, "last_new": NOW - HOUR}
    assert trouble(Source(**fine | state), NOW) == why
