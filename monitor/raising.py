"""What is told of a single post: a hit of an immediate watchlist, and a threat to its writer's own life.

Their rows are written before the post is marked, with the posts alone; `complete` adds counts and risk when the posts
are marked, so that a round that was killed and run again tells the same.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from archive.language import QueryError, parse
from archive.post import Post, Precision
from archive.store import Filter, Store
from monitor.findings import MOST_POSTS, Burst, Matter, describe, main_events, reactions
from monitor.found import headline
from monitor.hours import full_hour
from monitor.models import Finding, Watchlist
from monitor.policies import REACTION
from monitor.risk_tables import FOUR_LEVELS, Preset
from monitor.threats import threatens_own_life
from monitor.watchlists import reports_at_once

RECENT = timedelta(hours=72)  # between publication and first collection
AHEAD = timedelta(hours=24)  # a site's clock may be wrong by as much
TOLD_BEFORE = timedelta(days=30)


def recent(post: Post, young: Collection[str] = ()) -> bool:
    """Whether a post was fresh when it was first collected: the first crawl of ten years reports no ten years. A day
    without an hour counts to its end; what has no date is fresh unless its source is one of the `young`."""
    if post.published_at is None:
        return post.source not in young
    age = post.collected_at - post.published_at
    allowed = RECENT + (timedelta(days=1) if post.published_precision is Precision.DAY else timedelta(0))
    return -AHEAD <= age <= allowed


def note_immediate(hits: Sequence[tuple[Watchlist, Post]], young: Collection[str], now: datetime) -> int:
    """One finding a watchlist and hour, with all its posts; how many are new. A post is told once a watchlist."""
    by_list: dict[int, tuple[Watchlist, list[Post]]] = {}
    for watchlist, post in hits:
        if reports_at_once(watchlist) and post.kind in REACTION and recent(post, young):
            by_list.setdefault(watchlist.pk, (watchlist, []))[1].append(post)
    return sum(_note(watchlist, posts, now) for watchlist, posts in by_list.values())


def note_life_threats(posts: Sequence[Post], young: Collection[str], now: datetime) -> int:
    """A finding a post, once; how many are new."""
    threats = [post for post in posts if recent(post, young) and threatens_own_life(post)]
    told = set(
        Finding.objects.filter(kind=Finding.Kind.LIFE_THREAT, subject__in=[post.id for post in threats]).values_list(
            "subject", flat=True
        )
    )
    new = [post for post in threats if post.id not in told]
    for post in new:
        Finding.objects.create(
            kind=Finding.Kind.LIFE_THREAT,
            subject_kind="post",
            subject=post.id,
            onset=full_hour(now),
            title=headline([post], "疑似轻生表达"),
            explanation="1 条信息含有作者本人的轻生表达，请立即拨打 110 并联系属地",
            post_ids=[post.id],
            found_at=now,
        )
    return len(new)


def undescribed() -> QuerySet[Finding]:
    """Hits of immediate lists without counts and risk yet. A threat to a life needs none: it is told as it is."""
    return Finding.objects.filter(kind=Finding.Kind.IMMEDIATE, facts={}, handled_at=None).order_by("pk")


def complete(
    store: Store, names: Mapping[str, str], now: datetime, table: Preset = FOUR_LEVELS, *, all_marked: bool = False
) -> None:
    """Give counts and risk (by `table`) to the findings that were written while posts were read; `all_marked`: only to
    those whose posts have all got their marks."""
    for finding in undescribed():
        found = store.get(finding.post_ids)
        if all_marked and any(post.marked_revision is None for post in found.values()):
            continue
        posts = sorted(found.values(), key=lambda post: (post.counted_at, post.id), reverse=True)
        matter = Matter(posts, _scope(finding), Burst(_hours(posts, now), len(posts)))
        facts, risk = describe(store, matter, names, now, table)
        finding.post_ids = [post.id for post in posts][:MOST_POSTS]
        finding.events = main_events(posts) or [
            post.marks.event for post in posts if post.marks.event and len(posts) == 1
        ]
        finding.title = finding.title or headline(posts, "")
        finding.facts = facts
        finding.risk = risk.as_dict()
        finding.situation = risk.situation.as_dict()
        finding.save(update_fields=["post_ids", "events", "title", "facts", "risk", "situation"])


def _note(watchlist: Watchlist, posts: list[Post], now: datetime) -> int:
    mine = Finding.objects.filter(kind=Finding.Kind.IMMEDIATE, subject_kind="watchlist", subject=watchlist.name)
    told = {
        identity
        for ids in mine.filter(found_at__gte=now - TOLD_BEFORE).values_list("post_ids", flat=True)
        for identity in ids
    }
    fresh = [post for post in posts if post.id not in told]
    if not fresh:
        return 0
    ids = [post.id for post in sorted(fresh, key=lambda post: (post.counted_at, post.id), reverse=True)]
    # Locked: handled while this adds posts to it, it would be told without them.
    waiting = mine.select_for_update().filter(onset=full_hour(now), handled_at=None).first()
    if waiting is not None:
        waiting.post_ids = [*ids, *waiting.post_ids]
        waiting.explanation = _explain(watchlist, len(waiting.post_ids))
        waiting.facts = {}
        waiting.save(update_fields=["post_ids", "explanation", "facts"])
        return 0
    Finding.objects.create(
        kind=Finding.Kind.IMMEDIATE,
        subject_kind="watchlist",
        subject=watchlist.name,
        onset=_onset(mine, now),
        title=headline(fresh, watchlist.name),
        explanation=_explain(watchlist, len(ids)),
        post_ids=ids,
        watchlist=watchlist,
        watchlist_version=watchlist.version,
        found_at=now,
    )
    return 1


def _onset(mine: QuerySet[Finding], now: datetime) -> datetime:
    """The hour. Where the hour's own finding was handled, what comes later in it must still be told at once, and has
    a moment of its own."""
    taken = set(mine.filter(onset__gte=full_hour(now)).values_list("onset", flat=True))
    onset, step = full_hour(now), timedelta(0)
    while onset in taken:
        onset, step = now + step, step + timedelta(microseconds=1)
    return onset


def _explain(watchlist: Watchlist, count: int) -> str:
    return f"即报方案「{watchlist.name}」命中 {count} 条"


def _scope(finding: Finding) -> Filter:
    """By what the matter's posts of 30 days are counted."""
    if finding.watchlist is None:
        return Filter(event=_NOTHING)
    try:
        return reactions(Filter(query=parse(finding.watchlist.query)))
    except QueryError:
        return Filter(watchlist=finding.watchlist.name)


_NOTHING = "-"


def _hours(posts: Sequence[Post], now: datetime) -> int:
    """Full hours from the oldest of the posts until now."""
    oldest = min((post.counted_at for post in posts), default=now)
    return max(1, -((oldest - now) // timedelta(hours=1)))
