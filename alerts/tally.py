"""An incident's figures, all counted over the same posts (those it keeps), so that its sums add up wherever shown."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.models import IncidentPost
from alerts.plans.facts import moment
from archive.post import CHINA, Kind
from monitor.matters import by_matter, counted_as
from monitor.rumours import Said, rumour

SPAN = timedelta(days=30)


def tally(posts: Sequence[IncidentPost], now: datetime) -> dict[str, Any]:
    """Facts by the names of monitor.findings.describe: total, sources, copies, matters, sentiments, answered,
    unanswered, first, rumour, and days (those of the last 30 with posts). The distinct accounts are not among them: who
    spoke never leaves the archive."""
    said = [post.snapshot for post in posts]
    questions = [snapshot for snapshot in said if snapshot.get("kind") == Kind.QUESTION]
    answered = sum(bool(snapshot.get("reply")) for snapshot in questions)
    times = [post.published_at for post in posts if post.published_at and post.published_at > now - SPAN]
    days = Counter(at.astimezone(CHINA).date() for at in times)
    facts: dict[str, Any] = {
        "total": len(said),
        "sources": dict(Counter(_source(snapshot) for snapshot in said).most_common()),
        "copies": sum(snapshot.get("copy_of") is not None for snapshot in said),
        "matters": by_matter((_kind(s), s.get("matter")) for s in said),
        "sentiments": dict(Counter(s["sentiment"] for s in said if _feels(s)).most_common()),
        "answered": answered,
        "unanswered": len(questions) - answered,
        "rumour": mark.as_dict() if (mark := rumour(_said(post) for post in posts)) else None,
        "days": [[day.isoformat(), days[day]] for day in sorted(days)],
    }
    if first := _first(posts):
        facts["first"] = first
    return facts


def _first(posts: Sequence[IncidentPost]) -> dict[str, Any]:
    dated = [(post.published_at, post.post_id, post.snapshot) for post in posts if post.published_at]
    if not dated:
        return {}
    at, _, snapshot = min(dated, key=lambda each: each[:2])
    return {
        "source": _source(snapshot),
        "url": snapshot.get("url", ""),
        "at": at.astimezone(CHINA).isoformat(),
        "title": snapshot.get("title", ""),
    }


def _said(post: IncidentPost) -> Said:
    kept = post.snapshot
    return Said(
        id=post.post_id,
        kind=_kind(kept),
        title=str(kept.get("title") or ""),
        text=str(kept.get("text") or ""),
        source=str(kept.get("publisher") or "") or _source(kept),
        url=str(kept.get("url") or ""),
        at=post.published_at,
        reply=str(kept.get("reply") or ""),
        replied_at=moment(kept.get("replied_at")),
        copy=kept.get("copy_of") is not None,
    )


def _kind(snapshot: dict[str, Any]) -> str:
    return str(snapshot.get("kind") or "")


def _feels(snapshot: dict[str, Any]) -> bool:
    """Whether a post counts by its sentiment: a citizen's message counts by its 诉求类型 alone."""
    return bool(snapshot.get("sentiment")) and counted_as(_kind(snapshot), snapshot.get("matter")) is None


def _source(snapshot: dict[str, Any]) -> str:
    return str(snapshot.get("source_name") or snapshot.get("source") or "")
