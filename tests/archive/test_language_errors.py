"""Queries that are refused: what is said, where it points, what is offered."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.language import ALL_FIELDS, SCOPE_FIELDS, Query, QueryError, parse
from archive.language.lexer import Sign
from archive.language.parser import Parser
from archive.sqlite import SQLiteStore
from archive.store import Filter
from tests.archive.makers import make_post

REFUSED = [
    ("", 0, "是空的", "nothing written"),
    (" \n\u200b", 0, "是空的", "nothing but space"),
    ("!招聘", 0, "只有“不要什么”", "NOT alone"),
    ("停水 | !招聘", 0, "只有“不要什么”", "an alternative that is NOT alone"),
    ("!(停水 ~3 招聘)", 0, "只有“不要什么”", "NOT of a proximity alone"),
    ("停水 + 供水 | 投诉", 8, "两种读法", "AND then OR without brackets"),
    ("停水，供水 利州区", 5, "两种读法", "a list and a space"),
    ("停水\n(a|b c)", 7, "两种读法", "inside brackets, on the second line"),
    ("停水 |", 3, "“|”后面缺少", "an operator at the end"),
    ("停水 | | 供水", 3, "“|”后面缺少", "two operators"),
    ("+ 停水", 0, "“+”前面缺少", "an operator at the start"),
    ("停水 或", 3, "“或”后面缺少", "a word operator at the end"),
    ("停水！", 2, "“！”后面缺少", "NOT at the end"),
    ("(停水", 0, "没有配对的“)”", "a bracket not closed"),
    ("停水)", 2, "没有与它配对的“(”", "a bracket not opened"),
    ("()", 0, "括号里是空的", "empty brackets"),
    ("停水 “供水", 3, "引号没有配对", "a quote not closed"),
    ("停水”", 2, "引号没有配对", "a quote not opened"),
    ("“停水\n供水”", 0, "引号没有配对", "a quote over two lines would swallow a line"),
    ('停水 ""', 3, "引号里是空的", "an empty phrase"),
    ("“\u200b”", 0, "引号里是空的", "a phrase that folds to nothing"),
    ("停水 ~ 投诉", 3, "相隔的字数", "~ without a number"),
    ("停水 ~9999999 投诉", 4, "最大为 1000", "~ too far"),
    ("停水 ~5", 3, "后面缺少", "~ without its right side"),
    ("停水 ~5 a ~5 投诉", 8, "不能接着再用", "a chain of ~"),
    ("!停水 ~5 投诉", 4, "管不到“~”", "NOT binds stronger than ~"),
    ("(停水+供水) ~5 投诉", 0, "只能是词", "AND as a side of ~"),
    ("投诉 ~5 地区:利州区", 6, "只能是词", "a fact as a side of ~"),
    ("标题:停水 ~5 正文:投诉", 6, "同一个字段", "two fields are never near"),
    ("标题:", 0, "后面没有内容", "a field without a value"),
    ("标题:(停水 正文:供水)", 7, "括号里不能再用", "a field in a field"),
    ("情感:高兴", 3, "不认“高兴”", "no such feeling"),
    ("类型:微博", 3, "只认 政策", "no such kind"),
    ("停" * 20001, 20000, "太长", "longer than anything a person writes"),
    ("(" * 100 + "停水" + ")" * 100, 60, "套得太深", "deeper than anything a person writes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "message", "reason"), REFUSED, ids=[case[3] for case in REFUSED])
def test_refused(text: str, position: int, message: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert message in caught.value.message, reason
    assert caught.value.position == position, reason


def test_the_pointer_stands_under_the_character_full_width_or_not() -> None:
    with pytest.raises(QueryError) as caught:
        parse("供水\n停水ab | (投诉")
    assert caught.value.pointed() == "“(”没有配对的“)”\n  停水ab | (投诉\n           ^"


def test_a_long_line_is_cut_round_the_pointer() -> None:
    with pytest.raises(QueryError) as caught:
        parse("停水 | " * 500 + "(")
    assert all(len(line) < 200 for line in caught.value.pointed().splitlines())


@pytest.mark.parametrize(
    ("text", "readings", "reason"),
    [
        ("停水 + 供水 | 投诉", ("(停水 + 供水) | 投诉", "停水 + (供水 | 投诉)"), "the plain case"),
        ("a|b c|d", ("a | (b + c) | d", "(a | b) + (c | d)"), "a space between two ORs"),
        ("供水\na|b !c\n投诉", ("供水\na | (b + !c)\n投诉", "供水\n(a | b) + !c\n投诉"), "other lines stay"),
        ("x (a|b c)", ("x (a | (b + c))", "x ((a | b) + c)"), "inside a bracket"),
        ("a|标题:b，c d", ("a | (标题:b，c + d)", "(a | 标题:b，c) + d"), "a field's list is one operand"),
        ("a|b ~3 c d", ("a | (b ~3 c + d)", "(a | b ~3 c) + d"), "a proximity is one operand"),
        (
            "停水,-供水 断水",
            ('停水 | ("-供水" + 断水)', '(停水 | "-供水") + 断水'),
            "a - that was no NOT does not become one",
        ),
        ('"停水"-演练 | 断水', ('("停水" + "-演练") | 断水', '"停水" + ("-演练" | 断水)'), "nor behind a quote"),
        ("停水,或 断水", ('停水 | ("或" + 断水)', '(停水 | "或") + 断水'), "nor a word that is an operator elsewhere"),
        ("a ~3 且,b c", ('a ~3 "且" | (b + c)', '(a ~3 "且" | b) + c'), "also where it ends an operand"),
        (
            "停水 + (a b|c) | d",
            ("(停水 + ((a + b) | c)) | d", "停水 + ((a + (b | c)) | d)"),
            "in and outside a bracket",
        ),
        ("a b|c\nd e|f", ("(a + b) | c | (d + e) | f", "(a + (b | c)) | (d + (e | f))"), "on two lines"),
    ],
)
def test_both_readings_are_offered_and_can_be_taken(text: str, readings: tuple[str, ...], reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.suggestions == readings, reason
    assert len({parse(reading) for reading in readings}) == 2, reason


@pytest.mark.parametrize(
    ("text", "suggestions", "reason"),
    [
        ("a b|c (", (), "what is wrong further on, no brackets mend"),
        ("!a | b c", ("(!a | b) + c",), "one of the readings has an alternative that is NOT alone"),
        ("情感:坏 情感:差", (), "the second is wrong as well"),
    ],
)
def test_what_would_not_be_read_is_not_offered(text: str, suggestions: tuple[str, ...], reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.suggestions == suggestions, reason


def test_deep_mixing_is_answered_soon() -> None:
    with pytest.raises(QueryError) as caught:
        parse("(a b|c " * 10 + "d" + ")" * 10)
    assert len({parse(each) for each in caught.value.suggestions}) == 2


def _meaning(tokens: str, strong: str) -> bool:
    """Of 1, 0, & and |, by Python's own rules, where "and" binds stronger than "or". Where OR does, by De Morgan: it is
    then the AND of the opposites."""
    if strong == "&":
        return bool(eval(tokens.replace("&", " and ").replace("|", " or ")))
    turned = tokens.translate(str.maketrans("10", "01")).replace("|", " and ").replace("&", " or ")
    return not eval(turned)


_WORDS = st.sampled_from(["停水", "-供水", "或", "且", "C++", '"a-b"', "AND", "标题:x", "a ~3 b", "!x", "!-x", "-"])
_JOINTS = st.sampled_from([" ", "|", ",", " + ", " - ", "+", "\n", " 或 ", "，-"])


@st.composite
def _mixes(draw: st.DrawFn, depth: int = 2) -> str:
    parts = [draw(_WORDS)]
    for _ in range(draw(st.integers(2, 5))):
        inside = depth > 0 and draw(st.booleans())
        parts += [draw(_JOINTS), f"({draw(_mixes(depth=depth - 1))})" if inside else draw(_WORDS)]
    return "".join(parts)


@given(_mixes())
def test_every_suggestion_is_read_and_means_one_of_the_two_readings(text: str) -> None:
    try:
        parse(text)
    except QueryError as error:
        trees = {parse(each).root for each in error.suggestions}
        meant = [Parser(text, ALL_FIELDS, strong) for strong in (Sign.AND, Sign.OR)] if trees else []
        assert trees <= {parser.query() for parser in meant}


@given(st.lists(st.sampled_from("10"), min_size=2, max_size=7), st.data())
def test_the_two_readings_are_those_of_arithmetic(bits: list[str], data: st.DataObject) -> None:
    """Against Python's own precedence: a word that is there or not, joined."""
    joints = data.draw(st.lists(st.sampled_from("&|"), min_size=len(bits) - 1, max_size=len(bits) - 1))
    shape = "".join(bit + joint for bit, joint in zip(bits, [*joints, ""], strict=True))
    text = shape.replace("1", "有").replace("0", "没").replace("&", " + ").replace("|", " | ")
    post = make_post(title="有", text="有")
    readings = [Parser(text, ALL_FIELDS, strong).query() for strong in (Sign.AND, Sign.OR)]
    assert [Query(root).matches(post) for root in readings] == [_meaning(shape, "&"), _meaning(shape, "|")]


def test_a_value_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(QueryError) as caught:
        parse("停水 情感:坏")
    assert caught.value.suggestions == ("停水 情感:正面", "停水 情感:中性", "停水 情感:负面")


def test_a_scope_may_not_ask_for_what_is_not_known_at_collection() -> None:
    for field in ("情感:负面", "地区:利州区", "答复:停水"):
        with pytest.raises(QueryError, match="这里不能用") as caught:
            parse(field, fields=SCOPE_FIELDS)
        assert "标题、正文、来源、类型" in caught.value.message


def test_the_deepest_query_that_is_read_can_be_searched(tmp_path: Path) -> None:
    text = "停水"
    for level in range(22):
        text = f"({text} | 甲) + 停水 + !乙" if level % 2 else f"({text} + 停水 + !丙) | 丁"
        try:
            query = parse(text)
        except QueryError:
            break
    assert level > 8
    store = SQLiteStore(str(tmp_path / "a.sqlite3"))
    store.put([make_post()])
    assert query.matches(make_post())
    assert store.count(Filter(query=query)) == 1
