"""From what a list and a page say to a Post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from archive.post import CHINA, Kind, Post, Precision, canonical_url, post_id
from crawlers.addressed import nobody, unaddressed
from crawlers.declaration import AUTO, Declaration
from crawlers.speaker import speaker
from crawlers.when import SLACK, Moment, is_ago, moves, read_time

if TYPE_CHECKING:  # heavy: a walk that finds nothing new needs none of it
    from crawlers.extract import Article

MOST_TEXT, MOST_LINE = 100_000, 500  # characters of a text or answer, and of what is one line
MOST_COUNT = 1e12
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*([万wWkK千]?)\+?$")
_TIMES = {"万": 10_000, "w": 10_000, "W": 10_000, "k": 1000, "K": 1000, "千": 1000, "": 1}


@dataclass(frozen=True, slots=True)
class Item:
    """What a list says of one post: `values` by the names of declaration.FIELDS; `url` absolute, or ""."""

    url: str
    values: Mapping[str, str] = field(repr=False)  # a user's name may be in it

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def identity(declaration: Declaration, item: Item, now: datetime) -> str:
    """The post's id; "" where nothing names it."""
    if not (item.url or item.get("id") or item.get("title")):
        return ""
    written = item.get("published")
    asked = None if is_ago(written) else read_time(written, now)[0]  # else a new post at every crawl
    return post_id(url=item.url, source=declaration.id, item_id=item.get("id"), title=item.get("title"), asked=asked)


def activity(item: Item, now: datetime) -> datetime | None:
    """When something last happened to it: written or answered."""
    times = [at for name in ("published", "replied") if (at := read_time(item.get(name), now)[0])]
    return max(times, default=None)


def make_post(
    declaration: Declaration, item: Item, page: Mapping[str, str], article: Article | None, now: datetime,
    keys: Mapping[str, str],
) -> Post:  # fmt: skip
    """What the page's own selectors say goes before what was extracted, that before what the list says;
    but a list's title stands where extraction found none, and its time where it is more exact."""

    def said(name: str, extracted: str = "") -> str:
        return page.get(name) or extracted or item.get(name)

    published, precision = _published(item, page, article, now)
    replied, _ = read_time(said("replied"), now)
    user = said("user")[:MOST_LINE]
    reply = unaddressed(said("reply")[:MOST_TEXT], user)
    return Post(
        id=identity(declaration, item, now),
        url=canonical_url(item.url) if item.url else "",
        kind=_kind(declaration, article, said("doc_number", article.doc_number if article else "")),
        title=unaddressed(said("title", article.title if article else "")[:MOST_LINE], user),
        text=unaddressed(said("text", article.text if article else "")[:MOST_TEXT], user),
        source=declaration.id,
        publisher=nobody(said("publisher", article.source if article else "")[:MOST_LINE], user)
        or declaration.publisher
        or declaration.name,
        speaker=speaker(keys, declaration.id, user, published or now),
        published_at=published,
        published_precision=precision,
        collected_at=now,
        region=declaration.region,
        doc_number=said("doc_number", article.doc_number if article else "")[:MOST_LINE],
        reply=reply,
        replied_at=replied if reply else None,
        likes=number(said("likes")),
        comments=number(said("comments")),
        shares=number(said("shares")),
    )


def moving_times(item: Item, page: Mapping[str, str], post: Post, now: datetime) -> tuple[str, ...]:
    """Which times of the post were read from words that say another one at the next crawl (3小时前, 02-28)."""

    def moved(name: str, field: str) -> bool:
        at = getattr(post, name)
        said = [text for text in (page.get(field), item.get(field)) if text]
        return at is not None and any(moves(text, now) and read_time(text, now)[0] == at for text in said)

    return tuple(
        name for name, field in (("published_at", "published"), ("replied_at", "replied")) if moved(name, field)
    )


def number(text: str) -> int | None:
    """“1.2万” is 12000; None where there is no number, or none that anybody counted to."""
    found = _NUMBER.match(text.strip()[:40])
    counted = float(found[1]) * _TIMES[found[2]] if found else MOST_COUNT
    return int(counted) if counted < MOST_COUNT else None


def _published(item: Item, page: Mapping[str, str], article: Article | None, now: datetime) -> Moment:
    found = [read_time(page.get("published", ""), now)]
    if article and article.published:
        at = article.published if article.published.tzinfo else article.published.replace(tzinfo=CHINA)
        found.append((at, article.precision) if at - now < SLACK else (None, Precision.NONE))
    found.append(read_time(item.get("published"), now))
    known = [(at, precision) for at, precision in found if at is not None]
    day = [at.astimezone(CHINA).date() for at, _ in known[:1]]
    # The minute of another day is that of something else: a sitemap's last change, a list's last answer.
    exact = [one for one in known if one[1] is Precision.MINUTE and [one[0].astimezone(CHINA).date()] == day]
    return next(iter(exact or known), (None, Precision.NONE))


def _kind(declaration: Declaration, article: Article | None, doc_number: str) -> Kind:
    if declaration.post_kind not in {AUTO, Kind.POLICY}:
        return Kind(declaration.post_kind)
    column = article.column_type + article.column if article else ""
    if "解读" in column:
        return Kind.INTERPRETATION
    if declaration.post_kind == Kind.POLICY:
        return Kind.POLICY
    return Kind.POLICY if doc_number or "政策文件" in column or "规范性文件" in column else Kind.NEWS
