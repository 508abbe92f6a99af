"""The pages of the demo city's web at a given time: what was not yet published is not yet visible.

/robots.txt                        forbids /neibu/
/zwgk/zcwj/index.html index_1.html list pages of the government's site (zcwj, zcjd, tzgg); /zwgk/zcwj/301.html
/news/feed.xml /news/301.html      the news site: RSS, and articles in GBK as such sites often are
/liuyan/api/list.json?page=N       the message board, newest activity first; /liuyan/20001.html
POST /__clock?now=T                sets the clock
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from console.demo.story import COLUMNS, Article, City, Message

LIST_SIZE, BOARD_SIZE, FEED_SIZE = 10, 20, 60


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200


NOT_FOUND = Answer("<h1>页面不存在</h1>".encode(), status=404)


@dataclass
class Web:
    """The pages as they are at `now`; `requests` notes (method, path, status) of everything asked."""

    city: City
    now: datetime
    requests: list[tuple[str, str, int]] = field(default_factory=list)

    def answer(self, path: str, page: int, host: str) -> Answer:
        for pattern, show in self._routes():
            if found := re.fullmatch(pattern, path):
                return show(found, page, host)
        return NOT_FOUND

    def _routes(self) -> list[tuple[str, Callable[[re.Match[str], int, str], Answer]]]:
        return [
            (r"/", lambda *_: _html("清江市", _HOME)),
            (r"/robots\.txt", lambda *_: Answer(b"User-agent: *\nDisallow: /neibu/\n", "text/plain")),
            (r"/neibu/.*", lambda *_: _html("内部", "<p>robots.txt 不允许采集此页</p>")),
            (r"/zwgk/(\w+)/index(?:_(\d+))?\.html", lambda found, *_: self._listing(found[1], int(found[2] or 0))),
            (r"/(?:zwgk/)?(zcwj|zcjd|tzgg|news)/(\d+)\.html", lambda found, *_: self._article(found[1], int(found[2]))),
            (r"/news/feed\.xml", lambda _found, _page, host: self._feed(host)),
            (r"/liuyan/api/list\.json", lambda _found, page, _host: self._board(page)),
            (r"/liuyan/(\d+)\.html", lambda found, *_: self._message(int(found[1]))),
        ]

    def _published(self, *columns: str) -> list[Article]:
        """Newest first."""
        seen = [each for each in self.city.articles if each.column in columns and each.at <= self.now]
        return sorted(seen, key=lambda each: each.at, reverse=True)

    def _listing(self, column: str, number: int) -> Answer:
        seen = self._published(column)
        part = seen[number * LIST_SIZE : (number + 1) * LIST_SIZE]
        if column not in COLUMNS or (number and not part):
            return NOT_FOUND
        items = "".join(
            f'<li><a href="/zwgk/{column}/{each.id}.html">{html.escape(each.title)}</a>'
            f"<span>{each.at:%Y-%m-%d}</span></li>"
            for each in part
        )
        more = f'<a class="next" href="index_{number + 1}.html">下一页</a>' if seen[(number + 1) * LIST_SIZE :] else ""
        return _html(COLUMNS[column], f'<h1>{COLUMNS[column]}</h1><ul class="list">{items}</ul>{more}')

    def _article(self, column: str, number: int) -> Answer:
        for each in self._published(column):
            if each.id == number:
                return _news_page(each) if column == "news" else _government_page(each)
        return NOT_FOUND

    def _feed(self, host: str) -> Answer:
        items = "".join(
            f"<item><title>{html.escape(each.title)}</title><link>http://{host}/news/{each.id}.html</link>"
            f"<pubDate>{format_datetime(each.at)}</pubDate><source>{html.escape(each.origin)}</source></item>"
            for each in self._published("news")[:FEED_SIZE]
        )
        feed = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>清江新闻网</title>'
            f"<link>http://{host}/news/</link><description>本市新闻</description>{items}</channel></rss>"
        )
        return Answer(feed.encode(), "application/rss+xml")

    def _visible(self) -> list[Message]:
        """Newest activity, a message or its answer, first."""
        seen = [each for each in self.city.messages if each.at <= self.now]
        return sorted(seen, key=lambda each: (self._answered(each) or each.at, each.id), reverse=True)

    def _answered(self, message: Message) -> datetime | None:
        return message.replied_at if message.replied_at and message.replied_at <= self.now else None

    def _board(self, page: int) -> Answer:
        seen = self._visible()
        rows = [self._row(each) for each in seen[(page - 1) * BOARD_SIZE : page * BOARD_SIZE]]
        text = json.dumps({"total": len(seen), "page": page, "data": rows}, ensure_ascii=False)
        return Answer(text.encode(), "application/json; charset=utf-8")

    def _row(self, message: Message) -> dict[str, Any]:
        at = self._answered(message)
        return {
            "id": message.id,
            "url": f"/liuyan/{message.id}.html",
            "user": message.account,
            "title": message.title,
            "content": message.text,
            "created": message.at.isoformat(),
            "reply": {"content": message.reply, "created": at.isoformat()} if at else None,
        }

    def _message(self, number: int) -> Answer:
        for each in self._visible():
            if each.id == number:
                at = self._answered(each)
                reply = f"<h2>官方答复</h2><p>{at:%Y-%m-%d %H:%M}</p><p>{html.escape(each.reply)}</p>" if at else ""
                by = f"<p>{html.escape(each.account)} {each.at:%Y-%m-%d %H:%M}</p>"
                body = f"<h1>{html.escape(each.title)}</h1>{by}<div>{html.escape(each.text)}</div>"
                return _html(each.title, body + (reply or "<p>尚未答复</p>"))
        return NOT_FOUND


_HOME = (
    '<p><a href="/zwgk/zcwj/index.html">政府信息公开</a> <a href="/news/feed.xml">清江新闻网</a> '
    '<a href="/neibu/">内部</a></p>'
)


def _page(title: str, body: str, head: str = "", charset: str = "utf-8") -> bytes:
    text = (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="{charset}"><title>{html.escape(title)}</title>{head}'
        f"</head><body>{body}</body></html>"
    )
    return text.encode(charset, "xmlcharrefreplace")


def _html(title: str, body: str) -> Answer:
    return Answer(_page(title, body))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))


def _government_page(article: Article) -> Answer:
    column = COLUMNS[article.column]
    tags = {
        "SiteName": "清江市人民政府",
        "SiteDomain": "www.qingjiang.example",
        "SiteIDCode": "5100000000",
        "ColumnName": column,
        "ColumnType": column,
        "ArticleTitle": article.title,
        "PubDate": f"{article.at:%Y-%m-%d %H:%M}",
        "ContentSource": article.origin,
    }
    head = "".join(f'<meta name="{name}" content="{html.escape(value)}">' for name, value in tags.items())
    number = f"<p>{html.escape(article.number)}</p>" if article.number else ""
    body = (
        f'<div class="nav">首页 &gt; 政府信息公开 &gt; {column}</div><h1>{html.escape(article.title)}</h1>'
        f"<p>发布时间：{article.at:%Y-%m-%d %H:%M} 来源：{html.escape(article.origin)}</p>"
        f'<div id="zoom">{number}{_paragraphs(article.text)}</div>'
        '<div class="foot">主办单位：清江市人民政府办公室</div>'
    )
    return Answer(_page(article.title, body, head))


def _news_page(article: Article) -> Answer:
    body = (
        f"<h1>{html.escape(article.title)}</h1>"
        f'<p class="info">{article.at:%Y-%m-%d %H:%M} 来源：{html.escape(article.origin)}</p>'
        f'<div class="TRS_Editor">{_paragraphs(article.text)}</div><p>责任编辑：本网</p>'
    )
    return Answer(_page(f"{article.title}_清江新闻网", body, charset="gbk"), "text/html; charset=gbk")
