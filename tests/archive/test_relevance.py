"""Order by relevance: what counts for more."""

import pytest

from archive.language import parse
from archive.relevance import scores

FILL = "无关的话" * 10


@pytest.mark.parametrize(
    ("query", "better", "worse", "reason"),
    [
        ("停水", ("停水", FILL), (FILL[:2], "停水" + FILL), "the title counts for more"),
        ("停水", ("题", "停水停水停水" + FILL), ("题", "停水" + FILL), "more often is better"),
        ("停水", ("题", "停水"), ("题", "停水" + FILL * 9), "a short text that says it is about it"),
        ("停水|投诉", ("题", "停水投诉"), ("题", "停水停水"), "two of the terms over one twice"),
        ("停水 !招聘", ("题", "停水停水"), ("题", "停水招聘"), "what must not be there earns nothing"),
    ],
)
def test_better_before_worse(query: str, better: tuple[str, str], worse: tuple[str, str], reason: str) -> None:
    first, second, *_ = scores(parse(query), [better, worse, ("题", FILL), ("题", FILL)])
    assert first > second, reason


def test_no_terms_and_no_texts() -> None:
    assert scores(parse("类型:问答"), [("a", "b")]) == [0.0]
    assert scores(parse("停水"), []) == []
