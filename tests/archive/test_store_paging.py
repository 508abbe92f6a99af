"""Pages: nothing twice, nothing missed, whatever is written between them."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from archive.language import parse
from archive.relevance import POOL
from archive.store import ArchiveError, Filter, Search, Store, open_store
from tests.archive.makers import NOW, make_post

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_pages_neither_repeat_nor_miss_while_others_write(url: str, order: Literal["newest", "relevance"]) -> None:
    store, other = (open_store(url) for _ in range(2))
    store.put([make_post(f"{n}", text="停水" * (n % 7), published_at=NOW - n * MINUTE) for n in range(100)])
    there = set(store.ids(Filter(), 1000))
    seen: list[str] = []
    after = None
    for turn in range(100):
        page = store.search(Search(Filter(query=parse("停水")), order=order, size=9, after=after))
        seen += [post.id for post in page.posts]
        # Newer than all, and older than some.
        for age in (-1, 50):
            other.put([make_post(f"new {turn} {age}", text="停水" * 9, published_at=NOW - age * MINUTE)])
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_the_last_page_says_so(store: Store) -> None:
    store.put([make_post(str(n)) for n in range(4)])
    for order in ("newest", "relevance"):
        first = store.search(Search(Filter(query=parse("停水")), order=order, size=2))
        last = store.search(Search(Filter(query=parse("停水")), order=order, size=2, after=first.next))
        assert first.next and last.next is None and len(last.posts) == 2
    assert store.search(Search(size=0)).posts == []


def test_a_ranking_ends_with_the_words_it_was_made_of(url: str) -> None:
    store, other = (open_store(url) for _ in range(2))
    plain, full = make_post("1", title="通知", text="停水一次"), make_post("2", title="通知", text="停水停水停水")
    store.put([plain, full])
    wanted = Search(Filter(query=parse("停水")), order="relevance")
    for _ in range(2):
        assert [post.id for post in store.search(wanted).posts] == [full.id, plain.id]
    # The same posts at the same places, with other words, written by another process.
    other.put([replace(plain, text="停水停水停水停水"), replace(full, text="停水一次")])
    assert [post.id for post in store.search(wanted).posts] == [plain.id, full.id]


def test_relevance_goes_on_by_time_past_its_pool(store: Store) -> None:
    store.put([make_post(str(n), published_at=NOW - n * MINUTE) for n in range(POOL + 15)])
    after, seen = None, []
    while True:
        page = store.search(Search(Filter(query=parse("停水")), order="relevance", size=400, after=after))
        seen += [post.id for post in page.posts]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == POOL + 15


@pytest.mark.parametrize("after", ["x", "n:", "n:-1", "r:1:1", "n:1; DROP TABLE posts", "n:" + "9" * 40])
def test_a_bad_place_is_a_clear_error(store: Store, after: str) -> None:
    with pytest.raises(ArchiveError, match="翻页"):
        store.search(Search(after=after))


def test_a_page_has_a_sane_size(store: Store) -> None:
    for size in (-1, 10**6):
        with pytest.raises(ArchiveError, match="每页"):
            store.search(Search(size=size))
