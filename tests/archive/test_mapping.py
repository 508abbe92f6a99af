"""mappings/posts.json is Post and Marks, field by field, both ways; and asks nothing the server core has not."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from archive.post import Marks, Post, Sentiment

FILE = Path(__file__).parents[2] / "mappings" / "posts.json"
TEMPLATE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
MAPPINGS: dict[str, Any] = TEMPLATE["template"]["mappings"]
PROPERTIES: dict[str, Any] = MAPPINGS["properties"]
# What the store adds for itself: the sort key, what is counted, whose text it is, and the pairs of characters.
OWN = {
    "order", "counted_at", "hourly", "counted", "feeling", "period", "text_source", "changed", "collected", "born",
    "region_folded", "tok", "tok_title", "tok_reply", "tok_publisher",
}  # fmt: skip
NUMBERS = {"likes", "comments", "shares", "revision", "marked_revision"}
TIMES = {"collected_at", "published_at", "replied_at", "changed_at"}
UNSEARCHED = {"url", "title", "text", "reply"}  # their pairs are searched


def test_a_document_is_a_post() -> None:
    assert PROPERTIES.keys() - OWN == {field.name for field in fields(Post)}
    assert PROPERTIES.keys() >= OWN


def test_its_marks_are_marks() -> None:
    assert PROPERTIES["marks"]["properties"].keys() == {field.name for field in fields(Marks)}
    sentiment = PROPERTIES["marks"]["properties"]["sentiment"]["properties"]
    assert sentiment == {field.name: {"type": "float"} for field in fields(Sentiment)}


@pytest.mark.parametrize("name", [field.name for field in fields(Post) if field.name != "marks"])
def test_each_field_has_its_type(name: str) -> None:
    mapped = PROPERTIES[name]
    if name in TIMES:
        assert mapped == {"type": "date", "format": "strict_date_optional_time"}, "a number would be read as ms"
    elif name in NUMBERS:
        assert mapped["type"] == "long"
    else:
        assert mapped["type"] == "keyword"
        assert (mapped.get("index") is False) == (name in UNSEARCHED)


def test_an_unknown_field_is_refused_and_not_guessed() -> None:
    assert MAPPINGS["dynamic"] == "strict"
    assert PROPERTIES["marks"]["dynamic"] == "strict"


def test_pairs_are_indexed_and_not_kept() -> None:
    for name in ("tok", "tok_title", "tok_reply", "tok_publisher"):
        assert PROPERTIES[name] == {
            "type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions",
        }  # fmt: skip
    assert set(MAPPINGS["_source"]["excludes"]) == {"tok", "tok_title", "tok_reply", "tok_publisher"}


def test_only_what_the_server_core_has() -> None:
    text = json.dumps(TEMPLATE)
    for missing in ("script", "cjk", "ik_", "smartcn", "lifecycle", "pipeline", "percolator", "data_stream"):
        assert missing not in text
