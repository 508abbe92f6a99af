"""What a search page was asked: read from its address, and written back into links."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from archive.language import Query
from archive.post import CHINA, Kind, Polarity
from archive.store import Filter
from monitor.matters import UNSORTED, Matter
from monitor.policy_report import VOICES

# What the search's form has no field for: it came in by a link.
HIDDEN = (
    "topic", "collected_since", "collected_until", "watchlist", "unwatched", "event", "reaction", "order",
)  # fmt: skip
FELT = tuple(str(kind) for kind in Kind if kind is not Kind.QUESTION)  # a citizen's message shows its 诉求类型 instead
NO_KIND = "-"  # no post is of it
LONGEST = 2000  # characters of a query


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` and `until` are days of Asia/Shanghai, both included; `collected_since` and `collected_until` are times,
    the end not included: what a digest counted. `unwatched` ("1"): what no watchlist names. `reaction`: the kinds that
    are reaction to a policy (all, media, public). `faults` say (Chinese) what could not be read."""

    query: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""
    region: str = ""
    kind: str = ""
    topic: str = ""
    sentiment: str = ""
    collected_since: datetime | None = None
    collected_until: datetime | None = None
    watchlist: str = ""
    unwatched: str = ""
    matter: str = ""
    event: str = ""
    reaction: str = ""
    order: str = ""
    after: str = ""
    faults: tuple[str, ...] = ()

    def filter(self, query: Query | None) -> Filter:
        until = self.until + timedelta(days=1) if self.until else None
        return Filter(
            query=query,
            since=datetime.combine(self.since, time(), CHINA) if self.since else None,
            until=datetime.combine(until, time(), CHINA) if until else None,
            sources=(self.source,) if self.source else (),
            regions=(self.region,) if self.region else (),
            kinds=self._kinds(),
            topics=(self.topic,) if self.topic else (),
            sentiments=(self.sentiment,) if self.sentiment else (),
            watchlist=self.watchlist or None,
            event=self.event or None,
            collected_since=self.collected_since,
            collected_until=self.collected_until,
            matters=("" if self.matter == UNSORTED else self.matter,) if self.matter else (),
            unwatched=bool(self.unwatched),
        )

    def _kinds(self) -> tuple[str, ...]:
        """Of those asked for, where a sentiment is asked for, only those that show one."""
        kinds = self._kinds_named()
        if not self.sentiment:
            return kinds
        return tuple(kind for kind in kinds or FELT if kind in FELT) or (NO_KIND,)

    def _kinds_named(self) -> tuple[str, ...]:
        """未归类 are the questions without a 诉求类型: what else has none was never one."""
        if self.matter != UNSORTED:
            among = VOICES.get(self.reaction, ())
            if self.kind and among:
                return (self.kind,) if self.kind in among else (NO_KIND,)
            return (self.kind,) if self.kind else among
        return (str(Kind.QUESTION),) if self.kind in ("", Kind.QUESTION) else (NO_KIND,)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form has no field for and keeps as it is."""
        return [(name, text) for name in HIDDEN if (text := _text(getattr(self, name)))]

    def link(self, **changes: str) -> str:
        """The address (from ? on) of this search with `changes`; another page begins anew unless `after` is given."""
        wanted = replace(self, **{"after": "", **changes})  # type: ignore[arg-type]
        names = ("since", "until", "source", "region", "kind", "matter", "sentiment", *HIDDEN, "after")
        pairs = [("q", wanted.query), *((name, _text(getattr(wanted, name))) for name in names)]
        return "?" + urlencode([(name, value) for name, value in pairs if value])


def read(data: QueryDict) -> Asked:
    faults: list[str] = []
    query = data.get("q", "").strip()
    if len(query) > LONGEST:
        faults.append(f"检索式最长 {LONGEST} 字，已截去其余部分。")
        query = query[:LONGEST]
    collected = [
        _moment(data.get(name, ""), word, faults)
        for name, word in (("collected_since", "采集起始时间"), ("collected_until", "采集截止时间"))
    ]
    since, until = _day(data.get("since", ""), "起始日期", faults), _day(data.get("until", ""), "截止日期", faults)
    if since and until and since > until:
        faults.append(f"起始日期 {since} 晚于截止日期 {until}，没有信息会符合。")
    return Asked(
        query=query,
        since=since,
        until=until,
        source=data.get("source", ""),
        region=data.get("region", ""),
        kind=_one_of(data.get("kind", ""), list(Kind), "类型", faults),
        topic=data.get("topic", ""),
        sentiment=_one_of(data.get("sentiment", ""), list(Polarity), "情感", faults),
        collected_since=collected[0],
        collected_until=collected[1],
        watchlist=data.get("watchlist", ""),
        unwatched=_one_of(data.get("unwatched", ""), ["1"], "筛选", faults),
        matter=_one_of(data.get("matter", ""), [*Matter, UNSORTED], "诉求类型", faults),
        event=data.get("event", ""),
        reaction=_one_of(data.get("reaction", ""), list(VOICES), "范围", faults),
        order=_one_of(data.get("order", ""), ["newest", "relevance"], "排序", faults),
        after=data.get("after", ""),
        faults=tuple(faults),
    )


def _day(text: str, name: str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(f"{name} {text[:20]!r} 不是日期，应形如 2019-07-04；没有用它筛选。")
        return None


def _moment(text: str, name: str, faults: list[str]) -> datetime | None:
    """A time of Asia/Shanghai, unless it says another offset."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        faults.append(f"{name} {text[:30]!r} 不是时间，应形如 2019-07-04T08:00；没有用它筛选。")
        return None
    return at.replace(tzinfo=CHINA) if at and at.tzinfo is None else at


def _text(value: object) -> str:
    """As an address has it: times in Asia/Shanghai, without the offset where it is that."""
    if isinstance(value, datetime):
        local = value.astimezone(CHINA)
        return local.replace(tzinfo=None).isoformat(timespec="microseconds" if local.microsecond else "seconds")
    return str(value or "")


def _one_of(text: str, known: list[str], name: str, faults: list[str]) -> str:
    if not text or text in known:
        return text
    faults.append(f"不认识的{name} {text[:20]!r}；没有用它筛选。")
    return ""


def days_open(address: str) -> str:
    """The address of a search without its days, for `since=…&until=…` of a bar to be added."""
    path, _, query = address.partition("?")
    pairs = [(name, value) for name, value in parse_qsl(query) if name not in ("since", "until")]
    return f"{path}?{urlencode(pairs)}&"
