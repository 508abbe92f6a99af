"""kind: sitemap: sitemap.xml and indexes of them; `match` picks the addresses that are articles."""

import asyncio
from fnmatch import fnmatchcase

from lxml import etree

from crawlers.failures import Failure
from crawlers.fetch import Fetched
from crawlers.item import Item
from crawlers.spiders.feed import refuse_entities
from crawlers.spiders.markup import absolute
from crawlers.spiders.walk import Reading, Walk

MOST_DEPTH = 3  # of indexes in indexes; the protocol has one
MOST_INDEXES = 50  # in one walk


class SitemapWalk(Walk):
    """An index stands for the maps it names, the newest first, up to `limit` of them in one walk; an index in it for
    its own. What is left out for that, and a map that cannot be read, is a fault; the other maps are read."""

    name = "sitemap"
    named = matched = maps = unchanged = left_out = indexes = 0  # addresses; maps read; what was not

    def read(self, page: Fetched, number: int) -> Reading:
        return self.articles(page, _root(page))

    def articles(self, page: Fetched, root: etree._Element) -> Reading:
        items = []
        for entry in root.iterfind("{*}url"):
            self.named += 1
            values = {"title": _text(entry, "title"), "published": _text(entry, "publication_date", "lastmod")}
            url = absolute(page.url, _text(entry, "loc"))
            if url and fnmatchcase(url, self.declaration.match or "*"):
                items.append(Item(url, {name: value for name, value in values.items() if value}))
        self.matched += len(items)
        return Reading(sorted(items, key=lambda item: item.get("published"), reverse=True))

    async def one_page(self, url: str, number: int) -> tuple[Reading, int]:
        self.named = self.matched = self.maps = self.unchanged = self.left_out = self.indexes = 0
        self.asked: set[str] = set()
        await self._map(url, 1)
        if self.left_out and not self.desk.job.trial:
            message = (
                f"站点地图索引里还有 {self.left_out} 份没有读（一次最多 {self.bound} 份，先读最新的）；请调大 limit"
            )
            self.desk.outcome.fault("limit", url, message)
        if self.named and not self.matched and not self.unchanged:
            raise Failure("selector", f"match {self.declaration.match!r} 在站点地图里没有匹配")
        return Reading([]), 0

    async def _map(self, url: str, depth: int) -> None:
        """Read a map, or an index and what it names. Raises Failure."""
        self.asked.add(url)
        page = await self.fetcher.page(url, conditional=self.desk.job.whole)
        if not page.modified:
            self.maps, self.unchanged = self.maps + 1, self.unchanged + 1
            return
        root = await asyncio.to_thread(_root, page)
        entries = sorted(root.iterfind("{*}sitemap"), key=lambda entry: _text(entry, "lastmod"), reverse=True)
        if entries:
            # An index that does not say when its maps changed stays the same while they change: it is read each time.
            dated = all(_text(entry, "lastmod") for entry in entries)
            complete = await self._index(page, entries, depth)
        else:
            self.maps += 1
            reading = await asyncio.to_thread(self.articles, page, root)
            await self.taker.take(reading.items)
            dated = complete = True
        if page.validators and dated and complete and not self.desk.job.trial:
            self.desk.state.pages[url] = page.validators

    async def _index(self, page: Fetched, entries: list[etree._Element], depth: int) -> bool:
        """The maps an index names, within the bounds. Whether all of them were read. Raises Failure where none was."""
        self.indexes += 1
        if depth > MOST_DEPTH or self.indexes > MOST_INDEXES:
            what = f"嵌套超过 {MOST_DEPTH} 层" if depth > MOST_DEPTH else f"超过 {MOST_INDEXES} 份"
            self.desk.outcome.fault("limit", page.url, f"站点地图的索引{what}，没有再往下读")
            return False
        urls = dict.fromkeys(absolute(page.url, _text(entry, "loc")) for entry in entries)
        wanted = [url for url in urls if url and url not in self.asked]
        read, failures = 0, list[Failure]()
        for at, url in enumerate(wanted):
            if self.maps >= self.bound or self.taker.out_of_time(url):
                self.left_out += len(wanted) - at
                self.taker.cut_short = self.taker.cut_short or self.maps < self.bound
                break
            try:
                await self._map(url, depth + 1)
                read += 1
            except Failure as failure:
                failures.append(failure)
                self._failed(url, failure)
        if failures and not read:
            raise failures[0]
        return read == len(wanted)

    def _failed(self, url: str, failure: Failure) -> None:
        """A map that is gone is no reason to read all the others again in every crawl; one in trouble is."""
        self.desk.outcome.fault(failure.code, url, failure.reason)
        self.desk.outcome.count("failed")
        if failure.status not in {404, 410}:
            self.taker.cut_short = True


def _root(page: Fetched) -> etree._Element:
    refuse_entities(page.body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(page.body, parser)
    except etree.XMLSyntaxError as error:
        raise Failure("sitemap", "这不是站点地图（sitemap.xml）") from error
    if root is None or etree.QName(root).localname not in {"urlset", "sitemapindex"}:
        raise Failure("sitemap", "这不是站点地图（sitemap.xml）")
    return root


def _text(entry: etree._Element, *names: str) -> str:
    for name in names:
        found = entry.find(f".//{{*}}{name}")
        if found is not None and (found.text or "").strip():
            return str(found.text).strip()
    return ""
