"""The reaction to a policy: how much, about what, asked and answered or not, media and public, by region.

Everything is counted through the policy's query, so that an edited query has its own past, and by whole days of
Asia/Shanghai, so that a search over the same days counts the same. Counts only: nobody is told of by name or account.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from archive.language import Query, parse
from archive.post import CHINA, Kind, Post
from archive.store import Filter, Search, Store
from monitor.matters import UNSORTED, Matter, by_matter
from monitor.models import Policy
from monitor.policy_spans import Span, since, spans
from monitor.stance import Stances, stances
from monitor.validity import dates_of, day_of

MEDIA = (Kind.NEWS,)
PUBLIC = (Kind.POST, Kind.QUESTION)
REACTION = (*MEDIA, *PUBLIC)
VOICES: Mapping[str, tuple[Kind, ...]] = {"all": REACTION, "media": MEDIA, "public": PUBLIC}
QUESTIONS_SHOWN = 20
MOST_READ = 20_000  # posts of the public that are read one by one
PAGE = 500


@dataclass(frozen=True, slots=True)
class Volume:
    """Of one span: `total` = `media` + `public`. `matters` (诉求类型 → messages of the public, most first) leave out
    posts that demand nothing."""

    span: Span
    media: int
    public: int
    matters: dict[str, int]

    @property
    def total(self) -> int:
        return self.media + self.public


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, since the release: `total` posts in these kinds and sources (ids), `accounts` distinct speakers.
    `sentiments` are of news only: a citizen's message is told by its matter."""

    total: int
    accounts: int
    kinds: list[tuple[str, int]]
    sources: list[tuple[str, int]]
    sentiments: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Report:
    """`since`: from which day on `total`, `days`, voices, regions and questions count. `regions`: (region or "", media,
    public). `answered` of `asked` questions carry an answer; `questions` are the newest of them, those without an
    answer first. `matters` of the public add up to what it demands. `spoken`: all that the public says."""

    since: date
    volumes: list[Volume]
    total: int
    days: list[tuple[date, int]]
    media: Voice
    public: Voice
    regions: list[tuple[str, int, int]]
    matters: dict[str, int]
    asked: int
    answered: int
    questions: list[Post]
    stance: Stances
    spoken: list[Post] = field(repr=False)

    def volume(self, key: str) -> Volume | None:
        return next((each for each in self.volumes if each.span.key == key), None)


def report(store: Store, policy: Policy, now: datetime) -> Report:
    """Raises QueryError."""
    query, dates, today = parse(policy.query), dates_of(policy), day_of(now)
    begin = since(dates, today)
    whole = between(query, begin, today, REACTION, now)
    page = store.search(Search(whole, size=0))
    media = store.search(Search(replace(whole, kinds=MEDIA), size=0))
    public = store.search(Search(replace(whole, kinds=PUBLIC), size=0))
    spoken = list(read(store, replace(whole, kinds=PUBLIC)))
    asked = [post for post in spoken if post.kind is Kind.QUESTION]
    listed = [post for post in asked if post.marks.matter != Matter.REPORT]  # counted, never listed
    return Report(
        since=begin,
        volumes=[_volume(store, query, span, now) for span in spans(dates, today)],
        total=page.total,
        days=page.days,
        media=_voice(media.total, media.facets, 0),
        public=_voice(public.total, public.facets, store.speakers(replace(whole, kinds=PUBLIC))),
        regions=_regions(media.facets, public.facets, media.total, public.total),
        matters=by_matter((post.kind, post.marks.matter) for post in spoken),
        asked=len(asked),
        answered=sum(bool(post.reply) for post in asked),
        questions=sorted(listed, key=lambda post: bool(post.reply))[:QUESTIONS_SHOWN],
        stance=stances(spoken, query),
        spoken=spoken,
    )


def between(query: Query, first: date, last: date, kinds: tuple[Kind, ...], now: datetime) -> Filter:
    """Posts of these days, both included, that count by `now`."""
    until = min(midnight(last + timedelta(days=1)), now)
    return Filter(query=query, since=midnight(first), until=max(midnight(first), until), kinds=kinds)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def read(store: Store, wanted: Filter) -> Iterable[Post]:
    """Newest first."""
    ids = store.ids(wanted, MOST_READ)
    for at in range(0, len(ids), PAGE):
        found = store.get(ids[at : at + PAGE])
        yield from (found[each] for each in ids[at : at + PAGE] if each in found)


def _volume(store: Store, query: Query, span: Span, now: datetime) -> Volume:
    if span.ahead:
        return Volume(span, 0, 0, {})
    wanted = between(query, span.first, span.last, PUBLIC, now)
    media, public = store.count(replace(wanted, kinds=MEDIA)), store.count(wanted)
    matters = Counter[str]()
    if public:
        for matter in Matter:
            matters[matter.value] = store.count(replace(wanted, matters=(matter.value,)))
        matters[UNSORTED] = store.count(replace(wanted, matters=("",), kinds=(Kind.QUESTION,)))
    ordered = sorted(matters.items(), key=lambda pair: (pair[0] == UNSORTED, -pair[1]))
    return Volume(span, media, public, {name: count for name, count in ordered if count})


def _voice(total: int, facets: Mapping[str, list[tuple[str, int]]], accounts: int) -> Voice:
    names = ("kind", "source", "sentiment")
    return Voice(total, accounts, *(facets.get(name, []) for name in names))


def _regions(
    media: Mapping[str, list[tuple[str, int]]], public: Mapping[str, list[tuple[str, int]]], said: int, spoken: int
) -> list[tuple[str, int, int]]:
    """Most first; "" for posts that name no region, so that the columns add up to their totals."""
    first, second = dict(media.get("region", [])), dict(public.get("region", []))
    rows = [(name, first.get(name, 0), second.get(name, 0)) for name in {*first, *second} if name]
    rows.sort(key=lambda row: (-row[1] - row[2], row[0]))
    rest = ("", said - sum(row[1] for row in rows), spoken - sum(row[2] for row in rows))
    return [*rows, rest] if rest[1] or rest[2] else rows
