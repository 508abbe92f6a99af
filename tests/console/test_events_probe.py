"""minsheng probe events, as it is called."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

TEXT = "利州区城北片区主供水管网突发爆管，抢修工程今晚二十点开始，预计明早六点恢复供水，请市民提前储水。"


def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: str) -> list[dict[str, object]]:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    call_command("probe", "events")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def row(identity: str, at: str, text: str, **more: str) -> str:
    return json.dumps({"id": identity, "published_at": at, "kind": "post", "title": "", "text": text, **more}) + "\n"


def test_order_is_kept_and_the_earliest_is_the_original(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = row("late", "2026-03-02T08:00:00+08:00", TEXT) + "\n" + row("first", "2026-03-01T08:00:00", TEXT)
    lines += row("other", "2026-03-02T09:00:00+08:00", "孩子的医保怎么交，需要什么材料，在哪里办？")
    assert ask(monkeypatch, capsys, lines) == [
        {"id": "late", "event": "first", "copy_of": "first"},
        {"id": "first", "event": "first", "copy_of": None},
        {"id": "other", "event": "other", "copy_of": None},
    ]


def test_nothing_in_is_nothing_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(monkeypatch, capsys, "\n\n") == []


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("\n{oops\n", "第 2 行不是 JSON"),
        ("[1]\n", "第 1 行缺少 id"),
        (row("", "2026-03-01", TEXT), "第 1 行缺少 id"),
        (row("a", "昨天", TEXT), "第 1 行的 published_at '昨天'"),
        (row("a", "2026-03-01", TEXT, kind="tweet"), "第 1 行的 kind 'tweet'"),
    ],
)
def test_bad_lines_are_named(monkeypatch: pytest.MonkeyPatch, lines: str, named: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    with pytest.raises(CommandError, match=named):
        call_command("probe", "events")
