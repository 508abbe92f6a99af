"""Events that burst, and events that go on and on. An event has no usual number: what is counted are its speakers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from archive.post import CHINA, Post, Precision
from archive.store import Filter, Store
from monitor import said, slow
from monitor.findings import Burst, Matter, accounts, newest, reactions
from monitor.found import Found, last_rises
from monitor.hours import DAY, HOUR, full_hour
from monitor.late import YOUNG, judged_until, late_hours
from monitor.models import Event, Finding, KnownSource, SubjectState
from monitor.spikes import LEAST_OBSERVED, Onset, evaluate_event

STILL = timedelta(days=2)  # an event last spoken of so long before the last round still goes on
MEMORY = timedelta(days=30)  # how far back a state of an event is looked at


def bursts(store: Store, evaluated: datetime, now: datetime) -> list[Found]:
    """Events that burst in the full hours that ended after `evaluated` and by `now`."""
    if full_hour(now) <= evaluated:
        return []
    states = {state.subject: state for state in SubjectState.objects.filter(subject_kind="event")}
    first_read = dict(KnownSource.objects.values_list("id", "first_read"))
    young = {source for source, first in first_read.items() if first > full_hour(now) - YOUNG}
    late = late_hours(store, first_read, evaluated, now)
    reach = min([evaluated - DAY - HOUR, *late])
    alive = Event.objects.filter(size__gte=LEAST_OBSERVED, last_at__gte=reach, merged_into="")
    found = []
    for event in alive.order_by("id"):
        state = states.get(event.id)
        last, tier = (state.last_onset, state.last_tier) if state else (None, 0)
        since = max(now - MEMORY, min([evaluated, last or evaluated, *late]) - 2 * DAY)
        spoken = _spoken(newest(store, reactions(Filter(event=event.id, since=since, until=now))), young)
        judged = judged_until(evaluated, late, [full_hour(at) for at, _ in spoken])
        onsets = evaluate_event(spoken, now=now, after=judged, last_onset=last, last_tier=tier)
        found += [_burst(store, event, onset) for onset in last_rises(onsets, now)]
    return found


def slow_burns(store: Store, evaluated: datetime, now: datetime) -> list[Found]:
    """Events that have gone on for long and still do, each once in 30 days."""
    recent = SubjectState.objects.filter(subject_kind__in=("event", "slow"), last_onset__gt=now - slow.SILENCE)
    told = set(recent.values_list("subject", flat=True))
    first_read = dict(KnownSource.objects.values_list("id", "first_read"))
    found = []
    alive = Event.objects.filter(size__gte=slow.LEAST_SPEAKERS, last_at__gte=evaluated - STILL, merged_into="")
    for event in alive.order_by("id"):
        if event.id in told:
            continue
        month = reactions(Filter(event=event.id, since=now - slow.SPAN, until=now))
        speakers = store.speakers(month)
        if speakers < slow.LEAST_SPEAKERS:
            continue
        posts = newest(store, month)
        timed = [post for post in posts if _timed(post, first_read)]
        speakers = min(speakers, len(timed))
        days = {post.counted_at.astimezone(CHINA).date() for post in timed}
        if slow.burns(speakers, len(days)):
            found.append(_slow(event, posts, min(speakers, accounts(timed)), now))
    return found


def _spoken(posts: Sequence[Post], young: set[str]) -> list[tuple[datetime, str]]:
    """Who spoke when. Of a source crawled for the first time only what says itself when it was published: the rest
    would all stand at the hour of collection."""
    return [
        (post.counted_at, post.speaker or f"post:{post.id}")
        for post in posts
        if not post.marks.double
        and post.hourly
        and (post.source not in young or post.published_precision is Precision.MINUTE)
    ]


def _timed(post: Post, first_read: Mapping[str, datetime]) -> bool:
    """Whether it is known when a post was published, be it only because its source was already being read."""
    if post.published_precision is not Precision.NONE:
        return True
    first = first_read.get(post.source)
    return first is not None and post.collected_at > first + YOUNG


def _burst(store: Store, event: Event, onset: Onset) -> Found:
    scope = reactions(Filter(event=event.id))
    posts = newest(store, scope)
    told = partial(said.burst, onset.window_hours, onset.observed, onset.expected)
    once = _once(posts, onset)
    burst = Burst(
        *(onset.window_hours, onset.observed, onset.expected, onset.score),
        told=f"同一事件{told(onset.until)}{once}",
        until=onset.until,
    )
    return Found(
        kind=Finding.Kind.SPIKE,
        subject_kind="event",
        subject=event.id,
        onset=onset.hour,
        title=event.title,
        explanation=f"同一事件{told()}{once}",
        matter=Matter(posts, scope, burst, event.terms, whole=True),
        events=(event.id,),
        tier=onset.tier,
        rise=onset.rise,
        state_kind="event",
    )


def _once(posts: Sequence[Post], onset: Onset) -> str:
    """Counted are the speakers: where one wrote more than once, a clerk who counts the posts must be told."""
    since = onset.until - onset.window_hours * HOUR
    seen = sum(since <= post.counted_at < onset.until and not post.marks.double for post in posts)
    return "，同一账号只计 1 条" if seen > onset.observed else ""


def _slow(event: Event, posts: Sequence[Post], named: int, now: datetime) -> Found:
    burst = Burst(slow.SPAN // HOUR, len(posts), told=slow.explain(len(posts), named, now), until=now)
    return Found(
        kind=Finding.Kind.SLOW_BURN,
        subject_kind="event",
        subject=event.id,
        onset=full_hour(now),
        title=event.title,
        explanation=slow.explain(len(posts), named),
        matter=Matter(posts, reactions(Filter(event=event.id)), burst, event.terms, whole=True),
        events=(event.id,),
        state_kind="slow",
    )
