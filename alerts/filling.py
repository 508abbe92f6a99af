"""An incident's facts, and its plan filled from them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from alerts import fields, wrongdoing
from alerts.history import signed
from alerts.models import FilledPlan, Incident, IncidentPost, IncidentStep, Unit
from alerts.plans.blocks import short
from alerts.plans.facts import (
    MAX_EVIDENCE,
    Deadline,
    Facts,
    Item,
    moment,
    read_changes,
    read_contributions,
    read_counts,
    read_denials,
    read_grounds,
    read_item,
    read_items,
    read_words,
)
from alerts.plans.fill import Filled, fill
from alerts.plans.store import prepared
from archive.post import CHINA, Precision

MAX_EARLIER = 3
NEWEST = (F("published_at").desc(nulls_last=True), "post_id")
APPROVALS = ("confirm", "dismiss", "assign", "answer", "close")


def fill_plan(incident: Incident, now: datetime, *, kept: bool = True) -> FilledPlan:
    """A new 应对处置方案 of this incident as it stands; call inside the transaction of what called for it. `kept`
    False: only so that whoever looks sees today's figures; the next one takes its place."""
    plan = prepared(incident.plan)
    filled: Filled = fill(plan, facts_of(incident), now)
    latest = incident.filled_plans.order_by("-number").first()
    number = latest.number + 1 if latest else 1
    if latest is not None and not latest.kept:
        number = latest.number
        latest.delete()
    return FilledPlan.objects.create(
        incident=incident,
        number=number,
        template_name=plan.name,
        template_version=plan.version,
        text=filled.text,
        fault=filled.fault,
        at=now,
        kept=kept,
    )


def facts_of(incident: Incident) -> Facts:
    known: dict[str, Any] = incident.facts or {}
    risk: dict[str, Any] = incident.risk or {}
    evidence, total = _evidence(incident)
    counts = read_counts(known)
    first = read_item(known.get("first"))
    unit, policy = incident.unit, incident.policy
    text = _policy_text(known)
    named = f"《{text['title']}》{text.get('doc_number') or ''}" if text.get("title") else ""
    return Facts(
        title=incident.title,
        level=int(incident.effective_level),
        confirmed=incident.level is not None,
        discovered_at=incident.discovered_at,
        number=incident.number,
        emergency=incident.emergency,
        explanation=incident.told,
        counts=counts,
        first=first if first.url or first.source else _earliest(evidence),
        samples=read_items(known.get("samples")) or evidence[:5],
        evidence=evidence,
        evidence_total=total,
        terms=read_words(known.get("terms")),
        deadlines=tuple(Deadline(c.name, c.basis, c.ends_at, c.met_at, c.stopped_at) for c in incident.clocks.all()),
        contributions=read_contributions(risk.get("contributions")),
        trigger=str(risk.get("trigger") or ""),
        grounds=read_grounds(risk.get("quotes")),
        changes=read_changes(risk.get("changes")),
        topic=fields.told(known),
        unit=unit.name if unit else _policy_unit(incident),
        unit_phone=unit.phone if unit else "",
        assigned=incident.assigned,
        policy=f"《{policy.title}》{policy.doc_number}" if policy else named,
        policy_url=(policy.url if policy else "") or str(text.get("url") or ""),
        policy_note="" if policy is None or policy.interpreted_at else "尚无解读",
        policy_quotes=read_words(text.get("quotes")),
        earlier=_earlier(incident, known),
        denials=read_denials(known),
        watchlist=watchlist_of(incident),
        office=settings.OFFICE_NAME,
        office_phone=settings.DUTY_PHONE,
        approvals=_approvals(incident),
        units=tuple(Unit.objects.exclude(phone="").values_list("name", "phone")[:10]),
    )


def _policy_unit(incident: Incident) -> str:
    """Who is to answer for the policy; not where a report of wrongdoing names it."""
    named = incident.policy.unit if incident.policy else ""
    return "" if wrongdoing.names(wrongdoing.perhaps_said_in(incident), named) else named


def watchlist_of(incident: Incident) -> str:
    """水电气（第 4 版), or "" where no watchlist raised it."""
    if not incident.watchlist_name:
        return ""
    version = f"（第 {incident.watchlist_version} 版）" if incident.watchlist_version else ""
    return incident.watchlist_name + version


def _evidence(incident: Incident) -> tuple[tuple[Item, ...], int]:
    rows = list(incident.posts.order_by(*NEWEST)[:MAX_EVIDENCE])
    return tuple(_item(row) for row in rows), incident.posts.count()


def _earliest(items: tuple[Item, ...]) -> Item:
    dated = [item for item in items if item.at]
    return min(dated, key=lambda item: item.at or datetime.max.replace(tzinfo=CHINA)) if dated else Item()


def _earlier(incident: Incident, known: dict[str, Any]) -> tuple[Item, ...]:
    """Answers already given: to questions of this incident, then to like ones the monitor found in the archive."""
    rows = incident.posts.exclude(snapshot__reply="").exclude(snapshot__reply=None).order_by(*NEWEST)
    own = [
        replace(_item(row), excerpt=str(row.snapshot["reply"]), at=moment(row.snapshot.get("replied_at")))
        for row in rows[:MAX_EARLIER]
    ]
    urls = {item.url for item in own}
    return (*own, *(item for item in read_items(known.get("earlier")) if item.url not in urls))[:MAX_EARLIER]


def _policy_text(known: dict[str, Any]) -> dict[str, Any]:
    """What the monitor found of the policy (monitor.references), or nothing."""
    text = known.get("policy")
    return text if isinstance(text, dict) else {}


def _item(row: IncidentPost) -> Item:
    kept: dict[str, Any] = row.snapshot
    # What is known by its day counts at the hour of collection, which is not when it was published.
    day = kept.get("precision") == Precision.DAY
    return Item(
        title=str(kept.get("title") or ""),
        source=str(kept.get("source_name") or kept.get("source") or ""),
        url=str(kept.get("url") or ""),
        at=moment(kept.get("published_at")) if day else row.published_at,
        day=day,
        matter=str(kept.get("matter") or ""),
        excerpt=str(kept.get("text") or "")[:200],
        kind=str(kept.get("kind") or ""),
    )


def _approvals(incident: Incident) -> tuple[str, ...]:
    steps = signed(IncidentStep.objects.filter(incident=incident, act__in=APPROVALS))
    return tuple(f"{short(step.at)} {name}：{step.what}" for step, name in steps)
