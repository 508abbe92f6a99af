"""minsheng probe match: ids in, ids out, and errors that say where."""

import io
import json
import sys
from typing import Any, TypeAlias

import pytest
from django.core.management import CommandError, call_command

Patch: TypeAlias = pytest.MonkeyPatch
Capture: TypeAlias = pytest.CaptureFixture[str]
LINES: list[dict[str, Any]] = [
    {"id": 7, "title": "停水通知", "text": ""},
    {"id": "b", "title": "", "text": "供水恢复"},
    {"id": "c", "title": None, "text": "利州區停電停水"},
]


def probe(query: str, lines: bytes, monkeypatch: Patch, capsys: Capture) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    call_command("probe", "match", query)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def written(rows: list[dict[str, Any]]) -> bytes:
    return "\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def test_matching_ids_in_their_order(monkeypatch: Patch, capsys: Capture) -> None:
    assert probe("停水", written(LINES), monkeypatch, capsys) == [{"id": 7}, {"id": "c"}]
    assert probe("停水 + 利州区", written(LINES), monkeypatch, capsys) == [{"id": "c"}]


def test_a_bad_query_points_at_the_character(monkeypatch: Patch, capsys: Capture) -> None:
    with pytest.raises(CommandError) as caught:
        probe("停水 + (利州区", b"", monkeypatch, capsys)
    assert str(caught.value).splitlines()[-1] == " " * 9 + "^"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "第 2 行不是 JSON"),
        (b"\xff\xfe", "第 2 行不是 JSON"),
        (b"[]", "第 2 行应是带有 id"),
        (b'{"title": "x"}', "第 2 行缺少 id"),
        (b'{"id": null}', "第 2 行缺少 id"),
        (b'{"id": [1]}', "第 2 行的 id 应是文字或整数"),
        (b'{"id": 1, "title": 5}', "第 2 行的 title"),
        (b'{"id": 1, "kind": "x"}', "第 2 行的 kind"),
    ],
)
def test_a_bad_line_is_named(line: bytes, message: str, monkeypatch: Patch, capsys: Capture) -> None:
    with pytest.raises(CommandError, match=message):
        probe("停水", written(LINES[:1]) + b"\n" + line, monkeypatch, capsys)
