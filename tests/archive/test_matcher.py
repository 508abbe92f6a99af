"""All watchlists at once: the order of names, and which queries may be left unjudged."""

import pytest

from archive.language import parse
from archive.matcher import Matcher, needs
from archive.post import Kind
from tests.archive.makers import make_post


def test_names_come_in_the_order_given() -> None:
    queries = {
        name: parse(text) for name, text in [("丙", "停水"), ("甲", "利州區"), ("乙", "供水"), ("丁", "类型:帖子")]
    }
    assert Matcher(queries).match(make_post()) == ["丙", "甲", "丁"]


def test_no_watchlists_match_nothing() -> None:
    assert Matcher({}).match(make_post()) == []


def test_a_watchlist_without_words_is_judged_too() -> None:
    assert Matcher({"": parse("类型:问答 !招聘")}).match(make_post(kind=Kind.QUESTION)) == [""]


def test_a_term_inside_another_is_found() -> None:
    queries = {text: parse(text) for text in ("停水", "停水通知", "水", "水通", "标题:停水通")}
    assert Matcher(queries).match(make_post(text="")) == list(queries)


@pytest.mark.parametrize(
    ("text", "terms", "reason"),
    [
        ("停水", {"停水"}, "the term itself"),
        ("停水 + (a | b | c)", {"停水"}, "the part with fewest terms must hold"),
        ("停水 | 供水", {"停水", "供水"}, "either may"),
        ("停水 | 地区:利州区", None, "it may hold without any word"),
        ("地区:利州区 + 停水", {"停水"}, "the word is needed"),
        ("停水 + !招聘", {"停水"}, "what must not be there is no sign"),
        ("(a|b) ~3 c", {"c"}, "the smaller side"),
    ],
)
def test_what_a_query_needs(text: str, terms: set[str] | None, reason: str) -> None:
    assert needs(parse(text).root) == terms, reason
