"""The one way into the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, User

SYSTEM = "系统"


def record(
    now: datetime,
    user: User | str | None,
    act: str,
    subject_kind: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Note that `user` (a User, the name of whoever acts on the command line, or None for the system itself)
    did `act` to `subject`. Call it inside the transaction of the act, so that neither stands without the other."""
    known = user if isinstance(user, User) else None
    actor = known.get_username() if known else (user if isinstance(user, str) else SYSTEM)
    return AuditEntry.objects.create(
        at=now,
        user=known,
        actor=actor[:150],
        act=act,
        subject_kind=subject_kind,
        subject=subject[:128],
        details=dict(details or {}),
        address=address,
    )
