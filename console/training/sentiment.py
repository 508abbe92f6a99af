"""minsheng train sentiment FILE: fit both heads to JSON lines {text, kind, label}."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import CommandError

from archive.post import Kind, Polarity, clean_text
from console import jsonlines
from console.probes import given
from monitor.fitting import calibration_error, confusion, fit, macro_f1, split_of
from monitor.heads import NEWS, POSTS, Linear
from monitor.linear import Model
from monitor.shipped import own

HELP = "情感的两个模型：读入 JSON 行 {text, kind, label[, set]}，kind 为 post、review 或 news"
EXAMPLE = "minsheng train sentiment labelled.jsonl"
KINDS = {str(Kind.POST): POSTS, str(Kind.NEWS): NEWS, "review": POSTS}
NAMES = {POSTS: "帖文", NEWS: "新闻和诉求"}
HELD_BACK = 0  # the tenth of the texts, by a hash of each, that is only measured on
BALANCE = {POSTS: 0.75, NEWS: 1.0}  # among news what is good is rare
STRENGTH = 0.08  # of the regression; on three tenths that were not learnt from, twice, it did best
LEAST = 200  # labelled texts of a kind: fewer make no model


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    kind: str
    label: str
    set: str  # where it is from; its kind, where that is not said


def run(path: Path, folder: Path | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """(text, data) for whoever trains. Raises CommandError."""
    rows = read(path)
    lines, data = [], {}
    for kind, count in Counter(row.kind for row in rows if row.kind not in KINDS).items():
        lines.append(f"略过 {count} 条 kind 为 {kind} 的")
    for head, name in NAMES.items():
        mine = [row for row in rows if KINDS.get(row.kind) == head]
        if not mine:
            lines.append(f"{name}：没有这样的文本，这个模型不变")
            continue
        model, scores = trained(mine, head, now)
        target = folder / f"{head}.npz" if folder else own(head)
        target.parent.mkdir(parents=True, exist_ok=True)
        model.save(target)
        lines.append(f"{name}：{shown(scores)}；已写入 {target}")
        data[head] = {**scores, "file": str(target)}
    return "\n".join(lines), data


def read(path: Path) -> list[Row]:
    """Raises CommandError, naming the line."""
    with path.open("rb") as lines:
        return [
            _row(given.object_of(row, number, "text、kind、label"), number) for number, row in jsonlines.rows(lines)
        ]


def _row(fields: Any, number: int) -> Row:
    label = given.needed_text(fields, "label", number)
    if label not in set(Polarity):
        raise CommandError(f"第 {number} 行的 label 应为 {'、'.join(Polarity)} 之一，现为 {given.shown(label)}")
    text = clean_text(given.needed_text(fields, "text", number))
    kind = given.text(fields, "kind", number) or str(Kind.POST)
    return Row(text, kind, label, given.text(fields, "set", number) or kind)


def trained(rows: list[Row], head: str, now: datetime) -> tuple[Model, dict[str, Any]]:
    """The model of nine tenths of these, and how it does on the last. Raises CommandError."""
    whole = {
        name for name in {row.set for row in rows} if len({r.label for r in rows if r.set == name}) == len(Polarity)
    }
    parts = [split_of(row.text) for row in rows]
    taught = [row for row, part in zip(rows, parts, strict=True) if part != HELD_BACK]
    held = [row for row, part in zip(rows, parts, strict=True) if part == HELD_BACK and row.set in whole]
    full = [row for row in taught if row.set in whole]
    if len(full) < LEAST or len({row.label for row in full}) < len(Polarity) or not held:
        raise CommandError(f"{NAMES[head]}：标注太少，至少要有 {LEAST} 条出自正面、中性、负面都有的一批")
    texts, labels, sets = zip(*((row.text, row.label, row.set) for row in taught), strict=True)
    model = fit(texts, labels, sets=sets, strength=STRENGTH, balance=BALANCE[head])
    scores = {"texts": len(taught), "held_back": len(held), **measured(model, head, held)}
    card = {
        "name": head, "date": now.date().isoformat(), "scores": scores,
        "data": dict(Counter(row.set for row in taught)),
        "split": f"a text is held back where split_of(text) is {HELD_BACK} of 10",
        "limits": "三类情感，按帖文或新闻的写法训练；反讽、方言、图片中的文字读不出；只作参考，由人判断",
    }  # fmt: skip
    return replace(model, card=card), scores


def measured(model: Model, head: str, held: list[Row]) -> dict[str, Any]:
    """Macro-F1 of each set, and the calibration error, scored as the engine scores."""
    order = [Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE]
    shares = Linear({head: model}).probabilities(head, [row.text for row in held])
    truth = np.array([order.index(Polarity(row.label)) for row in held])
    told = shares.argmax(axis=1)
    found: dict[str, Any] = {"macro_f1": {}, "calibration_error": round(calibration_error(shares, truth), 4)}
    for name in sorted({row.set for row in held}):
        of = np.array([row.set == name for row in held])
        found["macro_f1"][name] = round(macro_f1(confusion(truth[of], told[of], 3)), 4)
    return found


def shown(scores: dict[str, Any]) -> str:
    each = "、".join(f"{name} {value:.3f}" for name, value in scores["macro_f1"].items())
    return (
        f"用 {scores['texts']} 条训练，在未用的 {scores['held_back']} 条上三类宏平均 F1：{each}；"
        f"校准误差 {scores['calibration_error']:.3f}"
    )
