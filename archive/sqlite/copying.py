"""Posts as they are kept, out of one archive and into another."""

import sqlite3
from collections.abc import Sequence

from archive.merge import Stored
from archive.post import Marks
from archive.sqlite import rows
from archive.sqlite.write import Codes, Orders, find, insert, mark, next_seq, remove
from archive.store import Kept


def dump(connection: sqlite3.Connection, after: int, limit: int) -> tuple[list[Kept], int]:
    found = connection.execute(f"{rows.SELECT} WHERE p.ord > ? ORDER BY p.ord LIMIT ?", (after, limit)).fetchall()
    stored = [rows.stored_of(row) for row in found]
    last = stored[-1][0] if stored else after
    periods = dict(
        connection.execute("SELECT ord, period FROM facts WHERE ord > ? AND ord <= ?", (after, last)).fetchall()
    )
    return [Kept(each.post, each.text_source, periods[order]) for order, each in stored], last


def load(connection: sqlite3.Connection, kept: Sequence[Kept]) -> None:
    """At most 500."""
    seq = next_seq(connection)
    known = find(connection, [each.post.id for each in kept])
    codes, orders = Codes(connection), Orders(connection, [each.post for each in kept])
    for each in kept:
        wanted = Stored(each.post, each.text_source)
        if each.post.id in known:
            order, there = known[each.post.id]
            if there == wanted:
                continue
            remove(connection, order, there.post, seq)
        order = orders.free(each.post)
        insert(connection, codes, wanted, order, seq, each.period)
        if each.post.marks != Marks():
            mark(connection, codes, order, Marks(), each.post.marks, seq)


def graves(connection: sqlite3.Connection, after: str, limit: int) -> list[str]:
    found = connection.execute("SELECT id FROM tombstones WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
    return [row[0] for row in found]


def bury(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    connection.executemany("INSERT OR IGNORE INTO tombstones VALUES (?)", ((identity,) for identity in ids))
