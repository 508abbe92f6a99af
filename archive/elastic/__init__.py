"""The archive for those who outgrow one machine: Elasticsearch 9, monthly indices behind an alias, server core only."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from archive.elastic import health, write
from archive.elastic.address import read_address
from archive.elastic.connect import Client
from archive.elastic.counter import Counter
from archive.elastic.find import Finder
from archive.elastic.read import Reader
from archive.elastic.template import prepare
from archive.elastic.tidy import tidy
from archive.post import Marks, Post
from archive.store import Filter, Kept, Page, PutReport, Search, Watermark


class ElasticStore:
    """`archive.store.Store` in the cluster the URL names; for any number of threads, processes and machines."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._client = Client(read_address(url))
        self._counter = Counter(self._client)
        self._finder = Finder(self._client, self._counter)
        self._reader = Reader(self._client, self._finder)
        try:
            prepare(self._client, create=create)
        except BaseException:
            self._client.close()
            raise

    def put(self, posts: Sequence[Post]) -> PutReport:
        report = PutReport()
        for start in range(0, len(posts), write.BATCH):
            write.put(self._client, self._finder, self._counter, posts[start : start + write.BATCH], report)
        return report

    def annotate(self, marks: Iterable[tuple[str, int, Marks]]) -> list[str]:
        given = list(marks)
        refused: list[str] = []
        for start in range(0, len(given), write.BATCH):
            some = given[start : start + write.BATCH]
            refused += write.annotate(self._client, self._finder, self._counter, some)
        return refused

    def get(self, ids: Sequence[str]) -> dict[str, Post]:
        return {identity: held.stored.post for identity, held in self._finder.held(ids).items()}

    def known(self, ids: Sequence[str]) -> set[str]:
        return set(self._finder.held(ids)) | self._finder.buried(ids)

    def search(self, search: Search) -> Page:
        return self._reader.search(search, self._counter.fresh())

    def count(self, wanted: Filter) -> int:
        self._counter.fresh()
        return self._reader.count(wanted)

    def count_by_hour(self, wanted: Filter) -> dict[datetime, int]:
        self._counter.fresh()
        return self._reader.by_hour(wanted)

    def hours_by(self, wanted: Filter, *facets: str) -> dict[tuple[str, ...], dict[datetime, int]]:
        self._counter.fresh()
        return self._reader.hours_by(wanted, facets)

    def ids(self, wanted: Filter, limit: int) -> list[str]:
        self._counter.fresh()
        return self._reader.ids(wanted, limit)

    def new_since(self, mark: Watermark, limit: int) -> list[Post]:
        self._counter.fresh()
        return self._reader.new_since(mark, limit)

    def unmarked(self, limit: int) -> list[Post]:
        self._counter.fresh()
        return self._reader.unmarked(limit)

    def speakers(self, wanted: Filter) -> int:
        self._counter.fresh()
        return self._reader.speakers(wanted)

    def expire(self, before: datetime) -> int:
        return write.expire(self._client, self._finder, self._counter, before)

    def tidy(self, now: datetime) -> int:
        return tidy(self._client, self._finder, now)

    def size(self) -> int:
        self._counter.fresh()
        return self._reader.count(Filter())

    def dump(self, after: int, limit: int) -> tuple[list[Kept], int]:
        self._counter.fresh()
        return self._reader.dump(after, limit)

    def load(self, kept: Sequence[Kept]) -> None:
        for start in range(0, len(kept), write.BATCH):
            write.load(self._client, self._finder, self._counter, kept[start : start + write.BATCH])

    def graves(self, after: str, limit: int) -> list[str]:
        return self._reader.graves(after, limit)

    def bury(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), write.BATCH):
            write.bury(self._client, ids[start : start + write.BATCH])

    def notes(self) -> list[str]:
        return health.notes(self._client)

    def close(self) -> None:
        self._client.close()
