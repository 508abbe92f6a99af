"""What surrounds the demo: its times, its environment, its lock and its port."""

import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archive.post import CHINA
from console.demo import run
from console.demo.mailbox import Mailbox
from console.demo.play import moments


def test_moments_are_in_order_begin_ten_days_ago_and_end_now() -> None:
    for hour in (0, 5, 7, 12, 23):
        now = datetime(2026, 11, 20, hour, 10, tzinfo=CHINA)
        times = list(moments(now))
        assert times == sorted(set(times))
        assert times[-1] == now
        assert times[0] == datetime(2026, 11, 10, 7, 50, tzinfo=CHINA)
        assert max(b - a for a, b in pairwise(times)) <= timedelta(hours=24)
        assert len({at.hour for at in times if at.hour not in (7, 8)}) <= 9  # each costs seconds


def test_an_installation_on_the_same_machine_cannot_be_touched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in ("MINSHENG_DATABASE", "MINSHENG_ARCHIVE", "MINSHENG_SMTP_PASSWORD", "MINSHENG_SECRET_KEY_FILE"):
        monkeypatch.setenv(key, "the office's own")
    told = run.environment(tmp_path, "127.0.0.1:1", 2, 3, None)
    assert "the office's own" not in told.values()
    assert told["MINSHENG_SMTP"] == "smtp://127.0.0.1:2"
    assert "MINSHENG_NOW" not in told


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with run._alone(tmp_path), pytest.raises(run.DemoError, match="已有一个演示"), run._alone(tmp_path):
        pass


def test_a_taken_port_makes_it_use_the_next() -> None:
    with run._console_port(18950) as (first, _), run._console_port(first) as (second, _):
        assert first < second < first + run.PORTS_TRIED


def test_a_mail_called_for_in_the_console_is_sent_while_it_is_open(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as mailbox:
        told = run.environment(tmp_path / "demo", "127.0.0.1:1", mailbox.port, 3, NOW)
        (tmp_path / "demo").mkdir()
        _inside(told, "migrate", "-v0")
        with run._postman(told):
            _inside(told, "shell", "-v0", "-c", PUT)
            deadline = time.monotonic() + 30
            while not list((tmp_path / "mail").glob("*.eml")) and time.monotonic() < deadline:
                time.sleep(0.2)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


NOW = datetime(2026, 11, 27, 14, 30, tzinfo=CHINA)
PUT = f"""
from datetime import datetime
from alerts.letters import put
from alerts.mail.letter import Letter
from alerts.models import Delivery
put(Delivery.Kind.ALERT, "1", "duty@{run.DOMAIN}", Letter("预警", "正文", "<p>正文</p>"),
    datetime.fromisoformat("{NOW.isoformat()}"))
"""


def _inside(told: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=run.ROOT, env=told, check=True, timeout=60)
