"""An incident's figures, all counted over the same posts (those it keeps), so that its sums add up wherever shown."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.models import IncidentPost
from archive.post import CHINA, Kind

SPAN = timedelta(days=30)


def tally(posts: Sequence[IncidentPost], now: datetime) -> dict[str, Any]:
    """Facts by the names of monitor.findings.describe: total, sources, copies, matters, sentiments, answered,
    unanswered, first, and days (those of the last 30 with posts). The distinct accounts are not among them: who
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
        "matters": dict(Counter(s["matter"] for s in said if s.get("matter")).most_common()),
        "sentiments": dict(Counter(s["sentiment"] for s in said if s.get("sentiment")).most_common()),
        "answered": answered,
        "unanswered": len(questions) - answered,
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


def _source(snapshot: dict[str, Any]) -> str:
    return str(snapshot.get("source_name") or snapshot.get("source") or "")
