"""Bursts of what is counted by the hour: watchlists and policies by their own query, topics by their mark.

Every round counts anew, so that late posts and edited queries are in the numbers, and judges the hours since the last
round, and those to which posts were added since.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive.language import Query
from archive.store import Filter, Store
from monitor import said
from monitor.findings import Burst, Matter, main_events, newest, reactions
from monitor.found import Found, headline, last_rises
from monitor.gaps import Gap, Presence, presence
from monitor.hours import DAY, HOUR, full_hour
from monitor.late import YOUNG, judged_until, late_hours
from monitor.models import Event, Finding, KnownSource, Policy, Source, SubjectState, Watchlist
from monitor.outages import gaps, lumps
from monitor.spikes import HISTORY, TIERS, Onset, Subject, evaluate_all, history_start, row_of
from monitor.themes import Theme, themes
from monitor.words import words_of

Counts = Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """A subject's posts by the hour; `of`: those of the sources that have a gap."""

    total: Counts
    of: Mapping[str, Counts]

    @classmethod
    def of_sources(cls, by_source: Mapping[str, Counts]) -> "Tally":
        total: Counter[datetime] = Counter()
        for hours in by_source.values():
            total.update(hours)
        return cls(total, by_source)

    def without(self, lumps: Iterable[tuple[str, datetime]]) -> Counts:
        left = dict(self.total)
        for source, hour in lumps:
            if lump := self.of.get(source, {}).get(hour):
                left[hour] -= lump
        return left

    def presence(self, gaps: Sequence[Gap], first: datetime, hours: int) -> Presence | None:
        troubled = {gap.source for gap in gaps}.intersection(self.of)
        of = {source: row_of(self.of[source], first, hours) for source in sorted(troubled)}
        return presence(row_of(self.total, first, hours), of, gaps, first, hours) if of else None


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

    @property
    def scope(self) -> Filter:
        return Filter(query=self.query)

    @property
    def lowest(self) -> int:
        return TIERS[0]


@dataclass(frozen=True, slots=True)
class Span:
    """What one evaluation looks at. `sources`: those that count; () counts all. `late`: see monitor.late."""

    evaluated: datetime
    now: datetime
    sources: tuple[str, ...]
    late: Sequence[datetime] = ()
    gaps: Sequence[Gap] = ()
    lumps: frozenset[tuple[str, datetime]] = field(default_factory=frozenset)

    @property
    def troubled(self) -> tuple[str, ...]:
        """The sources that count and have a gap."""
        names = {gap.source for gap in self.gaps}
        return tuple(sorted(names.intersection(self.sources) if self.sources else names))

    @property
    def since(self) -> datetime:
        return self.evaluated - HISTORY


def counted_sources(first_read: Mapping[str, datetime], now: datetime) -> tuple[str, ...] | None:
    """Sources whose first crawl is long enough ago to be counted, and that are not switched off; () where these are all
    (no need to name them), None where there are none."""
    off = set(Source.objects.filter(enabled=False).values_list("id", flat=True))
    counted = tuple(
        sorted(name for name, first in first_read.items() if first <= full_hour(now) - YOUNG and name not in off)
    )
    if len(counted) == len(first_read):
        return ()
    return counted or None


def look(store: Store, evaluated: datetime, now: datetime) -> Span | None:
    """None: there is nothing to judge."""
    if full_hour(now) <= evaluated:
        return None
    first_read = dict(KnownSource.objects.values_list("id", "first_read"))
    sources = counted_sources(first_read, now)
    if sources is None:
        return None
    late = late_hours(store, first_read, evaluated, now)
    missing = gaps(store, evaluated - HISTORY, now)
    lumped = lumps(store, missing, min([evaluated, *late]) - DAY)
    return Span(evaluated, now, sources, late, missing, frozenset(lumped))


def bursts(store: Store, watched: Sequence[Watched], evaluated: datetime, now: datetime) -> list[Found]:
    """What burst in the full hours that ended by `now` and were not judged for good yet: first the watchlists and
    policies, then the topics."""
    span = look(store, evaluated, now)
    if span is None:
        return []
    counted: list[tuple[Watched | Theme, Tally]] = [(each, _tally(store, each.scope, span)) for each in watched]
    by_mark = themes(store, Filter(sources=span.sources, since=span.since, until=full_hour(now)))
    counted += [(theme, Tally.of_sources(hours)) for theme, hours in by_mark.items()]
    return [
        _found(store, each, reactions(replace(each.scope, sources=span.sources)), onset)
        for (each, _), raised in zip(counted, _onsets(counted, span), strict=True)
        for onset in last_rises(raised, span.now)
    ]


def _tally(store: Store, scope: Filter, span: Span) -> Tally:
    wanted = reactions(replace(scope, sources=span.sources, since=span.since, until=full_hour(span.now)))
    total = store.count_by_hour(wanted)
    if not span.troubled or not total:
        return Tally(total, {})
    by_source = store.hours_by(replace(wanted, sources=span.troubled), "source")
    return Tally(total, {source: hours for (source,), hours in by_source.items()})


def _onsets(counted: Sequence[tuple[Watched | Theme, Tally]], span: Span) -> list[list[Onset]]:
    if not counted:
        return []
    until = full_hour(span.now)
    began = min((hour for _, tally in counted for hour in tally.total), default=until)
    start = history_start(span.evaluated, began)
    means = _means(counted, max(1.0, (until - start) / DAY))
    states = {(state.subject_kind, state.subject): state for state in SubjectState.objects.all()}
    subjects = []
    for each, tally in counted:
        state = states.get((each.kind, each.subject))
        subjects.append(
            Subject(
                counts=tally.without(span.lumps),
                start=start,
                after=judged_until(span.evaluated, span.late, tally.total),
                mean_per_day=means[isinstance(each, Theme)],
                last_onset=state.last_onset if state else None,
                last_tier=state.last_tier if state else 0,
                presence=tally.presence(span.gaps, full_hour(start), (until - full_hour(start)) // HOUR),
                lowest=each.lowest,
            )
        )
    return evaluate_all(subjects, now=span.now)


def _means(counted: Sequence[tuple[Watched | Theme, Tally]], days: float) -> dict[bool, float]:
    """Posts a day of the mean subject: of the queries (False) and of the themes (True)."""
    sums: dict[bool, list[int]] = {}
    for each, tally in counted:
        sums.setdefault(isinstance(each, Theme), []).append(sum(tally.total.values()))
    return {which: sum(posts) / days / len(posts) for which, posts in sums.items()}


def _found(store: Store, each: Watched | Theme, scope: Filter, onset: Onset) -> Found:
    row = each.row if isinstance(each, Watched) else None
    end = onset.until
    posts = newest(store, replace(scope, since=end - onset.window_hours * HOUR, until=end))
    events = main_events(posts)
    event = Event.objects.filter(id=events[0]).first() if len(events) == 1 else None
    topic = event.title if event else headline(posts, each.name)
    words = words_of(each.query, posts) if isinstance(each, Watched) else []
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
            (event.terms if event else ()) or words,
            policy=row if isinstance(row, Policy) else None,
        ),
        events=tuple(events),
        tier=onset.tier,
        watchlist=row if isinstance(row, Watchlist) else None,
        policy=row if isinstance(row, Policy) else None,
        state_kind=each.kind,
        broad=isinstance(each, Theme),
        rise=onset.rise,
    )
