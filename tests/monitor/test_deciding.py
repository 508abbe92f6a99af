"""Events merged and split by hand on a real archive: what rounds make of it, and that a rebuild makes the same."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from archive.post import Post
from archive.store import Filter, Store
from monitor import deciding
from monitor.deciding import merge, roots, split, undo
from monitor.decisions import DecisionError
from monitor.models import Event, EventDecision, EventIndex, SubjectState
from monitor.placing import Placing
from monitor.round import run_round
from tests.monitor.city import HOUR, NOW, post
from tests.monitor.test_events import MIXER, OTHERS, PARKING

pytestmark = pytest.mark.django_db
MIXER_AGAIN = ("丽苑新城小区搅拌站还在施工", "丽苑新城小区附近的搅拌站今天照样日夜施工，噪音和粉尘污染没有人管。")


@pytest.fixture
def officer() -> User:
    return User.objects.create(username="周")


@pytest.fixture(autouse=True)
def background(store: Store) -> None:
    """Other matters, so that words have weights."""
    words = ["供水", "公交", "物业", "学校", "医院", "社保", "垃圾", "停车", "路灯", "电梯"]
    asked = [
        (f"{words[n % 10]}问题{n}", f"关于{words[n % 10]}和{words[(n * 3 + 1) % 10]}的第{n}个问题，请问由谁负责办理")
        for n in range(30)
    ]
    put(store, asked, NOW - timedelta(days=40), start=100)


def said(number: int, told: tuple[str, str], at: datetime) -> Post:
    return post(*told, at=at, key=f"p{number}", speaker=f"s{number}")


def put(store: Store, told: list[tuple[str, str]], now: datetime, start: int = 0) -> list[Post]:
    """Put these, one minute apart, and do a round."""
    posts = [said(start + n, each, now - HOUR + n * timedelta(minutes=1)) for n, each in enumerate(told)]
    store.put(posts)
    run_round(store, now, sentiment="none")
    return posts


def events_of(store: Store, posts: list[Post]) -> list[str | None]:
    kept = store.get([each.id for each in posts])
    return [kept[each.id].marks.event for each in posts]


def test_later_posts_join_the_survivor_and_go_back_with_the_others_when_it_is_undone(
    store: Store, officer: User
) -> None:
    first = put(store, [MIXER[0], PARKING[0], *OTHERS], NOW)
    survivor, gone = first[0].id, first[1].id
    decision = merge(store, survivor, gone, "同一小区", officer, NOW)
    later = put(store, [PARKING[1], MIXER_AGAIN], NOW + 2 * HOUR, start=20)
    assert events_of(store, [*first[:2], *later]) == [survivor] * 4
    assert Event.objects.get(id=survivor).size == 4
    assert Event.objects.get(id=gone).merged_into == survivor
    assert roots([gone, survivor, "x"]) == [survivor, "x"]
    undo(store, decision, officer, NOW + 3 * HOUR)
    assert events_of(store, first[:2]) == [survivor, gone]
    run_round(store, NOW + 4 * HOUR, sentiment="none")
    assert events_of(store, [*first[:2], *later]) == [survivor, gone, gone, survivor]
    assert (Event.objects.get(id=survivor).size, Event.objects.get(id=gone).size) == (2, 2)


@pytest.mark.parametrize("lost", [False, True], ids=["snapshot", "rebuilt"])
def test_what_is_split_out_stays_out_whatever_becomes_of_the_snapshot(store: Store, officer: User, lost: bool) -> None:
    first = put(store, [*MIXER, *OTHERS], NOW)
    event = first[0].id
    assert events_of(store, first[:3]) == [event] * 3
    SubjectState.objects.create(subject_kind="event", subject=event, last_onset=NOW, last_tier=3)
    decision = split(store, event, [first[1].id], "另一个搅拌站", officer, NOW)
    fresh = decision.other
    assert events_of(store, first[:3]) == [event, fresh, event]
    assert SubjectState.objects.get(subject=fresh).last_onset == NOW, "what was told of it is not told again"
    run_round(store, NOW + HOUR, sentiment="none")
    decision.refresh_from_db()
    assert decision.after_id, "a rebuild knows where to split"
    if lost:
        EventIndex.objects.all().delete()
    again = (MIXER[1][0], "网友转发：" + MIXER[1][1])
    later = put(store, [again, MIXER[0]], NOW + 2 * HOUR, start=30)
    assert events_of(store, [*first[:3], *later]) == [event, fresh, event, fresh, event]
    assert (Event.objects.get(id=event).size, Event.objects.get(id=fresh).size) == (3, 2)


def test_a_rebuild_from_the_archive_and_the_decisions_gives_the_same_as_the_snapshot(
    store: Store, officer: User
) -> None:
    first = put(store, [*MIXER, *PARKING, *OTHERS], NOW)
    split(store, first[0].id, [first[2].id], "另一处", officer, NOW)
    merge(store, first[0].id, first[5].id, "一并处理", officer, NOW)
    put(store, [MIXER_AGAIN], NOW + HOUR, start=40)
    put(store, [PARKING[0]], NOW + 2 * HOUR, start=50)
    live = Placing.load(store, NOW + 3 * HOUR).index
    EventIndex.objects.all().delete()
    rebuilt = Placing.load(store, NOW + 3 * HOUR).index
    assert rebuilt is not live
    assert rebuilt.snapshot() == live.snapshot()


def test_undoing_a_split_brings_back_the_posts_and_what_followed_them(store: Store, officer: User) -> None:
    first = put(store, [*MIXER, *OTHERS], NOW)
    event = first[0].id
    decision = split(store, event, [first[1].id], "另一处", officer, NOW)
    follower = put(store, [(MIXER[1][0], "网友转发：" + MIXER[1][1])], NOW + HOUR, start=60)
    assert events_of(store, follower) == [decision.other]
    undo(store, EventDecision.objects.get(), officer, NOW + 2 * HOUR)
    run_round(store, NOW + 3 * HOUR, sentiment="none")
    assert events_of(store, [*first[:3], *follower]) == [event] * 4
    assert Event.objects.get(id=decision.other).merged_into == event


def test_marks_that_were_refused_are_made_by_the_next_round(store: Store, officer: User) -> None:
    """The posts change while they are moved: their old text's marks stay stale, and the round that reads them puts them
    where it was decided."""
    first = put(store, [MIXER[0], PARKING[0]], NOW)
    changed = post(PARKING[0][0], PARKING[0][1] + "请尽快答复。", at=NOW - HOUR, key="p1", speaker="s1", collected=NOW)
    store.put([changed])
    merge(store, first[0].id, first[1].id, "同一小区", officer, NOW)
    assert events_of(store, first) == [first[0].id, first[1].id]
    run_round(store, NOW + HOUR, sentiment="none")
    run_round(store, NOW + 2 * HOUR, sentiment="none")
    assert events_of(store, first) == [first[0].id] * 2
    assert not EventDecision.objects.filter(settled_at=None).exists()


def test_nothing_is_written_where_it_is_refused(store: Store, officer: User) -> None:
    first = put(store, [MIXER[0], PARKING[0]], NOW)
    for event, other in ((first[0].id, first[0].id), (first[0].id, "unknown")):
        with pytest.raises(DecisionError):
            merge(store, event, other, "x", officer, NOW)
    with pytest.raises(DecisionError):
        split(store, first[0].id, [first[1].id], "不是它的信息", officer, NOW)
    assert not EventDecision.objects.exists()
    assert store.count(Filter(event=first[0].id)) == 1
    assert deciding.concerned() == set()
