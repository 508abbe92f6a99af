"""What a digest says beside its counts: incidents with their clocks, questions, sources, events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from alerts import clocks, fields
from alerts.levels import look
from alerts.models import OPEN_STATES, Delivery, Incident, State
from alerts.plans.facts import read_denials
from archive.post import CHINA
from archive.store import Filter, Store
from monitor.findings import newest
from monitor.models import Event, Source
from monitor.outages import away, trouble
from monitor.overdue import unanswered
from monitor.rumours import rumour, said_in

SHOWN = 10
REPORT_OF_WRONGDOING = "举报"  # counted, never listed


def incident_rows(incidents: Iterable[Incident], now: datetime) -> list[dict[str, Any]]:
    """Overdue first, then by the clock that ends first; those without a running clock last."""
    rows = [_incident(incident, now) for incident in incidents]
    return sorted(rows, key=lambda row: (not row["overdue"], row["ends_at"] or "9", row["level"], row["number"]))


def open_incidents() -> QuerySet[Incident]:
    return Incident.objects.filter(state__in=OPEN_STATES).select_related("unit")


def questions(store: Store, now: datetime) -> dict[str, Any]:
    """Questions past their time: how many, of which kind, and the longest overdue."""
    state = unanswered(store, now)
    listed = [each for each in state.overdue if each.post.marks.matter != REPORT_OF_WRONGDOING]
    names = dict(Source.objects.values_list("id", "name"))
    return {
        "count": state.count,
        "new": state.new,
        "waiting": state.waiting,
        "matters": [[name, count] for name, count in state.matters.items()],
        "list": [
            {
                "title": each.post.title[:80],
                "source": names.get(each.post.source, each.post.source),
                "url": each.post.url,
                "asked": each.post.counted_at.astimezone(CHINA).date().isoformat(),
                "days": max(1, (now - each.due).days),
            }
            for each in listed[:SHOWN]
        ],
    }


def source_health(now: datetime) -> dict[str, Any]:
    """`ok` + the length of `troubled` = `total`; `away` of these are down or silent: calm may be blindness."""
    sources = list(Source.objects.filter(enabled=True))
    troubled = [{"name": source.name, "why": why} for source in sources if (why := trouble(source, now))]
    return {
        "total": len(sources),
        "ok": len(sources) - len(troubled),
        "troubled": troubled,
        "away": sum(away(source, now) for source in sources),
    }


def events(store: Store, counted: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """The day's largest events, of at least two posts; `denied`: who denied it first, "" where nobody did."""
    titles = dict(Event.objects.filter(id__in=[identity for identity, _ in counted]).values_list("id", "title"))
    largest = [(identity, count) for identity, count in counted if count > 1 and identity in titles][:5]
    names = dict(Source.objects.values_list("id", "name"))
    return [
        {"key": identity, "title": titles[identity], "count": count, "denied": _denied(store, identity, names)}
        for identity, count in largest
    ]


def _denied(store: Store, event: str, names: dict[str, str]) -> str:
    mark = rumour(said_in(newest(store, Filter(event=event)), names))
    return mark.denials[0].source if mark else ""


def undelivered() -> int:
    """Mails nobody got."""
    return Delivery.objects.filter(status__in=[Delivery.Status.REFUSED, Delivery.Status.FAILED]).count()


def _incident(incident: Incident, now: datetime) -> dict[str, Any]:
    running = [clock for clock in incident.clocks.all() if clock.running]
    first = min(running, key=lambda clock: clock.ends_at, default=None)
    return {
        "number": incident.number,
        "title": incident.title,
        "level": int(incident.effective_level),
        "level_text": look(int(incident.effective_level)).full + ("" if incident.level else "（建议）"),
        "state": State(incident.state).label,
        "explanation": incident.told,
        "denied": next((item.source for item in read_denials(incident.facts)), ""),
        "unit": incident.unit_told,
        "field": fields.told(incident.facts),
        "clock": first.name if first else "",
        "until": clocks.until(first.ends_at) if first else "",
        "left": clocks.remaining(first.ends_at, now) if first else "",
        "ends_at": first.ends_at.isoformat() if first else "",
        "overdue": bool(first and first.ends_at < now),
    }
