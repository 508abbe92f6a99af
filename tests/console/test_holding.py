"""Leases that are held while something runs."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from alerts import claims
from console import holding
from console.holding import clock, hold, take
from monitor import leases
from monitor.models import Lease
from tests.console.test_supervise import until

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(name: str) -> None:
    """Another machine takes it, as it may once it has run out."""
    Lease.objects.filter(name=name).update(holder="elsewhere:1:1", expires_at=clock() + timedelta(seconds=60))


def test_what_is_held_is_nobody_elses_not_even_this_process_s() -> None:
    lease = hold("round")
    assert lease and hold("round") is None
    assert not take("round", claims.holder(), 60), "a scheduler's own name is another one"
    lease.release()
    again = hold("round")
    assert again
    again.release()


def test_it_is_renewed_as_long_as_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "RENEW_SECONDS", 0.05)
    lease = hold("crawl:east")
    assert lease
    first = Lease.objects.get(name="crawl:east").expires_at
    assert first and until(lambda: Lease.objects.filter(name="crawl:east", expires_at__gt=first).exists())
    with transaction.atomic():
        assert lease.still()
    lease.release()
    assert Lease.objects.get(name="crawl:east").holder == ""


def test_losing_it_is_said_at_once_and_what_was_done_under_it_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "RENEW_SECONDS", 0.05)
    lost = threading.Event()
    lease = hold("crawl:east", lost.set)
    assert lease
    elsewhere("crawl:east")
    assert lost.wait(20)
    with transaction.atomic():
        assert not lease.still()
    lease.release()
    assert Lease.objects.get(name="crawl:east").holder == "elsewhere:1:1", "it is not ours to give up"


@pytest.mark.parametrize(
    ("holder", "seconds", "taken", "why"),
    [
        (claims.holder().rsplit(":", 1)[0] + ":1/3", 60, True, "its process on this machine is gone"),
        (claims.holder(7), 60, False, "its process lives"),
        ("elsewhere:1:1", 60, False, "another machine may only be slow"),
        ("elsewhere:1:1", -1, True, "it has run out"),
    ],
    ids=["gone", "alive", "elsewhere", "run out"],  # each worker of xdist has a process number of its own
)
def test_whose_lease_may_be_taken(holder: str, seconds: float, taken: bool, why: str) -> None:
    assert leases.acquire("round", holder, seconds, clock())
    assert take("round", "we:1:1", 60) is taken, why
