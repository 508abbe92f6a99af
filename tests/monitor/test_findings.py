"""What a finding tells: sums that add up, the events it is about, samples without anybody's name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from archive.post import Kind, Marks, Post
from archive.store import Filter, Store
from monitor.findings import Burst, Matter, describe, main_events, newest, reactions
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
    assert [sample["title"] for sample in facts["samples"]][:2] == ["停水0", "停水1"]
    assert "hash" not in str(facts)
    assert risk.score == sum(part.points for part in risk.contributions)


def test_copies_and_doubles_do_not_crowd_out_the_samples(store: Store) -> None:
    first = post("停水原文", at=NOW - 9 * HOUR, key="o")
    copies = [replace(post(f"停水转发{n}", key=f"c-{n}"), marks=Marks(copy_of=first.id)) for n in range(9)]
    matter = Matter([*copies, first], Filter(event="none"), Burst(24, 10))
    facts, _ = describe(store, matter, {}, NOW)
    assert facts["samples"][0]["title"] == "停水原文"
    assert facts["copies"] == 9
