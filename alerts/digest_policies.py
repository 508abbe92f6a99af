"""What a digest says of policies: what is overdue, what comes into force, what waits for a person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from monitor.models import Policy, PolicyAnswer, PolicyProposal
from monitor.validity import day_of, interpretation_due, result_due, standing

SOON = timedelta(days=7)
SHOWN = 10
# Of a digest kept before there was more to say of policies.
NOTHING: Mapping[str, Any] = {"results": [], "coming": [], "proposals": 0, "proposed": [], "suggested": 0}


def uninterpreted(now: datetime) -> list[dict[str, Any]]:
    """Policies whose interpretation is not there, from the day of their release until it is, the longest waited for
    first; not those that are no longer in force or need none."""
    rows = []
    for policy in _watched().filter(interpreted_at=None, needs_interpretation=True, released_at__lte=now):
        due = interpretation_due(policy, now)
        if due and not standing(policy, now).over:
            rows.append({**_row(policy), "days": due.late + 1, "late": due.late})
    return sorted(rows, key=lambda row: (-row["days"], row["title"]))


def work(now: datetime) -> dict[str, Any]:
    """{results, coming, proposals, suggested}: consultations whose result is not there in time, policies that come into
    force within 7 days, pages that may be policies (how many, and the newest), suggested questions and answers."""
    proposals = PolicyProposal.objects.filter(decided="").order_by("-seen_at", "-pk")
    return {
        "results": _results(now),
        "coming": _coming(now),
        "proposals": proposals.count(),
        "proposed": [{"title": row.title, "url": row.url} for row in proposals[:SHOWN]],
        "suggested": PolicyAnswer.objects.filter(status=PolicyAnswer.Status.SUGGESTED).count(),
    }


def _results(now: datetime) -> list[dict[str, Any]]:
    rows = []
    for policy in _watched().filter(result_at=None, consulted_until__lt=day_of(now)):
        if (due := result_due(policy, now)) and due.overdue:
            rows.append({**_row(policy), "due": due.on.isoformat(), "days": due.late})
    return sorted(rows, key=lambda row: (-row["days"], row["title"]))


def _coming(now: datetime) -> list[dict[str, Any]]:
    """Also those that a person has set another validity for: the date stands all the same."""
    today = day_of(now)
    found = _watched().filter(effective_on__gt=today, effective_on__lte=today + SOON).order_by("effective_on", "pk")
    return [
        {**_row(policy), "on": on.isoformat(), "days": (on - today).days}
        for policy in found
        if (on := policy.effective_on) and not standing(policy, now).over
    ]


def _watched() -> QuerySet[Policy]:
    return Policy.objects.filter(enabled=True)


def _row(policy: Policy) -> dict[str, Any]:
    return {"key": policy.pk, "title": policy.title, "unit": policy.unit, "url": policy.url}
