"""The walk through a source's lists, the same for every kind; a kind says how a list page is read.

One page after the other, the newest first: its posts are in the archive before the next page is asked for,
so that a walk killed anywhere has lost nothing, only not come to its end.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import scrapy

from crawlers.declaration import Declaration
from crawlers.desk import Desk
from crawlers.failures import Failure, explain
from crawlers.fetch import Fetched, Fetcher
from crawlers.item import Item, activity
from crawlers.pages import Pattern
from crawlers.selectors import SelectorError
from crawlers.spiders.take import Taker

# A list may be corrected or answered behind the walk's back: look this far behind `since`.
MARGIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Reading:
    """A list page read: its items, and the address of the next page where the page names one."""

    items: Sequence[Item]
    next: str = ""


class Walk(scrapy.Spider):
    """Subclasses give `read`. Everything runs in `start`, through the downloader and its middlewares."""

    name = "walk"
    desk: Desk
    declaration: Declaration
    fetcher: Fetcher
    taker: Taker
    broken: BaseException | None = None

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "Walk":
        spider: Walk = super().from_crawler(crawler, *args, **kwargs)
        spider.desk = crawler.desk
        spider.declaration = crawler.desk.declaration
        spider.fetcher = Fetcher(crawler, crawler.desk)
        spider.taker = Taker(crawler.desk, spider.fetcher)
        return spider

    def read(self, page: Fetched, number: int) -> Reading:
        """The items of list page `number` (from 1). Raises Failure. Runs in a thread."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        walk = asyncio.create_task(self.walk())
        await asyncio.wait([walk])
        await self.desk.keeper.close()
        self.broken = walk.exception()  # Scrapy would log it and call the crawl finished
        return
        yield  # start() must be an asynchronous generator; nothing is left for the engine to do

    async def walk(self) -> None:
        """Raises ArchiveError where the archive cannot be written: then the walk has not come to its end."""
        outcome, job = self.desk.outcome, self.desk.job
        outcome.whole = True
        await self.taker.retry()
        for pattern in self.declaration.urls:
            if not await self.follow_pages(pattern):
                outcome.whole = False
        if self.taker.cut_short:
            outcome.whole = False
        outcome.since = job.now if outcome.whole else job.since

    async def follow_pages(self, pattern: Pattern) -> bool:
        """Walk one list. Whether it came to its end: the last page, known ground, or the bound."""
        pages = iter(pattern)
        url = next(pages)
        asked: set[str] = set()
        for number in range(1, self.bound + 1):
            if time.monotonic() > self.taker.ends:
                self.desk.outcome.fault("time", url, "本次采集时间已到，余下的下次继续")
                return False
            asked.add(url)
            try:
                reading, known_ground = await self.one_page(url, number)
            except (Failure, SelectorError, RecursionError) as error:
                return self.ended_by(explain(error), pattern, url, number)
            if known_ground or not reading.items or self.desk.job.trial:
                return True
            url = self.following(reading, pages)
            if not url or url in asked:
                return True
        if self.desk.job.whole or self.desk.job.since:
            message = f"翻到第 {self.bound} 页仍有新信息，更早的没有采集；请调大 limit 或缩短 every"
            self.desk.outcome.fault("limit", url, message)
        return True

    @property
    def bound(self) -> int:
        return 1 if self.desk.job.trial else self.declaration.limit

    async def one_page(self, url: str, number: int) -> tuple[Reading, bool]:
        """Read a list page and take its items; and whether nothing newer can stand behind it.

        Only a walk that follows a whole one may say so, or send validators: else a page that was read before
        a walk was killed would hide those after it.
        """
        job = self.desk.job
        page = await self.fetcher.page(url, conditional=job.whole)
        if not page.modified:
            return Reading([]), True
        reading = await asyncio.to_thread(self.read, page, number)
        fresh = await self.taker.take(reading.items)
        if page.validators and not job.trial and number <= 3:
            self.desk.state.pages[url] = page.validators
        return reading, (job.whole and not fresh) or self.older(reading.items)

    def older(self, items: Sequence[Item]) -> bool:
        """Whether all of these were written and answered before the last whole walk began."""
        job = self.desk.job
        if job.since is None or not items:
            return False
        times = [activity(item, job.now) for item in items]
        return all(at is not None and at < job.since - MARGIN for at in times)

    def following(self, reading: Reading, pages: Iterator[str]) -> str:
        if self.declaration.next is not None:
            return reading.next
        return next(pages, "")

    def ended_by(self, failure: Failure, pattern: Pattern, url: str, number: int) -> bool:
        """A page after the first that is not there is the end of the list; anything else is trouble."""
        if number > 1 and failure.status in {404, 410}:
            return True
        self.desk.outcome.fault(failure.code, url, failure.reason)
        self.desk.outcome.count("failed")
        if number == 1:
            self.desk.outcome.ok = False
        return False
