"""The embedded archive: one SQLite file, its full-text index, and the facts of every post in memory."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from archive.post import Marks, Post
from archive.sqlite import copying, read, write
from archive.sqlite.beside import Beside
from archive.sqlite.columns import Cache
from archive.sqlite.connect import Database
from archive.sqlite.schema import prepare
from archive.sqlite.select import View, select
from archive.store import Filter, Kept, Page, PutReport, Search, Watermark


class SQLiteStore:
    """`archive.store.Store` in the file at `path`; for any number of threads and processes."""

    def __init__(self, path: str, *, create: bool = True) -> None:
        self._database = Database(path, create=create)
        self._cache = Cache()
        self._beside = Beside(self._database)
        try:
            prepare(self._database)
        except BaseException:
            self.close()
            raise

    def put(self, posts: Sequence[Post]) -> PutReport:
        report = PutReport()
        for start in range(0, len(posts), write.BATCH):
            with self._database.write() as connection:
                write.put(connection, posts[start : start + write.BATCH], report)
        return report

    def annotate(self, marks: Iterable[tuple[str, int, Marks]]) -> list[str]:
        given = list(marks)
        refused: list[str] = []
        for start in range(0, len(given), write.BATCH):
            with self._database.write() as connection:
                refused += write.annotate(connection, given[start : start + write.BATCH])
        return refused

    def get(self, ids: Sequence[str]) -> dict[str, Post]:
        with self._database.read() as connection:
            return {identity: stored.post for identity, (_, stored) in write.find(connection, list(ids)).items()}

    def known(self, ids: Sequence[str]) -> set[str]:
        with self._database.read() as connection:
            return set(write.find(connection, list(ids))) | write.buried(connection, list(ids))

    def search(self, search: Search) -> Page:
        with self._view() as view:
            return read.search(view, search)

    def count(self, wanted: Filter) -> int:
        with self._view() as view:
            return len(select(view, wanted))

    def count_by_hour(self, wanted: Filter) -> dict[datetime, int]:
        with self._view() as view:
            return read.by_hour(view.columns, select(view, wanted))

    def hours_by(self, wanted: Filter, *facets: str) -> dict[tuple[str, ...], dict[datetime, int]]:
        with self._view() as view:
            return read.hours_by(view.columns, select(view, wanted), facets)

    def ids(self, wanted: Filter, limit: int) -> list[str]:
        with self._view() as view:
            return read.ids(view, wanted, limit)

    def new_since(self, mark: Watermark, limit: int) -> list[Post]:
        with self._database.read() as connection:
            return read.new_since(connection, mark, limit)

    def unmarked(self, limit: int) -> list[Post]:
        with self._database.read() as connection:
            return read.unmarked(connection, limit)

    def speakers(self, wanted: Filter) -> int:
        with self._view() as view:
            return read.speakers(view.columns, select(view, wanted))

    def expire(self, before: datetime) -> int:
        total = 0
        while True:
            with self._database.write() as connection:
                gone = write.expire(connection, before)
            total += gone
            if gone < write.BATCH:
                return total

    def tidy(self, now: datetime) -> int:
        """Statistics for SQLite's planner. Its full-text index merges itself as it is written: joining the rest of it
        (14 s of writing at 500,000 posts) made no question faster."""
        with self._database.write() as connection:
            connection.execute("PRAGMA optimize")
        return 0

    def size(self) -> int:
        with self._database.read() as connection:
            count: int = connection.execute("SELECT count(*) FROM facts").fetchone()[0]
            return count

    def dump(self, after: int, limit: int) -> tuple[list[Kept], int]:
        with self._database.read() as connection:
            return copying.dump(connection, after, limit)

    def load(self, kept: Sequence[Kept]) -> None:
        for start in range(0, len(kept), write.BATCH):
            with self._database.write() as connection:
                copying.load(connection, kept[start : start + write.BATCH])

    def graves(self, after: str, limit: int) -> list[str]:
        with self._database.read() as connection:
            return copying.graves(connection, after, limit)

    def bury(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), write.BATCH):
            with self._database.write() as connection:
                copying.bury(connection, ids[start : start + write.BATCH])

    def notes(self) -> list[str]:
        return []

    def close(self) -> None:
        self._beside.close()
        self._database.close()

    @contextmanager
    def _view(self) -> Iterator[View]:
        """One state of the file, and the columns as of it."""
        with self._database.read() as connection:
            with self._cache.lock:
                # SQLite's view begins with the first read, which is under the lock: no view is older than the cache.
                columns = self._cache.at(connection)
            yield View(connection, columns, self._beside)
