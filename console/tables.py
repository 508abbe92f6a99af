"""The tables of the state database, made and changed by one process at a time: on every machine at once somebody may
type `minsheng up`."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

_NUMBER = 0x6D696E736865  # "minshe": PostgreSQL's advisory locks have numbers for names


def migrate() -> None:
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)


def made() -> bool:
    """Whether there are tables; where another process is making them just now, that is waited for."""
    with _alone():
        return "django_migrations" in connection.introspection.table_names()


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        with (settings.VAR / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_NUMBER])
    try:
        yield
    finally:
        # Where the connection broke, the lock went with it.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_NUMBER])
