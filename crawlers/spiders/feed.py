"""kind: feed: RSS and Atom."""

import calendar
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from crawlers.failures import Failure
from crawlers.fetch import Fetched
from crawlers.item import Item
from crawlers.selectors import html_text
from crawlers.spiders.markup import absolute
from crawlers.spiders.walk import Reading, Walk
from crawlers.when import UNKNOWN, in_future, read_time

_ENTITY = re.compile(rb"<!ENTITY", re.I)
_HTML = re.compile(rb"^\s*(?:<!doctype\s+html|<html)", re.I)

# An entry that begins and never ends: its address and its text may be cut anywhere.
_CUT = re.compile(rb"<(item|entry)\b(?!.*</\1\s*>)", re.I | re.S)
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


class FeedWalk(Walk):
    name = "feed"

    def read(self, page: Fetched, number: int) -> Reading:
        refuse_entities(page.body)
        headers = {"content-type": page.content_type, "content-location": page.url}
        # Bytes, so that feedparser finds the charset itself; never a URL: it would fetch it.
        feed = feedparser.parse(page.body, response_headers=headers, sanitize_html=False)
        if not feed.version and not feed.entries:
            what = "返回的是网页" if _HTML.match(page.body[:2048]) else "内容读不懂"
            raise Failure("feed", f"这不是 RSS 或 Atom：{what}。请核对订阅源地址，或改用 kind: list")
        entries = feed.entries
        if feed.bozo and not isinstance(feed.bozo_exception, _HARMLESS):
            entries = entries[:-1] if _CUT.search(page.body) else entries
            what = f"订阅源的 XML 不完整或有误，读出了 {len(entries)} 条"
            if not entries:
                raise Failure("feed", what, passing=True)
            self.desk.outcome.fault("feed", page.url, what)
            page.validators.clear()  # to be read in full again, and not answered with "not modified"
        return Reading([_item(entry, page.url, self.desk.job.now) for entry in entries])


def refuse_entities(body: bytes) -> None:
    """An XML document has no need of entities of its own; those that have them unfold into gigabytes."""
    if _ENTITY.search(body[:65536]):
        raise Failure("entities", "XML 里有自定义实体，可能是实体炸弹，已拒绝")


def published(entry: Any, now: datetime) -> str:
    """The entry's time as it was written: feedparser takes what has no offset for UTC and 2024/5/1 for November, and
    its tuple no longer tells a day from a midnight. The tuple stands only for what we cannot read."""
    for name in ("published", "updated"):
        written, parsed = str(entry.get(name) or ""), entry.get(f"{name}_parsed")
        if read_time(written, now) != UNKNOWN or in_future(written, now):
            return written
        if parsed:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    return ""


def _item(entry: Any, base: str, now: datetime) -> Item:
    content = entry.content[0].value if entry.get("content") else entry.get("summary", "")
    values = {
        "id": entry.get("id", ""),
        "title": html_text(entry.get("title", "")).replace("\n", " "),
        "text": html_text(content),
        "published": published(entry, now),
        "publisher": entry.get("source", {}).get("title", ""),
    }
    return Item(absolute(base, entry.get("link", "")), {name: value for name, value in values.items() if value})
