"""The walk through a source's lists, the same for every kind; a kind says how a list page is read.

One page after the other, the newest first: its posts are in the archive before the next page is asked for,
so that a walk killed anywhere has lost nothing, only not come to its end.

Where a list ends (docs/decisions/0009): at its last page; at known ground, a page that brings nothing new, if the
list's last walk ended whole (and no open question on the page had to be looked at again: there may be more); where
nobody knows how that ended, at a page that brings nothing new and is all older than the last whole walk. And at its
bound, `limit` pages: a first walk is then whole, for history goes as far back as was asked for. A later one is not:
news lies behind the bound, or may. `since` stays, and the next walk passes over as many pages of known posts as this
one had before it takes any for known ground, and goes up to `limit` pages beyond them. So what was cut off comes crawl
by crawl, and a list that is caught up with is walked to its first known page again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
# A list that is not caught up with in so many times its limit has no end that we could find.
MOST_ROUNDS = 6


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
        await self.taker.retry(alone=True)  # last: if this crawl too dies of one, the rest is in the archive
        if self.taker.cut_short:
            outcome.whole = False
        outcome.since = job.now if outcome.whole else job.since

    async def follow_pages(self, pattern: Pattern) -> bool:
        """Walk one list. Whether it came to its end."""
        pages, asked = iter(pattern), set[str]()
        url, passed, fresh, known_ground = next(pages), 0, 0, False
        over, bound = self.passed_over(pattern), self.bound + self.behind(pattern)
        for number in range(1, bound + 1):
            if self.taker.out_of_time(url):
                return False
            asked.add(url)
            try:
                reading, fresh = await self.one_page(url, number)
            except (Failure, SelectorError, RecursionError) as error:
                return self.ended_by(explain(error), pattern, url, number)
            if self.taker.cut_short:
                return False
            passed += not fresh
            known_ground = over is not None and not fresh and passed > over
            older = not fresh and self.older(reading.items)
            nothing_behind = (older or not self.taker.looked_again) if known_ground else (older and over is None)
            if nothing_behind or not reading.items or self.desk.job.trial:
                return self.ended(pattern)
            url = self.following(reading, pages)
            if not url or url in asked:
                return self.ended(pattern)
        return self.ended(pattern) if known_ground else self.cut_off(pattern, url, bound, fresh)

    @property
    def bound(self) -> int:
        return 1 if self.desk.job.trial else self.declaration.limit

    def behind(self, pattern: Pattern) -> int:
        """How many pages the last walk of this list had when its bound cut it off; 0 where it was not."""
        return int(self.desk.state.lists.get(pattern.first, {}).get("pages", 0))

    def passed_over(self, pattern: Pattern) -> int | None:
        """How many pages of known posts prove nothing. None: none proves anything, for the list's last walk did not
        end, or another one was killed since: a page that it brought would hide those behind it."""
        job = self.desk.job
        mark = self.desk.state.lists.get(pattern.first)
        if job.since and mark and job.last and datetime.fromisoformat(mark["walk"]) == job.last:
            return int(mark["pages"])
        return 0 if job.whole else None

    def ended(self, pattern: Pattern, pages: int = 0) -> bool:
        """Mark how this walk left the list: whole, or cut off after so many pages."""
        self.desk.state.lists[pattern.first] = {"walk": self.desk.job.now.isoformat(), "pages": pages}
        return not pages

    def cut_off(self, pattern: Pattern, url: str, pages: int, fresh: int) -> bool:
        """The bound is reached, and no known ground was."""
        if self.desk.job.since is None:
            return self.ended(pattern)
        given_up = pages >= MOST_ROUNDS * self.bound
        if fresh:
            rest = "一直没有接上，不再往前采" if given_up else "余下的下次接着采"
            message = f"翻到第 {pages} 页仍有新信息，{rest}；请调大 limit 或缩短 every"
            self.desk.outcome.fault("limit", url, message)
        return self.ended(pattern, 0 if given_up else pages)

    async def one_page(self, url: str, number: int) -> tuple[Reading, int]:
        """Read a list page and take its items; and how many of them brought something.

        Only a walk that follows a whole one may send validators: else a page that was read before a walk was killed
        would hide those after it.
        """
        job = self.desk.job
        page = await self.fetcher.page(url, conditional=job.whole)
        if not page.modified:
            return Reading([]), 0
        reading = await asyncio.to_thread(self.read, page, number)
        fresh = await self.taker.take(reading.items)
        if page.validators and not job.trial and number <= 3:
            self.desk.state.pages[url] = page.validators
        return reading, fresh

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
            return self.ended(pattern)
        self.desk.outcome.fault(failure.code, url, failure.reason)
        self.desk.outcome.count("failed")
        if number == 1:
            self.desk.outcome.ok = False
        return False
