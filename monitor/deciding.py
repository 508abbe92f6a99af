"""Merging and splitting events by hand: written down with who, when and why, then carried out in the archive.

What is written in the state is what holds. The archive's marks follow at once as far as they are known here, and the
next round sees to the rest (`settle`): killed in between, nothing is lost.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from archive.post import Post
from archive.store import Filter, Store
from monitor import leases
from monitor.decisions import Decision, DecisionError, check_merge, check_undo, new_event, redirects
from monitor.events import title_of
from monitor.models import Event, EventDecision, SubjectState

MOST = 5000  # posts of an event that are looked at
PAGE = 500
TITLE = 300
_TURN = "events"  # whose turn it is to decide (leases.turn)
_SUBJECTS = ("event", "slow")


def decided() -> list[Decision]:
    """All that was ever decided, oldest first."""
    return [_pure(row) for row in EventDecision.objects.order_by("pk")]


def roots(events: Iterable[str]) -> list[str]:
    """The events these are now: survivors in the place of what was merged away, each once."""
    wanted = list(events)
    into = dict(Event.objects.filter(id__in=wanted).exclude(merged_into="").values_list("id", "merged_into"))
    return list(dict.fromkeys(into.get(event, event) for event in wanted))


def merge(store: Store, event: str, other: str, reason: str, by: User, now: datetime) -> EventDecision:
    """`other` becomes a part of `event`. Raises DecisionError."""
    posts = store.ids(Filter(event=other), MOST)
    with transaction.atomic():
        leases.turn(_TURN)
        check_merge(event, other, redirects(decided()))
        if Event.objects.filter(id__in=(event, other)).count() < 2:
            raise DecisionError("没有这个事件，请核对后再试。")
        row = EventDecision.objects.create(
            act=EventDecision.Act.MERGE, event=event, other=other, posts=posts, reason=reason, by=by.username, at=now
        )
        _redirect_rows()
        record(now, by, "event.merge", "event", event, {"other": other, "posts": len(posts), "reason": reason})
    _mark(store, posts, event)
    refresh(store, (event,))
    return row


def split(store: Store, event: str, chosen: Sequence[str], reason: str, by: User, now: datetime) -> EventDecision:
    """The chosen posts of `event`, with their copies, become an event of their own. Raises DecisionError."""
    posts = _newest(store, event)
    wanted = set(chosen)
    family = [post for post in posts if post.id in wanted or post.marks.copy_of in wanted]
    family.sort(key=lambda post: (post.counted_at, post.id))
    ids = [post.id for post in family]
    with transaction.atomic():
        leases.turn(_TURN)
        into = redirects(decided())
        if event in into:
            raise DecisionError("这个事件已经并入别的事件，请打开合并后的事件再操作。")
        taken = Event.objects.filter(id__in=ids).values_list("id", flat=True)
        other = new_event(event, ids, taken, len(posts))
        row = EventDecision.objects.create(
            act=EventDecision.Act.SPLIT, event=event, other=other, posts=ids, reason=reason, by=by.username, at=now
        )
        _begin(event, other, family)
        record(now, by, "event.split", "event", event, {"other": other, "posts": len(ids), "reason": reason})
    _mark(store, ids, other)
    refresh(store, (event, other))
    return row


def undo(store: Store, decision: EventDecision, by: User, now: datetime) -> None:
    """As if it had not been decided; what was decided stays written down. Raises DecisionError."""
    with transaction.atomic():
        leases.turn(_TURN)
        row = EventDecision.objects.select_for_update().get(pk=decision.pk)
        check_undo(_pure(row), redirects(decided()))
        row.undone_by, row.undone_at, row.settled_at = by.username, now, None
        row.save(update_fields=["undone_by", "undone_at", "settled_at"])
        _redirect_rows()
        if row.act == EventDecision.Act.SPLIT and row.after_at is None:
            Event.objects.filter(id=row.other).delete()  # the index will never know it
        record(now, by, "event.undo", "event", row.event, {"act": row.act, "other": row.other, "decision": row.pk})
    merged = row.act == EventDecision.Act.MERGE
    # Of a merger those that came with it; what joined it since the round knows.
    _mark(store, row.posts if merged else store.ids(Filter(event=row.other), MOST), row.other if merged else row.event)
    refresh(store, (row.event, row.other))


def settle(store: Store, grouped: Mapping[str, str], now: datetime) -> bool:
    """See that every post is marked as is decided. `grouped`: live posts of the events concerned (`concerned`) and
    what they are told to be of. Call it at the end of a round; what has changed meanwhile is left to the next one
    (False)."""
    waiting = list(EventDecision.objects.filter(settled_at=None).order_by("pk"))
    into = redirects(decided())
    left: list[str] = []
    for row in waiting:
        for event in (row.other, row.event):
            if event in into:
                left += _mark(store, store.ids(Filter(event=event), MOST), into[event])
        if row.act == EventDecision.Act.SPLIT and row.undone_at is None:
            left += _mark(store, row.posts, into.get(row.other, row.other))
    for event in dict.fromkeys(grouped.values()):
        left += _mark(store, [post for post, of in grouped.items() if of == event], event)
    if waiting:
        refresh(store, dict.fromkeys(event for row in waiting for event in (row.event, row.other)))
    if not left:
        EventDecision.objects.filter(pk__in=[row.pk for row in waiting]).update(settled_at=now)
    return not left


def concerned() -> set[str]:
    """Events of decisions that are not settled yet."""
    pairs = EventDecision.objects.filter(settled_at=None).values_list("event", "other")
    return {event for pair in pairs for event in pair}


def refresh(store: Store, events: Iterable[str]) -> None:
    """Size and times of these events' rows, counted in the archive."""
    for row in Event.objects.filter(id__in=list(events), merged_into=""):
        total = store.count(Filter(event=row.id))
        ids = store.ids(Filter(event=row.id), MOST)
        ends = store.get([ids[0], ids[-1]]) if ids else {}
        times = [post.counted_at for post in ends.values()]
        if times:
            row.size, row.first_at, row.last_at = total, min(times), max(times)
            row.save(update_fields=["size", "first_at", "last_at"])


def _pure(row: EventDecision) -> Decision:
    return Decision(
        key=str(row.pk),
        act="merge" if row.act == EventDecision.Act.MERGE else "split",
        event=row.event,
        other=row.other,
        posts=tuple(row.posts),
        undone=row.undone_at is not None,
        done=row.after_at is not None,
    )


def _redirect_rows() -> None:
    into = redirects(decided())
    Event.objects.exclude(merged_into="").exclude(id__in=into).update(merged_into="")
    for event, survivor in into.items():
        Event.objects.filter(id=event).exclude(merged_into=survivor).update(merged_into=survivor)


def _begin(event: str, other: str, posts: Sequence[Post]) -> None:
    """A row for the new event; what was told of the old one is told of it."""
    title = next((title for post in posts if (title := title_of(post))), "")
    Event.objects.create(
        id=other, title=title[:TITLE], size=len(posts), first_at=posts[0].counted_at, last_at=posts[-1].counted_at
    )
    for state in SubjectState.objects.filter(subject_kind__in=_SUBJECTS, subject=event):
        SubjectState.objects.get_or_create(
            subject_kind=state.subject_kind,
            subject=other,
            defaults={"last_onset": state.last_onset, "last_tier": state.last_tier},
        )


def _mark(store: Store, ids: Sequence[str], event: str) -> Sequence[str]:
    """Mark these posts to be of the event; those that have no marks yet a round will. Returns what could not be: marks
    that were refused twice because the post changes, and those of an older text, which a round has to make anew."""
    for _ in range(2):
        refused: list[str] = []
        for part in _parts(ids):
            posts = [post for post in store.get(part).values() if post.marks.event not in (None, event)]
            fresh = [post for post in posts if not post.stale]
            refused += store.annotate((post.id, post.revision, replace(post.marks, event=event)) for post in fresh)
            refused += [post.id for post in posts if post.stale]
        ids = refused
    return ids


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))


def _newest(store: Store, event: str) -> list[Post]:
    return list(store.get(store.ids(Filter(event=event), MOST)).values())
