"""The edge of the event index: loaded from its snapshot or rebuilt from the archive, saved with the events' rows."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from weakref import WeakKeyDictionary

from django.db import transaction

from archive.post import Post
from archive.store import Store, Watermark
from monitor.deciding import concerned, decided, refresh, settle
from monitor.decisions import redirects
from monitor.events import COMPLAINTS, VERSION, Assignment, EventIndex, SnapshotError, turn
from monitor.models import Event, EventDecision
from monitor.models import EventIndex as Snapshot

# An event nothing was added to for as long is forgotten: what is older than that changes no new post's event.
REACH = timedelta(days=COMPLAINTS.keep)
# Posts reach the archive later than they are collected, and a round may come in between.
OVERLAP = timedelta(days=1)
PAGE = 500
SNAPSHOT_EVERY = 200  # posts; until then they are placed again from the archive
_log = logging.getLogger(__name__)


# The index of a store this process has in use, with the digest of the snapshot it grew from and the number of posts
# placed since: a scheduler's rounds need not read megabytes each time. Another process's newer snapshot makes it void.
_in_use: WeakKeyDictionary[Store, tuple[bytes, EventIndex, int]] = WeakKeyDictionary()


@dataclass(slots=True)
class Placing:
    """`touched`: events whose rows are to be written. Posts that were marked since the snapshot are placed again by
    `load`, in the order of collection, and come to the events they are marked with."""

    store: Store
    index: EventIndex
    digest: bytes
    placed: int = 0  # posts since the snapshot
    late: bool = False  # one of them was collected too long before the others for `load` to find it again
    touched: dict[str, None] = field(default_factory=dict)

    @classmethod
    def load(cls, store: Store, now: datetime) -> "Placing":
        """From the snapshot, brought up to the marked posts of the archive; from the archive alone where the snapshot
        is missing, broken or of another version."""
        row = Snapshot.objects.filter(version=VERSION).first()
        digest = sha256(bytes(row.blob)).digest() if row else b""
        known, index, placed = _in_use.pop(store, (None, None, 0))
        if index is None or known != digest:
            index, placed = _read(store, bytes(row.blob)) if row else EventIndex(), 0
        placing = cls(store, index, digest, placed)
        index.redirect(redirects(decided()))
        mark = index.watermark
        splits = list(EventDecision.objects.filter(act=EventDecision.Act.SPLIT).order_by("pk"))
        splits = [row for row in splits if str(row.pk) not in index.splits]
        before = [row for row in splits if row.after_at is not None]
        marked = _marked_since(store, mark[0] - OVERLAP if mark else now - REACH)
        for start in range(0, len(marked), PAGE):
            placing.prepare(marked[start : start + PAGE])
            for post in marked[start : start + PAGE]:
                before = placing._split_again(before, post)
                placing.place(post)
        placing._split_again(before, None)
        placing._split_now([row for row in splits if row.after_at is None and row.undone_at is None])
        return placing

    def _split_again(self, rows: list[EventDecision], following: Post | None) -> list[EventDecision]:
        """A rebuild: do the splits that were done before the post that follows was placed. Returns the others."""
        left = []
        for row in rows:
            mark = self.index.watermark
            reached = mark is not None and mark == (row.after_at, row.after_id)
            if following is None or reached or (row.after_at is not None and following.collected_at > row.after_at):
                self._split(row)
            else:
                left.append(row)
        return left

    def _split_now(self, rows: list[EventDecision]) -> None:
        """Do what was decided since the last round, and write down where, before anything else is placed."""
        mark = self.index.watermark
        if not rows or mark is None:
            return
        for row in rows:
            self._split(row)
            row.after_at, row.after_id = mark
        with transaction.atomic():
            EventDecision.objects.bulk_update(rows, ["after_at", "after_id"])
            self._write_snapshot()

    def _split(self, row: EventDecision) -> None:
        events = {event for post in row.posts if (event := self.index.grouped(post)) is not None}
        ids = [given.id for given in self.index.members(events)]
        self.index.split(str(row.pk), row.other, row.posts, self.store.get(ids))
        self.touched[row.event] = self.touched[row.other] = None

    def prepare(self, posts: Sequence[Post]) -> None:
        """Posts that `place` will be told of one by one."""
        self.index.prepare(posts)

    def place(self, post: Post) -> Assignment:
        """The event of a post; one that is in the index already keeps its own."""
        before, this = self.index.watermark, (post.collected_at, post.id)
        given = self.index.add([post])[0]
        if self.index.watermark == this != before:  # it was not there yet
            self.placed += 1
            self.late |= before is not None and post.collected_at < before[0] - OVERLAP
            self.touched[given.event] = None
        return given

    def save(self, *, whole: bool = True) -> None:
        """Rows of the touched events, and now and then a new snapshot, together or not at all. `whole` False: in the
        middle of a round, whose end will write the snapshot."""
        mark = self.index.watermark
        if mark is not None and self.touched:
            fresh = whole and (self.placed >= SNAPSHOT_EVERY or self.late or not self.digest)
            with transaction.atomic():
                self._write_events()
                if fresh:
                    self._write_snapshot()
        self.touched.clear()
        _in_use[self.store] = (self.digest, self.index, self.placed)

    def settle(self, now: datetime) -> None:
        """At the end of a round: the marks as people have decided by hand, also of what came since."""
        events = concerned()
        if events:
            settle(self.store, {given.id: given.event for given in self.index.members(events)}, now)

    def _write_snapshot(self) -> None:
        mark = self.index.watermark
        if mark is None:
            return
        blob = self.index.snapshot()
        kept = {"watermark_at": mark[0], "watermark_id": mark[1], "version": VERSION, "blob": blob}
        Snapshot.objects.update_or_create(pk=1, defaults=kept)
        self.digest, self.placed = sha256(blob).digest(), 0

    def _write_events(self) -> None:
        infos = [self.index.info(event) for event in self.touched if event in self.index]
        rows = [
            Event(
                id=info.id,
                title=info.title[:300],
                terms=list(info.terms),
                size=info.size,
                first_at=info.first_at,
                last_at=info.last_at,
            )
            for info in infos
        ]
        Event.objects.bulk_create(
            rows,
            batch_size=PAGE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["title", "terms", "size", "first_at", "last_at"],
        )
        # Of an event that holds others, the index may have forgotten a part.
        refresh(self.store, [event for event in self.touched if self.index.merged(event)])


def _read(store: Store, blob: bytes) -> EventIndex:
    def speakers(ids: Sequence[str]) -> dict[str, str | None]:
        return {identity: post.speaker for identity, post in store.get(ids).items()}

    try:
        return EventIndex.load(blob, speakers)
    except SnapshotError as error:
        _log.warning("%s", error)
        return EventIndex()


def _marked_since(store: Store, since: datetime) -> list[Post]:
    """Marked posts collected from `since` on, in the order of placing. What was collected then was changed then or
    later, so that the order of change holds all of them."""
    found = []
    at = Watermark(since - timedelta(microseconds=1))
    while batch := store.new_since(at, PAGE):
        found += [post for post in batch if post.collected_at >= since and post.marks.event is not None]
        last = batch[-1]
        at = Watermark(last.changed_at or last.collected_at, last.id)
    found.sort(key=turn)
    return found
