"""Post: one thing somebody published, as Minsheng keeps it, and the marks the monitor adds to it."""

import hashlib
import re
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

# What the index uses as signs of its own (CONTRACTS: Text) and what no database stores.
_FORBIDDEN = re.compile("[\x00\ud800-\udfff\U000f0000-\U000f007f\U0010fffd]")
_TRACKING = re.compile(r"^(utm_\w+|spm|share_\w+|isappinstalled|nsukey|wfr)(=|$)", re.I)
ORDER_HASH_BITS = 28
SPEAKER_PERIOD = 30 * 24 * 3600  # seconds
YEARS = range(1900, 2201)  # of a time that somebody gives: beyond, no conversion between time zones is sure
FRESH = timedelta(hours=48)


class Kind(StrEnum):
    POLICY = "policy"
    INTERPRETATION = "interpretation"
    NEWS = "news"
    POST = "post"
    QUESTION = "question"


class Precision(StrEnum):
    """How exactly `published_at` is known."""

    MINUTE = "minute"
    DAY = "day"
    NONE = "none"


class Polarity(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Three probabilities that sum to 1."""

    p_neg: float
    p_neu: float
    p_pos: float

    @property
    def label(self) -> Polarity:
        """The greatest of the three; a tie goes to neutral, then negative."""
        best = max(self.p_neg, self.p_neu, self.p_pos)
        if self.p_neu == best:
            return Polarity.NEUTRAL
        return Polarity.NEGATIVE if self.p_neg == best else Polarity.POSITIVE


@dataclass(frozen=True, slots=True)
class Marks:
    """What the monitor says of a post. `put` never touches these, `annotate` touches nothing else.

    `double`: the same speaker said the same before, within days; it is kept and shown, but not counted.
    """

    watchlists: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    topic: str | None = None
    matter: str | None = None
    sentiment: Sentiment | None = None
    event: str | None = None
    copy_of: str | None = None
    double: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A collected post. Times are aware; text fields hold no character the stores reserve for themselves.

    `revision` and `changed_at` belong to the store: the first is raised by `put` when title, text, reply or
    times changed, the second is the collection time of the put that last did so. `marked_revision` is the
    revision `marks` was made for, or None when title or text changed since (or nothing was marked yet).
    """

    id: str
    url: str
    kind: Kind
    title: str
    text: str
    source: str
    collected_at: datetime
    publisher: str = ""
    speaker: str | None = field(default=None, repr=False)
    published_at: datetime | None = None
    published_precision: Precision = Precision.NONE
    region: str = ""
    doc_number: str = ""
    reply: str = ""
    replied_at: datetime | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    marks: Marks = Marks()
    revision: int = 0
    marked_revision: int | None = None
    changed_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("url", "title", "text", "publisher", "region", "doc_number", "reply"):
            value = getattr(self, name)
            if _FORBIDDEN.search(value):
                object.__setattr__(self, name, clean_text(value))
        for name in ("collected_at", "published_at", "replied_at", "changed_at"):
            at = getattr(self, name)
            if at is None:
                continue
            if at.tzinfo is None:
                raise ValueError(f"{name} must be an aware time, not {at.isoformat()}")
            object.__setattr__(self, name, at.astimezone(UTC))
        if self.published_at is None and self.published_precision is not Precision.NONE:
            raise ValueError("published_precision needs published_at")

    @property
    def counted_at(self) -> datetime:
        """The moment at which this post counts and is sorted (CONTRACTS: Times)."""
        if self.published_at is None or (self.published_precision is not Precision.MINUTE and self._fresh()):
            return self.collected_at
        return self.published_at

    @property
    def hourly(self) -> bool:
        """Whether `counted_at` is good to the hour; a post known only by its day is counted by day only."""
        return self.published_precision is Precision.MINUTE or self._fresh()

    @property
    def stale(self) -> bool:
        return self.marked_revision != self.revision

    def _fresh(self) -> bool:
        if self.published_at is None:
            return True
        return timedelta(0) <= self.collected_at - self.published_at <= FRESH

    def with_marks(self, marks: Marks) -> "Post":
        """Made field by field: all but the marks has been checked."""
        made = object.__new__(Post)
        for name in _FIELDS:
            object.__setattr__(made, name, getattr(self, name))
        object.__setattr__(made, "marks", marks)
        return made


_FIELDS = tuple(each.name for each in fields(Post))


def clean_text(text: str) -> str:
    """Lone surrogates, NUL and the index's own marks become U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def canonical_url(url: str) -> str:
    """The URL that names a post: host in lower case, no tracking parameters, no fragment except `#/…`."""
    parts = urlsplit(url.strip())
    # Left as it was encoded: decoding would fold different GBK escapes into one.
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair))
    host = parts.netloc.lower()
    for scheme, port in (("http", ":80"), ("https", ":443")):
        if parts.scheme.lower() == scheme:
            host = host.removesuffix(port)
    fragment = parts.fragment if parts.fragment.startswith("/") else ""
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", query, fragment))


def post_id(
    *, url: str = "", source: str = "", item_id: str = "", title: str = "", asked: datetime | None = None
) -> str:
    """sha256 (hex) of the canonical URL; without one of (source, item id), else of (source, title, time asked)."""
    if url:
        name = canonical_url(url)
    elif source and item_id:
        name = f"{source}\n{item_id}"
    elif source and title:
        name = f"{source}\n{title}\n{asked.astimezone(UTC).isoformat() if asked else ''}"
    else:
        raise ValueError("a post needs a URL, or a source with an item id or a title")
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def period_of(post: Post) -> int:
    """The number of the 30 days, counted from 1970, whose key the post's speaker was hashed with."""
    return int((post.published_at or post.collected_at).timestamp()) // SPEAKER_PERIOD


def order_of(identity: str, at: datetime) -> int:
    """seconds << 28 | 28 bits of the id: the rowid in SQLite and the sort key in both stores.

    A collision is probed upwards by the store. Times before 1970 count as 1970.
    """
    return max(0, int(at.timestamp())) << ORDER_HASH_BITS | int(identity[:7], 16)
