"""A text's sentences and parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.sentences import parts, sentences


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ("停水了。没人管！", ["停水了。", "没人管！"], "each with its sign"),
        ("他说：“停水了。”没人管", ["他说：“停水了。”", "没人管"], "a closing quote belongs to what it closes"),
        ("标题\n正文", ["标题\n", "正文"], "a line ends a sentence"),
        ("真的吗？？！太差了", ["真的吗？？！", "太差了"], "several signs end one sentence"),
        ("。。。", ["。。。"], "signs alone"),
        ("", [], "nothing"),
        ("一二三四五六七", ["一二三四五", "六七"], "without a sign it is cut at the most"),
    ],
)
def test_sentences(text: str, found: list[str], why: str) -> None:
    assert [text[start:end] for start, end in sentences(text, 5 if "七" in text else 200)] == found, why


@given(st.text("甲乙。！\n”… a", max_size=60), st.integers(1, 20))
@settings(deadline=None)
def test_parts_cover_the_text_in_order_and_are_no_longer_than_allowed(text: str, most: int) -> None:
    for cut in (sentences(text, most), list(parts(text, most))):
        assert "".join(text[start:end] for start, end in cut) == text
        assert all(0 < end - start <= most for start, end in cut)


@given(st.text("甲乙。！\n”… a", max_size=60), st.integers(1, 20))
@settings(deadline=None)
def test_no_two_neighbouring_parts_would_fit_together(text: str, most: int) -> None:
    whole = sentences(text, most)
    for (begin, middle), (_, _) in zip(list(parts(text, most)), list(parts(text, most))[1:], strict=False):
        following = next(end for start, end in whole if start == middle)
        assert following - begin > most
