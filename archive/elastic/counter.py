"""How many writes there have been: the version of one small document, which counts without a script.

A reader that finds the number moved refreshes the index first, so that whoever reads sees all that was acknowledged,
by whatever process; while nothing is written, nothing is refreshed.
"""

import threading
from collections.abc import Collection, Iterable

from archive.elastic.connect import Client

_ID = "writes"


class Counter:
    """Shared by the threads of a process."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._seen = -1
        self._written: set[str] = set()

    def wrote(self, indices: Iterable[str]) -> None:
        """This process has written to these since they were last refreshed."""
        with self._lock:
            self._written |= set(indices)

    def hidden(self, indices: Collection[str]) -> bool:
        """Whether this process has written to others than `indices` what searches do not show yet."""
        with self._lock:
            return not self._written <= set(indices)

    def bump(self) -> int:
        """One write more: its number, greater than any before."""
        written = self._client.call(lambda es: es.index(index=self._client.address.meta, id=_ID, document={}))
        return int(written["_version"])

    def fresh(self) -> int:
        """Make all that was written visible to searches. Returns the number of writes, none of which is missing."""
        meta = self._client.address.meta
        found = self._client.call(
            lambda es: es.options(ignore_status=404).get(index=meta, id=_ID, source=False, realtime=True)
        )
        now = int(found.get("_version", 0))
        with self._lock:
            if now != self._seen:
                alias = self._client.address.months
                self._client.call(lambda es: es.indices.refresh(index=alias, ignore_unavailable=True))
                self._seen = now
                self._written.clear()
        return now
