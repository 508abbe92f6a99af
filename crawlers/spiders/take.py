"""What a list offers, taken: what is not known yet is fetched where the source says so, and kept."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.post import Post, Precision
from crawlers.addressed import unaddressed
from crawlers.again import remember
from crawlers.desk import Desk
from crawlers.failures import Failure, explain
from crawlers.fetch import Fetched, Fetcher, in_order
from crawlers.item import MOST_TEXT, Item, identity, make_post, moving_times
from crawlers.keeper import Kept, mask_post, shown
from crawlers.mask import mask
from crawlers.spiders.markup import document
from crawlers.when import in_future

if TYPE_CHECKING:
    from crawlers.extract import Article

MOST_ARTICLES = 2000  # of one walk
BATCH = 10
_PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_LOOKS_HTML = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.I)
_PUBDATE = re.compile(rb"""<meta[^>]+name=["']?pubdate["']?[^>]+content=["']([\d :/-]{8,20})["']""", re.I)
_REMEMBERED = ("title", "published", "publisher")  # of a list's words on a page that failed; no person's name


class Taker:
    """Takes items of one source; `cut_short` where it had to leave some for the next walk, `looked_again` where among
    the last ones were known questions whose pages were asked for, to see whether there is an answer."""

    def __init__(self, desk: Desk, fetcher: Fetcher) -> None:
        self.desk, self.fetcher = desk, fetcher
        self.declaration, self.now = desk.declaration, desk.job.now
        self.cut_short = self.looked_again = False
        self.ends = time.monotonic() + desk.job.seconds
        self.fetched = 0
        self._asked: set[str] = set()  # article pages of this walk
        self._moving: dict[str, tuple[str, ...]] = {}  # by id: the times that say another at every crawl
        self._reading = asyncio.Semaphore(2)  # pages being taken apart at a time: memory

    async def take(self, items: Sequence[Item]) -> int:
        """Put these into the archive. How many brought something: new, changed, or failed just now."""
        by_id = {name: item for item in items if (name := identity(self.declaration, item, self.now))}
        if self.desk.job.trial:
            by_id = dict(list(by_id.items())[: self.desk.job.trial])
        if not self.declaration.follow:
            return await self._keep([post for item in by_id.values() if (post := self._listed(item))])
        wanted = await self._wanted(by_id)
        room = max(0, MOST_ARTICLES - self.fetched)
        if len(wanted) > room:
            self.cut_short, wanted = True, wanted[:room]
            self.desk.outcome.fault("articles", "", f"一次最多打开 {MOST_ARTICLES} 篇文章，余下的下次继续")
        self.fetched += len(wanted)
        return await self._in_batches(wanted)

    def _listed(self, item: Item) -> Post | None:
        """A post made of the list alone; one that cannot be made is named and does not cost the others."""
        try:
            return self._post(item, {}, None)
        except Failure as failure:
            self.desk.outcome.count("failed")
            self.desk.outcome.fault(failure.code, item.url, failure.reason)
            return None

    async def retry(self, *, alone: bool = False) -> None:
        """Ask again for the pages that failed and whose time has come; one that is known now is forgotten.

        Those a crawl died with come one by one (`alone`): so it shows which is to blame, and no other shares its end.
        """
        state = self.desk.state
        if self.desk.job.trial:
            return
        due = [
            Item(url, one.item)
            for url, one in state.failed.items()
            if one.alone is alone and one.next and one.next <= self.now
        ]
        known = await self.desk.keeper.known([identity(self.declaration, item, self.now) for item in due])
        still = [item for item in due if identity(self.declaration, item, self.now) not in known]
        for item in due:
            if item not in still:
                del state.failed[item.url]
        if not alone:
            await self._in_batches(still)
        for item in still if alone else ():
            if self.out_of_time(item.url):
                break
            await self._fetch_and_keep([item])

    async def _wanted(self, by_id: Mapping[str, Item]) -> list[Item]:
        """Those whose page must be asked for: unknown ones, and known questions that may have an answer now.

        Known ones of another source are not asked for either, though the longer text wins: the id is the address, so
        it is the same page, and would be fetched twice for nothing. Where two sources have the words of one page
        from different places (an interface's text, the page itself), each puts its own, and the longer stands.
        """
        failed = self.desk.state.failed
        known = await self.desk.keeper.known(list(by_id))
        unknown = [
            item for name, item in by_id.items()
            if name not in known and item.url
        ]  # fmt: skip
        answerable = {"reply", "replied"} & set(self.declaration.fields)
        if "reply" not in self.declaration.article or not known:
            asked_again: list[Item] = []
        else:
            stored = await self.desk.keeper.stored([name for name in by_id if name in known])
            asked_again = [
                by_id[name] for name, post in stored.items()
                if not post.reply and (not answerable or any(by_id[name].get(field) for field in answerable))
            ]  # fmt: skip
        new, again = (
            [item for item in some if item.url not in self._asked and item.url not in failed]
            for some in (unknown, asked_again)
        )
        self.looked_again = bool(again)
        return new + again

    async def _in_batches(self, items: Sequence[Item]) -> int:
        """A batch is in the archive before the next is asked for; when time is up, the rest is left. How many brought
        something: a question asked again that has no answer yet did not."""
        fresh = 0
        for at in range(0, len(items), BATCH):
            if self.out_of_time(items[at].url):
                self.cut_short = True
                break
            fresh += await self._fetch_and_keep(items[at : at + BATCH])
        return fresh

    def out_of_time(self, url: str) -> bool:
        over = time.monotonic() > self.ends
        if over:
            self.desk.outcome.fault("time", url, "本次采集时间已到，余下的下次继续")
        return over

    async def _fetch_and_keep(self, items: Sequence[Item]) -> int:
        self._asked.update(item.url for item in items)
        results = await in_order(*(self._article(item) for item in items))
        posts = []
        for item, result in zip(items, results, strict=True):
            if isinstance(result, Post):
                self.desk.state.failed.pop(item.url, None)
                posts.append(result)
            elif isinstance(result, Exception):
                self._failed(item, explain(result))
            else:
                raise result
        failed = len(items) - len(posts)
        return failed + await self._keep(posts)

    async def _article(self, item: Item) -> Post:
        """Fetch and read one page. Raises Failure."""
        page = await self.fetcher.page(item.url)
        async with self._reading:
            self.desk.say({"reading": item.url})
            post = await asyncio.to_thread(self._read, item, page)
            self.desk.say({"read": item.url})
        return post

    def _read(self, item: Item, page: Fetched) -> Post:
        from crawlers.extract import extract  # heavy; a walk that finds nothing new needs none of it

        check_page(page)
        self._check_time(item, page)
        article = extract(page.body, url=page.url, content_type=page.content_type, now=self.now)
        said: dict[str, str] = {}
        if self.declaration.article:
            root = document(page.text, page.url)
            for name, selector in self.declaration.article.items():
                said[name] = selector.value(root)
                if not said[name] and name not in {"reply", "replied"}:
                    message = f"选择器 {selector.text!r}（article.{name}）没有匹配，已改用自动提取"
                    self.desk.outcome.fault("selector", item.url, message)
        return self._post(item, said, article)

    def _check_time(self, item: Item, page: Fetched) -> None:
        """Say so where the page gives itself a time in the future; it is then taken as having none."""
        found = _PUBDATE.search(page.body[:65536])
        if found and in_future(written := found[1].decode("latin-1"), self.now):
            self.desk.outcome.fault("future", item.url, f"发布时间 {written!r} 在未来，按没有时间处理")

    def _post(self, item: Item, page: Mapping[str, str], article: Article | None) -> Post:
        written = page.get("published") or item.get("published")
        if in_future(written, self.now):
            self.desk.outcome.fault("future", item.url, f"发布时间 {written[:40]!r} 在未来，按没有时间处理")
        post = make_post(self.declaration, item, page, article, self.now, self.desk.job.speaker_keys)
        if moving := moving_times(item, page, post, self.now):
            self._moving[post.id] = moving
        if len(post.text) >= MOST_TEXT or len(post.reply) >= MOST_TEXT:
            self.desk.outcome.fault("long", item.url, f"正文或答复过长，只存前 {MOST_TEXT // 10_000} 万字")
        if not (post.title or post.text):
            raise Failure("no_text", "页面里没有读到标题和正文")
        return post

    async def _settled(self, posts: Sequence[Post]) -> list[Post]:
        """These without the times that move from crawl to crawl, where the archive has one: else each crawl would be
        an update, the post would wander from hour to hour, and no page would ever be known ground."""
        moving = [post.id for post in posts if post.id in self._moving]
        stored = await self.desk.keeper.stored(moving) if moving else {}
        return [_without(post, self._moving[post.id], stored[post.id]) if post.id in stored else post for post in posts]

    async def _keep(self, posts: Sequence[Post]) -> int:
        posts = await self._settled(posts)
        kept = await self.desk.keeper.keep(posts)
        self._tell(posts, kept)
        return len(kept.new) + len(kept.updated) + kept.first_outside

    def _tell(self, posts: Sequence[Post], kept: Kept) -> None:
        outcome = self.desk.outcome
        for what in ("new", "updated", "unchanged", "buried", "outside"):
            outcome.count(what, len(getattr(kept, what)))
        outcome.count("masked", kept.masked)
        if self.desk.job.trial:
            outside = set(kept.outside)
            for post in posts:
                self.desk.say({"post": {**shown(mask_post(post)[0]), "in_scope": post.id not in outside}})

    def _failed(self, item: Item, failure: Failure) -> None:
        outcome, state = self.desk.outcome, self.desk.state
        outcome.count("failed")
        outcome.fault(failure.code, item.url, failure.reason)
        said = {name: unaddressed(item.get(name), item.get("user")) for name in _REMEMBERED if item.get(name)}
        words: dict[str, Any] = {name: mask(text).text for name, text in said.items()}
        before = state.failed.get(item.url)
        state.failed[item.url] = remember(
            before, failure.code, failure.reason, self.now, passing=failure.passing, item=words
        )


def _without(post: Post, moving: Sequence[str], stored: Post) -> Post:
    """The post without those of its `moving` times that the stored one has; an empty field never overwrites."""
    if "published_at" in moving and stored.published_at:
        post = replace(post, published_at=None, published_precision=Precision.NONE)
    return replace(post, replied_at=None) if "replied_at" in moving and stored.replied_at else post


def check_page(page: Fetched) -> None:
    """Raises Failure where this is no page of text to read."""
    if is_binary(page):
        raise Failure("binary", "不是网页，是二进制内容")
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind and kind not in _PAGES and not _LOOKS_HTML.search(page.body[:2048]):
        raise Failure("not_html", f"不是网页，是 {kind[:60]}")


def is_binary(page: Fetched) -> bool:
    """Whether this is no text at all: NULs and control characters among its first bytes."""
    head = page.body[:2048]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        return False
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return b"\x00" in head or control * 20 > len(head)
