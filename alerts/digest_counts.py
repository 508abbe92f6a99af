"""Count what was collected in a day, page by page: a digest holds counters, never the posts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from archive.names import KIND_NAMES
from archive.post import CHINA, Post
from archive.store import Store, Watermark

HOUR = time(8)
PAGE = 500
HISTORY = timedelta(days=7)  # published longer than that before its day: brought in late, not news of the day
NONE = "未命中任何监测方案"


@dataclass(frozen=True, slots=True)
class Span:
    """From D-1 08:00 to D 08:00 of Asia/Shanghai, the end not included."""

    since: datetime
    until: datetime


@dataclass(slots=True)
class Counts:
    """`total` = sum of kinds = sum of sources = watched + unwatched = sum of regions. One post may be of several
    watchlists, so those do not add up, and the digest says so."""

    total: int = 0
    history: int = 0  # older posts that came in late
    doubles: int = 0  # the same said again by the same account; kept, not counted
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


def collected(store: Store, wanted: Span) -> Iterator[Post]:
    """Posts that were collected or changed in the span, in the order of change, and those changed again since."""
    mark = Watermark(wanted.since - timedelta(microseconds=1))
    while posts := store.new_since(mark, PAGE):
        yield from posts
        last = posts[-1]
        mark = Watermark(last.changed_at or last.collected_at, last.id)


def count(posts: Iterable[Post], wanted: Span) -> Counts:
    counts = Counts()
    for post in posts:
        if post.replied_at is not None and wanted.since <= post.replied_at < wanted.until:
            counts.answers += 1
        if not wanted.since <= post.collected_at < wanted.until:
            continue
        if post.counted_at < wanted.since - HISTORY:
            counts.history += 1
        elif post.marks.double:
            counts.doubles += 1
        else:
            _add(counts, post)
    return counts


def _add(counts: Counts, post: Post) -> None:
    counts.total += 1
    counts.copies += post.marks.copy_of is not None
    counts.watched += bool(post.marks.watchlists)
    counts.kinds[KIND_NAMES[post.kind]] += 1
    counts.sources[post.source] += 1
    counts.watchlists.update(post.marks.watchlists)
    if post.marks.matter:
        counts.matters[post.marks.matter] += 1
    if post.marks.event:
        counts.events[post.marks.event] += 1
