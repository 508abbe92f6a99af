"""minsheng probe sentiment: three probabilities and a label a line, in order; the engine's default is linear."""

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from django.core.management import call_command

from monitor.engines import ENGINES
from monitor.heads import Linear


def probe(lines: list[dict[str, str]], *words: str) -> list[dict[str, object]]:
    given = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        call_command("probe", "sentiment", *words)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_judged_by_the_head_of_its_kind_in_order() -> None:
    text = "某地化工厂爆炸，三人死亡。"
    told = probe(
        [{"text": text, "kind": "news"}, {"text": "太好了，谢谢"}, {"text": text, "kind": "post"}, {"text": ""}]
    )
    assert [set(each) for each in told] == [{"p_neg", "p_neu", "p_pos", "label"}] * 4
    assert told[0]["label"] == "negative" and told[1]["label"] == "positive" and told[0] != told[2]
    assert told[3] == {"p_neg": 0.0, "p_neu": 1.0, "p_pos": 0.0, "label": "neutral"}


def test_the_default_is_linear_and_others_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ENGINES[0] == "linear"
    assert probe([{"text": "好"}]) == probe([{"text": "好"}], "--engine", "linear")


@pytest.mark.shared
def test_the_shipped_models_hold_on_real_posts_they_have_not_seen(shared: Path) -> None:
    """A sample of docs/benchmarks.md, which has the whole."""
    from archive.post import Kind
    from console.training.sentiment import HELD_BACK
    from monitor.fitting import split_of

    with (shared / "data" / "sentiment.jsonl").open(encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["set"] in ("smp_usual3", "ccf_news3")][:9000]
    held = [row for row in rows if split_of(row["text"]) == HELD_BACK]
    told = Linear().score([(row["text"], Kind(row["kind"])) for row in held])
    right = sum(each.label == row["label"] for each, row in zip(told, held, strict=True))
    assert len(held) > 700 and right / len(held) > 0.8
