"""The way of collected posts into the archive: masked, judged against the scope, written in a thread."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from archive.language import Query
from archive.post import CHINA, Post
from archive.store import ArchiveError, Store
from crawlers.mask import mask
from crawlers.scope import in_scope

T = TypeVar("T")
SHORT = 16  # of an id of 64: enough to know thousands apart, and the state stays small


@dataclass(slots=True)
class Kept:
    """What became of posts, by id."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    first_outside: int = 0  # of these, how many were not known to be
    masked: int = 0


class Keeper:
    """`outside`: ids seen before that lie outside the scope; they are not fetched again. Without `opener`
    nothing is stored (a trial). The store lives in one thread of its own: a blocking write in the crawl's
    thread would stop the crawl."""

    def __init__(self, opener: Callable[[], Store] | None, query: Query | None, outside: Sequence[str]) -> None:
        self.opener, self.query, self.outside = opener, query, dict.fromkeys(outside)
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1, "archive")

    async def _run(self, function: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

    def _opened(self) -> Store:
        if self._store is None:
            if self.opener is None:
                raise ArchiveError("试采不写入档案库")
            self._store = self.opener()
        return self._store

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those that need not be fetched: in the archive, buried, or outside the scope."""
        outside = {identity for identity in ids if identity[:SHORT] in self.outside}
        if self.opener is None:
            return outside
        return outside | await self._run(lambda: self._opened().known(list(ids)))

    async def stored(self, ids: Sequence[str]) -> dict[str, Post]:
        if self.opener is None:
            return {}
        return await self._run(lambda: self._opened().get(list(ids)))

    async def keep(self, posts: Sequence[Post]) -> Kept:
        """Raises ArchiveError; then nothing of these posts counts as stored."""
        if not posts:
            return Kept()
        kept = await self._run(self._keep, posts)
        kept.first_outside = sum(identity[:SHORT] not in self.outside for identity in kept.outside)
        self.outside.update((identity[:SHORT], None) for identity in kept.outside)
        return kept

    async def close(self) -> None:
        if self._store is not None:
            await self._run(self._store.close)
        self._thread.shutdown()

    def _keep(self, posts: Sequence[Post]) -> Kept:
        kept = Kept()
        inside: list[Post] = []
        for post in posts:
            if not in_scope(self.query, post):
                kept.outside.append(post.id)
                continue
            masked, found = mask_post(post)
            kept.masked += found
            inside.append(masked)
        if self.opener is None:
            kept.new.extend(post.id for post in inside)
        elif inside:
            report = self._opened().put(inside)
            kept.new, kept.updated = list(report.new), list(report.updated)
            kept.unchanged, kept.buried = list(report.unchanged), list(report.buried)
        return kept


def mask_post(post: Post) -> tuple[Post, int]:
    """The post without personal data, and how many pieces of it were masked."""
    changed: dict[str, Any] = {}
    total = 0
    for name in ("title", "text", "reply", "publisher"):
        if value := getattr(post, name):
            masked = mask(value)
            changed[name] = masked.text
            total += sum(masked.found.values())
    return replace(post, **changed), total


def shown(post: Post) -> Mapping[str, Any]:
    """A post field by field for a trial crawl; that somebody spoke, never who."""

    def at(moment: datetime | None) -> str | None:
        return moment.astimezone(CHINA).isoformat() if moment else None

    return {
        "url": post.url,
        "kind": str(post.kind),
        "title": post.title,
        "published": at(post.published_at),
        "precision": str(post.published_precision),
        "publisher": post.publisher,
        "doc_number": post.doc_number,
        "text": post.text[:300],
        "length": len(post.text),
        "reply": post.reply[:300],
        "replied": at(post.replied_at),
        "likes": post.likes,
        "comments": post.comments,
        "shares": post.shares,
        "speaker": post.speaker is not None,
    }
