"""minsheng up, for real: a small site, a real SMTP server, and nobody who helps. A post of an immediate watchlist
becomes a mail with a plan by the scheduler's doing alone, also where a child is killed on the way."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.post import CHINA
from bench.servers.ports import free_port
from tests.alerts.mailbox import PASSWORD, USER, Mailbox, Server
from tests.console.test_supervise import alive, until
from tests.crawlers.small_site import Site, serving

ROOT = Path(__file__).parent.parent.parent
TITLE = "清江市东城区全城停水两天"
SOURCE = """
- id: east
  name: 清江东城
  kind: list
  url: http://{address}/east/
  item: li
  fields: {{url: a@href, title: a@title, published: span}}
  post_kind: news
  delay: 0
"""
WATCHLIST = """
- name: 停水
  purpose: 掌握群众对停水的反映
  query: 停水
  immediate: true
  approved_by: [周, 吴]
"""
SETTING_UP = """
from alerts.models import Recipient
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("sources", "import", "{folder}/sources.yaml")
call_command("watch", "import", "{folder}/watchlists.yaml")
Recipient.objects.create(name="值班室", email="duty@qingjiang.example", digest=False)
"""


class Installation:
    """One of its own in `var`; what is set there and nothing else."""

    def __init__(self, var: Path, state: str, site: Site, smtp: int) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
        self.environment = clean | {
            "MINSHENG_VAR": str(var),
            "MINSHENG_DATABASE": state,
            "MINSHENG_SMTP": f"smtp://{USER}@127.0.0.1:{smtp}",
            "MINSHENG_SMTP_PASSWORD": PASSWORD,
            "MINSHENG_SENDER": "press@qingjiang.example",
            "MINSHENG_MAIL_DOMAINS": "qingjiang.example",
            "MINSHENG_ALLOW_INTERNAL": site.address,
        }

    def run(self, *words: str) -> str:
        command = [sys.executable, "-m", "console", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    @contextmanager
    def up(self, port: int) -> Iterator["subprocess.Popen[bytes]"]:
        command = [sys.executable, "-m", "console", "up", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            yield process
        finally:
            process.kill()  # only where the test has failed: its children end with it
            process.wait()


def family(pid: int) -> dict[int, str]:
    """The process and all below it, by pid: its command line."""
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            words = Path(f"/proc/{one}/cmdline").read_bytes().decode(errors="replace").split("\0")
            children = Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[one] = " ".join(words)
        waiting += map(int, children)
    return found


def child(pid: int, words: str) -> int | None:
    return next((one for one, command in family(pid).items() if words in command and one != pid), None)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as answer:
            return bool(answer.status == 200 and "民声" in answer.read().decode())
    except OSError:
        return False


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        at = f"{datetime.now(CHINA) - timedelta(hours=2):%Y-%m-%d %H:%M}"
        one.article("/east/1.html", TITLE, "因主管道爆裂，东城区自今晨起停水，预计两天。", at)
        one.listing("/east/", [("/east/1.html", TITLE, at[:10])])
        yield one


@pytest.mark.slow
@pytest.mark.state
@pytest.mark.skipif(sys.platform != "linux", reason="SKIPPED: reads /proc to see which processes are left")
def test_everything_happens_by_itself_and_ends_together(site: Site, tmp_path: Path, state_url: str) -> None:
    mailbox, port = Mailbox(), free_port()
    with Server(mailbox, auth=True) as smtp:
        minsheng = Installation(tmp_path / "var", state_url, site, smtp)
        (tmp_path / "sources.yaml").write_text(SOURCE.format(address=site.address), encoding="utf-8")
        (tmp_path / "watchlists.yaml").write_text(WATCHLIST, encoding="utf-8")
        minsheng.run("shell", "-c", SETTING_UP.format(folder=tmp_path))
        with minsheng.up(port) as up:
            assert until(lambda: answers(port), 30)
            assert until(lambda: len(site.paths()) >= 2, 30), "the scheduler crawled"
            first = child(up.pid, "schedule --only crawl --only work")
            assert first is not None
            os.kill(first, signal.SIGKILL)
            assert until(lambda: child(up.pid, "schedule --only crawl --only work") not in (None, first), 30), (
                "started again"
            )
            assert until(lambda: len(mailbox.mails) > 0, 60), "crawl, round and delivery by the scheduler itself"
            everyone = family(up.pid)
            assert len(everyone) >= 4
            up.terminate()
            assert up.wait(25) == 0
            assert not [command for pid, command in everyone.items() if alive(pid)], "nothing is left running"
    (mail,) = mailbox.mails
    assert mail["To"] == "duty@qingjiang.example"
    body = mail.get_body(("plain",))
    assert body is not None and "停水" in body.get_content() and "【待填】" in body.get_content()
    (told,) = map(json.loads, minsheng.run("incident", "list", "--json").splitlines())
    assert "停水" in told["title"]


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("up", "serve"):
            words = [sys.executable, "-m", "console", command, "--port", str(port)]
            environment = {**os.environ, "MINSHENG_VAR": str(tmp_path)}
            done = subprocess.run(
                words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 1
            assert f"minsheng: 网页不能开在 127.0.0.1:{port}：端口已被占用；可用 --port 换一个端口" in done.stderr
