"""An incident is graded by all that it keeps, and again when that changes: more posts, an answer, one past its time.

A finding sees its matter at one hour. The suggestion may rise, never fall: to lower a level is a person's to say. One
that a person confirmed stays theirs; what has become graver since is shown beside it (raised_level)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.models import Incident, IncidentPost
from archive.post import CHINA, Post
from monitor.findings import accounts
from monitor.policies import REACTION
from monitor.risk import assess
from monitor.risk_tables import Preset
from monitor.situation import Situation, Voice, read_situation
from monitor.voices import voice_of

_SAID = ("title", "text", "publisher", "reply", "kind", "matter")


def has_changed(incident: Incident, now: datetime) -> bool:
    """Whether what the suggestion rests on is not what the incident keeps any more."""
    known = read_situation(incident.situation)
    return known is not None and situation_of(incident.posts.all(), known, now) != known


def reassess(incident: Incident, now: datetime, table: Preset, posts: Iterable[Post] = ()) -> bool:
    """Grade it by `table` if anything has changed since it last was; whether it had. Sets risk, situation, facts
    (accounts), suggested_level and raised_level, and saves nothing. `posts`: its posts as the archive has them, where
    they are at hand: who spoke is known there alone."""
    known = read_situation(incident.situation)
    if known is None:  # an earlier version kept nothing to grade it by
        return False
    known = _heard(known, [post for post in posts if post.kind in REACTION])
    fresh = situation_of(incident.posts.all(), known, now)
    if fresh == read_situation(incident.situation):
        return False
    risk = assess(fresh, table)
    before, suggested = incident.suggested_level, min(incident.suggested_level, risk.level)
    incident.risk, incident.situation, incident.suggested_level = risk.as_dict(), fresh.as_dict(), suggested
    if fresh.accounts is not None and fresh.accounts > (incident.facts.get("accounts") or 0):
        # Told beside the points that rest on them: the two must not differ.
        incident.facts = incident.facts | {"accounts": fresh.accounts, "counted_at": now.astimezone(CHINA).isoformat()}
    if incident.level is not None and suggested < min(before, incident.level):
        incident.raised_level = suggested
    return True


def _heard(known: Situation, posts: Sequence[Post]) -> Situation:
    """With as many speakers and accounts as there are among the posts, where that is more."""
    if not posts:
        return known
    named = accounts(posts)
    nameless = sum(post.speaker is None for post in posts)
    before = known.speakers if known.accounts is None else known.accounts
    return replace(known, speakers=max(known.speakers, named + nameless), accounts=max(before, named))


def situation_of(posts: Iterable[IncidentPost], known: Situation, now: datetime) -> Situation:
    """The burst as it was found, over the posts as they are kept."""
    rows = [row for row in posts if row.snapshot.get("kind") in REACTION]
    days = [row.published_at.astimezone(CHINA).date() for row in rows if row.published_at]
    span = (max(days) - min(days)).days + 1 if days else known.days
    return replace(known, days=max(known.days, span), voices=tuple(_voice(row, now) for row in rows))


def _voice(row: IncidentPost, now: datetime) -> Voice:
    kept: dict[str, Any] = row.snapshot
    said = {name: str(kept.get(name) or "") for name in _SAID}
    said["source"] = str(kept.get("source_name") or kept.get("source") or "")
    at = row.published_at or row.added_at
    return voice_of(row.post_id, said, copy=kept.get("copy_of") is not None, asked=at, day=at, now=now)
