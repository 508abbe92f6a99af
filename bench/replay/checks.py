"""What a replay must have come to: incidents, mails, every visible message exactly once, nothing private asked for."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from archive.post import CHINA, Post, post_id
from archive.store import Filter, Store
from bench.replay.world import SHARED, Mailbox, Site

EVENTS = {"伊景园": "2019-08-02", "丽发新城": "2019-11-30"}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    number: str
    kind: str
    title: str
    discovered_at: datetime
    level: str
    posts: int
    about: str  # one of EVENTS if most of its posts name it
    explanation: str


def incidents() -> list[IncidentRow]:
    from alerts.models import Incident

    rows = []
    for incident in Incident.objects.order_by("discovered_at", "number"):
        texts = [post.snapshot["title"] + post.snapshot["text"] for post in incident.posts.all()]
        about = [name for name in EVENTS if texts and sum(name in text for text in texts) * 2 >= len(texts)]
        rows.append(
            IncidentRow(
                incident.number,
                incident.get_kind_display(),
                incident.title,
                incident.discovered_at.astimezone(CHINA),
                incident.effective_level.label,
                len(texts),
                about[0] if about else "",
                incident.explanation,
            )
        )
    return rows


def others_a_month(rows: Sequence[IncidentRow]) -> Counter[str]:
    """Incidents a month besides the two known events and immediate matches."""
    return Counter(f"{row.discovered_at:%Y-%m}" for row in rows if not row.about and row.kind != "即报")


def plan_mails(box: Mailbox, number: str) -> list[EmailMessage]:
    """First alerts about an incident that carry a filled plan, one a Message-ID."""
    found = []
    for message in box.folded().values():
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        if "续报" in str(message["Subject"]):
            continue
        if number in str(message["Subject"]) + text and "应对处置方案" in text and "【待填" in text:
            found.append(message)
    return found


def board(store: Store, site: Site, now: datetime) -> dict[str, Any]:
    """How the archive compares with the messages visible at `now`, replies included."""
    visible = []
    for name in ("board.jsonl", "answers.jsonl"):
        with (SHARED / "data" / name).open(encoding="utf-8") as lines:
            visible += [row for row in map(json.loads, lines) if _moment(row["created"]) <= now]
    ids = {row["id"]: post_id(url=f"{site.url}/board/thread/{row['id']}.html") for row in visible}
    found: dict[str, Post] = {}
    wanted = list(ids.values())
    for start in range(0, len(wanted), 500):
        found |= store.get(wanted[start : start + 500])
    answered = [row for row in visible if row["replied"] and _moment(row["replied"]) <= now]
    unanswered = [row["id"] for row in answered if not found.get(ids[row["id"]]) or not found[ids[row["id"]]].reply]
    return {
        "visible": len(visible),
        "in_archive": len(found),
        "questions_in_archive": store.count(Filter(kinds=("question",))),
        "answered": len(answered),
        "answers_missing": len(unanswered),
    }


def private_requests(site: Site) -> list[str]:
    """Requests under /private/, also those that reached the internal address."""
    return [str(row[2]) for row in site.log() if re.match(r"/private/", str(row[2]))]


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
