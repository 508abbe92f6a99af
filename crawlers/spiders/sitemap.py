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


class SitemapWalk(Walk):
    name = "sitemap"

    def read(self, page: Fetched, number: int) -> Reading:
        root = _root(page)
        items = []
        for entry in root.iterfind("{*}url"):
            values = {"title": _text(entry, "title"), "published": _text(entry, "publication_date", "lastmod")}
            url = absolute(page.url, _text(entry, "loc"))
            if url and fnmatchcase(url, self.declaration.match or "*"):
                items.append(Item(url, {name: value for name, value in values.items() if value}))
        if not items and root.find("{*}url") is not None:
            raise Failure("selector", f"match {self.declaration.match!r} 在站点地图里没有匹配")
        return Reading(sorted(items, key=lambda item: item.get("published"), reverse=True))

    async def one_page(self, url: str, number: int) -> tuple[Reading, bool]:
        """An index stands for the maps it names, the newest first, within the source's limit."""
        page = await self.fetcher.page(url, conditional=self.desk.job.whole)
        if not page.modified:
            return Reading([]), True
        root = await asyncio.to_thread(_root, page)
        maps = sorted(root.iterfind("{*}sitemap"), key=lambda entry: _text(entry, "lastmod"), reverse=True)
        if not maps:
            reading = await asyncio.to_thread(self.read, page, number)
            await self.taker.take(reading.items)
        for entry in maps[: self.bound]:
            await self._one_map(absolute(page.url, _text(entry, "loc")))
        if page.validators and not self.desk.job.trial:
            self.desk.state.pages[url] = page.validators
        return Reading([]), True

    async def _one_map(self, url: str) -> None:
        page = await self.fetcher.page(url, conditional=self.desk.job.whole)
        if page.modified:
            reading = await asyncio.to_thread(self.read, page, 1)
            await self.taker.take(reading.items)
            if page.validators and not self.desk.job.trial:
                self.desk.state.pages[url] = page.validators


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
