"""minsheng train topics: reads labelled lines, writes both models, says how they do by cross-validation."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from monitor.topics import topics

WORDS = {"水": "供水 水压 水管 停水", "路": "修路 路灯 路面 公路"}
ROWS = [
    {"title": f"{word}问题{n}", "text": f"请解决{word}的事，编号{n}号", "topic": topic}
    for topic, words in WORDS.items()
    for n in range(8)
    for word in words.split()
]


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


def written(tmp_path: Path, lines: list[Any]) -> str:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return str(path)


def test_both_models_are_written_measured_and_taken_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("train", "topics", written(tmp_path, [*ROWS, {"title": "水表", "topic": "水"}]))
    out = capsys.readouterr().out
    assert "64 条来信、1 条词语" in out and "宏平均 F1" in out
    assert topics().labels == ("水", "路"), "the office's own go before those shipped"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([{"title": "停水", "text": "x"}], "第 1 行没有 topic"),
        ([{"topic": "水", "title": " "}], "第 1 行的 topic 和 title、text 不能是空的"),
        (ROWS[:32], "只有一个领域"),
        ([*ROWS, {"title": "a", "text": "b", "topic": "电"}], "电 1 条"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(tmp_path: Path, lines: list[Any], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("train", "topics", written(tmp_path, lines))
