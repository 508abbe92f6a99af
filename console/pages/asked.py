"""What a search page was asked: read from its address, and written back into links."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from archive.language import Query
from archive.post import CHINA, Kind, Polarity
from archive.store import Filter

LONGEST = 2000  # characters of a query


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` and `until` are days of Asia/Shanghai, both included. `faults` say (Chinese) what could not be read."""

    query: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""
    region: str = ""
    kind: str = ""
    topic: str = ""
    sentiment: str = ""
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
            kinds=(self.kind,) if self.kind else (),
            topics=(self.topic,) if self.topic else (),
            sentiments=(self.sentiment,) if self.sentiment else (),
        )

    def link(self, **changes: str) -> str:
        """The address (from ? on) of this search with `changes`; another page begins anew unless `after` is given."""
        wanted = replace(self, **{"after": "", **changes})  # type: ignore[arg-type]
        pairs = [("q", wanted.query)] + [
            (name, str(getattr(wanted, name) or ""))
            for name in ("since", "until", "source", "region", "kind", "topic", "sentiment", "order", "after")
        ]
        return "?" + urlencode([(name, value) for name, value in pairs if value])


def read(data: QueryDict) -> Asked:
    faults: list[str] = []
    query = data.get("q", "").strip()
    if len(query) > LONGEST:
        faults.append(f"检索式最长 {LONGEST} 字，已截去其余部分。")
        query = query[:LONGEST]
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


def _one_of(text: str, known: list[str], name: str, faults: list[str]) -> str:
    if not text or text in known:
        return text
    faults.append(f"不认识的{name} {text[:20]!r}；没有用它筛选。")
    return ""
