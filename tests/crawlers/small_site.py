"""A small web of an invented city (清江市) on loopback, to crawl for real: pages, robots.txt, ETags, a log, traps."""

import gzip
import hashlib
import html
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Trap = Callable[["Handler"], None]


@dataclass
class Page:
    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    status: int
    headers: dict[str, str]


class Site:
    """`pages` by path with query; `log` of what was asked. A page is bytes, text, JSON data, Page or a trap."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {"/robots.txt": Page(b"User-agent: *\nDisallow: /private/\n", "text/plain")}
        self.log: list[Asked] = []
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log if asked.path != "/robots.txt"]

    def listing(self, path: str, links: list[tuple[str, str, str]], following: str = "") -> None:
        items = "".join(
            f'<li><a href="{url}" title="{html.escape(title)}">{title[:6]}…</a><span>{at}</span></li>'
            for url, title, at in links
        )
        older = f'<a class="next" href="{following}">下一页</a>' if following else ""
        self.pages[path] = f"<html><body><ul class='list'>{items}</ul>{older}</body></html>"

    def article(self, path: str, title: str, text: str, at: str = "2024-03-01 09:30", **metas: str) -> None:
        named = {"ArticleTitle": title, "PubDate": at, "ContentSource": "清江市人民政府办公室", **metas}
        head = "".join(f'<meta name="{name}" content="{html.escape(value)}">' for name, value in named.items())
        self.pages[path] = (
            f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>"
            f"<div id='zoom'>{''.join(f'<p>{line}</p>' for line in text.splitlines())}</div></body></html>"
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        page = self.site.pages.get(self.path)
        if callable(page):
            self.site.log.append(Asked(self.path, 200, dict(self.headers)))
            page(self)
            return
        self.answer(as_page(page))

    def answer(self, page: Page) -> None:
        tag = '"' + hashlib.sha256(page.body).hexdigest()[:16] + '"'
        status, body = page.status, page.body
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.site.log.append(Asked(self.path, status, dict(self.headers)))
        self.send_response(status)
        headers = {"Content-Type": page.kind, "Content-Length": str(len(body)), **page.headers}
        if page.status == 200:
            headers["ETag"] = tag
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def as_page(page: Any) -> Page:
    if page is None:
        return Page("页面不存在".encode(), status=404)
    if isinstance(page, Page):
        return page
    if isinstance(page, str):
        return Page(page.encode())
    if isinstance(page, bytes):
        return Page(page)
    return Page(json.dumps(page, ensure_ascii=False).encode(), "application/json")


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def _stream(piece: bytes, times: int, pause: float) -> Trap:
    def trap(handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        try:
            for _ in range(times):
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    return trap


def _reset(handler: Handler) -> None:
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>")
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def traps(site: Site, internal: str) -> dict[str, Any]:
    """Pages that misbehave, by name; `internal` is an address that must never be asked."""
    text = "<h1>停水通知</h1><div id='zoom'><p>清江市因管网检修，明日八时起停水。</p></div>"
    laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    return {
        "error500": Page(b"oops", status=500),
        "loop": Page(b"", status=302, headers={"Location": "/trap/loop"}),
        "inward": Page(b"", status=302, headers={"Location": internal}),
        "private": Page(b"", status=302, headers={"Location": "/private/secret.html"}),
        "slow": _stream(b"x", 600, 1.0),
        "endless": _stream(b"x" * 262_144, 8192, 0.0),
        "bomb": Page(gzip.compress(b"<p>" + b"0" * 60_000_000), headers={"Content-Encoding": "gzip"}),
        "notgzip": Page(b"<p>plain</p>", headers={"Content-Encoding": "gzip"}),
        "empty": Page(b""),
        "binary": Page(bytes(range(256)) * 16),
        "json": Page(b'{"data": [{"id": 1, "title": ', "application/json"),
        "laughs": Page((laughs + "]><rss><channel><title>&j;</title></channel></rss>").encode(), "application/rss+xml"),
        "reset": _reset,
        "gbk": Page(text.encode("gb18030"), "text/html; charset=utf-8"),
        "utf8": Page(text.encode(), "text/html; charset=gbk"),
        "future": Page(f'<meta name="PubDate" content="2099-01-01 00:00">{text}'.encode()),
        "script": Page(
            b"<h1>&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}</h1><div id='zoom'><p>=cmd|calc</p></div>"
        ),
        "deep": Page(("<div>" * 60_000 + text + "</div>" * 60_000).encode()),
    }
