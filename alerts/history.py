"""An incident's history: a step and its audit entry, together or not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts import audit
from accounts.models import User
from alerts.models import Incident, IncidentStep


def step(
    incident: Incident,
    by: User | str | None,
    act: str,
    what: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> IncidentStep:
    """Add a step in the state the incident is in now; `by` None is the system. Call inside the act's transaction."""
    name = by.get_username() if isinstance(by, User) else by or audit.SYSTEM
    audit.record(now, by, f"incident.{act}", "incident", incident.number, details)
    return IncidentStep.objects.create(incident=incident, at=now, by=name, act=act, state=incident.state, what=what)
