"""minsheng sources: import, list, export and the trial crawl."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from accounts.models import AuditEntry
from console.operator import operator
from monitor.models import Source
from tests.crawlers.small_site import Site, serving

NOW = datetime(2024, 3, 2, tzinfo=UTC)
BOARD = """- id: qj-board
  name: 问政清江
  kind: qa
  url: http://SITE/api
  item: $.data[*]
  fields: {id: $.id, title: $.title, text: $.text, user: $.user, published: $.at, reply: $.reply}
  delay: 0
"""
BAD = "- id: qj-bad\n  name: 坏的\n  kind: list\n  url: http://x.example/\n  itme: li\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    with serving() as site:
        settings.VAR = tmp_path
        settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
        settings.ALLOWED_INTERNAL = [site.address]
        fill(site)
        path = tmp_path / "sources.yaml"
        path.write_text(BOARD.replace("SITE", site.address), encoding="utf-8")
        yield path


def fill(site: Site) -> None:
    rows = [
        {"id": n, "title": f"第{n}问", "text": "停水，电话13800138000。", "user": "江边人", "at": "2019-07-01 10:00"}
        for n in range(5)
    ]
    site.pages["/api"] = {"data": rows}


def test_good_sources_are_imported_and_bad_ones_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(BAD + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CommandError, match="有误的信源没有导入，其余已导入"):
        call_command("sources", "import", str(file))
    told = capsys.readouterr()
    assert "第 5 行，信源 qj-bad，itme：不认识的字段 'itme'，是否想写 item？" in told.err
    assert "新增 1 个" in told.out
    assert [row.id for row in Source.objects.all()] == ["qj-board"]


def test_what_is_exported_can_be_imported_again(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sources", "import", str(file))
    capsys.readouterr()
    call_command("sources", "export")
    text = capsys.readouterr().out
    assert yaml.safe_load(text) == yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    call_command("sources", "import", str(file))
    assert "未变 1 个" in capsys.readouterr().out


def test_a_trial_crawl_shows_each_field_and_saves_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sources", "check", str(file), now=NOW)
    text = capsys.readouterr().out
    assert text.count("标题：第") == 3  # not all five
    assert "发布时间：2019-07-01T10:00:00+08:00（精确到分）" in text
    assert "带账号（只存散列）：是" in text and "江边人" not in text
    assert "13800138000" not in text  # shown as it would be stored
    assert "robots.txt 127.0.0.1" in text
    assert Source.objects.count() == 0 and not (file.parent / "archive.sqlite3").exists()


def test_a_trial_crawl_of_an_imported_source_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sources", "import", str(file))
    capsys.readouterr()
    call_command("sources", "check", "qj-board", "--posts", "1", "--json", now=NOW)
    post, end = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert post["post"]["title"] == "第0问" and end["outcome"]["ok"]
    row = Source.objects.get()
    assert (row.last_started, row.validators) == (None, {})


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff\xfe\x00", "不是 UTF-8"), (b"- id: [", "1 处声明有误"), (b"# nothing", "1 处声明有误")],
    ids=["not UTF-8", "broken YAML", "empty"],
)
def test_a_file_that_cannot_be_read_is_a_one_line_error(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("sources", "check", str(file), now=NOW)
    with pytest.raises(CommandError, match=r"不是 UTF-8|1 处错误"):
        call_command("sources", "import", str(file))


def test_an_unknown_id_or_file_is_named() -> None:
    with pytest.raises(CommandError, match="既不是信源编号，也不是文件"):
        call_command("sources", "check", "nowhere")
    with pytest.raises(CommandError, match="读不出"):
        call_command("sources", "import", "/nowhere.yaml")


def test_the_list_says_how_each_fares(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sources", "list")
    call_command("sources", "import", str(file))
    Source.objects.update(failures=3)
    call_command("sources", "list")
    text = capsys.readouterr().out
    assert "还没有信源" in text and "qj-board\t问政清江\t\t连续失败 3 次" in text


def test_a_source_made_or_changed_is_in_the_audit_trail(file: Path) -> None:
    call_command("sources", "import", str(file))
    call_command("sources", "import", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("问政清江", "问政江城"), encoding="utf-8")
    call_command("sources", "import", str(file))
    rows = AuditEntry.objects.filter(subject="qj-board").order_by("id")
    assert [(row.act, row.actor) for row in rows] == [("新增信源", operator()), ("修改信源", operator())]
    assert rows[1].details["declaration"]["name"] == "问政江城"
