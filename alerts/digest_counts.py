"""Count what was collected in a day, page by page: a digest holds counters, never the posts.

A post carries the time at which its source's crawl began, and is written while that crawl goes on: one collected at
07:55 may be written at 08:20, after the digest of 08:00 was made. So a digest keeps which posts and answers it read
(eight bytes each), and the next one also takes what belongs to an earlier digest's day but was not there yet when that
was made. So each is in one digest and one only, whatever the order.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import blake2b

from archive.post import CHINA, Post
from archive.store import Store, Watermark
from monitor.matters import counted_as

HOUR = time(8)
PAGE = 500
HISTORY = timedelta(days=7)  # published on a day before that of its beginning: brought in late, not news of the day
REACH = timedelta(days=2)  # a crawl lasts for an hour at most; a machine that stops meanwhile, for a night
NONE = "未命中任何监测方案"


@dataclass(frozen=True, slots=True)
class Span:
    """From D-1 08:00 to D 08:00 of Asia/Shanghai, the end not included."""

    since: datetime
    until: datetime

    @property
    def published_since(self) -> date:
        """What was published before this day came in late."""
        return (self.since - HISTORY).astimezone(CHINA).date()

    @property
    def earliest(self) -> datetime:
        return datetime.combine(self.published_since, time(), CHINA)


@dataclass(slots=True)
class Counts:
    """`total` = sum of kinds = sum of sources = watched + unwatched = sum of regions = the posts the search finds for
    this span (digest_links). One post may be of several watchlists, so those do not add up, and the digest says so."""

    total: int = 0
    late: int = 0  # of total: collected in an earlier digest's day, but written after that was made
    history: int = 0  # older posts that came in late
    doubles: int = 0  # of total: the same said again by the same account
    copies: int = 0  # of total
    answers: int = 0  # questions asked before, answered in this day
    watched: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    watchlists: Counter[str] = field(default_factory=Counter)
    matters: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)

    @property
    def unwatched(self) -> int:
        return self.total - self.watched


def span(day: date) -> Span:
    until = datetime.combine(day, HOUR, CHINA)
    return Span(until - timedelta(days=1), until)


def day_of(at: datetime) -> date:
    """The digest into whose day a moment falls."""
    local = at.astimezone(CHINA)
    return local.date() + timedelta(days=local.timetz().replace(tzinfo=None) >= HOUR)


class Told:
    """What this digest takes. `others` are what other digests near it took, by day, as `packed`."""

    def __init__(self, wanted: Span, others: Mapping[date, bytes] | None = None) -> None:
        self._wanted = wanted
        self._days = set(others or ())
        self._taken = {key for packed in (others or {}).values() for key in array("Q", packed)}
        self._mine: set[int] = set()

    def takes(self, what: str, at: datetime) -> bool:
        """Whether this digest is the one that tells `what`, which came at `at`. What came before its day it takes only
        from days that have a digest: another day's may yet be made."""
        if not self._wanted.since - REACH <= at < self._wanted.until:
            return False
        if at < self._wanted.since and day_of(at) not in self._days:
            return False
        key = int.from_bytes(blake2b(what.encode(), digest_size=8).digest(), "big")
        if key in self._taken:
            return False
        self._mine.add(key)
        return True

    def packed(self) -> bytes:
        return array("Q", sorted(self._mine)).tobytes()


def collected(store: Store, wanted: Span) -> Iterator[Post]:
    """Posts that were collected or changed in the span or within REACH before it, in the order of change, and those
    changed again since."""
    mark = Watermark(wanted.since - REACH - timedelta(microseconds=1))
    while posts := store.new_since(mark, PAGE):
        yield from posts
        last = posts[-1]
        mark = Watermark(last.changed_at or last.collected_at, last.id)


def count(posts: Iterable[Post], wanted: Span, told: Told | None = None) -> Counts:
    counts, told = Counts(), told or Told(wanted)
    for post in posts:
        if post.replied_at is not None and told.takes(f"{post.id}:answer", post.replied_at):
            counts.answers += 1
        if not told.takes(post.id, post.collected_at):
            continue
        if post.counted_at < wanted.earliest:
            counts.history += 1
        else:
            counts.late += post.collected_at < wanted.since
            _add(counts, post)
    return counts


def _add(counts: Counts, post: Post) -> None:
    counts.total += 1
    counts.copies += post.marks.copy_of is not None and not post.marks.double
    counts.doubles += post.marks.double
    counts.watched += bool(post.marks.watchlists)
    counts.kinds[str(post.kind)] += 1
    counts.sources[post.source] += 1
    counts.watchlists.update(post.marks.watchlists)
    if matter := counted_as(post.kind, post.marks.matter):
        counts.matters[matter] += 1
    if post.marks.event:
        counts.events[post.marks.event] += 1
