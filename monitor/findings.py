"""What a finding tells of its matter: counts, times, samples. Facts only: no causes, no motives, no forecast."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from archive.post import CHINA, Kind, Post
from archive.store import Filter, Search, Store
from monitor.matters import by_matter, counted_as
from monitor.models import Policy
from monitor.policies import REACTION
from monitor.references import earlier_answers, policy_text
from monitor.risk import Risk, Situation, assess
from monitor.risk_tables import FOUR_LEVELS, Preset
from monitor.rumours import rumour, said_in
from monitor.samples import sample, samples
from monitor.voices import voice
from monitor.words import watched_words

MOST_POSTS = 500
MONTH = timedelta(days=30)
MAIN_SHARE = 0.5  # of the posts, for an event to be what a finding is about
TERMS = 8


@dataclass(frozen=True, slots=True)
class Burst:
    """What was counted against what is usual. `expected` None: no usual number is known. `until`: the window's end,
    None where it ended when it was found; `told` says the count with that end, for whoever reads it later."""

    window_hours: int
    observed: int
    expected: float | None = None
    score: float = 0.0
    told: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A finding's matter: its posts (newest first), the filter all its posts of 30 days are counted by, its words.
    `whole`: the posts are all there is of it (an event's); else they are a part (a watchlist's burst)."""

    posts: Sequence[Post]
    scope: Filter
    burst: Burst
    terms: Sequence[str] = ()
    whole: bool = False
    policy: Policy | None = None


def describe(
    store: Store, matter: Matter, names: Mapping[str, str], now: datetime, table: Preset = FOUR_LEVELS
) -> tuple[dict[str, Any], Risk]:
    """(facts, risk by `table`). `names` are the sources' names by id. Keys of facts, all JSON: window_hours, observed,
    expected, told, until, total (posts of 30 days), speakers (a post that names nobody is one of its own, as the rule
    has it), accounts (only those there are, among the posts at counted_at), copies, sources {name: posts}, first
    {source, url, at, title}, terms, matters {诉求类型: posts}, sentiments (of what has no 诉求类型: a post stands in
    one of the two), days [[date, posts]] of 30 days, samples (monitor.samples), answered, unanswered (of the
    questions), policy, earlier (monitor.references), rumour (monitor.rumours, None where
    nothing was denied), detector {score}."""
    posts = matter.posts
    month = replace(matter.scope, since=now - MONTH, until=now + timedelta(seconds=1))
    page = store.search(Search(month, size=1))
    questions = [post for post in posts if post.kind is Kind.QUESTION]
    answered = sum(bool(post.reply) for post in questions)
    terms = list(matter.terms) or watched_words(posts)
    sources = Counter(names.get(post.source, post.source) for post in posts)
    facts: dict[str, Any] = {
        "window_hours": matter.burst.window_hours,
        "observed": matter.burst.observed,
        "expected": None if matter.burst.expected is None else round(matter.burst.expected, 2),
        "total": page.total,
        "told": matter.burst.told,
        "until": (matter.burst.until or now).astimezone(CHINA).isoformat(),
        "speakers": _speakers(store, matter, month),
        "accounts": accounts(posts),
        "counted_at": now.astimezone(CHINA).isoformat(),
        "copies": sum(post.marks.copy_of is not None for post in posts),
        "sources": dict(sources.most_common()),
        "first": _first(posts, names),
        "terms": terms[:TERMS],
        "matters": by_matter((post.kind, post.marks.matter) for post in posts),
        "sentiments": dict(_sentiments(posts).most_common()),
        "days": [[day.isoformat(), count] for day, count in page.days],
        "samples": samples(posts, names),
        "answered": answered,
        "unanswered": len(questions) - answered,
        "policy": policy_text(store, matter.policy, posts),
        "earlier": earlier_answers(store, posts, terms, names, now),
        "rumour": mark.as_dict() if (mark := rumour(said_in(posts, names))) else None,
        "detector": {"score": round(matter.burst.score, 2)},
    }
    return facts, assess(_situation(matter, facts, names, now), table)


def main_events(posts: Sequence[Post]) -> list[str]:
    """The events a finding's posts belong to, by descending share: only the one at least half of them belong to, so
    that the finding joins its incident; else all that have two posts or more, if there are several."""
    counts = Counter(post.marks.event for post in posts if post.marks.event)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if ranked and ranked[0][1] >= MAIN_SHARE * len(posts) and len(posts) > 1:
        return [ranked[0][0]]
    several = [event for event, count in ranked if count >= 2]
    return several if len(several) > 1 else []


def reactions(scope: Filter) -> Filter:
    """Only what may count as reaction: policies and interpretations are not reaction to themselves."""
    return replace(scope, kinds=tuple(REACTION))


def newest(store: Store, wanted: Filter) -> list[Post]:
    """The newest posts of a filter, at most 500, newest first."""
    ids = store.ids(wanted, MOST_POSTS)
    found = store.get(ids)
    return [found[identity] for identity in ids if identity in found]


def _speakers(store: Store, matter: Matter, month: Filter) -> int:
    if matter.whole or not matter.posts:
        return store.speakers(month)
    times = [post.counted_at for post in matter.posts]
    return store.speakers(replace(matter.scope, since=min(times), until=max(times) + timedelta(seconds=1)))


def _sentiments(posts: Sequence[Post]) -> Counter[str]:
    return Counter(
        str(post.marks.sentiment.label)
        for post in posts
        if post.marks.sentiment and counted_as(post.kind, post.marks.matter) is None
    )


def accounts(posts: Sequence[Post]) -> int:
    """Distinct accounts among the posts that name one (an article names none). The key of the hash changes every 30
    days, so that one account may have two: the period with most of them counts."""
    named: dict[int, set[str]] = {}
    for post in posts:
        if post.speaker:
            at = post.published_at or post.collected_at
            named.setdefault(int(at.timestamp() // MONTH.total_seconds()), set()).add(post.speaker)
    return max(map(len, named.values()), default=0)


def _first(posts: Sequence[Post], names: Mapping[str, str]) -> dict[str, Any]:
    if not posts:
        return {}
    first = min(posts, key=lambda post: (post.counted_at, post.id))
    told = sample(first, names)
    return {name: told[name] for name in ("source", "url", "at", "title")}


def _situation(matter: Matter, facts: Mapping[str, Any], names: Mapping[str, str], now: datetime) -> Situation:
    posts = matter.posts
    times = [post.counted_at.astimezone(CHINA).date() for post in posts]
    return Situation(
        window_hours=matter.burst.window_hours,
        observed=matter.burst.observed,
        expected=matter.burst.expected,
        speakers=facts["speakers"],
        accounts=facts["accounts"],
        days=(max(times) - min(times)).days + 1 if times else 0,
        voices=tuple(voice(post, names, now) for post in posts),
    )
