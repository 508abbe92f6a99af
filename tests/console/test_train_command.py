"""minsheng train sentiment: reads labelled lines, writes both heads, says how they do on what was held back."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from archive.post import Kind
from monitor.heads import NEWS, POSTS, Linear
from monitor.linear import Model
from monitor.shipped import own

WORDS = {"positive": "开心满意", "neutral": "会议通知", "negative": "生气投诉"}


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"


def rows(kind: str, count: int = 300, **more: str) -> list[dict[str, str]]:
    labels = list(WORDS)
    return [
        {"text": f"{WORDS[labels[n % 3]]}{n}号", "kind": kind, "label": labels[n % 3], **more} for n in range(count)
    ]


def written(tmp_path: Path, lines: list[Any]) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str], path: Path, *more: str) -> str:
    call_command("train", "sentiment", str(path), *more)
    return capsys.readouterr().out


def test_both_heads_are_written_measured_and_taken_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, written(tmp_path, [*rows("post"), *rows("news")]), "--now", "2026-11-01T08:00:00+08:00")
    assert (
        "宏平均 F1：post 1.000" in out
        and "宏平均 F1：news 1.000" in out
        and str(own(POSTS)) in out
        and str(own(NEWS)) in out
    )
    card = Model.load(own(NEWS)).card
    assert card["date"] == "2026-11-01" and card["scores"]["texts"] + card["scores"]["held_back"] == 300
    assert Linear().score([("投诉，很生气", Kind.POST)])[0].label == "negative"


def test_a_kind_that_is_not_there_leaves_its_model_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, written(tmp_path, rows("news")), "--into", str(tmp_path / "out"))
    assert "帖文：没有这样的文本" in out
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{NEWS}.npz"]


def test_a_set_without_all_labels_helps_but_is_not_measured_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    partial = [row for row in rows("post", set="两类") if row["label"] != "neutral"]
    whole = rows("post", set="三类")
    out = told(capsys, written(tmp_path, [*whole, *partial, *rows("review", 2, set="评价"), *rows("video", 7)]))
    assert "略过 7 条 kind 为 video 的" in out
    card = Model.load(own(POSTS)).card
    assert card["data"].keys() == {"三类", "两类", "评价"}
    assert card["scores"]["macro_f1"].keys() == {"三类"}
    assert card["scores"]["held_back"] < 60


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([{"text": "a", "kind": "post", "label": "good"}], "第 1 行的 label 应为"),
        ([{"text": "a", "kind": "post"}], "第 1 行没有 label"),
        ([{"kind": "post", "label": "neutral"}], "第 1 行没有 text"),
        (["a"], "第 1 行应是"),
        (rows("post", 20), "帖文：标注太少"),
        ([row for row in rows("news") if row["label"] != "neutral"], "新闻和诉求：标注太少"),
    ],
    ids=["no label of ours", "no label", "no text", "no object", "too few", "two labels"],
)
def test_what_is_wrong_is_named(tmp_path: Path, lines: list[Any], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        call_command("train", "sentiment", str(written(tmp_path, lines)))
