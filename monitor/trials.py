"""What a watchlist would bring before it is saved: hits of 7 and 30 days, samples, the difference to the saved one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.language import Query
from archive.post import Post
from archive.store import Filter, Search, Store

SAMPLES = 5
COMPARED = 20_000  # posts of 30 days that are compared at most
SHORT, LONG = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Difference:
    """How many posts of 30 days an edit adds and drops, and the newest of each."""

    added: int
    dropped: int
    added_samples: list[Post]
    dropped_samples: list[Post]


@dataclass(frozen=True, slots=True)
class Trial:
    week: int
    month: int
    samples: list[Post]
    difference: Difference | None


def try_query(store: Store, query: Query, now: datetime, saved: Query | None = None) -> Trial:
    """Counts up to `now`; the difference where a saved query is given."""
    week = store.count(Filter(query=query, since=now - SHORT, until=now))
    month = Filter(query=query, since=now - LONG, until=now)
    page = store.search(Search(month, size=SAMPLES))
    difference = None if saved is None else _difference(store, month, Filter(query=saved, since=month.since, until=now))
    return Trial(week, page.total, page.posts, difference)


def _difference(store: Store, new: Filter, old: Filter) -> Difference:
    ids, before = store.ids(new, COMPARED), store.ids(old, COMPARED)
    added = _without(ids, before)
    dropped = _without(before, ids)
    return Difference(len(added), len(dropped), _posts(store, added), _posts(store, dropped))


def _without(ids: list[str], others: list[str]) -> list[str]:
    """Those of `ids` that are not in `others`, in their order."""
    known = set(others)
    return [identity for identity in ids if identity not in known]


def _posts(store: Store, ids: list[str]) -> list[Post]:
    wanted = ids[:SAMPLES]
    posts = store.get(wanted)
    return [posts[identity] for identity in wanted if identity in posts]
