"""What an archive can do. `open_store` gives the one the URL names; the rest of Minsheng knows only this page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol
from urllib.parse import urlsplit

from archive.language import Query
from archive.post import Marks, Post

MAX_PAGE = 1000
FACETS = ("source", "region", "kind", "topic", "sentiment")


class ArchiveError(Exception):
    """The archive cannot do what was asked; the message (Chinese) says what to do. Raised by every store method."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which posts. An empty tuple, None or False restricts nothing; `since <= counted_at < until`, and
    `collected_since <= collected_at < collected_until`. `matters` are 诉求类型, "" among them those without one;
    `unwatched`: only what came up under no watchlist."""

    query: Query | None = None
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    watchlist: str | None = None
    policy: str | None = None
    event: str | None = None
    collected_since: datetime | None = None
    collected_until: datetime | None = None
    matters: tuple[str, ...] = ()
    unwatched: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """A page asked for. `after` is the `next` of the page before; pages neither repeat nor miss a post that
    was there when the first was asked for."""

    filter: Filter = Filter()
    order: Literal["newest", "relevance"] = "newest"
    size: int = 20
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`days` are days of Asia/Shanghai with at least one post, oldest first; facets are sorted by count."""

    total: int
    posts: list[Post]
    days: list[tuple[date, int]]
    facets: Mapping[str, list[tuple[str, int]]]
    next: str | None


@dataclass(frozen=True, slots=True)
class PutReport:
    """Ids by what became of them; `buried` are those a tombstone keeps out."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far somebody has read in the order of collection: (changed_at, id) of the last post read."""

    changed_at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A post as an archive keeps it, to be written into another: `text_source` is the source whose text it carries,
    `period` the 30 days whose key its speaker was hashed with (archive.post.period_of, at the first put)."""

    post: Post
    text_source: str
    period: int


class Store(Protocol):
    def put(self, posts: Sequence[Post]) -> PutReport:
        """Write what was collected. Durable when it returns; all or nothing per 500 posts in SQLite; where
        Elasticsearch fails, some of them may be written, and putting them again completes it."""

    def annotate(self, marks: Iterable[tuple[str, int, Marks]]) -> list[str]:
        """Write (id, revision, marks); the ids returned were refused because their revision had moved."""

    def get(self, ids: Sequence[str]) -> dict[str, Post]: ...

    def known(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are in the archive or buried."""

    def search(self, search: Search) -> Page: ...

    def count(self, wanted: Filter) -> int: ...

    def count_by_hour(self, wanted: Filter) -> dict[datetime, int]:
        """Posts per full hour (UTC) of counted_at, hours without any left out; posts known by day only
        and doubles (Marks.double) are not counted."""

    def hours_by(self, wanted: Filter, *facets: str) -> dict[tuple[str, ...], dict[datetime, int]]:
        """`count_by_hour` of each value of a facet, or of each combination of values of several: by the values in the
        order of `facets`, "" where a post has none. Values of which no post is counted are left out."""

    def ids(self, wanted: Filter, limit: int) -> list[str]:
        """Newest first."""

    def new_since(self, mark: Watermark, limit: int) -> list[Post]:
        """Posts after `mark` in the order (changed_at, id)."""

    def unmarked(self, limit: int) -> list[Post]:
        """Posts whose marks are missing or stale, by changed_at; of one time, in the order (archive.post.order_of)."""

    def speakers(self, wanted: Filter) -> int:
        """Distinct speakers (a post without one counts as one of its own). The hash changes with a 30-day
        period, so distinct counts are taken per period and the larger is returned."""

    def expire(self, before: datetime) -> int:
        """Remove what was first collected before `before`, leaving tombstones. Returns how many."""

    def tidy(self, now: datetime) -> int:
        """Put in order what many small writes have scattered, so that it is read faster: nothing that anybody could
        tell from an answer. For quiet hours. Returns how many parts were put in order."""

    def size(self) -> int:
        """Number of posts."""

    def dump(self, after: int, limit: int) -> tuple[list[Kept], int]:
        """Posts behind the order `after` (-1: from the first), ascending, and the order of the last of them."""

    def load(self, kept: Sequence[Kept]) -> None:
        """Write posts as another archive kept them, marks and revisions too; what is there already is replaced.
        Load them in the order of `dump`."""

    def graves(self, after: str, limit: int) -> list[str]:
        """Ids that tombstones keep out, behind `after`, ascending."""

    def bury(self, ids: Sequence[str]) -> None:
        """Tombstones alone: posts with these ids are never put again."""

    def notes(self) -> list[str]:
        """What is not as it should be with the servers behind it (Chinese); empty where all is well."""

    def close(self) -> None: ...


def open_store(url: str, *, create: bool = True) -> Store:
    """`sqlite:///relative/or//absolute/path`, or `elasticsearch://…` (archive.elastic.address). Raises ArchiveError if
    it cannot be opened or is no archive."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        from archive.sqlite import SQLiteStore

        return SQLiteStore(url.removeprefix("sqlite:///"), create=create)
    if scheme in ("elasticsearch", "elasticsearch+https"):
        from archive.elastic import ElasticStore

        return ElasticStore(url, create=create)
    raise ArchiveError(
        f"不认识的档案库地址 {scheme!r}://…：应以 sqlite:/// 或 elasticsearch:// 开头，请检查 MINSHENG_ARCHIVE"
    )
