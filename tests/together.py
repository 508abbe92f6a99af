"""Several at once on one state database, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, connections, transaction

T = TypeVar("T")


def together(*each: Callable[[], T]) -> list[T]:
    """What each gave; they begin at the same moment. Raises what one of them raised."""
    ready = threading.Barrier(len(each))

    def run(one: Callable[[], T]) -> T:
        try:
            with connection.cursor():  # connected before anybody begins
                ready.wait(20)
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(each)) as pool:
        return list(pool.map(run, each))


@contextmanager
def during(one: Callable[[], T], *, waits: bool) -> Iterator["Future[T]"]:
    """`one` runs elsewhere while the caller's transaction is open: it begins when the body has ended, and the
    transaction is committed when `one` waits for it (`waits`) or has ended."""

    def run() -> T:
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        future: Future[T]
        with transaction.atomic():
            given: Future[T] = Future()
            yield given
            future = pool.submit(run)
            if waits:
                until_somebody_waits()
            else:
                future.result(20)
        given.set_result(future.result(20))


def until_somebody_waits() -> None:
    """Until a connection waits for a lock that another one holds."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited: the race is still there")
