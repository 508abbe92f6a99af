"""Everything that changes the archive: put, annotate, expire. Whole documents in bulk, each if it is as it was read.

A document that somebody else wrote meanwhile is read and merged again; one that was written although its answer was
lost is found to be as it should. So every step may be done twice and nothing is written twice.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from elastic_transport import ObjectApiResponse
from elasticsearch import Elasticsearch

from archive.elastic.connect import TRY_SECONDS, Client, explain_status, passes
from archive.elastic.counter import Counter
from archive.elastic.documents import Held, document, month_of, ticks
from archive.elastic.find import Finder
from archive.elastic.scan import hits
from archive.merge import Stored, first, merge
from archive.post import Marks, Post, order_of, period_of
from archive.store import ArchiveError, Kept, PutReport

BATCH = 500
TURNS = 20  # times that somebody else may be faster
MOST_BYTES = 10_000_000  # of one request, roughly
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0  # seconds, growing
_Operation: TypeAlias = tuple[dict[str, Any], dict[str, Any] | None]  # of a bulk request: an action and its document


@dataclass(slots=True)
class _Change:
    """What a document is to become. `held` None: it is new."""

    held: Held | None
    stored: Stored
    order: int


def put(client: Client, finder: Finder, counter: Counter, posts: Sequence[Post], report: PutReport) -> None:
    """At most 500 posts."""
    born = counter.bump()
    waiting = list(posts)
    outcome: dict[int, str] = {}
    for _ in range(TURNS):
        changes, said = _merged(finder, waiting)
        outcome.update(said)
        operations = [_operation(client, change, born) for change in changes.values()]
        places = {each["_id"]: each["_index"] for action, _ in operations for each in action.values()}
        counter.wrote(places.values())
        refused = _write(client, operations)
        finder.remember({identity: index for identity, index in places.items() if identity not in refused})
        if not refused:
            break
        waiting = [post for post in waiting if post.id in refused]
    else:
        raise ArchiveError("档案库的同一条信息一直有别的程序在写，请稍后重试")
    counter.bump()
    for post in posts:
        getattr(report, outcome.pop(id(post))).append(post.id)


def _merged(finder: Finder, posts: Sequence[Post]) -> tuple[dict[str, _Change], dict[int, str]]:
    """What is to be written by id, and what becomes of each post (by its identity in memory)."""
    held, dead, taken = finder.all_of(posts)
    now: dict[str, _Change] = {}
    said: dict[int, str] = {}
    changed: set[str] = set()
    for post in posts:
        if post.id in dead:
            said[id(post)] = "buried"
            continue
        before = now.get(post.id)
        if before is None and (there := held.get(post.id)):
            before = _Change(there, there.stored, there.order)
        if before is None:
            now[post.id] = _Change(None, first(post), _free(post, taken))
            changed.add(post.id)
            said[id(post)] = "new"
            continue
        merged = merge(before.stored, post)
        moved = merged.post.counted_at != before.stored.post.counted_at
        order = _free(merged.post, taken) if moved else before.order
        said[id(post)] = "updated" if merged.post.revision != before.stored.post.revision else "unchanged"
        if merged != before.stored:
            changed.add(post.id)
        now[post.id] = _Change(before.held, merged, order)
    return {identity: change for identity, change in now.items() if identity in changed}, said


def _free(post: Post, taken: set[int]) -> int:
    order = order_of(post.id, post.counted_at)
    while order in taken:
        order += 1
    taken.add(order)
    return order


def _operation(client: Client, change: _Change, born: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Action and document of a bulk request."""
    post = change.stored.post
    if change.held is None:
        index = client.address.month(month_of(post.collected_at))
        return {"create": {"_index": index, "_id": post.id}}, document(
            change.stored, change.order, born, period_of(post)
        )
    return _again(change.held, change.stored, change.order)


def _again(held: Held, stored: Stored, order: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same document, whole, if nobody has written it since it was read."""
    action = {
        "_index": held.index,
        "_id": stored.post.id,
        "if_seq_no": held.seq_no,
        "if_primary_term": held.term,
    }
    return {"index": action}, document(stored, order, held.born, held.period)


def annotate(client: Client, finder: Finder, counter: Counter, marks: Sequence[tuple[str, int, Marks]]) -> list[str]:
    """Ids refused: not there, or their revision has moved. At most 500 marks."""
    refused: list[str] = []
    waiting = list(marks)
    for _ in range(TURNS):
        held = finder.held([identity for identity, _, _ in waiting])
        changes: dict[str, _Change] = {}
        for identity, revision, new in waiting:
            there = held.get(identity)
            if there is None or there.stored.post.revision != revision:
                refused.append(identity)
                continue
            post = replace(there.stored.post, marks=new, marked_revision=revision)
            if post != there.stored.post:
                changes[identity] = _Change(there, Stored(post, there.stored.text_source), there.order)
            else:
                changes.pop(identity, None)
        lost = _write(client, [_operation(client, change, 0) for change in changes.values()])
        if not lost:
            counter.bump()
            return refused
        waiting = [mark for mark in waiting if mark[0] in lost]
    raise ArchiveError("档案库的同一条信息一直有别的程序在写，请稍后重试")


def load(client: Client, finder: Finder, counter: Counter, kept: Sequence[Kept]) -> None:
    """At most 500 posts as another archive kept them."""
    born = counter.bump()
    held, _, taken = finder.all_of([each.post for each in kept])
    operations: list[_Operation] = []
    for each in kept:
        there = held.get(each.post.id)
        stored = Stored(each.post, each.text_source)
        if there is not None and there.stored == stored:
            continue
        if there is not None and there.stored.post.counted_at == each.post.counted_at:
            order = there.order
        else:
            order = _free(each.post, taken)
        action = {"_index": client.address.month(month_of(each.post.collected_at)), "_id": each.post.id}
        operations.append(({"index": action}, document(stored, order, born, each.period)))
    counter.wrote(action["index"]["_index"] for action, _ in operations)
    _write(client, operations)
    counter.bump()


def rewrite(client: Client, held: Iterable[Held]) -> None:
    """The same posts as documents of today's mapping; what somebody writes meanwhile is of today's mapping already."""
    _write(client, [_again(each, each.stored, each.order) for each in held])


def _write(client: Client, operations: Sequence[_Operation]) -> set[str]:
    """Ids that were written by somebody else meanwhile. Raises ArchiveError."""
    lost: set[str] = set()
    for some in _portions(operations):
        lost |= _write_portion(client, some)
    return lost


def _portions(operations: Sequence[_Operation]) -> Iterator[list[_Operation]]:
    """A node takes no more at once than a tenth of its heap, and turns away what is greater, however long one tries."""
    some: list[_Operation] = []
    size = 0
    for operation in operations:
        new = sum(3 * len(value) for value in (operation[1] or {}).values() if isinstance(value, str))
        if some and size + new > MOST_BYTES:
            yield some
            some, size = [], 0
        some.append(operation)
        size += new
    if some:
        yield some


def _write_portion(client: Client, operations: list[_Operation]) -> set[str]:
    """What the server has no room for at the moment is sent again with growing waits."""
    lost: set[str] = set()
    end = time.monotonic() + TRY_SECONDS
    wait = _FIRST_WAIT
    while operations:
        lines = [line for operation in operations for line in operation if line is not None]
        answer = client.call(_bulk(lines))
        busy = []
        for operation, item in zip(operations, answer["items"], strict=True):
            result = next(iter(item.values()))
            status = result["status"]
            if status == 409:
                lost.add(result["_id"])
            elif passes(status, str(result.get("error"))):
                busy.append(operation)
            elif status >= 300 and not (status == 404 and "delete" in item):
                raise ArchiveError(explain_status(status, str(result.get("error")), "Elasticsearch "))
        if busy and time.monotonic() + wait > end:
            raise ArchiveError(explain_status(429, "", "Elasticsearch "))
        if busy:
            time.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311
            wait = min(2 * wait, _LONGEST_WAIT)
        operations = busy
    return lost


def _bulk(lines: list[dict[str, Any]]) -> Callable[[Elasticsearch], ObjectApiResponse[Any]]:
    return lambda es: es.bulk(operations=lines)


def expire(client: Client, finder: Finder, counter: Counter, before: datetime) -> int:
    """Whole months that are over are dropped, of the month `before` lies in the posts themselves. Tombstones first."""
    counter.fresh()
    bound = ticks(before)
    older = {"range": {"collected": {"lt": bound}}}
    total = 0
    for name in finder.months():
        ended = _month_end(name.rpartition("-")[2])
        if ended <= before:
            total += _bury(client, name, {"match_all": {}}, delete=False)
            client.call(lambda es, name=name: es.options(ignore_status=404).indices.delete(index=name))  # type: ignore[misc]
        elif _month_start(name.rpartition("-")[2]) < before:
            total += _bury(client, name, older, delete=True)
    finder.forget()
    counter.bump()
    return total


def _bury(client: Client, index: str, query: dict[str, Any], *, delete: bool) -> int:
    total = 0
    batch: list[str] = []

    def write() -> None:
        bury(client, batch)
        if delete:
            _write(client, [({"delete": {"_index": index, "_id": identity}}, None) for identity in batch])

    for hit in hits(client, query, False, index=index):
        batch.append(hit["_id"])
        total += 1
        if len(batch) == BATCH:
            write()
            batch.clear()
    if batch:
        write()
    return total


def bury(client: Client, ids: Iterable[str]) -> None:
    """Tombstones: what has these ids is never collected again."""
    graves = client.address.tombstones
    _write(client, [({"index": {"_index": graves, "_id": identity}}, {"id": identity}) for identity in ids])


def _month_start(name: str) -> datetime:
    year, _, month = name.partition(".")
    return datetime(int(year), int(month), 1, tzinfo=UTC)


def _month_end(name: str) -> datetime:
    return (_month_start(name) + timedelta(days=32)).replace(day=1)
