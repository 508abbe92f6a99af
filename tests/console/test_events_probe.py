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


def test_an_id_comes_out_as_it_went_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given = [{"id": 0, "published_at": "2026-03-01T08:00:00", "text": TEXT}, {"id": 7, "text": TEXT}]
    lines = "".join(json.dumps(each) + "\n" for each in given)
    assert ask(monkeypatch, capsys, lines) == [
        {"id": 0, "event": 0, "copy_of": None},
        {"id": 7, "event": 0, "copy_of": 0},
    ]


@pytest.mark.parametrize(
    ("times", "first"),
    [
        ([None, "2026-03-01"], 0),  # before any time is known: first
        (["2026-03-01", None], 0),  # as late as the line before it
        (["2026-03-02", None, "2026-03-01"], 2),
        ([None, None], 0),
        (["2026-03-02", "", "2026-03-03"], 0),
    ],
)
def test_a_post_without_a_time_stands_where_its_line_does(
    times: list[str | None], first: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "".join(
        json.dumps({"id": f"{number}", "published_at": at, "text": TEXT}) + "\n" for number, at in enumerate(times)
    )
    assert {row["event"] for row in ask(monkeypatch, capsys, lines)} == {str(first)}


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("\n{oops\n", "第 2 行不是 JSON"),
        ("[1]\n", "第 1 行应是带有 id"),
        (row("", "2026-03-01", TEXT), "第 1 行缺少 id"),
        (row("a", "昨天", TEXT), '第 1 行的 published_at "昨天"'),
        (row("a", "2026-03-01", TEXT, kind="tweet"), '第 1 行的 kind 应为 policy.*现为 "tweet"'),
    ],
)
def test_bad_lines_are_named(monkeypatch: pytest.MonkeyPatch, lines: str, named: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    with pytest.raises(CommandError, match=named):
        call_command("probe", "events")
