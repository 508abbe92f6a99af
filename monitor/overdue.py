"""Questions that stand unanswered past their time. They are listed and counted in the digest and open no incident."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from archive.post import CHINA, Kind, Post
from archive.store import Filter, Store
from monitor.matters import UNSORTED, Matter
from monitor.workdays import rest_day

# Working days (PLAN.md, presets found in local plans): a suggestion 7, anything else 15.
LIMITS: Mapping[str, int] = {Matter.PROPOSAL: 7}
USUAL_LIMIT = 15
HORIZON = timedelta(days=180)  # older questions are history, not work
PAGE = 500
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Overdue:
    """A question past its time. `due` is the end of the last day of its limit."""

    post: Post
    due: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """`count` questions of the last 180 days are past their time and unanswered; `new` of them within the last day;
    `waiting` more are unanswered within their time. `overdue`: all of them, the longest overdue first."""

    count: int
    new: int
    waiting: int
    matters: dict[str, int]
    overdue: list[Overdue]


def overdue_at(post: Post) -> datetime | None:
    """When the time for an answer ends; None if the post is no question, has its answer or says thanks."""
    if post.kind is not Kind.QUESTION or post.reply or post.marks.matter == Matter.THANKS:
        return None
    return due_at(post.counted_at, post.marks.matter or "")


def due_at(asked: datetime, matter: str) -> datetime:
    """When the time for an answer to a question of that 诉求类型 ends."""
    last = _working_days_after(asked.astimezone(CHINA).date(), LIMITS.get(matter, USUAL_LIMIT))
    return datetime(last.year, last.month, last.day, tzinfo=CHINA) + timedelta(days=1)


def unanswered(store: Store, now: datetime) -> Unanswered:
    """The state of the boards at `now`. Reads the questions of 180 days."""
    wanted = Filter(since=now - HORIZON, until=now, kinds=(Kind.QUESTION,))
    ids = store.ids(wanted, MOST)
    found: list[Overdue] = []
    waiting = 0
    for at in range(0, len(ids), PAGE):
        for post in store.get(ids[at : at + PAGE]).values():
            due = overdue_at(post)
            if due is None:
                continue
            if due <= now:
                found.append(Overdue(post, due))
            else:
                waiting += 1
    found.sort(key=lambda each: (each.due, each.post.id))
    matters = Counter(each.post.marks.matter or UNSORTED for each in found)
    new = sum(each.due > now - timedelta(days=1) for each in found)
    return Unanswered(len(found), new, waiting, dict(matters.most_common()), found)


@lru_cache(maxsize=4096)
def _working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= not rest_day(day)
    return day
