"""What an archive keeps, changes and refuses: the same in both stores."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.language import parse
from archive.post import Kind, Marks, Post, Precision, Sentiment, post_id
from archive.store import Filter, Search, Store, Watermark, open_store
from tests.archive.makers import NOW, make_post

LATER = NOW + timedelta(days=1)
BAD = Sentiment(0.8, 0.1, 0.1)


def found(store: Store, query: str) -> int:
    return store.count(Filter(query=parse(query)))


def one(store: Store) -> Post:
    (identity,) = store.ids(Filter(), 10)
    return store.get([identity])[identity]


def test_what_is_put_comes_back_whole(store: Store) -> None:
    post = make_post(
        publisher="广元日报", speaker="ab" * 16, region="利州区", doc_number="广府发〔2026〕1号", reply="已处理",
        likes=3, comments=0, shares=None, replied_at=NOW, kind=Kind.QUESTION,
    )  # fmt: skip
    assert store.put([post]).new == [post.id]
    assert one(store) == replace(post, revision=1, changed_at=post.collected_at)
    assert one(store).stale


MERGES = [
    ({}, {}, False, "the same again"),
    ({"reply": "新答复"}, {"reply": "新答复"}, True, "a new reply is an update"),
    ({"text": "利州区今日停水，明日恢复。"}, {"text": "利州区今日停水，明日恢复。"}, True, "a new text"),
    ({"text": "短"}, {"text": "短"}, True, "the source that gave the text may shorten it"),
    ({"text": "短", "source": "b"}, {}, False, "another source's shorter text loses"),
    (
        {"text": "另一信源更长的文字。", "source": "b"},
        {"text": "另一信源更长的文字。"},
        True,
        "the longer wins",
    ),
    ({"title": "另题", "source": "b"}, {}, False, "the first source stays"),
    ({"title": "", "text": "", "publisher": ""}, {}, False, "an empty field never overwrites"),
    ({"likes": 9}, {"likes": 9}, False, "counters do not raise the revision"),
    ({"region": "利州区", "source": "b"}, {"region": "利州区"}, False, "another source fills what was empty"),
    ({"published_at": NOW - timedelta(hours=5)}, {"published_at": NOW - timedelta(hours=5)}, True, "a new time"),
    ({"speaker": "x"}, {}, False, "the speaker is set at the first put"),
    ({"marks": Marks(topic="x")}, {}, False, "put never touches marks"),
]


@pytest.mark.parametrize(("change", "kept", "raised", "reason"), MERGES, ids=[case[3] for case in MERGES])
def test_a_post_that_comes_again(
    store: Store, change: dict[str, Any], kept: dict[str, Any], raised: bool, reason: str
) -> None:
    first = make_post()
    store.put([first])
    report = store.put([replace(first, collected_at=LATER, **change)])
    assert (report.updated if raised else report.unchanged) == [first.id]
    expected = replace(first, revision=1 + raised, changed_at=LATER if raised else NOW, **kept)
    assert one(store) == expected, reason
    assert store.size() == 1
    # The index follows: old words are gone, new ones are there, at the time the post now has.
    assert found(store, "标题:停水通知") == 1
    assert found(store, "正文:今日停水") == (1 if "今日停水" in expected.text else 0)
    assert found(store, "答复:新答") == (1 if expected.reply else 0)
    assert list(store.count_by_hour(Filter())) == [expected.counted_at.replace(minute=0)]


def test_two_sources_taking_turns_settle(store: Store) -> None:
    short, long = make_post(text="短"), make_post(text="长的文字", source="b")
    store.put([short, long])
    for _ in range(2):
        assert store.put([short, long]).updated == []
    assert one(store).text == "长的文字" and one(store).source == "a"


def test_the_same_post_twice_in_one_put_is_one(store: Store) -> None:
    report = store.put([make_post(), make_post(reply="答")])
    assert (len(report.new), len(report.updated), store.size()) == (1, 1, 1)


def test_marks_are_refused_where_the_revision_has_moved(store: Store) -> None:
    post = make_post()
    store.put([post, replace(post, reply="答")])
    assert store.annotate([(post.id, 1, Marks(topic="水")), ("f" * 64, 1, Marks())]) == [post.id, "f" * 64]
    assert store.annotate([(post.id, 2, Marks(topic="水"))]) == []
    assert one(store).marks.topic == "水" and not one(store).stale


def test_marks_go_stale_by_words_and_not_by_a_reply(store: Store) -> None:
    post = make_post()
    store.put([post])
    store.annotate([(post.id, 1, Marks(topic="水"))])
    assert store.unmarked(10) == []
    store.put([replace(post, reply="答")])
    assert not one(store).stale and store.unmarked(10) == []
    store.put([replace(post, text="利州区今日停水，改写了。")])
    assert one(store).stale and one(store).marks.topic == "水"
    assert [waiting.id for waiting in store.unmarked(10)] == [post.id]


def test_what_was_collected_at_once_is_read_as_it_was_published(store: Store) -> None:
    history = [make_post(str(n), published_at=NOW - timedelta(days=n)) for n in range(8)]
    store.put([make_post("later", collected_at=LATER, published_at=NOW - timedelta(days=9)), *history])
    read = [post.id for post in store.unmarked(100)]
    assert read == [post.id for post in reversed(history)] + [make_post("later").id]


def test_filters_by_marks_follow_the_marks(store: Store) -> None:
    post = make_post()
    store.put([post])
    store.annotate([(post.id, 1, Marks(("甲", "乙"), ("政策一",), "水", None, BAD, "e1"))])
    for wanted in (Filter(watchlist="甲"), Filter(policy="政策一"), Filter(event="e1"), Filter(topics=("水",))):
        assert store.count(wanted) == 1
    assert store.search(Search()).facets["sentiment"] == [("negative", 1)]
    store.annotate([(post.id, 1, Marks(("乙",)))])
    assert [store.count(Filter(watchlist=name)) for name in "甲乙"] == [0, 1]
    assert store.count(Filter(event="e1")) == 0 and found(store, "情感:负面") == 0
    # Moving to another time takes the marks along.
    store.put([replace(post, published_at=NOW - timedelta(hours=9))])
    assert store.count(Filter(watchlist="乙", until=NOW - timedelta(hours=8))) == 1


NAMED = ((Kind.NEWS, "a", "利州区"), (Kind.POST, "b", ""), (Kind.POST, "a", ""))


def test_filters_by_time_and_names(store: Store) -> None:
    for hour, (kind, source, region) in enumerate(
        [(Kind.NEWS, "a", "利州区"), (Kind.POST, "b", ""), (Kind.POST, "a", "")]
    ):
        store.put(
            [make_post(str(hour), kind=kind, source=source, region=region, published_at=NOW - timedelta(hours=hour))]
        )
    assert store.count(Filter(kinds=("post",))) == 2
    assert store.count(Filter(sources=("a",), kinds=("post", "news"))) == 2
    assert store.count(Filter(regions=("利州区",))) == 1
    assert store.count(Filter(since=NOW - timedelta(hours=1))) == 2, "since is included"
    assert store.count(Filter(until=NOW - timedelta(hours=1))) == 1, "until is not"
    assert store.count(Filter(since=NOW, until=NOW)) == 0
    page = store.search(Search())
    assert page.facets["source"] == [("a", 2), ("b", 1)] and page.facets["region"] == [("利州区", 1)]
    assert store.search(Search(Filter(sources=("none",)))).total == 0


def test_days_are_those_of_china(store: Store) -> None:
    for name, at in (
        ("a", datetime(2026, 10, 30, 15, 59, tzinfo=UTC)),
        ("b", datetime(2026, 10, 30, 16, 0, tzinfo=UTC)),
    ):
        store.put([make_post(name, published_at=at)])
    assert store.search(Search()).days == [(date(2026, 10, 30), 1), (date(2026, 10, 31), 1)]


def test_hours_leave_out_what_is_known_by_day_and_doubles(store: Store) -> None:
    day = make_post("day", published_at=NOW - timedelta(days=9), published_precision=Precision.DAY)
    fresh = make_post("fresh", published_at=NOW - timedelta(hours=20), published_precision=Precision.DAY)
    double = make_post("double")
    store.put([day, fresh, double, make_post("x")])
    store.annotate([(double.id, 1, Marks(double=True))])
    hour = NOW - timedelta(hours=1)
    assert store.count_by_hour(Filter()) == {hour: 1, NOW: 1}, "fresh ones count when they were collected"
    assert store.count(Filter()) == 4


def test_hours_are_counted_by_one_facet_and_by_several_at_once(store: Store) -> None:
    fresh, day_only = NOW - timedelta(hours=2), {"published_precision": Precision.DAY, "published_at": NOW}
    store.put(
        [
            make_post("一", region="利州区"),
            make_post("二", region="利州区", source="b"),
            make_post("三", region="昭化区", published_at=fresh),
            make_post("四"),
            make_post("五", region="利州区", **day_only | {"published_at": NOW - timedelta(days=9)}),
        ]
    )
    water = Filter(query=parse("停水"))
    ids = [post_id(source="test", item_id=name) for name in "一二三四五"]
    store.annotate([(identity, 1, Marks(topic="交通运输" if n % 2 else None)) for n, identity in enumerate(ids)])
    hour, earlier = NOW - timedelta(hours=1), fresh
    assert store.hours_by(water, "source") == {("a",): {hour: 2, earlier: 1}, ("b",): {hour: 1}}
    assert store.hours_by(water, "topic", "region") == {
        ("", "利州区"): {hour: 1},
        ("", "昭化区"): {earlier: 1},
        ("交通运输", "利州区"): {hour: 1},
        ("交通运输", ""): {hour: 1},
    }, "what is known by its day alone is not counted, and no region is a group of its own"
    assert store.hours_by(Filter(), "region", "topic", "source")["利州区", "交通运输", "b"] == {hour: 1}
    assert store.hours_by(Filter(sources=("c",)), "topic") == {}
    assert store.hours_by(water) == {(): store.count_by_hour(water)}


def test_speakers_are_counted_within_a_period(store: Store) -> None:
    old = NOW - timedelta(days=40)
    for index, (speaker, at) in enumerate([("a", NOW), ("a", NOW), ("b", NOW), ("c", old), (None, old), (None, NOW)]):
        store.put([make_post(str(index), speaker=speaker, published_at=at)])
    assert store.speakers(Filter()) == 4, "a and b; c is of a period with fewer; each unnamed one for itself"
    assert store.speakers(Filter(until=NOW - timedelta(days=30))) == 2


def test_posts_of_one_second_and_hash_keep_their_order(store: Store) -> None:
    ids = ["abcdef0" + f"{number:057x}" for number in range(5)]
    store.put([make_post(identity, id=identity) for identity in ids])
    assert store.ids(Filter(), 10) == ids[::-1]
    assert found(store, "停水") == 5


def test_reading_in_the_order_of_collection_misses_nothing(store: Store) -> None:
    store.put([make_post(str(n), collected_at=NOW + timedelta(seconds=n // 3)) for n in range(20)])
    seen: list[Post] = []
    mark = Watermark(datetime(1970, 1, 1, tzinfo=UTC))
    while batch := store.new_since(mark, 7):
        seen += batch
        assert batch[-1].changed_at
        mark = Watermark(batch[-1].changed_at, batch[-1].id)
    assert len({post.id for post in seen}) == len(seen) == 20
    store.put([replace(make_post("3"), reply="答", collected_at=LATER)])
    assert [post.id for post in store.new_since(mark, 7)] == [make_post("3").id], "an update is read again"


def test_what_expired_leaves_a_tombstone(store: Store) -> None:
    store.put([make_post(str(n), reply="答", collected_at=NOW + timedelta(days=n)) for n in range(4)])
    gone = make_post("0")
    store.annotate([(gone.id, 1, Marks(("甲",)))])
    assert store.count(Filter()) == 4
    assert store.expire(NOW + timedelta(days=2)) == 2
    assert (store.size(), found(store, "停水"), found(store, "答复:答"), store.count(Filter(watchlist="甲"))) == (
        2,
        2,
        2,
        0,
    )
    assert store.put([gone]).buried == [gone.id]
    assert store.known([gone.id, make_post("3").id, "other"]) == {gone.id, make_post("3").id}
    assert store.get([gone.id]) == {}


def test_putting_in_order_changes_no_answer(store: Store) -> None:
    for day in range(8):
        store.put([make_post(str(day), collected_at=NOW - timedelta(days=40 + day), reply="答")])
    store.annotate([(make_post("3").id, 1, Marks(("甲",), topic="供水"))])
    asked = Search(Filter(query=parse("停水")), size=3)
    before = store.search(asked)
    store.tidy(NOW)
    assert store.search(asked) == before
    assert store.tidy(NOW) == 0, "once in order, it is left alone"
    assert store.put([make_post("9", collected_at=NOW)]).new == [make_post("9").id]
    assert store.search(asked).total == before.total + 1


def test_it_opens_by_its_url(url: str) -> None:
    open_store(url).put([make_post()])
    assert open_store(url, create=False).size() == 1


def test_posts_are_asked_for_by_when_they_were_first_collected(store: Store) -> None:
    at = NOW - timedelta(days=3)
    posts = [
        make_post(str(n), collected_at=at + n * timedelta(hours=1), published_at=at - timedelta(days=n))
        for n in range(5)
    ]
    store.put(posts)
    store.put([replace(posts[0], reply="已答复", replied_at=at, collected_at=at + timedelta(hours=9))])
    since, until = at + timedelta(hours=1), at + timedelta(hours=4)
    assert store.count(Filter(collected_since=since, collected_until=until)) == 3
    assert store.count(Filter(collected_since=since)) == 4
    assert store.count(Filter(collected_until=since)) == 1, "the end is not included; an answer is no new collection"
    assert store.count(Filter(collected_since=since + timedelta(microseconds=1), collected_until=until)) == 2
    assert store.count(Filter(since=at - timedelta(days=2), collected_since=since, collected_until=until)) == 2
    found = store.search(Search(Filter(collected_since=since, collected_until=until)))
    assert (found.total, sum(n for _, n in found.days), sum(n for _, n in found.facets["kind"])) == (3, 3, 3)


def test_posts_are_asked_for_by_their_matter_and_by_being_under_no_watchlist(store: Store) -> None:
    posts = [make_post(str(n)) for n in range(4)]
    store.put(posts)
    marks = [Marks(matter="投诉", watchlists=("水", "电")), Marks(matter="咨询"), Marks(watchlists=("水",))]
    store.annotate([(post.id, 1, each) for post, each in zip(posts, marks, strict=False)])
    assert store.count(Filter(matters=("投诉",))) == 1
    assert store.count(Filter(matters=("投诉", "咨询"))) == 2
    assert store.count(Filter(matters=("",))) == 2, "without one, marked or not"
    assert store.count(Filter(unwatched=True)) == 2
    assert store.count(Filter(unwatched=True, matters=("",))) == 1
