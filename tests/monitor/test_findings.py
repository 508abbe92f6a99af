"""What a finding tells: sums that add up, the events it is about, samples without anybody's name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from archive.post import Kind, Marks, Post, Sentiment
from archive.store import Filter, Store
from monitor.findings import Burst, Matter, describe, main_events, newest, reactions
from monitor.models import Watchlist
from tests.monitor.city import HOUR, NOW, post


def of(event: str | None, n: int) -> Post:
    return post(f"停水{n}", key=f"{event}-{n}").with_marks(Marks(event=event))


@pytest.mark.parametrize(
    ("events", "about", "why"),
    [
        (["a", "a", "b"], ["a"], "most belong to one"),
        (["a", "a", "b", "b"], ["a"], "half is enough, the first by name of two alike"),
        (["a", "a", "b", "b", "c"], ["a", "b"], "none has half: those with two or more, by share"),
        (["a", "a", "b", "c", "d"], [], "a single one with two of five is not what it is about"),
        (["a", "b", "c"], [], "nothing in common"),
        (["a"], [], "one post is no majority"),
        ([None, None, "a"], [], "posts without an event count too"),
        ([], [], "nothing"),
    ],
)
def test_the_events_a_finding_is_about(events: list[str | None], about: list[str], why: str) -> None:
    assert main_events([of(event, n) for n, event in enumerate(events)]) == about, why


def test_facts_add_up_and_name_nobody(store: Store) -> None:
    posts = [
        post(f"停水{n}", f"第{n}件停水" + "。很长" * 100, at=NOW - n * timedelta(days=2), speaker=f"hash-{n % 3}",
             reply="已处理" if n % 2 else "", source="board" if n < 8 else "forum", key=f"f-{n}")
        for n in range(12)
    ]  # fmt: skip
    store.put([*posts, post("停水的通知", kind=Kind.POLICY, key="policy")])
    store.annotate([(each.id, 1, Marks(watchlists=("水",), matter="投诉", event=posts[-1].id)) for each in posts])
    scope = reactions(Filter(event=posts[-1].id))
    matter = Matter(newest(store, scope), scope, Burst(24, 3, 0.25, 3.4), ["停水"], whole=True)
    facts, risk = describe(store, matter, {"board": "市民留言板"}, NOW)
    assert facts["total"] == 12
    assert sum(facts["sources"].values()) == 12
    assert facts["sources"] == {"市民留言板": 8, "forum": 4}
    assert facts["matters"] == {"投诉": 12}
    assert facts["answered"] + facts["unanswered"] == 12
    assert sum(count for _, count in facts["days"]) == 12
    assert facts["first"]["title"] == "停水11"
    assert len(facts["samples"]) == 8
    assert all(len(sample["excerpt"]) <= 120 for sample in facts["samples"])
    assert [sample["title"] for sample in facts["samples"]][:3] == ["停水0", "停水8", "停水1"]
    assert "hash" not in str(facts)
    assert risk.score == sum(part.points for part in risk.contributions)


def test_copies_and_doubles_do_not_crowd_out_the_samples(store: Store) -> None:
    first = post("停水原文", at=NOW - 9 * HOUR, key="o")
    copies = [replace(post(f"停水转发{n}", key=f"c-{n}"), marks=Marks(copy_of=first.id)) for n in range(9)]
    matter = Matter([*copies, first], Filter(event="none"), Burst(24, 10))
    facts, _ = describe(store, matter, {}, NOW)
    assert facts["samples"][0]["title"] == "停水原文"
    assert facts["copies"] == 9


def test_accounts_are_those_there_are_while_the_rule_counts_every_voice(store: Store) -> None:
    articles = [post(f"停水{n}", kind=Kind.NEWS, source=f"paper{n}", key=f"n-{n}") for n in range(4)]
    people = [post(f"没水{n}", speaker=f"hash-{n % 2}", key=f"q-{n}") for n in range(3)]
    store.put([*articles, *people])
    scope = Filter(kinds=("news", "question"))
    facts, risk = describe(store, Matter(newest(store, scope), scope, Burst(24, 6), whole=True), {}, NOW)
    assert (facts["speakers"], facts["accounts"]) == (6, 2)
    facts, risk = describe(store, Matter(articles, Filter(kinds=("news",)), Burst(24, 4), whole=True), {}, NOW)
    assert (facts["speakers"], facts["accounts"]) == (4, 0)
    assert "个账号" not in str(risk.as_dict()), "four articles are no accounts"


def test_every_post_counts_by_its_matter_or_by_its_sentiment(store: Store) -> None:
    glad, sad = Sentiment(0.1, 0.1, 0.8), Sentiment(0.8, 0.1, 0.1)
    marked = [
        (Kind.QUESTION, Marks(matter="投诉", sentiment=glad)),
        (Kind.QUESTION, Marks(matter="投诉", sentiment=sad)),
        (Kind.QUESTION, Marks(sentiment=glad)),
        (Kind.POST, Marks(matter="求助", sentiment=sad)),
        (Kind.POST, Marks(sentiment=sad)),
        (Kind.NEWS, Marks(sentiment=glad)),
    ]
    posts = [post(f"停水{n}", kind=kind, key=f"m-{n}").with_marks(marks) for n, (kind, marks) in enumerate(marked)]
    facts, _ = describe(store, Matter(posts, Filter(), Burst(24, 6)), {}, NOW)
    assert facts["matters"] == {"投诉": 2, "求助": 1, "未归类": 1}
    assert list(facts["matters"])[-1] == "未归类"
    assert facts["sentiments"] == {"negative": 1, "positive": 1}, "a citizen's message shows no sentiment"
    assert sum(facts["matters"].values()) + sum(facts["sentiments"].values()) == len(posts)


@pytest.mark.django_db
def test_without_words_of_its_own_a_matter_is_told_by_its_watchlists(store: Store) -> None:
    Watchlist.objects.create(name="水电气", purpose="测试", query="停水 | 停电 | 抢修")
    posts = [
        post(f"停水了{n}", "正在抢修", key=f"w-{n}").with_marks(Marks(watchlists=("水电气",) if n else ()))
        for n in range(3)
    ]
    facts, _ = describe(store, Matter(posts, Filter(), Burst(24, 3)), {}, NOW)
    assert facts["terms"] == ["停水", "抢修"], "those that stand in the posts"
    facts, _ = describe(store, Matter(posts[:1], Filter(), Burst(24, 1)), {}, NOW)
    assert facts["terms"] == [], "better none than a guess"
