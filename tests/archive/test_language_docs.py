"""docs/language.md: every example means what it says."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from archive.language import QueryError, parse
from archive.matcher import Matcher
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import Marks, Post, Sentiment
from tests.archive.makers import make_post

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
BLOCKS = re.findall(r"^```(检索式|不收)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
FIELD = re.compile(r"(标题|正文|答复|来源|地区|类型|情感)=(\S+)")
KINDS = {name: kind for kind, name in KIND_NAMES.items()}
NAMES = {"标题": "title", "正文": "text", "答复": "reply", "来源": "publisher", "地区": "region"}
FELT = {
    name: Sentiment(*(float(name == each) for each in ("负面", "中性", "正面"))) for name in POLARITY_NAMES.values()
}


def post(line: str) -> Post:
    """`标题=… 正文=…`, or a text alone."""
    given = dict(FIELD.findall(line))
    if not given:
        return make_post(title="", text=line)
    texts = {ours: given.get(name, "") for name, ours in NAMES.items()}
    made = make_post(**texts, kind=KINDS[given.get("类型", "帖子")])
    return replace(made, marks=Marks(sentiment=FELT[given["情感"]])) if "情感" in given else made


READ = [body.splitlines() for sort, body in BLOCKS if sort == "检索式"]
REFUSED = [body.splitlines() for sort, body in BLOCKS if sort == "不收"]


def test_the_page_has_examples_of_both_sorts() -> None:
    assert len(READ) > 20 and len(REFUSED) > 8
    assert all(any(line.startswith("✓") for line in lines) for lines in READ)


@pytest.mark.parametrize("lines", READ, ids=lambda lines: lines[0])
def test_an_example_finds_what_it_says_and_nothing_it_says_not(lines: list[str]) -> None:
    query = parse("\n".join(line for line in lines if line[0] not in "✓✗"))
    matcher = Matcher({"": query})
    for line in lines:
        if line[0] in "✓✗":
            one = post(line[1:].strip())
            assert query.matches(one) == bool(matcher.match(one)) == (line[0] == "✓"), line


@pytest.mark.parametrize("lines", REFUSED, ids=lambda lines: lines[0])
def test_what_is_said_to_be_refused_is_with_the_reason_given(lines: list[str]) -> None:
    *query, reason = lines
    with pytest.raises(QueryError) as refused:
        parse("\n".join(query))
    assert reason.removeprefix("→ ") in refused.value.message
