"""The writer's account name stays nowhere; a name that is a word too stays a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addressed import nobody, unaddressed


@pytest.mark.parametrize(
    ("text", "left", "why"),
    [
        ("网友“A0012”：您好", "网友：您好", "addressed in quotes"),
        ("【A0012】网友您好", "网友您好", "in brackets"),
        ("网友[A0012]:您好", "网友:您好", "in ASCII brackets"),
        ("“A0012”", "网友", "an answer that says no more is not lost"),
        ("您的房号A0012已登记", "您的房号A0012已登记", "not as a form of address"),
    ],
)
def test_a_short_name_is_taken_out_where_somebody_is_addressed_by_it(text: str, left: str, why: str) -> None:
    assert unaddressed(text, "A0012") == left, why


@pytest.mark.parametrize(
    ("text", "left", "why"),
    [
        ("清江渔翁7788反映停水", "网友反映停水", "at the head of a title"),
        ("清江渔翁7788网友：您好", "网友：您好", "before 网友"),
        ("网友清江渔翁7788：您好", "网友：您好", "after 网友"),
        ("您好，清江渔翁7788！", "您好，网友！", "after a greeting"),
        ("转自@清江渔翁7788 的帖子", "转自网友 的帖子", "with @"),
        ("停水了 —— 清江渔翁7788", "停水了 —— 网友", "signed"),
        ("网友“清江渔翁７７８８”:您好", "网友:您好", "full-width"),
        ("网友“清江渔翁7788”：您好", "网友：您好", "quoted"),
        ("清江渔翁77889反映停水", "清江渔翁77889反映停水", "another, longer name"),
    ],
)
def test_a_name_that_could_be_nothing_else_is_taken_out_anywhere(text: str, left: str, why: str) -> None:
    assert unaddressed(text, "清江渔翁7788") == left, why


@pytest.mark.parametrize(
    ("user", "text", "left", "why"),
    [
        ("滨河苑", "滨河苑停水三天，滨河苑业主求助", "滨河苑停水三天，滨河苑业主求助", "the matter"),
        ("滨河苑", "尊敬的滨河苑：您好", "尊敬的：您好", "addressed"),
        (
            "滨河苑",
            "滨河苑：您好！您反映的滨河苑停水",
            "：您好！您反映的滨河苑停水",
            "addressed at the head, then the matter",
        ),
        ("业主", "我是业主，停水了", "我是业主，停水了", "a word"),
        ("水", "网友水：水停了", "网友水：水停了", "one character is no name to look for"),
        ("  ", "网友：您好", "网友：您好", "no name"),
        (".*", "网友.*：您好", "网友：您好", "a name is no pattern"),
        ("Abc DEF 123", "网友abc  def 123：您好", "网友：您好", "other case and spaces"),
    ],
)
def test_a_name_that_is_a_word_stays_a_word(user: str, text: str, left: str, why: str) -> None:
    assert unaddressed(text, user) == left, why


@given(st.text(min_size=1, max_size=12), st.text(max_size=60))
def test_no_name_and_no_text_breaks_it(user: str, text: str) -> None:
    unaddressed(text + user + text, user)


@pytest.mark.parametrize(
    ("publisher", "left"),
    [("清江渔翁7788", ""), ("网友：清江渔翁７７８８", ""), ("清江日报", "清江日报"), ("", "")],
)
def test_a_writer_is_no_publisher(publisher: str, left: str) -> None:
    assert nobody(publisher, "清江渔翁7788") == left
