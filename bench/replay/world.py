"""What stands around Minsheng in a replay: the web with a clock, and a mail server that keeps what it gets."""

import contextlib
import email
import email.policy
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.servers import postgresql
from bench.servers.elastic import cluster
from bench.servers.ports import free_port

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
SOURCES = ROOT / "tests" / "replay" / "sources.yaml"
DOMAIN = "replay.example"
RECIPIENT = f"press@{DOMAIN}"


@dataclass
class Site:
    """The running web; `at` moves its clock."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, now: datetime) -> None:
        address = f"{self.url}/__clock?now={quote(now.isoformat())}"
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=20) as answer:
            answer.read()

    def log(self) -> list[list[object]]:
        """Requests so far: [time, method, path, status, user agent]."""
        with urllib.request.urlopen(f"{self.url}/__log", timeout=60) as answer:
            rows: list[list[object]] = json.loads(answer.read())
            return rows


@contextlib.contextmanager
def site(now: datetime, port: int = 0) -> Iterator[Site]:
    """On a free port where none is given. Posts' ids come from their addresses, and posts of the same second stand in
    the order of their ids: two runs are the same to the last row only on one port."""
    port = port or free_port()
    command = [sys.executable, str(SHARED / "replay" / "site.py"), "--port", str(port), "--now", now.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or not process.stdout.readline().startswith("http"):
            raise RuntimeError("the replay site did not start")
        yield Site(port)
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class Mailbox:
    """Keeps every message as it arrived. `on_data(n, stage)` is told `before` and `after` the nth one is kept; one for
    which it answers True to `before` is lost, as if the line had dropped."""

    raw: list[bytes] = field(default_factory=list)
    on_data: Callable[[int, str], bool] = lambda _n, _stage: False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        number = len(self.raw) + 1
        if self.on_data(number, "before"):
            return "451 lost"
        content = envelope.content
        self.raw.append(content if isinstance(content, bytes) else (content or "").encode())
        self.on_data(number, "after")
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]

    def folded(self) -> dict[str, EmailMessage]:
        """One message a Message-ID."""
        return {str(message["Message-ID"]): message for message in self.messages()}


@contextlib.contextmanager
def mail_server(box: Mailbox) -> Iterator[int]:
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        yield int(server.port)
    finally:
        server.stop()


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Elasticsearch and PostgreSQL, and the settings that make a Minsheng use them."""
    server = postgresql.Server()
    try:
        with cluster(heap="1g") as nodes:
            state = postgresql.new_database(server.url())
            yield {"MINSHENG_ARCHIVE": nodes.url("replay"), "MINSHENG_DATABASE": state}
    finally:
        server.close()


def environment(var: Path, site_port: int, smtp_port: int) -> dict[str, str]:
    """The environment of a Minsheng that lives in `var` and knows only this world."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
    return ours | {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "MINSHENG_VAR": str(var),
        "MINSHENG_SMTP": f"smtp://127.0.0.1:{smtp_port}",
        "MINSHENG_SENDER": f"minsheng@{DOMAIN}",
        "MINSHENG_MAIL_DOMAINS": DOMAIN,
        "MINSHENG_ALLOW_INTERNAL": f"127.0.0.1:{site_port}",
        "MINSHENG_OFFICE": "回放",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }
