"""Issue 3, bad input: a clear error, and nothing lost. What is held elsewhere:

a broken YAML source, an unknown field   tests/crawlers/test_declare.py, tests/console/test_sources_command.py
a selector that matches nothing          tests/crawlers/test_walk_list.py
a feed that is HTML                      tests/crawlers/test_walk_others.py
a template with a syntax error           tests/alerts/plans/test_fill.py and test_sandbox.py; the mail itself: here
a wrong SMTP password                    tests/alerts/test_outbox.py and test_smtp.py, test_doctor.py; here
a full disk                              the archive: tests/archive/test_sqlite_trouble.py; the state database: here
a plan that no compiler takes            tests/alerts/plans/test_any_plan.py
hostile lines and tables for the probes  tests/console/probes/, test_events_probe.py, test_spikes_probe.py
an archive file that is not SQLite       tests/archive/test_sqlite_trouble.py, tests/console/test_command_line.py
wrong settings, mistyped commands        tests/console/test_command_line.py
a port in use                            tests/console/test_up.py
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from pytest_django import Settings

from alerts.models import Delivery, Incident, PlanTemplate, Recipient
from archive.store import Filter, Store
from console.config import MailServer
from monitor.models import Watchlist
from monitor.watchlists import Draft, save
from tests.alerts.mailbox import PASSWORD, USER, Mailbox, Server
from tests.conftest import fill_up
from tests.console.monitoring import command, own_archive
from tests.console.test_command_line import minsheng
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    """An archive with one post that an immediate watchlist reports, and somebody to tell."""
    settings.MAIL_DOMAINS = ["example.gov.cn"]
    Recipient.objects.create(name="值班室", email="duty@example.gov.cn")
    with own_archive(settings, tmp_path) as opened:
        save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
        opened.put([post("临江路爆炸")])
        yield opened


@contextmanager
def full(pages: int) -> Iterator[None]:
    """The state database has room for so many more pages."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no pages left over inside
        now = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={now + pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count=1000000")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SKIPPED: the disk of a server cannot be filled from here")
@pytest.mark.parametrize("pages", [0, 1, 2, 4, 8])
def test_a_full_disk_under_the_state_database_loses_nothing(store: Store, pages: int) -> None:
    """Wherever in the round it fills: run again with room, everything is there once."""
    with full(pages), pytest.raises(CommandError, match="磁盘空间不足，状态库"):
        command("round")("--now", NOW.isoformat())
    assert "新开舆情 1 起" in command("round")("--now", LATER.isoformat())
    assert (Incident.objects.count(), Delivery.objects.count(), store.count(Filter())) == (1, 1, 1)


def test_a_disk_that_is_really_full_is_not_blamed_on_an_address_or_a_password(small_disk: Path, tmp_path: Path) -> None:
    where = {"MINSHENG_VAR": str(tmp_path), "MINSHENG_DATABASE": f"sqlite:///{small_disk / 'state.sqlite3'}"}
    assert minsheng("sources", "list", **where).returncode == 0
    filler = fill_up(small_disk)
    done = minsheng("sources", "list", **where)
    assert done.returncode == 1 and "磁盘空间不足，状态库" in done.stderr and "密码" not in done.stderr
    told = minsheng("doctor", **where).stdout
    assert f"{small_disk} 所在磁盘只剩 0 MB" in told
    filler.unlink()
    assert minsheng("sources", "list", **where).returncode == 0


@pytest.mark.parametrize("text", ["{% if 级别 %}没有结束", "{{ 标题 | 不存在 }}", "{% for 甲 in %}"])
def test_an_alert_whose_plan_has_a_syntax_error_goes_out_plain_and_says_so(
    store: Store, settings: Settings, text: str
) -> None:
    PlanTemplate.objects.create(slug="bad", name="坏预案", text=text)
    Watchlist.objects.update(plan="bad")
    command("round")("--now", NOW.isoformat())
    box = Mailbox()
    with Server(box) as port:
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, "", "", "m@example.gov.cn")
        assert "送达 1 封" in command("deliver")("--now", NOW.isoformat())
    (mail,) = box.mails
    body = mail.get_body(("plain",))
    assert body is not None
    written = body.get_content()
    assert "预案未能填写：预案第 1 行有语法错误" in written and "爆炸" in written


def test_a_wrong_password_keeps_the_mail_and_is_said_in_one_line(store: Store, settings: Settings) -> None:
    command("round")("--now", NOW.isoformat())
    box = Mailbox()
    with Server(box, auth=True) as port:
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, USER, "wrong", "m@example.gov.cn")
        with pytest.raises(CommandError, match="拒绝登录（535），请检查 MINSHENG_SMTP 的用户名和密码") as said:
            command("deliver")("--now", NOW.isoformat())
        assert "wrong" not in str(said.value)
        assert Delivery.objects.get().status == Delivery.Status.DUE and not box.mails
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, USER, PASSWORD, "m@example.gov.cn")
        assert "送达 1 封" in command("deliver")("--now", LATER.isoformat())
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gbk.yaml", "- name: 供水与停电监测".encode("gb18030"), "不是 UTF-8 文本，请另存为 UTF-8"),
        (
            "query.yaml",
            "- {name: 停水, purpose: 供水, query: 停水 | (}".encode(),
            "第 1 行「停水」：检索式有误（第 6 个字）：“\\(”没有",
        ),
        ("yaml.yaml", b"- name: [", "YAML"),
        ("text.yaml", "停水".encode(), "停水|列表"),
    ],
)
def test_a_bad_file_of_watchlists_changes_nothing(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        command("watch")("import", str(path))
    assert not Watchlist.objects.exists()
    path.write_bytes("\ufeff- {name: 停水, purpose: 供水, query: 停水}".encode())  # as Windows' editor saves it
    command("watch")("import", str(path))
    assert Watchlist.objects.get().name == "停水"
