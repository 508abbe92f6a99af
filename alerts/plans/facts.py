"""What a plan is filled from, read tolerantly: a finding's facts and a probe's JSON both come through here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from archive.post import CHINA
from monitor.matters import UNSORTED

MAX_SAMPLES = 8
MAX_EVIDENCE = 40
MAX_DAYS = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A post as a plan quotes it. `at` is None where its time is unknown; `day`: only its day is known."""

    title: str = ""
    source: str = ""
    url: str = ""
    at: datetime | None = None
    matter: str = ""
    excerpt: str = ""
    kind: str = ""
    copies: int = 0
    day: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """None: not known. `sources` maps a name to its number of posts, or is empty where only `source_count` is. `until`
    is the window's end; `speakers_at` when the accounts were counted, None where the total was counted with them."""

    window_hours: int | None = None
    observed: int | None = None
    expected: float | None = None
    total: int | None = None
    speakers: int | None = None
    copies: int | None = None
    answered: int | None = None
    unanswered: int | None = None
    source_count: int | None = None
    until: datetime | None = None
    speakers_at: datetime | None = None
    sources: tuple[tuple[str, int], ...] = ()
    matters: tuple[tuple[str, int], ...] = ()
    sentiments: tuple[tuple[str, int], ...] = ()
    days: tuple[tuple[date, int], ...] = ()
    others: tuple[tuple[str, str], ...] = ()  # counts under names we do not know


@dataclass(frozen=True, slots=True)
class Deadline:
    name: str
    basis: str
    ends_at: datetime
    met_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.met_at is None and self.stopped_at is None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the system knows of an incident when a plan is filled. Text is as it came: escaping is render's.
    `level` is 1 (gravest) to 4, or 0 where nobody has said it."""

    title: str
    level: int
    confirmed: bool
    discovered_at: datetime
    number: str = ""
    emergency: bool | None = None
    explanation: str = ""
    counts: Counts = Counts()
    first: Item = Item()
    samples: tuple[Item, ...] = ()
    evidence: tuple[Item, ...] = ()
    evidence_total: int = 0
    terms: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    contributions: tuple[tuple[str, str, str], ...] = ()  # name, points, evidence
    trigger: str = ""
    grounds: tuple[tuple[str, str], ...] = ()  # what of the trigger, and the sentence that says so
    changes: tuple[tuple[str, int], ...] = ()  # a fact, and the level it would lead to
    topic: str = ""  # the topic suggested, with its probability and reason
    unit: str = ""
    unit_phone: str = ""
    assigned: bool = True  # the unit was named by a person, not guessed
    policy: str = ""
    policy_url: str = ""
    policy_note: str = ""
    policy_quotes: tuple[str, ...] = ()  # passages of its text
    earlier: tuple[Item, ...] = ()  # earlier answers to like questions
    denials: tuple[Item, ...] = ()  # published by authorities, of what the posts say
    watchlist: str = ""
    office: str = ""
    office_phone: str = ""
    approvals: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = field(default=())  # name, phone


def read_counts(facts: Mapping[str, Any]) -> Counts:
    """Counts from a finding's facts; whatever is missing or of another shape is not known, never an error."""
    sources = facts.get("sources")
    names = _tally(sources) if not isinstance(sources, int | float | str | bool) else ()
    known = {
        *("window_hours", "observed", "expected", "total", "speakers", "copies", "answered", "unanswered"),
        *("sources", "matters", "sentiments", "days", "accounts", "counted_at", "until", "told"),
    }
    extra = ((str(k), str(v)) for k, v in facts.items() if k not in known and isinstance(v, int | float | str))
    return Counts(
        window_hours=whole(facts.get("window_hours")),
        observed=whole(facts.get("observed")),
        expected=number(facts.get("expected")),
        total=whole(facts.get("total")),
        speakers=whole(facts.get("accounts" if "accounts" in facts else "speakers")),
        copies=whole(facts.get("copies")),
        answered=whole(facts.get("answered")),
        unanswered=whole(facts.get("unanswered")),
        until=moment(facts.get("until")),
        speakers_at=moment(facts.get("counted_at")) if "accounts" in facts else None,
        source_count=len(names) if names else whole(sources),
        sources=names[:10],
        matters=tuple(sorted(_tally(facts.get("matters"))[:8], key=lambda pair: pair[0] == UNSORTED)),
        sentiments=_tally(facts.get("sentiments"))[:3],
        days=_days(facts.get("days")),
        others=tuple(extra)[:8],
    )


def read_item(value: Any) -> Item:
    """A post from a mapping, or from a bare string (its text)."""
    if isinstance(value, str):
        return Item(excerpt=value)
    if not isinstance(value, Mapping):
        return Item()
    text = {
        name: str(value.get(name) or "") for name in ("title", "source", "url", "matter", "kind") if value.get(name)
    }
    excerpt = value.get("excerpt") or value.get("text") or value.get("quote") or ""
    at = time_of(value)
    return Item(at=moment(at), excerpt=str(excerpt), day=is_day(at), copies=whole(value.get("copies")) or 0, **text)


def time_of(item: Mapping[str, Any]) -> Any:
    """When a post was published, as it is given."""
    return item.get("at") or item.get("published_at") or item.get("published")


def read_items(value: Any, limit: int = MAX_SAMPLES) -> tuple[Item, ...]:
    return tuple(read_item(each) for each in _listed(value)[:limit])


def read_denials(facts: Mapping[str, Any]) -> tuple[Item, ...]:
    """Of the rumour mark (monitor.rumours): who denied what the posts say, the first ones."""
    mark = facts.get("rumour")
    return read_items(mark.get("denials")) if isinstance(mark, Mapping) else ()


def read_words(value: Any, limit: int = 12) -> tuple[str, ...]:
    """Words from a list of words, or of (word, weight)."""
    if isinstance(value, str):
        return (value,)
    words = [each[0] if isinstance(each, list | tuple) and each else each for each in _listed(value)]
    return tuple(str(word) for word in words[:limit] if isinstance(word, str | int))


def read_contributions(value: Any) -> tuple[tuple[str, str, str], ...]:
    rows = [row for row in _listed(value) if isinstance(row, Mapping)]
    return tuple(
        (str(row.get("name", "")), f"{number(row.get('points')) or 0:+g}", str(row.get("evidence", "")))
        for row in rows[:12]
    )


def read_grounds(value: Any) -> tuple[tuple[str, str], ...]:
    rows = [row for row in _listed(value) if isinstance(row, Mapping)]
    return tuple((str(row.get("trigger", "")), str(row.get("sentence", ""))) for row in rows[:3])


def read_changes(value: Any) -> tuple[tuple[str, int], ...]:
    rows = [(row.get("fact"), whole(row.get("level"))) for row in _listed(value) if isinstance(row, Mapping)]
    return tuple((str(fact), level) for fact, level in rows[:12] if fact and level in (1, 2, 3, 4))


def moment(value: Any) -> datetime | None:
    """A time from ISO 8601 (without an offset: Asia/Shanghai), else None."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    try:
        at = datetime.fromisoformat(str(value).strip())
        return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(CHINA)
    except (ValueError, OverflowError):
        return None


def is_day(value: Any) -> bool:
    """Whether a time is given as a day, without an hour."""
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value.strip()))
    except ValueError:
        return False


def number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        read = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return read if abs(read) < 1e12 else None  # also not NaN or infinite


def whole(value: Any) -> int | None:
    read = number(value)
    return None if read is None else int(read)


def _tally(value: Any) -> tuple[tuple[str, int], ...]:
    """(name, count) greatest first, from a mapping, a list of pairs, or a list of names (one each). A mapping's ties
    go by name: PostgreSQL keeps no order of keys."""
    if isinstance(value, Mapping):
        pairs: Iterable[tuple[Any, Any]] = sorted((str(name), count) for name, count in value.items())
    else:
        pairs = [
            (each[0], each[1]) if isinstance(each, list | tuple) and len(each) == 2 else (each, 1)
            for each in _listed(value)
        ]
    read = [(str(name), whole(count)) for name, count in pairs if isinstance(name, str)]
    return tuple(sorted(((n, c) for n, c in read if c is not None), key=lambda pair: -pair[1]))


def _days(value: Any) -> tuple[tuple[date, int], ...]:
    found = []
    for each in _listed(value):
        if isinstance(each, list | tuple) and len(each) == 2:
            at, count = moment(each[0]), whole(each[1])
            if at is not None and count is not None:
                found.append((at.date(), count))
    return tuple(found[-MAX_DAYS:])


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if isinstance(value, str | Mapping) else []
