"""Sources as rows: what was declared, how far it was crawled, how it fares.

The crawler's own types are not known here (monitor and crawlers do not import each other): a declaration and an
outcome pass through as the mappings they are stored as.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from monitor.models import Source
from monitor.outages import note_gap

# A change of these makes what was crawled so far no measure of what would be found now.
_DECIDE_WHAT_IS_FOUND = (
    "kind", "url", "item", "fields", "follow", "article", "next", "match", "post_kind", "scope", "limit",
)  # fmt: skip
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceFields:
    """A declaration as a row holds it; `every` in seconds."""

    id: str
    name: str
    declaration: Mapping[str, Any]
    enabled: bool
    group: str
    region: str
    every: int


@transaction.atomic
def save_source(fields: SourceFields) -> str:
    """Write a declaration: "new", "changed" or "same". A source that finds other things is crawled anew at once."""
    changes: dict[str, Any] = {
        "name": fields.name,
        "declaration": dict(fields.declaration),
        "enabled": fields.enabled,
        "group": fields.group,
        "region": fields.region,
        "every": fields.every,
    }
    # Locked: a crawl of it may be ending just now, or another import be going on.
    row, new = Source.objects.select_for_update().get_or_create(id=fields.id, defaults=changes)
    if new:
        return "new"
    if all(getattr(row, name) == value for name, value in changes.items()):
        return "same"
    if _finds_other_things(row.declaration, fields.declaration):
        changes |= {"whole": False, "since": None, "validators": {}, "next_due": None}
    Source.objects.filter(id=fields.id).update(**changes)
    return "changed"


def is_due(source: Source, now: datetime) -> bool:
    return source.next_due is None or source.next_due <= now


def due_sources(now: datetime, ids: Sequence[str] | None = None, *, only_due: bool = True) -> list[Source]:
    """Enabled sources to crawl, the longest overdue first; `ids` names them, due or not enabled matters then."""
    rows = Source.objects.all()
    rows = rows.filter(id__in=ids) if ids else rows.filter(enabled=True)
    if only_due:
        rows = rows.filter(Q(next_due=None) | Q(next_due__lte=now))
    return sorted(rows, key=lambda row: (row.next_due is not None, row.next_due or now, row.id))


def _finds_other_things(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(one.get(key) != other.get(key) for key in _DECIDE_WHAT_IS_FOUND)


@transaction.atomic
def begin_crawl(source_id: str, now: datetime) -> Source | None:
    """Mark a crawl as under way. The row as it was just before, to make the job of; None where it is gone.

    Until it ends, the source counts as not crawled to its end: if it is killed, the next one walks on instead of
    stopping at the posts this one brought in. So the row is read here and not when the batch began: since then another
    process may have begun on this source and been killed, or somebody may have edited it.
    """
    source = Source.objects.select_for_update().filter(id=source_id).first()
    if source is not None:
        Source.objects.filter(id=source_id).update(whole=False, last_started=now)
    return source


@transaction.atomic
def end_crawl(source: Source, outcome: Mapping[str, Any], since: datetime | None, now: datetime) -> None:
    """Save how a crawl ended, after its posts are in the archive. `source` is what begin_crawl gave, `outcome`
    crawlers.job.Outcome as JSON.

    A crawl that found another at work knows nothing: the other's state stays. What was crawled before an edit says
    nothing of how far the source has come that finds other things now. Where another crawl has begun since, it alone
    says whether the source is whole: it may be killed yet.
    """
    if any(fault["code"] == "busy" for fault in outcome.get("faults", ())):
        return
    row = Source.objects.select_for_update().filter(id=source.id).first()
    if row is None:
        return
    changes: dict[str, Any] = {
        "outcome": {name: value for name, value in outcome.items() if name != "state"},
        "failures": 0 if outcome["ok"] else row.failures + 1,
    }
    if outcome["ok"]:
        note_gap(row, now)
        changes["last_ok"] = now
    if outcome["counts"]["new"]:
        changes["last_new"] = now
    if not _finds_other_things(row.declaration, source.declaration):
        last = row.last_started in (source.last_started, now)
        changes |= {"whole": outcome["whole"] and last, "since": since, "validators": outcome["state"]}
        changes["next_due"] = next_due(row.every, changes["failures"], now)
    Source.objects.filter(id=source.id).update(**changes)


def next_due(every: int, failures: int, now: datetime) -> datetime:
    """A failing source is asked more and more seldom, but at least once a day (or as seldom as declared)."""
    normal = timedelta(seconds=every)
    patient: timedelta = normal * (1 << min(failures, 10))
    return now + max(normal, min(patient, LONGEST_WAIT))
