"""The edge of the event index: loaded from its snapshot or rebuilt from the archive, saved with the events' rows."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from archive.post import Post
from archive.store import Store, Watermark
from monitor.events import COMPLAINTS, VERSION, Assignment, EventIndex, SnapshotError
from monitor.models import Event
from monitor.models import EventIndex as Snapshot

# An event nothing was added to for as long is forgotten: what is older than that changes no new post's event.
REACH = timedelta(days=COMPLAINTS.keep)
PAGE = 500
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Placing:
    """`touched`: events whose rows are to be written. Posts placed since the snapshot are placed again after a kill,
    in the order of collection, so that they come to the events they are marked with."""

    index: EventIndex
    touched: dict[str, None] = field(default_factory=dict)

    @classmethod
    def load(cls, store: Store, now: datetime) -> "Placing":
        """From the snapshot, brought up to the marked posts of the archive; from the archive alone where the snapshot
        is missing, broken or of another version."""
        row = Snapshot.objects.first()
        index = None
        if row is not None and row.version == VERSION:
            try:
                index = EventIndex.load(bytes(row.blob))
            except SnapshotError as error:
                _log.warning("%s", error)
        if index is None:
            index = EventIndex()
        placing = cls(index)
        mark = index.watermark
        for post in _marked_since(store, mark[0] if mark else now - REACH):
            if mark is None or (post.collected_at, post.id) > mark:
                placing.place(post)
        return placing

    def place(self, post: Post) -> Assignment:
        given = self.index.add([post])[0]
        self.touched[given.event] = None
        return given

    def save(self) -> None:
        """Rows of the touched events and the snapshot, together or not at all."""
        mark = self.index.watermark
        if mark is None or not self.touched:
            return
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
        blob = self.index.snapshot()
        with transaction.atomic():
            Event.objects.bulk_create(
                rows,
                batch_size=PAGE,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["title", "terms", "size", "first_at", "last_at"],
            )
            Snapshot.objects.update_or_create(
                pk=1,
                defaults={"watermark_at": mark[0], "watermark_id": mark[1], "version": VERSION, "blob": blob},
            )
        self.touched.clear()


def _marked_since(store: Store, since: datetime) -> Iterator[Post]:
    """Marked posts collected from `since` on, in the order (collected_at, id). What was collected then was changed
    then or later, so that the order of change holds all of them."""
    found = []
    at = Watermark(since - timedelta(microseconds=1))
    while batch := store.new_since(at, PAGE):
        found += [post for post in batch if post.collected_at >= since and post.marks.event is not None]
        last = batch[-1]
        at = Watermark(last.changed_at or last.collected_at, last.id)
    found.sort(key=lambda post: (post.collected_at, post.id))
    yield from found
