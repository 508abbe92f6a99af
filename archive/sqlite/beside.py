"""A second thread with its own connection, that answers some parts of a long question while the asker answers the rest.

SQLite lets go of Python's lock while it works, so two parts are answered at once where there are two processors.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from archive.sqlite.columns import seq_of
from archive.sqlite.connect import Database

SLICE = 1 << 16  # posts a statement is asked about at once
Answer: TypeAlias = Callable[[sqlite3.Connection, slice], None]


class Beside:
    """For one file; shared by the threads of a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(1, "archive-beside") if (os.cpu_count() or 1) > 1 else None

    def each(self, connection: sqlite3.Connection, seq: int, length: int, answer: Answer) -> None:
        """`answer` is called once for every slice of `length`, with a connection that sees the file as of `seq`.

        `connection` is the asker's. Nobody waits for the other thread where it is busy with another's question, or is
        gone (after a fork).
        """
        left = deque(slice(start, start + SLICE) for start in range(0, length, SLICE))
        helped = self._helped(seq, left, answer) if len(left) > 1 else None
        try:
            _work(connection, left, answer)
        finally:
            left.clear()
            if helped and not helped.cancel():
                helped.result()

    def _helped(self, seq: int, left: deque[slice], answer: Answer) -> Future[None] | None:
        try:
            return self._threads.submit(self._help, seq, left, answer) if self._threads else None
        except RuntimeError:  # the process is ending
            return None

    def _help(self, seq: int, left: deque[slice], answer: Answer) -> None:
        with self._database.read() as connection:
            if seq_of(connection) == seq:  # else somebody has written in between
                _work(connection, left, answer)

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()


def _work(connection: sqlite3.Connection, left: deque[slice], answer: Answer) -> None:
    while left:
        try:
            part = left.popleft()
        except IndexError:  # the other took the last
            return
        answer(connection, part)
