"""robots.txt, obeyed, and the check recorded: when it was read, what it answered, what it kept us from."""

from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawlers.address_book import RefusedRequest
from crawlers.failures import explain

MOST_REFUSED = 20
MOST_DELAY = 10.0  # of a Crawl-delay, seconds: some ask for minutes, and mean never


class RecordedRobots(RobotsTxtMiddleware):
    """As Scrapy's, with a record a site. A robots.txt that cannot be read (no answer, 5xx) keeps us out for
    this time (RFC 9309, 2.3.1.4), and so does a site that says "too many requests" (429); one that is not there
    (4xx) keeps us from nothing."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.record: dict[str, Any] = crawler.desk.robots
        self.now: str = crawler.desk.job.now.isoformat()
        self.unread: dict[str, str] = {}  # why, by site

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        unread = response.status >= 500 or response.status == 429
        if unread:
            self.unread[netloc] = f"状态 {response.status}"
        answer = "已读取" if response.status == 200 else "读取失败，本次不采集" if unread else "没有，不限制"
        self.record[netloc] = {"at": self.now, "status": response.status, "answer": answer, "refused": []}
        body = response if response.status == 200 else response.replace(body=b"")
        await super()._parse_robots(body, netloc, request)
        parser = self._parsers[netloc]
        wait = parser.crawl_delay(self._default_useragent) if isinstance(parser, RobotParser) else None
        if wait:
            self.record[netloc]["delay"] = min(wait, MOST_DELAY)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        reason = self.unread[netloc] = explain(exc).reason
        self.record[netloc] = {
            "at": self.now,
            "status": None,
            "answer": f"读取失败，本次不采集：{reason}",
            "refused": [],
        }
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        netloc = urlparse_cached(request).netloc
        if netloc in self.unread:
            why = self.unread[netloc]
            raise RefusedRequest("robots_unread", f"robots.txt 读取失败（{why}），按规矩本次不采集该网站")
        if rp is not None and not rp.allowed(request.url, self._default_useragent):
            refused: list[str] = self.record[netloc]["refused"]
            if len(refused) < MOST_REFUSED:
                refused.append(request.url)
            raise RefusedRequest("robots", "robots.txt 不允许采集此页")
