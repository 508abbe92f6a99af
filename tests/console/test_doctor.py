"""minsheng doctor: what is wrong is found where it is, with what to do, and the other checks go on."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from console import doctor
from console.config import MailServer
from console.doctor import Finding, examine
from monitor.models import Finding as Threat
from monitor.models import Source
from tests.alerts.city import finding
from tests.alerts.mailbox import PASSWORD, USER, Mailbox, Server
from tests.console.monitoring import own_archive
from tests.console.test_command_line import minsheng

NOW = datetime(2026, 11, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def found(check: str) -> list[Finding]:
    return [each for each in examine(NOW) if each.check == check]


@pytest.mark.parametrize(
    ("password", "state", "says"), [("wrong", "fail", "拒绝登录（535）"), (PASSWORD, "ok", "成功")]
)
def test_the_mail_server_is_really_asked(password: str, state: str, says: str, settings: Settings) -> None:
    box = Mailbox()
    with Server(box, auth=True) as port:
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, USER, password, "m@example.gov.cn")
        first = found("邮件")[0]
    assert (first.state, says in first.message) == (state, True)
    assert box.mails == [] and password not in str(first)
    assert bool(first.remedy) == (state != "ok")


def test_an_archive_that_is_none_is_found_and_the_other_checks_are_made(settings: Settings, tmp_path: Path) -> None:
    with own_archive(settings, tmp_path):
        pass
    settings.ARCHIVE_URL = f"sqlite:///{__file__}"
    (store,) = found("档案库")
    assert store.state == "fail" and "不是 SQLite 文件" in store.message
    assert found("磁盘") and found("时钟")


def test_every_disk_that_is_written_to_is_measured_once(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    assert [each.state for each in found("磁盘")] == ["ok"]
    settings.ARCHIVE_URL = "sqlite:////dev/shm/a.sqlite3"
    assert [each.message.split()[0] for each in found("磁盘")] == [str(tmp_path), "/dev/shm"]
    settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'gone' / 'a.sqlite3'}"
    assert [each.state for each in found("磁盘")] == ["ok", "fail"], "and what is not there is said"


def test_a_silent_and_a_failing_source_are_named() -> None:
    old = NOW - timedelta(days=9)
    Source.objects.create(id="a", name="清江东城", declaration={}, every=3600, last_ok=NOW, last_new=old)
    Source.objects.create(id="b", name="清江西城", declaration={}, every=3600, failures=4)
    Source.objects.create(id="c", name="清江南城", declaration={}, every=3600, last_ok=old)
    told = [each.message for each in found("信源")]
    assert "清江东城 3 天以上无更新" in told and "清江西城 连续 4 次采集失败" in told
    assert any(each.startswith("清江南城 采集中断：") for each in told), "nobody asked it, and nobody was told"


def test_a_clock_that_went_back_is_found() -> None:
    Source.objects.create(id="a", name="东城", declaration={}, every=3600, last_started=NOW + timedelta(days=1))
    assert found("时钟")[0].state == "fail"


@pytest.mark.parametrize(("seconds", "says"), [(90, "快 90 秒"), (-90, "慢 90 秒"), (5, ""), (-5, "")])
def test_two_clocks_that_differ_are_found(seconds: int, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "skew", lambda: timedelta(seconds=seconds))
    told = [each.message for each in examine(NOW, ["clock"]) if each.state == "fail"]
    assert [says in each for each in told] == ([True] if says else [])


def test_a_threat_to_a_life_that_nobody_could_be_told_of_is_a_fault() -> None:
    finding([], kind=Threat.Kind.LIFE_THREAT, subject_kind="post", subject="x")
    (told,) = found("轻生风险")
    assert told.state == "fail" and "110" in told.remedy


def test_debug_mode_is_a_fault(settings: Settings) -> None:
    settings.DEBUG = True
    assert [each.state for each in found("调试模式")] == ["fail"]


def test_json_has_a_finding_a_line_and_a_fault_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    assert ended.value.code == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"check", "state", "message", "remedy"} == set(rows[0])


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"no database at all, but text" * 100, "不是 SQLite 文件"), (b"", "项结构更新未执行")],
)
def test_a_state_database_that_is_none_is_said_without_a_traceback(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    path.write_bytes(content)
    done = minsheng("doctor", MINSHENG_VAR=str(tmp_path), MINSHENG_DATABASE=f"sqlite:///{path}")
    assert done.returncode == 1 and says in done.stdout and "Traceback" not in done.stderr
    assert "磁盘" in done.stdout, "the other checks were made"
    assert path.read_bytes()[: len(content)] == content or not content


def test_it_runs_where_nothing_was_set_up_yet(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console", "doctor"]
    done = subprocess.run(command, env={"MINSHENG_VAR": str(tmp_path), "PATH": "/usr/bin"}, capture_output=True,
                          text=True, cwd=Path(__file__).parents[2], check=False)  # fmt: skip
    assert done.returncode == 1 and "执行 minsheng migrate" in done.stdout


def test_one_check_alone_is_made_as_well(tmp_path: Path) -> None:
    """The health check of the containers: in a process of its own, where nothing has connected before."""
    path = tmp_path / "state.sqlite3"
    given = {"MINSHENG_VAR": str(tmp_path), "MINSHENG_DATABASE": f"sqlite:///{path}"}
    assert minsheng("migrate", **given).returncode == 0
    asked = ("doctor", "--only", "scheduler", "--strict")
    done = minsheng(*asked, **given)
    assert done.returncode == 1 and done.stdout.count("没有在运行") == 3
    path.write_bytes(b"no database" * 100)
    done = minsheng(*asked, **given)
    assert done.returncode == 1 and "不是 SQLite 文件" in done.stdout
