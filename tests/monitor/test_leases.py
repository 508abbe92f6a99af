"""Leases: one holder at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.leases import acquire, release, renew
from monitor.models import Lease

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_only_one_holds_a_lease() -> None:
    assert acquire("round", "a", 60, NOW)
    assert not acquire("round", "b", 60, later(1))
    assert acquire("crawl:board", "b", 60, later(1)), "another name is another lease"


def test_the_holder_may_take_its_own_lease_again() -> None:
    assert acquire("round", "a", 60, NOW)
    assert acquire("round", "a", 60, later(30))
    assert not acquire("round", "b", 60, later(70)), "the second taking counts from its own time"


def test_a_lease_that_has_run_out_is_anybodys_and_cannot_be_renewed_by_the_old_holder() -> None:
    assert acquire("round", "a", 60, NOW)
    assert acquire("round", "b", 60, later(60))
    assert not renew("round", "a", 60, later(61))
    assert Lease.objects.get(name="round").holder == "b"


def test_renewing_too_late_fails_even_if_nobody_took_it() -> None:
    """Between its end and now another may have worked and finished."""
    assert acquire("round", "a", 60, NOW)
    assert not renew("round", "a", 60, later(61))


def test_renewing_in_time_extends() -> None:
    assert acquire("round", "a", 60, NOW)
    assert renew("round", "a", 60, later(59))
    assert not acquire("round", "b", 60, later(100))


def test_release_frees_only_ones_own() -> None:
    assert acquire("round", "a", 60, NOW)
    release("round", "b")
    assert not acquire("round", "b", 60, later(1))
    release("round", "a")
    assert acquire("round", "b", 60, later(2))
