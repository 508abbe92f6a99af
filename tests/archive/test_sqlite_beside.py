"""A long question is answered by two threads: nothing is answered twice, left out, or by another state of the file."""

import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.language import parse
from archive.sqlite import SQLiteStore, beside
from archive.sqlite.beside import Beside
from archive.sqlite.columns import seq_of
from archive.sqlite.connect import Database
from archive.store import ArchiveError, Filter
from tests.archive.makers import NOW, make_post

pytestmark = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor: nobody helps")
POSTS = [
    replace(
        make_post(str(number)), text=("断水" if number % 3 else "供水"), published_at=NOW - timedelta(minutes=number)
    )
    for number in range(200)
]
WANTED = Filter(query=parse("断水"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    store = SQLiteStore(str(tmp_path / "archive.sqlite3"))
    store.put(POSTS)
    store.close()
    opened = Database(str(tmp_path / "archive.sqlite3"), create=False)
    yield opened
    opened.close()


class Asked:
    """Who was asked about what; the asker's first slice waits until the helper has had its chance."""

    def __init__(self, asker: sqlite3.Connection, *, wait: float) -> None:
        self.asker, self.wait = asker, wait
        self.by_asker: list[int] = []
        self.by_helper: list[int] = []
        self.helped = threading.Event()

    def answer(self, connection: sqlite3.Connection, some: slice) -> None:
        if connection is self.asker:
            self.by_asker.append(some.start)
            self.helped.wait(self.wait)
        else:
            self.by_helper.append(some.start)
            self.helped.set()


def test_two_threads_answer_every_slice_once(database: Database) -> None:
    helper = Beside(database)
    with database.read() as connection:
        asked = Asked(connection, wait=20)
        helper.each(connection, seq_of(connection), 200, asked.answer)
    assert asked.by_helper
    assert sorted(asked.by_asker + asked.by_helper) == list(range(0, 200, beside.SLICE))


def test_who_sees_a_later_state_does_not_help(database: Database) -> None:
    helper = Beside(database)
    with database.read() as connection:
        seq = seq_of(connection)
        with sqlite3.connect(database.path) as other:
            other.execute("UPDATE meta SET value = value + 1 WHERE key = 'seq'")
        other.close()
        asked = Asked(connection, wait=0.5)
        helper.each(connection, seq, 200, asked.answer)
    assert not asked.by_helper
    assert asked.by_asker == list(range(0, 200, beside.SLICE))


def test_an_error_of_the_helper_is_the_askers(database: Database) -> None:
    helper = Beside(database)
    turn = threading.Event()

    def answer(connection: sqlite3.Connection, some: slice) -> None:
        if connection is not asker:
            turn.set()
            connection.execute("SELECT no FROM such")
        turn.wait(20)

    with pytest.raises(ArchiveError, match="no such table"), database.read() as asker:
        helper.each(asker, seq_of(asker), 200, answer)


def test_while_others_write_every_count_is_that_of_one_state(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "archive.sqlite3"))
    store.put(POSTS)
    writer = SQLiteStore(str(tmp_path / "archive.sqlite3"))
    before = store.count(WANTED)
    first, last = NOW, NOW - timedelta(minutes=190)  # of different slices
    pairs = [
        [replace(make_post(f"{number} {at}"), text="断水", published_at=at) for at in (first, last)]
        for number in range(100)
    ]
    thread = threading.Thread(target=lambda: [writer.put(pair) for pair in pairs])
    thread.start()
    counts = [before]
    while thread.is_alive():
        counts.append(store.count(WANTED))
    thread.join()
    assert {(count - before) % 2 for count in counts} == {0}, "of the two written at once, one was seen"
    assert counts == sorted(counts)
    assert store.count(WANTED) == before + 2 * len(pairs)
    writer.close()
    store.close()


def _count(store: SQLiteStore, into: "multiprocessing.Queue[int]") -> None:
    into.put(store.count(WANTED))


def test_after_a_fork_the_asker_answers_alone(tmp_path: Path) -> None:
    store = SQLiteStore(str(tmp_path / "archive.sqlite3"))
    store.put(POSTS)
    before = store.count(WANTED)  # the helper's thread is there, and will not be in the child
    context = multiprocessing.get_context("fork")
    found: multiprocessing.Queue[int] = context.Queue()
    child = context.Process(target=_count, args=(store, found))
    child.start()
    assert found.get(timeout=30) == before
    child.join(30)
    store.close()
