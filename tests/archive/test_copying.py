"""An archive copied into another is the same archive, whichever way and however often it was broken off."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import copying
from archive.copying import Progress, copy
from archive.language import parse
from archive.post import Marks, Post, Sentiment
from archive.store import Filter, Search, Store, open_store
from tests.archive.makers import NOW, make_post

DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite to elastic", "elastic to sqlite", "sqlite to sqlite"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    names = request.param.split(" to ")
    urls = [
        request.getfixturevalue("elastic_url") if name == "elastic" else f"sqlite:///{tmp_path}/{place}.sqlite3"
        for place, name in enumerate(names)
    ]
    source, target = map(open_store, urls)
    yield source, target
    source.close()
    target.close()


def fill(store: Store) -> list[Post]:
    posts = [
        make_post(
            str(n),
            text="利州区今日停水。" * (n % 3 + 1),
            reply="答" * (n % 2),
            speaker=f"{n % 4}",
            likes=n,
            published_at=NOW - n * 9 * DAY,
            collected_at=NOW - n * 5 * DAY,
        )
        for n in range(25)
    ]
    store.put(posts)
    store.put([replace(posts[1], published_at=NOW - 40 * DAY), replace(posts[2], source="b", text="更长的文字" * 20)])
    store.annotate(
        [(post.id, 1, Marks(("供水",), ("1",), "水", "投诉", Sentiment(0.7, 0.2, 0.1), "e", None, n % 5 == 0))
         for n, post in enumerate(posts[3:20])]
    )  # fmt: skip
    store.expire(NOW - 100 * DAY)
    return posts


def shape(store: Store, posts: list[Post]) -> list[object]:
    """Everything that can be asked of an archive of these posts."""
    wanted = [Filter(), Filter(query=parse("停水 | 更长")), Filter(event="e"), Filter(watchlist="供水")]
    pages = [store.search(Search(each, size=100)) for each in wanted]
    asked = [[store.count_by_hour(each), store.speakers(each), store.ids(each, 100)] for each in wanted]
    return [pages, asked, store.unmarked(100), store.known([post.id for post in posts]), store.graves("", 100)]


def test_a_copy_is_the_same_archive(pair: tuple[Store, Store]) -> None:
    source, target = pair
    posts = fill(source)
    told: list[Progress] = []
    end = copy(source, target, Progress(), told.append)
    assert (end.posts, end.graves) == (source.size(), len(source.graves("", 100))) == (21, 4)
    assert told[-1] == end
    assert shape(target, posts) == shape(source, posts)
    # And it goes on alike: what was buried stays so, an answer raises the revision, marks are kept.
    for store in pair:
        report = store.put([replace(posts[4], reply="已处理"), posts[24]])
        assert (report.updated, report.buried) == ([posts[4].id], [posts[24].id])
    assert shape(target, posts) == shape(source, posts)


def test_a_copy_that_was_broken_off_goes_on(pair: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = pair
    posts = fill(source)
    monkeypatch.setattr(copying, "PAGE", 4)
    kept = Progress()
    broken = 0

    def breaking(after: int) -> Callable[[Progress], None]:
        pages = 0

        def done(progress: Progress) -> None:
            nonlocal kept, pages
            pages += 1
            if pages > after:
                raise KeyboardInterrupt  # the page is written, but that is not known
            kept = progress

        return done

    while True:
        try:
            copy(source, target, kept, breaking(1))
            break
        except KeyboardInterrupt:
            broken += 1
    assert broken >= 5
    assert shape(target, posts) == shape(source, posts)
    copy(source, target, Progress(), lambda _: None)
    assert shape(target, posts) == shape(source, posts), "again from the beginning changes nothing"
