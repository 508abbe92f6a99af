"""The keyed hash that stands for whoever wrote a post; the name itself goes no further than here."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

PERIOD_SECONDS = 30 * 86400
KEPT_PERIODS = 3  # a key is destroyed 90 days after its period began


def period_of(at: datetime) -> int:
    """The 30-day period `at` falls in, counted from 1970."""
    return int(at.timestamp()) // PERIOD_SECONDS


def live_periods(now: datetime) -> range:
    """The periods whose keys exist at `now`, the current one last; one more for clocks that run fast."""
    current = period_of(now)
    return range(current - KEPT_PERIODS + 1, current + 2)


def period_start(period: int) -> datetime:
    return datetime.fromtimestamp(period * PERIOD_SECONDS, UTC)


def speaker(keys: Mapping[str, str], source: str, user: str, at: datetime) -> str | None:
    """32 hex digits; None where the key of that period is destroyed, or nobody is named."""
    key = keys.get(str(period_of(at)))
    if not key or not user.strip():
        return None
    message = f"{source}\n{user.strip()}".encode("utf-8", "replace")
    return hmac.new(bytes.fromhex(key), message, hashlib.sha256).hexdigest()[:32]
