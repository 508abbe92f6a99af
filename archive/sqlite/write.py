"""Everything that changes the archive: put, annotate, expire. Each call is one transaction of at most 500 posts."""

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from archive.merge import Stored, first, merge
from archive.post import Marks, Post, order_of, period_of
from archive.sqlite import rows
from archive.sqlite.pairs import add_reply, add_text, drop_reply, drop_text
from archive.store import PutReport

BATCH = 500


def next_seq(connection: sqlite3.Connection) -> int:
    seq: int = connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'seq' RETURNING value").fetchone()[0]
    return seq


def find(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[int, Stored]]:
    """Order and post of those that are there."""
    found: dict[str, tuple[int, Stored]] = {}
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        for row in connection.execute(f"{rows.SELECT} WHERE p.id IN ({','.join('?' * len(some))})", some):
            order, stored = rows.stored_of(row)
            found[stored.post.id] = (order, stored)
    return found


def buried(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        wanted = f"SELECT id FROM tombstones WHERE id IN ({','.join('?' * len(some))})"
        found.update(row[0] for row in connection.execute(wanted, some))
    return found


def put(connection: sqlite3.Connection, posts: Sequence[Post], report: PutReport) -> None:
    ids = [post.id for post in posts]
    known, dead = find(connection, ids), buried(connection, ids)
    seq = next_seq(connection)
    codes, orders = Codes(connection), Orders(connection, posts)
    for post in posts:
        if post.id in dead:
            report.buried.append(post.id)
        elif post.id not in known:
            stored = first(post)
            order = orders.free(post)
            known[post.id] = (order, stored)
            insert(connection, codes, stored, order, seq, period_of(post))
            report.new.append(post.id)
        else:
            order, old = known[post.id]
            new = merge(old, post)
            raised = new.post.revision != old.post.revision
            (report.updated if raised else report.unchanged).append(post.id)
            if new != old:
                moved = old.post.counted_at != new.post.counted_at
                target = orders.free(new.post) if moved else order
                _update(connection, codes, (order, old), (target, new), seq)
                known[post.id] = (target, new)


class Orders:
    """The orders that posts get within one transaction."""

    def __init__(self, connection: sqlite3.Connection, posts: Sequence[Post]) -> None:
        """`posts` (at most 500): those whose orders are looked up at once."""
        self._connection = connection
        wanted = [order_of(post.id, post.counted_at) for post in posts]
        taken = f"SELECT ord FROM posts WHERE ord IN ({','.join('?' * len(wanted))})"
        self._asked = set(wanted)
        self._taken = {row[0] for row in connection.execute(taken, wanted)}

    def free(self, post: Post) -> int:
        """The post's order, or the next above it that is free; it is then taken."""
        order = order_of(post.id, post.counted_at)
        if order in self._taken or order not in self._asked:
            while self._connection.execute("SELECT 1 FROM posts WHERE ord = ?", (order,)).fetchone():
                order += 1
        self._taken.add(order)
        return order


class Codes:
    """The numbers of names within one transaction, each asked for or made once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def of(self, dimension: str, text: str | None) -> int:
        """0 is none."""
        if not text:
            return 0
        found = self._known.get((dimension, text))
        if found is None:
            found = self._known[dimension, text] = code(self._connection, dimension, text)
        return found

    def of_post(self, post: Post) -> tuple[int, int, int, int]:
        """Of its source, region, kind and publisher."""
        return (
            self.of("source", post.source),
            self.of("region", post.region),
            self.of("kind", post.kind),
            self.of("publisher", post.publisher),
        )


def insert(connection: sqlite3.Connection, codes: Codes, stored: Stored, order: int, seq: int, period: int) -> None:
    """A post without its marks."""
    post = stored.post
    connection.execute(rows.INSERT, rows.row_of(stored, order))
    add_text(connection, order, post.title, post.text)
    add_reply(connection, order, post.reply)
    connection.execute(
        "INSERT INTO facts (ord, source, region, kind, publisher, hourly, speaker, period, born, seq) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (order, *codes.of_post(post), post.hourly, speaker_number(post.speaker),
         period, seq, seq),
    )  # fmt: skip


def code(connection: sqlite3.Connection, dimension: str, text: str) -> int:
    """The number of a name, made where it is new."""
    found = connection.execute("SELECT code FROM names WHERE dimension = ? AND text = ?", (dimension, text))
    if row := found.fetchone():
        return int(row[0])
    made = connection.execute(
        "INSERT INTO names SELECT ?, 1 + coalesce(max(code), 0), ? FROM names WHERE dimension = ? RETURNING code",
        (dimension, text, dimension),
    )
    return int(made.fetchone()[0])


def speaker_number(speaker: str | None) -> int:
    """63 bits of the speaker's hash, 0 for none: enough to count distinct ones, never shown."""
    if not speaker:
        return 0
    return int.from_bytes(hashlib.sha256(speaker.encode("utf-8", "replace")).digest()[:8], "big") >> 1 or 1


def _update(
    connection: sqlite3.Connection, codes: Codes, old: tuple[int, Stored], new: tuple[int, Stored], seq: int
) -> None:
    """Write what changed; the post moves to another order where its time changed."""
    (order, stored), (target, renewed) = old, new
    before, after = stored.post, renewed.post
    moved = before.counted_at != after.counted_at
    if moved or (before.title, before.text) != (after.title, after.text):
        drop_text(connection, order, before.title, before.text)
    if moved or before.reply != after.reply:
        drop_reply(connection, order, before.reply)
    if moved:
        _move(connection, order, target, after, seq)
    if moved or (before.title, before.text) != (after.title, after.text):
        add_text(connection, target, after.title, after.text)
    if moved or before.reply != after.reply:
        add_reply(connection, target, after.reply)
    connection.execute(rows.UPDATE, rows.row_of(renewed, target))
    connection.execute(
        "UPDATE facts SET source = ?, region = ?, kind = ?, publisher = ?, hourly = ?, seq = ? WHERE ord = ?",
        (*codes.of_post(after), after.hourly, seq, target),
    )


def _move(connection: sqlite3.Connection, order: int, target: int, post: Post, seq: int) -> None:
    for table in ("posts", "facts", "marks"):
        connection.execute(f"UPDATE {table} SET ord = ? WHERE ord = ?", (target, order))
    for what, name in _tagged(post.marks):
        connection.execute(
            "UPDATE tagged SET ord = ? WHERE what = ? AND name = ? AND ord = ?", (target, what, name, order)
        )
    connection.execute("INSERT OR IGNORE INTO removed VALUES (?, ?)", (seq, order))


def annotate(connection: sqlite3.Connection, marks: Sequence[tuple[str, int, Marks]]) -> list[str]:
    """Ids refused: not there, or their revision has moved. At most 500 marks."""
    refused = []
    seq = next_seq(connection)
    codes = Codes(connection)
    held = _marked(connection, [identity for identity, _, _ in marks])
    for identity, revision, new in marks:
        order, stored_revision, written = held.get(identity, (0, None, None))
        if stored_revision != revision:
            refused.append(identity)
            continue
        old = rows.marks_of(written)
        connection.execute("UPDATE posts SET marked_revision = ? WHERE ord = ?", (revision, order))
        if written is not None and old == new:
            continue
        held[identity] = (order, revision, rows.marks_text(new))
        mark(connection, codes, order, old, new, seq)
    return refused


def mark(connection: sqlite3.Connection, codes: Codes, order: int, old: Marks, new: Marks, seq: int) -> None:
    """`new` in place of `old` for the post at `order`, in every table and index."""
    connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (order, rows.marks_text(new)))
    connection.executemany("DELETE FROM tagged WHERE what = ? AND name = ? AND ord = ?", _tags(old, new, order))
    connection.executemany("INSERT INTO tagged VALUES (?, ?, ?)", _tags(new, old, order))
    feeling = new.sentiment.label if new.sentiment else None
    connection.execute(
        "UPDATE facts SET topic = ?, sentiment = ?, double = ?, seq = ? WHERE ord = ?",
        (codes.of("topic", new.topic), codes.of("sentiment", feeling), new.double, seq, order),
    )


def _marked(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[int, int | None, str | None]]:
    """Order, revision and marks, as they are written, of those that are there."""
    found = connection.execute(
        "SELECT p.id, p.ord, p.revision, m.data FROM posts p LEFT JOIN marks m USING (ord) "
        f"WHERE p.id IN ({','.join('?' * len(ids))})",
        ids,
    )
    return {identity: (order, revision, data) for identity, order, revision, data in found}


def _tags(of: Marks, without: Marks, order: int) -> list[tuple[str, str, int]]:
    """Index rows of the one that the other has not."""
    return [(*tag, order) for tag in sorted(_tagged(of) - _tagged(without))]


def _tagged(marks: Marks) -> set[tuple[str, str]]:
    tags = {("watchlist", name) for name in marks.watchlists} | {("policy", name) for name in marks.policies}
    return tags | ({("event", marks.event)} if marks.event else set())


def expire(connection: sqlite3.Connection, before: datetime) -> int:
    """At most 500 of the posts first collected before `before`; returns how many went."""
    found = connection.execute(
        f"{rows.SELECT} WHERE p.collected_at < ? ORDER BY p.collected_at LIMIT {BATCH}", (rows.ticks(before),)
    ).fetchall()
    if not found:
        return 0
    seq = next_seq(connection)
    for row in found:
        order, stored = rows.stored_of(row)
        remove(connection, order, stored.post, seq)
        connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?)", (stored.post.id,))
    return len(found)


def remove(connection: sqlite3.Connection, order: int, post: Post, seq: int) -> None:
    """Everything of a post that is at `order`."""
    drop_text(connection, order, post.title, post.text)
    drop_reply(connection, order, post.reply)
    connection.executemany(
        "DELETE FROM tagged WHERE what = ? AND name = ? AND ord = ?", _tags(post.marks, Marks(), order)
    )
    for table in ("posts", "facts", "marks"):
        connection.execute(f"DELETE FROM {table} WHERE ord = ?", (order,))
    connection.execute("INSERT OR IGNORE INTO removed VALUES (?, ?)", (seq, order))
