"""minsheng train topics FILE: fit both models of topics to JSON lines {title, text, topic}."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from archive.post import clean_text
from console import jsonlines
from console.probes import given
from monitor.shipped import own
from monitor.topic_fitting import FOLDS, Message, Scores, fitted
from monitor.topics import TEXT, TITLE

HELP = "领域：读入 JSON 行 {title, text, topic}；只有 title 的行当作该领域的词语"
EXAMPLE = "minsheng train topics labelled.jsonl"
LEAST = 20  # messages of each topic: fewer make no model
Words = list[tuple[str, str]]  # (topic, words)


def run(path: Path, folder: Path | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """(text, data) for whoever trains. Raises CommandError."""
    messages, words = read(path)
    counts = Counter(message.topic for message in messages)
    few = [f"{topic} {count} 条" for topic, count in sorted(counts.items()) if count < LEAST]
    if len(counts) < 2 or few:
        raise CommandError(f"标注太少：至少要有两个领域，每个至少 {LEAST} 条（{'、'.join(few) or '只有一个领域'}）")
    card = {
        "name": "topics", "date": now.date().isoformat(), "data": dict(counts) | {"词语": len(words)},
        "split": f"{FOLDS}-fold cross-validation by split_of",
        "limits": "按群众来信的写法训练；训练材料里没有的领域认不出；只作建议，由人判断",
    }  # fmt: skip
    pair, scores = fitted(messages, words, card)
    data: dict[str, Any] = {"messages": len(messages), "words": len(words), **scores.told()}
    for name, model in ((TITLE, pair.title), (TEXT, pair.text)):
        target = folder / f"{name}.npz" if folder else own(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        model.save(target)
        data[name] = str(target)
    return f"{shown(len(messages), len(words), scores)}；已写入 {data[TITLE]} 和 {data[TEXT]}", data


def read(path: Path) -> tuple[list[Message], Words]:
    """Messages, and words of topics. Raises CommandError, naming the line."""
    messages, words = [], []
    with path.open("rb") as lines:
        for number, row in jsonlines.rows(lines):
            fields = given.object_of(row, number, "title、text、topic")
            topic = given.needed_text(fields, "topic", number).strip()
            title = clean_text(given.text(fields, "title", number))
            text = clean_text(given.text(fields, "text", number) or given.text(fields, "body", number))
            if not topic or not (title.strip() or text.strip()):
                raise CommandError(f"第 {number} 行的 topic 和 title、text 不能是空的")
            if text.strip():
                messages.append(Message(title, text, topic))
            else:
                words.append((topic, title))
    return messages, words


def shown(messages: int, words: int, scores: Scores) -> str:
    return (
        f"用 {messages} 条来信、{words} 条词语训练；{FOLDS} 折交叉验证：宏平均 F1 {scores.macro_f1:.3f}，"
        f"给出领域的占 {scores.coverage:.1%}，其中正确 {scores.accuracy:.1%}"
    )
