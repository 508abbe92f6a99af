"""The facts of an incident as JSON (minsheng probe plan; CONTRACTS, Running): which plan, and filled from what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alerts import clocks
from alerts.levels import read_level
from alerts.plans import files
from alerts.plans.facts import (
    MAX_EVIDENCE,
    Counts,
    Deadline,
    Facts,
    moment,
    read_contributions,
    read_counts,
    read_item,
    read_items,
    read_words,
    whole,
)


class AskError(Exception):
    """The JSON names no plan we have, or is not an object; the message (Chinese) says which there are."""


def chosen(name: str, data: Mapping[str, Any]) -> files.Shipped:
    """The plan called `name`, or the one the facts name. Raises AskError."""
    wanted = name or _text(data.get("plan"))
    plan = files.find(wanted)
    if plan is None:
        known = "、".join(f"{slug}（{each.plan.name}）" for slug, each in files.shipped().items())
        raise AskError(f"没有名为 {wanted[:60]!r} 的预案；现有：{known}")
    return plan


def facts_from(data: Mapping[str, Any], now: datetime) -> Facts:
    """Facts from JSON of any quality; what is missing stays unknown. Without discovered_at it was found `now`."""
    discovered = moment(data.get("discovered_at")) or now
    emergency = data.get("emergency") if isinstance(data.get("emergency"), bool) else None
    samples = read_items(data.get("samples"))
    evidence = read_items(data.get("evidence"), MAX_EVIDENCE) or samples
    unit, unit_phone = _named(data.get("unit"), "phone")
    policy, policy_url = _named(data.get("policy"), "url")
    counts = _counts(data.get("counts"))
    total = counts.total or len(evidence)
    return Facts(
        title=_text(data.get("title")),
        level=read_level(data.get("level")),
        confirmed=bool(data.get("confirmed")),
        discovered_at=discovered,
        number=_text(data.get("number")),
        emergency=emergency,
        explanation=_text(data.get("explanation")),
        counts=counts,
        first=read_item(data.get("first")),
        samples=samples,
        evidence=evidence,
        evidence_total=max(total, len(evidence)),
        terms=read_words(data.get("terms")),
        deadlines=deadlines(discovered, emergency),
        contributions=read_contributions(data.get("contributions")),
        trigger=_text(data.get("trigger")),
        unit=unit,
        unit_phone=unit_phone,
        policy=policy,
        policy_url=policy_url,
        earlier=read_items(data.get("earlier")),
        watchlist=_text(data.get("watchlist")),
        office=_text(data.get("office")),
        office_phone=_text(data.get("office_phone")),
    )


def deadlines(discovered_at: datetime, emergency: bool | None) -> tuple[Deadline, ...]:
    running = clocks.presets(emergency)
    return tuple(Deadline(each.name, each.basis, each.ends(discovered_at)) for each in running)


def _counts(value: Any) -> Counts:
    if isinstance(value, Mapping):
        return read_counts(value)
    return Counts(total=whole(value))


def _named(value: Any, other: str) -> tuple[str, str]:
    """(name, `other`) from a mapping or a bare name."""
    if isinstance(value, Mapping):
        return _text(value.get("name") or value.get("title")), _text(value.get(other))
    return _text(value), ""


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
