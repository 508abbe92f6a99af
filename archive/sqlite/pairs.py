"""Texts as overlapping pairs of characters, the words of the index: 停水了 becomes 停水 水了 了∎.

FTS5's `ascii` tokenizer drops white space and ASCII punctuation, so ASCII is mapped into a private plane first; Post
keeps those characters out of every text (CONTRACTS: Text).
"""

import sqlite3

import numpy as np

from archive.fold import fold_text

END = "\U0010fffd"
_PRIVATE = 0xF0000
_ASCII = {code: chr(_PRIVATE + code) for code in range(128)}


def pairs(folded: str) -> str:
    """What is indexed: all pairs, the last character paired with an end mark.

    Written as an array of code points in three columns: a fifth of the time of joining strings.
    """
    if not folded:
        return ""
    codes = np.frombuffer(folded.encode("utf-32-le"), "<u4")
    written = np.empty((len(codes), 3), "<u4")
    written[:, 0] = np.where(codes < 128, codes + _PRIVATE, codes)
    written[:-1, 1] = written[1:, 0]
    written[-1, 1] = ord(END)
    written[:, 2] = ord(" ")
    return written.tobytes().decode("utf-32-le")[:-1]


def phrase(folded: str) -> str:
    """The FTS5 phrase that finds a folded term wherever it stands. It holds no character FTS5 gives a meaning to."""
    text = folded.translate(_ASCII)
    if len(text) == 1:
        return f'"{text}" *'
    return '"' + " ".join(map(str.__add__, text, text[1:])) + '"'


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
