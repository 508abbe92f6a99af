"""An incident's history: a step and its audit entry, together or not at all."""

from collections.abc import Iterable, Mapping
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
    return IncidentStep.objects.create(
        incident=incident, at=now, by=name[:150], act=act, state=incident.state, what=what
    )


def signed(steps: Iterable[IncidentStep]) -> list[tuple[IncidentStep, str]]:
    """The steps with the name each is shown under: the person's own, where the account has one."""
    kept = list(steps)
    users = User.objects.filter(username__in={each.by for each in kept}).exclude(first_name="")
    names = dict(users.values_list("username", "first_name"))
    return [(each, names.get(each.by, each.by)) for each in kept]
