"""One page asked for and read: politely, conditionally, and with its end on record whatever it is."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawlers import charset
from crawlers.desk import Desk
from crawlers.failures import FETCH_ERRORS, Failure, by_status, explain


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as received. `url` is where it was found after redirects; `modified` is False on a 304."""

    url: str
    body: bytes
    content_type: str
    validators: dict[str, str]
    modified: bool = True

    @property
    def text(self) -> str:
        return charset.decode(self.body, self.content_type)[0]


class Fetcher:
    """Asks for pages through Scrapy's downloader, so that every rule there (robots.txt, address, pace, size)
    holds; each request ends as a line in the outcome."""

    def __init__(self, crawler: Any, desk: Desk) -> None:
        self.crawler, self.desk = crawler, desk
        self._turns: dict[str, float] = {}  # when the next request to a site may leave

    async def page(self, url: str, *, conditional: bool = False) -> Fetched:
        """Raises Failure. `conditional` sends the validators remembered for this URL."""
        headers = self._conditions(url) if conditional else {}
        await self._pace(url)
        began = time.monotonic()
        try:
            request = Request(url, headers=headers, callback=NO_CALLBACK)
            response = await self.crawler.engine.download_async(request)
        except FETCH_ERRORS as error:
            failure = explain(error)
            self._log(url, failure.reason, began)
            raise failure from error
        if failed := by_status(response.status):
            self._log(url, failed.reason, began)
            raise failed
        fetched = _fetched(response)
        self._log(url, str(response.status), began)
        if not fetched.modified:
            self.desk.outcome.count("not_modified")
        elif not fetched.body.strip():
            raise Failure("empty", "页面是空的", passing=True)
        return fetched

    async def _pace(self, url: str) -> None:
        """Keep the Crawl-delay a site asks for, beyond the source's own pace."""
        site = urlsplit(url).netloc
        wait = self.desk.robots.get(site, {}).get("delay", 0.0)
        now = time.monotonic()
        turn = max(now, self._turns.get(site, 0.0))
        self._turns[site] = turn + wait
        await asyncio.sleep(turn - now)

    def _conditions(self, url: str) -> dict[str, str]:
        known = self.desk.state.pages.get(url, {})
        names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
        return {names[kind]: value for kind, value in known.items() if kind in names}

    def _log(self, url: str, result: str, began: float) -> None:
        took = int((time.monotonic() - began) * 1000)
        self.desk.outcome.request(url, result, took)
        self.desk.say({"request": url, "result": result, "ms": took})


def _fetched(response: Response) -> Fetched:
    def header(name: str) -> str:
        return (response.headers.get(name) or b"").decode("latin-1")

    validators = {"etag": header("ETag"), "modified": header("Last-Modified")}
    return Fetched(
        response.url,
        response.body,
        header("Content-Type"),
        {kind: value for kind, value in validators.items() if value},
        modified=response.status != 304,
    )


async def in_order(*jobs: Any) -> list[Any]:
    """Run together; an exception of one is its result, so that no page stops the others."""
    return await asyncio.gather(*jobs, return_exceptions=True)
