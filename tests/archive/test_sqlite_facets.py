"""Facets are counted in two ways, by how many hits there are: both say the same."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from archive.post import Kind, Marks, Sentiment
from archive.sqlite import SQLiteStore, columns, read
from archive.store import Filter, Search
from tests.archive.makers import make_post

FEELINGS = (Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.8, 0.1), None)


@pytest.fixture
def store(tmp_path: Path) -> SQLiteStore:
    made, draw = SQLiteStore(str(tmp_path / "archive.sqlite3")), random.Random(5)
    posts = [
        replace(
            make_post(str(number)),
            source=draw.choice("abc"),
            region=draw.choice(("利州区", "青川县", "")),
            kind=draw.choice(list(Kind)),
        )
        for number in range(300)
    ]
    made.put(posts)
    made.annotate(
        [(post.id, 1, Marks(topic=draw.choice(("供水", None)), sentiment=draw.choice(FEELINGS))) for post in posts]
    )
    return made


@pytest.mark.parametrize("wanted", [Filter(), Filter(sources=("a",)), Filter(regions=("青川县",), kinds=(Kind.NEWS,))])
def test_one_pass_over_all_gives_what_one_over_each_does(
    store: SQLiteStore, wanted: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = store.search(Search(wanted))
    monkeypatch.setattr(read, "MANY", 0)
    assert store.search(Search(wanted)).facets == apart.facets
    store.put([make_post("later", source="d", region="剑阁县")])
    together = store.search(Search(wanted))
    monkeypatch.setattr(read, "MANY", 10**9)
    assert together == store.search(Search(wanted))


def test_too_many_names_for_one_table_are_counted_apart(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = store.search(Search(Filter()))
    monkeypatch.setattr(read, "MANY", 0)
    monkeypatch.setattr(columns, "LARGEST_TABLE", 10)
    assert store.search(Search(Filter())) == apart
