"""The pairs of characters (archive.pairs) as rows of the two full-text indexes, and as FTS5's phrases."""

import sqlite3

from archive.fold import fold_text
from archive.pairs import pairs, sought

PREFIX = " *"  # behind a phrase: words that begin so


def phrase(folded: str) -> str:
    """The FTS5 phrase that finds a folded term wherever it stands. It holds no character FTS5 gives a meaning to."""
    wanted = sought(folded)
    return f'"{" ".join(wanted)}"' + (PREFIX if len(folded) == 1 else "")


def add_text(connection: sqlite3.Connection, order: int, title: str, text: str) -> None:
    connection.execute(
        "INSERT INTO said (rowid, title, body) VALUES (?, ?, ?)", (order, _indexed(title), _indexed(text))
    )


def drop_text(connection: sqlite3.Connection, order: int, title: str, text: str) -> None:
    """`title` and `text` must be what was added: a table without content cannot look it up."""
    connection.execute(
        "INSERT INTO said (said, rowid, title, body) VALUES ('delete', ?, ?, ?)",
        (order, _indexed(title), _indexed(text)),
    )


def add_reply(connection: sqlite3.Connection, order: int, reply: str) -> None:
    if reply:
        connection.execute("INSERT INTO answered (rowid, reply) VALUES (?, ?)", (order, _indexed(reply)))


def drop_reply(connection: sqlite3.Connection, order: int, reply: str) -> None:
    if reply:
        connection.execute(
            "INSERT INTO answered (answered, rowid, reply) VALUES ('delete', ?, ?)", (order, _indexed(reply))
        )


def _indexed(text: str) -> str:
    return pairs(fold_text(text))
