"""The four boxes: what they write, and which queries they can show."""

import pytest

from archive.language import parse
from archive.language.form import Form, form_of, form_text, words

CASES = [
    (Form(("停水",)), "停水", "one word"),
    (
        Form(("停水", "供水"), ("利州区",), ("投诉",), ("招聘", "广告")),
        "(停水 | 供水) + 利州区 + 投诉 + !(招聘 | 广告)",
        "all four",
    ),
    (Form(("停水",), (), ("投诉", "不满")), "停水 + (投诉 | 不满)", "no place"),
    (Form(("停水",), ("利州区", "昭化区")), "停水 + (利州区 | 昭化区)", "a place and no event"),
    (Form(("a b", "C++", "x|y")), '"a b" | C++ | "x|y"', "phrases and signs"),
]


@pytest.mark.parametrize(("form", "text", "reason"), CASES, ids=[case[2] for case in CASES])
def test_a_form_writes_the_language_and_reads_it_back(form: Form, text: str, reason: str) -> None:
    assert form_text(form) == text
    assert form_of(parse(text)) == form


def test_an_empty_form_writes_nothing() -> None:
    assert form_text(Form()) == "" == form_text(Form(exclude=("招聘",)))


@pytest.mark.parametrize("text", ["标题:停水", "停水 ~5 投诉", "a + b + c + d", "(a b) | c", "a !(b c)", "类型:问答"])
def test_what_no_form_can_show(text: str) -> None:
    assert form_of(parse(text)) is None


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("停水，供水 自来水\n水压", ("停水", "供水", "自来水", "水压")),
        ('"a b"、“c d”', ("a b", "c d")),
        (" ", ()),
        ("停水 停水", ("停水",)),
    ],
)
def test_words_of_a_box(box: str, found: tuple[str, ...]) -> None:
    assert words(box) == found
