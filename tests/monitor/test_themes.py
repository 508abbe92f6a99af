"""Topics in regions burst too, and tell nothing that others told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from archive.post import Marks, Post
from archive.store import Filter, Store
from monitor.hours import DAY
from monitor.models import Finding, KnownSource, RoundState, SubjectState
from monitor.round import run_round
from monitor.themes import Theme, theme_of, themes
from monitor.watchlists import Draft, save
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
TRAFFIC = "交通运输"
STREETS = ["河堤路", "解放路", "人民路", "车站路", "学府路", "青年路", "文昌街", "东风巷", "建设路", "迎宾道", "天桥北"]
WRONG = ["公交不停站", "红绿灯坏了", "停车乱收费", "出租车拒载", "路面塌陷", "堵车一小时", "斑马线看不清", "护栏倒了"]


def traffic(hours_ago: float, number: int, region: str = "东城区", key: str = "t") -> Post:
    text = f"{STREETS[number % 11]}{WRONG[number % 8]}，第{number * 37}号"
    at = NOW - timedelta(hours=hours_ago)
    return replace(post(text, text, at=at, key=f"{key}{number}-{region}", speaker=f"s{number}"), region=region)


def put(store: Store, posts: Sequence[Post], topic: str | None = TRAFFIC) -> None:
    """As posts whose topic is marked."""
    store.put(posts)
    kept = store.get([each.id for each in posts])
    assert store.annotate((each.id, each.revision, Marks(topic=topic, event=each.id)) for each in kept.values()) == []


def usual(days: int = 40) -> list[Post]:
    """A post about traffic every second day in each of two districts."""
    return [traffic(24 * day + 5, day, ("东城区", "西城区")[day % 2], "u") for day in range(1, days)]


def burst(count: int = 12, region: str = "东城区") -> list[Post]:
    return [traffic(2.9 - n / 10, n, region, "b") for n in range(count)]


def go(store: Store, hours: float = 3) -> list[Finding]:
    KnownSource.objects.update_or_create(id="board", defaults={"first_read": NOW - 200 * DAY})
    RoundState.objects.update_or_create(pk=1, defaults={"evaluated": NOW - timedelta(hours=hours)})
    run_round(store, NOW, sentiment="none")
    return list(Finding.objects.filter(subject_kind="topic"))


def test_the_themes_are_the_topics_of_each_region_and_of_all_of_them(store: Store) -> None:
    put(store, [traffic(5, 1, "东城区"), traffic(6, 2, "西城区"), traffic(7, 3, "")])
    put(store, [traffic(8, 4, "东城区")], "教育文体")
    put(store, [traffic(9, 5, "东城区")], None)
    found = themes(store, Filter())
    assert {theme.subject: sum(sum(hours.values()) for hours in by.values()) for theme, by in found.items()} == {
        "交通运输 · 东城区": 1,
        "交通运输 · 西城区": 1,
        "交通运输": 3,
        "教育文体 · 东城区": 1,
    }, "a topic of one region is no theme beside it, and what has no topic none at all"


@pytest.mark.parametrize("theme", [Theme(TRAFFIC, "东城区"), Theme(TRAFFIC, "")])
def test_a_theme_is_found_again_by_its_subject(theme: Theme) -> None:
    assert theme_of(theme.subject) == theme


def test_a_topic_that_bursts_in_a_region_is_told_once(store: Store) -> None:
    put(store, [*usual(), *burst()])
    (told,) = go(store)
    assert (told.subject, told.kind, told.watchlist, told.policy) == ("交通运输 · 东城区", "spike", None, None)
    assert told.title.startswith("「交通运输 · 东城区」：")
    assert told.explanation.startswith("最近 ") and len(told.post_ids) == told.facts["observed"]
    assert set(SubjectState.objects.filter(subject_kind="topic").values_list("subject", flat=True)) == {
        "交通运输 · 东城区", "交通运输",
    }, "the topic of all regions burst with it, and its onset is state though nobody is told again"  # fmt: skip
    assert go(store) == [told]


def test_what_bursts_all_over_the_city_is_told_of_the_topic(store: Store) -> None:
    put(store, [*usual(), *(traffic(2.9 - n / 10, n, f"第{n}区", "b") for n in range(12))])
    assert [each.subject for each in go(store)] == ["交通运输"]


def test_five_posts_in_an_hour_are_enough_for_a_watchlist_but_not_for_a_topic(store: Store) -> None:
    save(Draft("交通", "交通出行", "公交|红绿灯|停车|出租车|路面|堵车|斑马线|护栏"), by="周", now=NOW)
    put(store, [*usual(), *burst(4)])
    assert go(store) == []
    assert Finding.objects.filter(subject_kind="watchlist").exists()


def test_a_topic_says_nothing_that_a_watchlist_says(store: Store) -> None:
    save(Draft("交通", "交通出行", "公交|红绿灯|停车|出租车|路面|堵车|斑马线|护栏"), by="周", now=NOW)
    put(store, [*usual(), *burst()])
    assert go(store) == []
    assert Finding.objects.filter(subject_kind="watchlist").exists()


def test_nor_what_was_said_the_day_before(store: Store) -> None:
    put(store, [*usual(), *burst()])
    ids = [each.id for each in burst()]
    before = {"kind": "immediate", "subject_kind": "watchlist", "subject": "x", "title": "x", "explanation": "x"}
    Finding.objects.create(**before, onset=NOW - DAY, post_ids=ids[:8], found_at=NOW - DAY)
    assert go(store) == []


def test_what_others_told_of_it_a_week_ago_is_another_matter(store: Store) -> None:
    put(store, [*usual(), *burst()])
    before = {"kind": "immediate", "subject_kind": "watchlist", "subject": "x", "title": "x", "explanation": "x"}
    Finding.objects.create(
        **before, onset=NOW - 7 * DAY, post_ids=[each.id for each in burst()], found_at=NOW - 7 * DAY
    )
    assert len(go(store)) == 1
