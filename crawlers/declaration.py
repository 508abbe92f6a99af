"""Declaration: one source, checked. crawlers.declare makes it from YAML or from the stored mapping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from archive.language import Query
from crawlers.pages import Pattern
from crawlers.selectors import Selector


class SourceKind(StrEnum):
    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    API = "api"
    QA = "qa"


# What an item on a list, or an article page, may be asked for. `user` is never stored: it becomes a keyed hash.
FIELDS = (
    "id", "url", "title", "text", "published", "publisher", "user", "doc_number",
    "reply", "replied", "likes", "comments", "shares",
)  # fmt: skip
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a declared source; `line` counts from 1, 0 where it is not known."""

    source: str
    key: str
    line: int
    message: str

    def __str__(self) -> str:
        place = "，".join(
            part
            for part in (
                f"第 {self.line} 行" if self.line else "",
                f"信源 {self.source}" if self.source else "",
                self.key,
            )
            if part
        )
        return f"{place}：{self.message}" if place else self.message


@dataclass(frozen=True, slots=True)
class Declaration:
    """A source that can be crawled. `every` and `delay` are seconds; `limit` is pages of one list in one walk.

    `item` of a feed or sitemap is the empty selector. `post_kind` is a Kind or "auto": policy where the page says
    so or bears a document number, else news.
    `raw` is what was declared, to be stored and read again by declare.from_mapping.
    """

    id: str
    name: str
    kind: SourceKind
    urls: tuple[Pattern, ...]
    item: Selector
    fields: Mapping[str, Selector]
    article: Mapping[str, Selector]
    follow: bool
    next: Selector | None
    match: str
    post_kind: str
    publisher: str
    every: int
    delay: float
    limit: int
    group: str
    region: str
    scope: str
    query: Query | None
    enabled: bool
    note: str
    raw: Mapping[str, Any] = field(repr=False)
