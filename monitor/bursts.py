"""Bursts of watchlists and policies: counted by their own query, judged hour by hour since the last round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.language import Query
from archive.store import Filter, Store
from monitor import said
from monitor.findings import Burst, Matter, main_events, newest, reactions
from monitor.found import Found, full_hour, headline, last_rises
from monitor.models import Event, Finding, KnownSource, Policy, SubjectState, Watchlist
from monitor.spikes import HISTORY, Onset, Subject, evaluate_all, history_start
from monitor.words import words_of

# A source's first crawl brings what has no exact time at the hour of collection: for as long as the longest window
# reaches back to it, the source is not counted.
YOUNG = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Watched:
    """A watchlist or a policy with its query."""

    row: Watchlist | Policy
    query: Query

    @property
    def kind(self) -> str:
        return "watchlist" if isinstance(self.row, Watchlist) else "policy"

    @property
    def subject(self) -> str:
        return self.row.name if isinstance(self.row, Watchlist) else str(self.row.pk)

    @property
    def name(self) -> str:
        return self.row.name if isinstance(self.row, Watchlist) else f"《{self.row.title}》"


def grown_sources(now: datetime) -> tuple[str, ...] | None:
    """Sources whose first crawl is long enough ago to be counted; None: all are (no need to name them)."""
    known = dict(KnownSource.objects.values_list("id", "first_read"))
    grown = tuple(sorted(name for name, first in known.items() if first <= full_hour(now) - YOUNG))
    return None if len(grown) == len(known) else grown


def bursts(store: Store, watched: Sequence[Watched], evaluated: datetime, now: datetime) -> list[Found]:
    """What burst in the full hours that ended after `evaluated` and by `now`."""
    sources = grown_sources(now)
    if not watched or sources == () or full_hour(now) <= evaluated:
        return []
    scopes = [reactions(Filter(query=each.query, sources=sources or ())) for each in watched]
    onsets = _onsets(store, watched, scopes, evaluated, now)
    return [
        _found(store, each, scope, onset)
        for each, scope, raised in zip(watched, scopes, onsets, strict=True)
        for onset in last_rises(raised, now)
    ]


def _onsets(
    store: Store, watched: Sequence[Watched], scopes: Sequence[Filter], evaluated: datetime, now: datetime
) -> list[list[Onset]]:
    until = full_hour(now)
    counts = [
        store.count_by_hour(_between(scope, evaluated - HISTORY, until)) for scope in scopes
    ]  # late posts and edited queries are in them: every round counts anew
    began = min((hour for count in counts for hour in count), default=until)
    start = history_start(evaluated, began)
    days = max(1.0, (until - start) / timedelta(days=1))
    mean = sum(sum(count.values()) for count in counts) / days / len(counts)
    states = {(state.subject_kind, state.subject): state for state in SubjectState.objects.all()}
    subjects = []
    for each, count in zip(watched, counts, strict=True):
        state = states.get((each.kind, each.subject))
        last, tier = (state.last_onset, state.last_tier) if state else (None, 0)
        subjects.append(Subject(count, start, evaluated, mean, last, tier))
    return evaluate_all(subjects, now=now)


def _found(store: Store, each: Watched, scope: Filter, onset: Onset) -> Found:
    end = onset.until
    posts = newest(store, _between(scope, end - timedelta(hours=onset.window_hours), end))
    events = main_events(posts)
    event = Event.objects.filter(id=events[0]).first() if len(events) == 1 else None
    topic = event.title if event else headline(posts, each.name)
    return Found(
        kind=Finding.Kind.SPIKE,
        subject_kind=each.kind,
        subject=each.subject,
        onset=onset.hour,
        title=topic if event else f"{each.name}：{topic}",
        explanation=said.burst(onset.window_hours, onset.observed, onset.expected),
        matter=Matter(
            posts,
            scope,
            Burst(
                *(onset.window_hours, onset.observed, onset.expected, onset.score),
                told=said.burst(onset.window_hours, onset.observed, onset.expected, onset.until),
                until=onset.until,
            ),
            (event.terms if event else ()) or words_of(each.query, posts),
            policy=each.row if isinstance(each.row, Policy) else None,
        ),
        events=tuple(events),
        tier=onset.tier,
        watchlist=each.row if isinstance(each.row, Watchlist) else None,
        policy=each.row if isinstance(each.row, Policy) else None,
        state_kind=each.kind,
    )


def _between(scope: Filter, since: datetime, until: datetime) -> Filter:
    return Filter(query=scope.query, sources=scope.sources, kinds=scope.kinds, since=since, until=until)
