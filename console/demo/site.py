"""The demo city's web served on loopback, with a clock that POST /__clock?now=T sets. The pages: web.py."""

import hashlib
import html
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from console.demo.story import City
from console.demo.web import NOT_FOUND, Answer, Web

PORT = 18970


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are noted in Web.requests, not on the terminal."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        page = parse_qs(parts.query).get("page", ["1"])[0]
        host = self.headers.get("Host") or "127.0.0.1"
        self._send(self.web.answer(parts.path, max(1, int(page)) if page.isdecimal() else 1, html.escape(host)))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        try:
            now = datetime.fromisoformat(parse_qs(parts.query).get("now", [""])[0])
        except ValueError:
            self._send(Answer(b"now=T", "text/plain", 400))
            return
        if parts.path != "/__clock" or now.tzinfo is None:
            self._send(NOT_FOUND)
            return
        self.web.now = now
        self._send(Answer(now.isoformat().encode(), "text/plain"))

    def _send(self, answer: Answer) -> None:
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        same = answer.status == 200 and self.headers.get("If-None-Match") == tag
        status, body = (304, b"") if same else (answer.status, answer.body)
        self.web.requests.append((self.command, self.path, status))
        self.send_response(status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        if answer.status == 200:
            self.send_header("ETag", tag)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _listen(handler: type[_Handler]) -> ThreadingHTTPServer:
    """On PORT if it is free: posts are named by their addresses, so that two demos then tell the same story."""
    try:
        return ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


class Site:
    """The web served on 127.0.0.1 while the context lasts; `address` is host:port."""

    def __init__(self, city: City, now: datetime) -> None:
        self.web = Web(city, now)
        self._server = _listen(type("Handler", (_Handler,), {"web": self.web}))
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, name="demo-site", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
