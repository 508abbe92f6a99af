"""SIGKILL a real `minsheng deliver` around the answer to DATA and go on: each mail once by Message-ID, none lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.alerts.mailbox import Mailbox, Server

ROOT = Path(__file__).parent.parent.parent
NOW = "2019-08-02T08:20:00+08:00"
MAILS = 4
FILL = f"""
import django; django.setup()
from datetime import datetime
from alerts.letters import put
from alerts.mail.letter import Letter
from alerts.models import Delivery
for n in range({MAILS}):
    put(Delivery.Kind.ALERT, f"2019-0802-{{n:02d}}:1", "a@example.gov.cn", Letter("预警", "正文", "<p>正文</p>"),
        datetime.fromisoformat("{NOW}"))
"""
STATUSES = """
import django; django.setup()
from alerts.models import Delivery
print(*Delivery.objects.values_list("status", flat=True))
"""

HOLDER = """
import django; django.setup()
from monitor.models import Lease
print(repr(Lease.objects.get(name="scheduler:delivery").holder))
"""


class Killing(Mailbox):
    """Kills the deliverer around its `at`-th mail: before it is taken, after it is taken but before the deliverer
    hears so, or as the answer goes out."""

    def __init__(self, at: int, moment: str) -> None:
        super().__init__()
        self.at, self.moment = at, moment
        self.victim: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]  # noqa: N802
        if self.attempts + 1 == self.at and self.moment == "before" and self.victim:
            self.attempts += 1
            self.victim.kill()
            self.victim.wait()
            return "451 never heard"
        answer = await super().handle_DATA(server, session, envelope)
        if self.attempts == self.at and self.victim:
            if self.moment == "after":
                self.victim.kill()
                self.victim.wait()
            elif self.moment == "answered":
                os.kill(self.victim.pid, signal.SIGKILL)
        return answer


def environment(folder: Path, port: int, state: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "MINSHENG_VAR": str(folder),
        "MINSHENG_ARCHIVE": f"sqlite:///{folder / 'archive.sqlite3'}",
        "MINSHENG_DATABASE": state,
        "MINSHENG_SMTP": f"smtp://127.0.0.1:{port}",
        "MINSHENG_SENDER": "minsheng@example.gov.cn",
        "MINSHENG_MAIL_DOMAINS": "example.gov.cn",
    }


def python(code: str, env: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def start(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "manage.py", "deliver", "--now", NOW], cwd=ROOT, env=env)


@pytest.mark.slow
@pytest.mark.state
@pytest.mark.parametrize(
    ("at", "moment", "copies"),
    [
        (2, "before", [1]),  # it was not taken: sent again, once
        (2, "after", [2]),  # taken, and nobody heard: twice, under one Message-ID
        (3, "answered", [1, 2]),  # whether it heard is a matter of microseconds
    ],
)
def test_a_killed_deliverer_loses_and_adds_nothing(
    tmp_path: Path, state_url: str, at: int, moment: str, copies: list[int]
) -> None:
    box = Killing(at, moment)
    with Server(box) as port:
        env = environment(tmp_path, port, state_url)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        python(FILL, env)
        box.victim = start(env)
        assert box.victim.wait(60) == -signal.SIGKILL, "the kill came"
        box.victim = None
        assert "claimed" in python(STATUSES, env).split() or moment == "answered"
        assert start(env).wait(60) == 0, "resumed at the same moment"
        assert python(STATUSES, env).split() == ["sent"] * MAILS
    folded = box.folded()
    assert len(folded) == MAILS
    counts = sorted(len(mails) for mails in folded.values())
    assert counts[:-1] == [1] * (MAILS - 1)
    assert counts[-1] in copies


@pytest.mark.slow
@pytest.mark.state
def test_sigterm_ends_after_the_mail_in_hand(tmp_path: Path, state_url: str) -> None:
    class Slow(Mailbox):
        async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]  # noqa: N802
            os.kill(victim.pid, signal.SIGTERM)
            time.sleep(0.2)  # the signal arrives while the mail is in the server's hands
            return await super().handle_DATA(server, session, envelope)

    box = Slow()
    with Server(box) as port:
        env = environment(tmp_path, port, state_url)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        python(FILL, env)
        victim = start(env)
        assert victim.wait(60) == 0
        assert sorted(python(STATUSES, env).split()) == ["due"] * (MAILS - 1) + ["sent"]
    assert len(box.mails) == 1


@pytest.mark.slow
@pytest.mark.state
def test_a_scheduler_that_is_stopped_ends_after_the_mail_in_hand_and_gives_the_lease_back(
    tmp_path: Path, state_url: str
) -> None:
    class Slow(Mailbox):
        async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]  # noqa: N802
            os.kill(victim.pid, signal.SIGTERM)
            time.sleep(1)
            return await super().handle_DATA(server, session, envelope)

    box = Slow()
    with Server(box) as port:
        env = environment(tmp_path, port, state_url)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        python(FILL, env)
        victim = subprocess.Popen([sys.executable, "manage.py", "schedule", "--only", "delivery"], cwd=ROOT, env=env)
        assert victim.wait(60) == 0
        assert sorted(python(STATUSES, env).split()) == ["due"] * (MAILS - 1) + ["sent"]
        assert python(HOLDER, env).strip() == "''"
    assert len(box.mails) == 1


@pytest.mark.slow
@pytest.mark.state
def test_several_deliverers_never_send_the_same_mail(tmp_path: Path, state_url: str) -> None:
    box = Mailbox()
    with Server(box) as port:
        env = environment(tmp_path, port, state_url)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
        python(FILL.replace(f"range({MAILS})", "range(30)"), env)
        running = [start(env) for _ in range(3)]
        assert [each.wait(120) for each in running] == [0, 0, 0]
    assert len(box.mails) == len(box.folded()) == 30
