"""What an incident keeps of its posts: copies, so that retention does not take the evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef

from alerts.models import OPEN_STATES, Incident, IncidentPost
from archive.post import Kind, Polarity, Post
from archive.store import Filter, Store
from crawlers.mask import mask
from monitor.deciding import roots
from monitor.models import Finding, SecondOpinion, Source

MAX_POSTS = 500


def own_events(finding: Finding) -> list[str]:
    """The events a finding is about: its subject, or the only one its posts belong to. A watchlist's spike made of
    many events is about none of them."""
    if finding.subject_kind == "event":
        return [finding.subject]
    events = [event for event in finding.events if isinstance(event, str)]
    return events if len(events) == 1 else []


def gather(store: Store, finding: Finding) -> list[Post]:
    """The finding's posts and all others of its event, at most 500, the finding's first. Reads the archive, so call
    it outside any transaction."""
    ids = [identity for identity in finding.post_ids if isinstance(identity, str)]
    for event in roots(own_events(finding)):
        ids += store.ids(Filter(event=event), MAX_POSTS)
    wanted = list(dict.fromkeys(ids))[:MAX_POSTS]
    found = store.get(wanted)
    return [found[identity] for identity in wanted if identity in found]


def keep(incident: Incident, posts: Iterable[Post], now: datetime) -> int:
    """Copy what the incident does not have yet, up to its 500; a post answered since takes its answer along.
    Returns how many are new."""
    kept = {row.post_id: row for row in incident.posts.all()}
    room = MAX_POSTS - len(kept)
    names = dict(Source.objects.values_list("id", "name"))
    added: list[IncidentPost] = []
    for post in posts:
        snapshot = _snapshot(post, names)
        if (row := kept.get(post.id)) is not None:
            if row.snapshot.get("reply") != snapshot["reply"]:
                row.snapshot = snapshot
                row.save(update_fields=["snapshot"])
        elif len(added) < room:
            added.append(
                IncidentPost(
                    incident=incident, post_id=post.id, snapshot=snapshot, published_at=post.counted_at, added_at=now
                )
            )
    IncidentPost.objects.bulk_create(added)
    return len(added)


def _snapshot(post: Post, names: dict[str, str]) -> dict[str, Any]:
    """Masked once more (what was masked in the archive stays as it is), and nothing of the speaker."""
    sentiment = post.marks.sentiment
    return {
        "url": post.url,
        "title": mask(post.title).text,
        "text": mask(post.text).text,
        "source": post.source,
        "source_name": names.get(post.source, post.source),
        "publisher": post.publisher,
        "kind": str(post.kind),
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "precision": str(post.published_precision),
        "region": post.region,
        "matter": post.marks.matter,
        "sentiment": str(sentiment.label) if sentiment else None,
        "reply": mask(post.reply).text,
        "replied_at": post.replied_at.isoformat() if post.replied_at else None,
        "copy_of": post.marks.copy_of,
    }


def unheard(most: int) -> list[tuple[str, str, Kind]]:
    """(post's id, text, kind) of the evidence of open incidents of which no other engine was asked yet, the newest
    `most`. A citizen's message shows its 诉求类型 in place of a sentiment: of it nobody is asked."""
    asked = Exists(SecondOpinion.objects.filter(post_id=OuterRef("post_id")))
    kept = IncidentPost.objects.filter(~asked, incident__state__in=OPEN_STATES, snapshot__copy_of=None)
    felt = kept.filter(snapshot__matter=None, snapshot__sentiment__in=[str(each) for each in Polarity])
    newest = F("published_at").desc(nulls_last=True)
    rows = felt.exclude(snapshot__kind=str(Kind.QUESTION)).order_by(newest, "post_id")[:most]
    return [
        (row.post_id, f"{row.snapshot['title']}\n{row.snapshot['text']}", Kind(row.snapshot["kind"])) for row in rows
    ]
