"""minsheng probe extract and probe mask, as the command runs them."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.crawlers.extract.maker import page

FIELDS = ["page", "title", "published", "source", "author", "doc_number", "text"]


def lines(captured: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.splitlines()]


def test_one_line_a_page_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, day in (("b", "2023-06-10 08:15"), ("a", "2023-06-11")):
        (tmp_path / f"{name}.html").write_bytes(page(f"<p>{day} 来源：清江日报</p>"))
    paths = [str(tmp_path / "b.html"), str(tmp_path / "a.html")]
    call_command("probe", "extract", *paths)
    told = lines(capsys.readouterr().out)
    assert [row["page"] for row in told] == paths
    assert [list(row) for row in told] == [FIELDS, FIELDS]
    assert [row["published"] for row in told] == ["2023-06-10T08:15+08:00", "2023-06-11"]


def test_a_page_without_a_time_says_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_bytes(page())
    call_command("probe", "extract", str(tmp_path / "a.html"))
    assert lines(capsys.readouterr().out)[0]["published"] is None


def test_the_address_helps_where_the_page_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_bytes(page())
    call_command("probe", "extract", str(tmp_path / "a.html"), "--url", "https://q.example/202306/t20230610_1.html")
    assert lines(capsys.readouterr().out)[0]["published"] == "2023-06-10"


def test_a_page_that_cannot_be_read_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_bytes(page())
    missing = str(tmp_path / "missing.html")
    with pytest.raises(SystemExit) as stop:
        call_command("probe", "extract", missing, str(tmp_path / "a.html"))
    assert stop.value.code == 1
    first, second = lines(capsys.readouterr().out)
    assert missing in str(first["error"])
    assert str(first["error"]).startswith("无法读取网页")
    assert second["title"] == "清江市更换供水管网"


def test_masks_each_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"text": "我叫王小明，电话13812345678"}, {"text": "请拨打12345"}]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(json.dumps, rows)) + "\n"))
    call_command("probe", "mask")
    assert lines(capsys.readouterr().out) == [
        {"text": "我叫【姓名】，电话【手机号】", "found": {"手机号": 1, "姓名": 1}},
        {"text": "请拨打12345", "found": {}},
    ]


@pytest.mark.parametrize("line", ["not json", "[1]", '{"text": 5}', "{}"])
def test_names_the_line_that_is_wrong(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": "好"}\n' + line + "\n"))
    with pytest.raises(CommandError, match="第 2 行"):
        call_command("probe", "mask")
