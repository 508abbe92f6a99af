"""What is marked, in the original's own characters."""

import pytest
from hypothesis import given, settings

from archive.fold import fold_text
from archive.highlight import highlight, snippet
from archive.language import Query, QueryError, parse
from archive.language.nodes import Where
from archive.post import Post
from tests.archive.makers import make_post, posts, query_texts


def marked(text: str, query: str) -> list[str]:
    return [piece for piece, mark in highlight(text, parse(query).terms(), Where.BODY) if mark]


@pytest.mark.parametrize(
    ("text", "query", "pieces", "reason"),
    [
        ("今日停水，明日停水。", "停水", ["停水", "停水"], "every place"),
        ("利州區停電", "利州区", ["利州區"], "as it was written"),
        ("ＰＭ２．５", "pm2.5", ["ＰＭ２．５"], "full-width"),
        ("一……停水", "停水", ["停水"], "after what changes its length"),
        ("停水招聘", "停水 !招聘", ["停水"], "what must not be there is not marked"),
        ("停水供水", "停水|供水", ["停水供水"], "marks that touch are one"),
        ("停水", "标题:停水", [], "only where the term may stand"),
        ("停水 投诉", "停水 ~5 投诉", ["停水", "投诉"], "both sides of a proximity"),
        ("<b>停水</b>", "停水", ["停水"], "signs of HTML are text like any other"),
    ],
)
def test_marks(text: str, query: str, pieces: list[str], reason: str) -> None:
    assert marked(text, query) == pieces, reason


def test_a_long_text_is_shown_where_it_says_most() -> None:
    post = make_post(text="停水" + "无关" * 200 + "供水投诉停水" + "无关" * 200)
    shown = snippet(post, parse("停水|供水|投诉"), width=60)
    assert shown.body[0] == ("…", False) and shown.body[-1] == ("…", False)
    assert ("供水投诉停水", True) in shown.body
    assert sum(len(piece) for piece, _ in shown.body) == 62


def test_without_a_query_the_beginning_is_shown() -> None:
    assert snippet(make_post(text="甲" * 200), None, width=50).body == [("甲" * 50, False), ("…", False)]


def test_the_reply_is_shown_where_it_was_asked_for() -> None:
    post = make_post(reply="已处理停水问题")
    assert snippet(post, parse("停水")).reply == []
    assert ("处理", True) in snippet(post, parse("答复:处理")).reply


@settings(max_examples=200, deadline=None)
@given(posts(), query_texts)
def test_pieces_are_the_text_and_marks_are_the_terms(post: Post, text: str) -> None:
    try:
        query: Query = parse(text)
    except QueryError:
        return
    for where, said in ((Where.TITLE, post.title), (Where.BODY, post.text)):
        pieces = highlight(said, query.terms(), where)
        assert "".join(piece for piece, _ in pieces) == said
        wanted = [term.folded for term in query.terms() if term.where in (Where.ANY, where)]
        assert any(mark for _, mark in pieces) == any(term in fold_text(said) for term in wanted)
