"""A lease says who may do a thing that only one may do at a time. Taken by conditional UPDATE, so that the
database decides between two who ask at once, on SQLite and PostgreSQL alike."""

from datetime import datetime, timedelta

from django.db.models import Q

from monitor.models import Lease


def acquire(name: str, holder: str, seconds: float, now: datetime) -> bool:
    """Whether `holder` has the lease until `now + seconds`: it was free, run out, or already theirs."""
    Lease.objects.bulk_create([Lease(name=name)], ignore_conflicts=True)
    free = Q(holder="") | Q(holder=holder) | Q(expires_at__isnull=True) | Q(expires_at__lte=now)
    taken = Lease.objects.filter(free, name=name)
    return bool(taken.update(holder=holder, expires_at=now + timedelta(seconds=seconds)))


def renew(name: str, holder: str, seconds: float, now: datetime) -> bool:
    """Whether `holder` still had the lease and has it until `now + seconds`. False: stop, it is another's."""
    mine = Lease.objects.filter(name=name, holder=holder, expires_at__gt=now)
    return bool(mine.update(expires_at=now + timedelta(seconds=seconds)))


def turn(name: str) -> None:
    """Wait until nobody else is in a transaction that called this for `name`, and keep others waiting to the end of
    ours. Call it first thing in a transaction. (Under SQLite there is one writing transaction at a time anyway.)"""
    Lease.objects.bulk_create([Lease(name=f"turn:{name}")], ignore_conflicts=True)
    Lease.objects.select_for_update().get(name=f"turn:{name}")


def release(name: str, holder: str) -> None:
    """Give the lease back; nothing happens if it is no longer `holder`'s."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", expires_at=None)
