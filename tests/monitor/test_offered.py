"""Which posts a person is asked about first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive.post import Kind, Marks, Post, Precision, Sentiment
from monitor.offered import distance, margin, offered

AT = datetime(2019, 8, 2, 8, tzinfo=UTC)
SURE, TOSS_UP, LEANS = Sentiment(0.9, 0.05, 0.05), Sentiment(0.4, 0.39, 0.21), Sentiment(0.5, 0.35, 0.15)


def post(name: str, felt: Sentiment | None, kind: Kind = Kind.POST, copy_of: str | None = None) -> Post:
    marks = Marks(sentiment=felt, copy_of=copy_of)
    return Post(
        id=name * 64, url="", kind=kind, title=name, text="文", source="s", collected_at=AT, published_at=AT,
        published_precision=Precision.MINUTE, marks=marks,
    )  # fmt: skip


def test_where_the_engines_differ_most_comes_first_then_what_is_least_sure() -> None:
    posts = [post("a", SURE), post("b", TOSS_UP), post("c", LEANS), post("d", SURE), post("e", TOSS_UP)]
    second = {"a" * 64: Sentiment(0.3, 0.4, 0.3), "d" * 64: Sentiment(0.0, 0.1, 0.9)}
    asked = offered(posts, second, set())
    assert [each.title for each, _ in asked] == ["d", "a", "b", "e", "c"]
    assert [why for _, why in asked] == ["两个引擎判断不同"] * 2 + ["系统拿不准"] * 3


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        (post("x", SURE), "both are sure of the same: nothing to learn"),
        (post("x", None), "it was not scored"),
        (post("x", TOSS_UP, Kind.QUESTION), "a citizen's message has its matter instead"),
        (post("x", TOSS_UP, Kind.POLICY), "a policy feels nothing"),
        (post("x", TOSS_UP, copy_of="y" * 64), "the first of its copies is asked about"),
    ],
)
def test_what_is_not_asked_about(left_out: Post, why: str) -> None:
    assert offered([left_out], {left_out.id: SURE}, set()) == [], why


def test_what_was_judged_is_not_asked_again() -> None:
    assert offered([post("b", TOSS_UP)], {}, {"b" * 64}) == []


def test_no_more_than_asked_for() -> None:
    posts = [replace(post("b", TOSS_UP), id=f"{number:064d}") for number in range(30)]
    assert len(offered(posts, {}, set(), limit=7)) == 7


def test_how_far_apart_is_a_share() -> None:
    assert distance(SURE, SURE) == 0
    assert distance(Sentiment(1, 0, 0), Sentiment(0, 0, 1)) == 1
    assert margin(TOSS_UP) == pytest.approx(0.01)
