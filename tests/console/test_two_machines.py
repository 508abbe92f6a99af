"""Two machines on one real PostgreSQL, one of which is killed. Another machine is a process with another host name:
whether its processes live cannot be seen from here."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from console.holding import SECONDS
from tests.alerts.mailbox import Mailbox, Server
from tests.console.test_supervise import until
from tests.crawlers.small_site import Site, serving

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "import socket, sys; socket.gethostname = lambda: {name!r}; from console.cli import main; main()"
MAIL = """
import django; django.setup()
from django.utils import timezone
from alerts.letters import put
from alerts.mail.letter import Letter
from alerts.models import Delivery
put(Delivery.Kind.ALERT, "2026-1101-01:1", "a@example.gov.cn", Letter("预警", "正文", "<p>正文</p>"), timezone.now())
"""
CONNECTED = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'minsheng'"
SOURCE = """
- {{id: east, name: 清江东城, kind: list, url: 'http://{address}/east/', item: li, delay: 0,
   fields: {{url: a@href, title: a@title, published: span}}}}
"""


class Machine:
    """A Minsheng with a folder and a host name of its own; the state database is shared."""

    def __init__(self, name: str, folder: Path, state: str, **more: str) -> None:
        self.name, self.state = name, state
        clean = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
        self.environment = clean | {
            "MINSHENG_VAR": str(folder / name),
            "MINSHENG_ARCHIVE": f"sqlite:///{folder / 'archive.sqlite3'}",
            "MINSHENG_DATABASE": state,
            "DJANGO_SETTINGS_MODULE": "console.settings",
            **more,
        }

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(name=self.name), *words],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        out, errors = process.communicate(timeout=120)
        return process.returncode, out + errors

    @contextmanager
    def running(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        process = self.start(*words)
        try:
            yield process
        finally:
            process.terminate()  # a web server that is killed leaves its workers with our pipes
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def asked(state: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(state, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def leader(state: str) -> set[str]:
    """The machines that hold a lease of the scheduler's which has not run out."""
    rows = asked(state, "SELECT holder FROM monitor_lease WHERE name LIKE 'scheduler:%' AND expires_at > now()")
    return {holder.split(":")[0] for (holder,) in rows}


@pytest.mark.slow
def test_a_scheduler_whose_machine_is_killed_is_followed_by_another_within_a_minute(
    postgresql_url: str, tmp_path: Path
) -> None:
    mailbox = Mailbox()
    with Server(mailbox) as smtp:
        mail = {
            "MINSHENG_SMTP": f"smtp://127.0.0.1:{smtp}",
            "MINSHENG_SENDER": "m@example.gov.cn",
            "MINSHENG_MAIL_DOMAINS": "example.gov.cn",
        }
        first, second = (Machine(name, tmp_path, postgresql_url, **mail) for name in ("first", "second"))
        assert first.run("migrate")[0] == 0
        with first.running("schedule") as killed:
            assert until(lambda: leader(postgresql_url) == {"first"}, 30)
            connected = len(asked(postgresql_url, CONNECTED))
            with second.running("schedule"):
                assert until(lambda: len(asked(postgresql_url, CONNECTED)) > connected, 30)
                killed.send_signal(signal.SIGKILL)
                at = time.monotonic()
                subprocess.run([sys.executable, "-c", MAIL], cwd=ROOT, env=first.environment, check=True)
                time.sleep(5)
                assert mailbox.mails == [] and leader(postgresql_url) == {"first"}, "it may only be slow"
                assert until(lambda: leader(postgresql_url) == {"second"}, 60), "both kinds of work"
                assert time.monotonic() - at < 60
                assert until(lambda: len(mailbox.mails) == 1, 15), "what fell due meanwhile is done at once"


@pytest.fixture
def site() -> Iterator[Site]:
    """Its list is never answered the first time."""
    with serving() as one:
        one.article("/east/1.html", "清江停水", "停水一天。")

        def trap(_handler: object) -> None:
            one.listing("/east/", [("/east/1.html", "停水", "2024-03-01")])
            time.sleep(20)

        one.pages["/east/"] = trap
        yield one


@pytest.mark.slow
def test_the_source_of_a_crawl_that_was_killed_is_free_for_another_machine_after_a_minute(
    postgresql_url: str, tmp_path: Path, site: Site
) -> None:
    first, second = (
        Machine(name, tmp_path, postgresql_url, MINSHENG_ALLOW_INTERNAL=site.address) for name in ("first", "second")
    )
    (tmp_path / "sources.yaml").write_text(SOURCE.format(address=site.address), encoding="utf-8")
    assert first.run("sources", "import", str(tmp_path / "sources.yaml"))[0] == 0
    with first.running("crawl", "east") as killed:
        assert until(lambda: "/east/" in site.paths(), 30)
        code, told = second.run("crawl", "east")
        assert code == 1 and "另一个进程正在采集这个信源" in told, "while it runs"
        killed.send_signal(signal.SIGKILL)
        at = time.monotonic()
    code, told = second.run("crawl", "east")
    assert code == 1 and "另一个进程正在采集这个信源" in told, "for all that is known elsewhere it still runs"
    gone = "SELECT 1 FROM monitor_lease WHERE name = 'crawl:east' AND expires_at <= now()"
    assert until(lambda: bool(asked(postgresql_url, gone)), SECONDS)
    assert time.monotonic() - at <= SECONDS
    code, told = second.run("crawl", "east")
    assert code == 0 and "新 1" in told
    (row,) = asked(postgresql_url, "SELECT whole, failures FROM monitor_source")
    assert row == (True, 0), "the machine that was refused has not spoilt the source's health"


def test_on_one_machine_nobody_waits_for_a_crawl_that_was_killed(
    postgresql_url: str, tmp_path: Path, site: Site
) -> None:
    machine = Machine("one", tmp_path, postgresql_url, MINSHENG_ALLOW_INTERNAL=site.address)
    (tmp_path / "sources.yaml").write_text(SOURCE.format(address=site.address), encoding="utf-8")
    assert machine.run("sources", "import", str(tmp_path / "sources.yaml"))[0] == 0
    with machine.running("crawl", "east") as killed:
        assert until(lambda: "/east/" in site.paths(), 30)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        code, told = machine.run("crawl", "east")
    assert code == 0 and "新 1" in told


def test_the_first_commands_of_all_machines_make_the_tables_once(postgresql_url: str, tmp_path: Path) -> None:
    machines = [Machine(f"m{n}", tmp_path, postgresql_url) for n in range(4)]
    running = [machine.start("user", "list") for machine in machines]
    told = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, told
