"""Hold a lease while something runs: renewed by a thread of its own, given up at the end.

Whoever is killed gives nothing up: its lease is taken at once on the same machine, where one can see that it is gone,
and by another machine when it has run out.
"""

import contextlib
import itertools
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, connection, connections
from django.utils import timezone

from alerts import claims
from monitor import leases
from monitor.models import Lease

log = logging.getLogger(__name__)

SECONDS = 60.0  # by then another machine may take it
RENEW_SECONDS = 15.0
_numbers = itertools.count(1)


def clock() -> datetime:
    """The time leases are counted in: the server's, as several machines' clocks are never quite the same."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
        return at


def skew() -> timedelta:
    """How far this machine's clock is ahead of the database server's."""
    return timezone.now() - clock()


def take(name: str, holder: str, seconds: float) -> bool:
    """Whether `holder` has the lease now. A holder of this machine that was killed is not waited for."""
    now = clock()
    before = Lease.objects.filter(name=name).values_list("holder", flat=True).first()
    if before and before != holder and claims.gone(before, now, now):
        leases.release(name, before)
    return leases.acquire(name, holder, seconds, now)


def holder_of(name: str) -> str:
    """Who has the lease, for people to read; "" for nobody."""
    return Lease.objects.filter(name=name).values_list("holder", flat=True).first() or ""


class Held:
    """A lease that is held. `lost` is called (in the thread that renews) when it could not be kept: what runs under
    it must end, for another may begin."""

    def __init__(self, name: str, holder: str, lost: Callable[[], None]) -> None:
        self.name, self.holder, self._lost = name, holder, lost
        self._until = time.monotonic() + SECONDS
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {name}", daemon=True)
        self._thread.start()

    def still(self) -> bool:
        """Whether it is ours and stays so to the end of the transaction: ask in the one that writes the result."""
        row = Lease.objects.select_for_update().filter(name=self.name, holder=self.holder).first()
        return row is not None and row.expires_at is not None and row.expires_at > clock()

    def release(self) -> None:
        self._stop()
        leases.release(self.name, self.holder)

    def give_up(self) -> None:
        """Release it where the state database may not answer: then it runs out by itself."""
        self._stop()
        with contextlib.suppress(Error):
            leases.release(self.name, self.holder)

    def _stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            # Before its end, not at it: ending what runs takes a moment as well.
            if not self._renew() and time.monotonic() + RENEW_SECONDS > self._until:
                log.error("lost the lease of %s", self.name)
                self._lost()
                return

    def _renew(self) -> bool:
        asked = time.monotonic()
        try:
            kept = leases.renew(self.name, self.holder, SECONDS, clock())
            self._until = asked + (SECONDS if kept else 0)
        except Error as error:
            log.warning("could not renew the lease of %s: %s", self.name, error)
            return False
        finally:
            connections.close_all()  # this thread's own
        return kept


def hold(name: str, lost: Callable[[], None] = lambda: None) -> Held | None:
    """The lease, or None where somebody has it, be it this very process."""
    holder = claims.holder(next(_numbers))
    return Held(name, holder, lost) if take(name, holder, SECONDS) else None
