"""Two archives, one behaviour: 5,000 real messages in both, whatever is asked of them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.highlight import snippet
from archive.language import QueryError, parse, quote
from archive.post import CHINA, Kind, Marks, Post, Precision, Sentiment, post_id
from archive.store import Filter, Page, Search, Store, Watermark, open_store
from bench.servers.elastic import Cluster
from tests.conftest import SHARED

pytestmark = [pytest.mark.shared, pytest.mark.slow]
POSTS = 5000
MATTERS = ("投诉", "求助", "咨询", None)
TOPICS = ("城乡建设", "教育文体", "环境保护", None)
FEELINGS = (Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.8, 0.1), Sentiment(0.1, 0.1, 0.8), None)


@dataclass(frozen=True)
class Both:
    sqlite: Store
    elastic: Store

    def ask(self, wanted: Filter, order: Literal["newest", "relevance"] = "newest", pages: int = 3) -> list[Page]:
        """The first pages of each, found to be the same; those of SQLite."""
        given: list[list[Page]] = []
        for store in (self.sqlite, self.elastic):
            after, taken = None, []
            for _ in range(pages):
                taken.append(store.search(Search(wanted, order, after=after)))
                after = taken[-1].next
                if after is None:
                    break
            given.append(taken)
        for ours, theirs in zip(*given, strict=True):
            assert theirs.total == ours.total
            assert theirs.days == ours.days
            assert theirs.facets == ours.facets
            assert [post.id for post in theirs.posts] == [post.id for post in ours.posts]
            assert theirs.posts == ours.posts
        return given[0]


@pytest.fixture(scope="module")
def both(elastic: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    posts = list(messages(SHARED / "data"))[:POSTS]
    assert len(posts) == POSTS
    stores = open_store(f"sqlite:///{tmp_path_factory.mktemp('alike')}/a.sqlite3"), open_store(elastic.url("alike"))
    for store in stores:
        store.put(posts)
        store.annotate([(post.id, 1, marks_of(number, post)) for number, post in enumerate(posts)])
        # What comes again: answers, other texts, other times, the same from another source.
        store.put([again(number, post) for number, post in enumerate(posts) if number % 7 == 0])
    yield Both(*stores)
    for store in stores:
        store.close()


def messages(data: Path) -> Iterator[Post]:
    for name in ("board.jsonl", "answers.jsonl"):
        with (data / name).open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                at = moment(row["created"])
                yield Post(
                    id=post_id(source="board", item_id=row["id"]),
                    url="",
                    kind=Kind.QUESTION if len(row["body"]) % 3 else Kind.POST,
                    title=row["title"],
                    text=row["body"],
                    source=name,
                    collected_at=at + timedelta(hours=len(row["title"]) % 90),
                    publisher=("", "问政", "市长信箱", "廣元日報")[len(row["body"]) % 4],
                    speaker=hashlib.sha256(row["user"].encode()).hexdigest() if len(row["title"]) % 5 else None,
                    published_at=at,
                    published_precision=Precision.DAY if len(row["title"]) % 11 == 0 else Precision.MINUTE,
                    region=("", "昭化区", "A市")[len(row["title"]) % 3],
                    reply=row["reply"] or "",
                    replied_at=moment(row["replied"]) if row["replied"] else None,
                    likes=row["likes"],
                )


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def marks_of(number: int, post: Post) -> Marks:
    return Marks(
        watchlists=("供水",) if "水" in post.title else (),
        policies=("1",) if number % 40 == 0 else (),
        topic=TOPICS[number % 4],
        matter=MATTERS[number % 4],
        sentiment=FEELINGS[number % 4],
        event=f"e{number % 90}",
        copy_of=None,
        double=number % 13 == 0,
    )


def again(number: int, post: Post) -> Post:
    later = post.collected_at + timedelta(days=number % 80)
    assert post.published_at
    changes: list[dict[str, Any]] = [
        {"reply": "已转交办理。", "replied_at": later},
        {"text": post.text + "补充：仍未解决。"},
        {"published_at": post.published_at - timedelta(hours=3)},
        {"source": "other", "text": "短", "likes": 5, "region": "剑阁县"},
    ]
    return replace(post, collected_at=later, **changes[number // 7 % 4])


HOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Words as they stand in the messages, put together in every way the language has."""
    words = (
        "停水",
        "物业",
        "小区",
        "A市",
        "噪音",
        "5G",
        "的",
        "，",
        "问题",
        "学校",
        "工资",
        "捆绑销售",
        "1",
        "Ａ３区",
        "業主",
    )
    word = st.sampled_from(words).map(quote) | st.text(
        st.sampled_from("水电路的小区学校业主不了在是有我们，。A1 "), min_size=1, max_size=4
    ).filter(str.strip).map(quote)
    facts = st.sampled_from(
        ["来源:问政", "来源:日报", "地区:昭化区", "类型:问答", "类型:帖子", "情感:负面", "情感:中性"]
    )
    atom = word | st.builds("{}:{}".format, st.sampled_from(["标题", "正文", "答复"]), word) | facts
    near = st.builds("({} ~{} {})".format, word, st.integers(0, 12), word)
    part = atom | near | st.builds("({} | {})".format, atom, atom)
    form = draw(st.sampled_from(["{0}", "{0} + {1}", "{0} | {1}", "{0} !{1}", "{0} + {1} + !{2}", "{0}\n{1} + {2}"]))
    return form.format(draw(part), draw(part), draw(part))


@HOW
@given(
    queries(),
    st.integers(0, 900),
    st.integers(1, 400),
    st.sampled_from([(), ("board.jsonl",), ("other", "answers.jsonl")]),
)
def test_two_hundred_queries_give_the_same(
    both: Both, text: str, begin: int, days: int, sources: tuple[str, ...]
) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    start = datetime(2017, 6, 1, tzinfo=UTC) + timedelta(days=begin)
    for wanted in (
        Filter(query=query),
        Filter(query=query, since=start, until=start + timedelta(days=days), sources=sources),
    ):
        pages = both.ask(wanted)
        ours, theirs = both.sqlite, both.elastic
        assert theirs.count(wanted) == ours.count(wanted) == pages[0].total
        assert theirs.count_by_hour(wanted) == ours.count_by_hour(wanted)
        assert theirs.speakers(wanted) == ours.speakers(wanted)
        assert theirs.ids(wanted, 50) == ours.ids(wanted, 50)
        shown = [(snippet(post, query), snippet(theirs.get([post.id])[post.id], query)) for post in pages[0].posts[:3]]
        assert all(one == other for one, other in shown)
    both.ask(Filter(query=query), "relevance")


FILTERS = [
    Filter(),
    Filter(watchlist="供水"),
    Filter(policy="1"),
    Filter(event="e7"),
    Filter(topics=("城乡建设", "环境保护")),
    Filter(sentiments=("negative",)),
    Filter(regions=("昭化区", "剑阁县")),
    Filter(kinds=("post",)),
    Filter(since=datetime(2019, 8, 1, tzinfo=UTC), until=datetime(2019, 8, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_every_filter_gives_the_same(both: Both, wanted: Filter) -> None:
    both.ask(wanted, pages=8)
    assert both.elastic.count_by_hour(wanted) == both.sqlite.count_by_hour(wanted)
    by = ("topic", "region", "source")
    assert both.elastic.hours_by(wanted, *by) == both.sqlite.hours_by(wanted, *by)
    assert both.elastic.speakers(wanted) == both.sqlite.speakers(wanted)
    assert both.elastic.ids(wanted, 20_000) == both.sqlite.ids(wanted, 20_000)


def test_what_is_to_be_read_is_read_in_the_same_order(both: Both) -> None:
    assert [post.id for post in both.elastic.unmarked(2000)] == [post.id for post in both.sqlite.unmarked(2000)]
    mark = Watermark(datetime(2019, 1, 1, tzinfo=UTC))
    ours, theirs = both.sqlite.new_since(mark, 1000), both.elastic.new_since(mark, 1000)
    assert theirs == ours and len(ours) == 1000


def test_retention_takes_the_same(both: Both) -> None:
    before = datetime(2018, 3, 10, 7, 30, tzinfo=UTC)
    gone = both.sqlite.ids(Filter(until=datetime(2018, 1, 1, tzinfo=UTC)), 10)
    assert both.elastic.expire(before) == both.sqlite.expire(before) > 100
    both.ask(Filter())
    assert both.elastic.known(gone) == both.sqlite.known(gone) == set(gone), "buried, and never collected again"
    assert both.elastic.get(gone) == both.sqlite.get(gone) == {}
