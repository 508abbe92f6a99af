"""For or against a policy: what of it can be told of a policy no model has seen, and what own labels would bring.
python -m bench.stance"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from archive.post import Kind, Polarity
from monitor.engines import engine
from monitor.fitting import fit, macro_f1
from monitor.linear import Model
from monitor.stance import Stance, stance_of

SHARED = Path(__file__).parents[2] / "shared"
LABELS = ("AGAINST", "FAVOR", "NONE")
TOLD = {Stance.FAVOR: "FAVOR", Stance.AGAINST: "AGAINST", Stance.UNCLEAR: "NONE"}
FEELINGS = {Polarity.POSITIVE: "FAVOR", Polarity.NEGATIVE: "AGAINST", Polarity.NEUTRAL: "NONE"}
SURE = 0.6  # the probability from which on a model's word is counted as told
OWN = (0, 50, 100, 200, 300)  # labelled texts of the policy itself
KEPT = 300  # of each policy's texts, for fitting; the rest are judged
SEED = 7
# What each would be registered by; the file names the matters only.
NAMES: Mapping[str, tuple[str, ...]] = {
    "开放二胎": ("开放二胎", "放开二胎", "全面二孩", "全面二胎", "二胎政策", "二胎", "二孩"),
    "春节放鞭炮": ("春节放鞭炮", "放鞭炮", "燃放烟花爆竹", "放烟花", "放炮", "鞭炮", "烟花爆竹"),
    "深圳禁摩限电": ("禁摩限电", "禁摩", "限电", "禁电"),
}
Rows = Sequence[Mapping[str, str]]
_NOISE = re.compile(r"https?://\S+|@[\w\-]+")


def material() -> dict[str, Rows]:
    rows: dict[str, list[Mapping[str, str]]] = {}
    with (SHARED / "data" / "stance.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows.setdefault(row["policy"], []).append(row)
    return dict(rows)


def plain(rows: Rows) -> list[str]:
    return [_NOISE.sub("", row["text"]) for row in rows]


def truth(rows: Rows) -> list[str]:
    return [row["stance"] for row in rows]


def fitted(rows: Rows) -> Model:
    return fit(plain(rows), truth(rows), strength=1.0, features=20_000)


def by_model(model: Model, rows: Rows) -> tuple[list[str], list[float]]:
    """What it tells of each, and how sure it is."""
    told = model.probabilities(plain(rows))
    return [model.labels[index] for index in told.argmax(axis=1)], [float(value) for value in told.max(axis=1)]


def by_sentiment(rows: Rows) -> list[str]:
    with engine("snownlp") as snow:
        if snow is None:
            raise RuntimeError("SnowNLP is not there")
        return [FEELINGS[found.label] for found in snow.score([(row["text"], Kind.POST) for row in rows])]


def table_of(told: Sequence[str], rows: Rows) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    table = np.zeros((3, 3), np.intp)
    for was, said in zip(truth(rows), told, strict=True):
        table[LABELS.index(was), LABELS.index(said)] += 1
    return table


def precise(told: Sequence[str], rows: Rows) -> tuple[int, int]:
    """Of what is called for or against: (right, all)."""
    pairs = [(was, said) for was, said in zip(truth(rows), told, strict=True) if said != "NONE"]
    return sum(was == said for was, said in pairs), len(pairs)


def unseen(matters: Mapping[str, Rows]) -> str:
    """Each policy judged by what was learned from the two others."""
    models = {name: fitted([row for other in matters if other != name for row in matters[other]]) for name in matters}

    def surely(name: str, rows: Rows) -> list[str]:
        pairs = zip(*by_model(models[name], rows), strict=True)
        return [said if sure >= SURE else "NONE" for said, sure in pairs]

    judges: dict[str, Callable[[str, Rows], list[str]]] = {
        "the most frequent of the two others": lambda name, rows: [most(matters, name)] * len(rows),
        "SnowNLP: positive for, negative against": lambda _, rows: by_sentiment(rows),
        "words of the two others (linear, 1 to 3 characters)": lambda name, rows: by_model(models[name], rows)[0],
        f"the same, only where p ≥ {SURE}": surely,
        "Minsheng: only what is said outright": lambda name, rows: [
            TOLD[stance_of(row["text"], NAMES[name])] for row in rows
        ],
    }
    names = list(matters)
    lines = [
        f"| judge | {' | '.join(names)} | mean macro-F1 | called for or against | of these right |",
        "|---|" + "---:|" * (len(names) + 3),
    ]
    for title, judge in judges.items():
        told = {name: judge(name, matters[name]) for name in names}
        scores = [macro_f1(table_of(told[name], matters[name])) for name in names]
        right, called = (sum(column) for column in zip(*(precise(told[n], matters[n]) for n in names), strict=True))
        shares = f"{called} | {right / called:.2f}" if called else "0 | –"
        cells = " | ".join(f"{score:.3f}" for score in scores)
        lines.append(f"| {title} | {cells} | {sum(scores) / len(scores):.3f} | {shares} |")
    return "\n".join(lines)


def most(matters: Mapping[str, Rows], but: str) -> str:
    return Counter(row["stance"] for name in matters if name != but for row in matters[name]).most_common(1)[0][0]


def own(matters: Mapping[str, Rows]) -> str:
    """What labels of the policy itself bring: 0 is fitted to the two others."""
    lines = [
        "| own labels | mean macro-F1 | called for or against at p ≥ 0.6 | of these right |",
        "|---:|---:|---:|---:|",
    ]
    for count in OWN:
        scores, right, called, judged = [], 0, 0, 0
        for name, rows in matters.items():
            mixed = random.Random(SEED).sample(list(rows), len(rows))
            others = [row for other in matters if other != name for row in matters[other]]
            model, rest = fitted(mixed[:count] if count else others), mixed[KEPT:]
            scores.append(macro_f1(table_of(by_model(model, rest)[0], rest)))
            pairs = zip(*by_model(model, rest), strict=True)
            good, all_of = precise([said if sure >= SURE else "NONE" for said, sure in pairs], rest)
            right, called, judged = right + good, called + all_of, judged + len(rest)
        share = f"{right / called:.2f}" if called else "–"
        lines.append(f"| {count} | {sum(scores) / len(scores):.3f} | {called / judged:.0%} | {share} |")
    return "\n".join(lines)


def run() -> str:
    """Markdown."""
    if not (SHARED / "data").is_dir():
        return "(../shared is absent: stance was not measured)\n"
    matters = material()
    count = sum(map(len, matters.values()))
    return f"""## Stance on a policy

{count:,} posts on three policies, labelled for, against or neither. An office's next policy is none of these, so each
is judged by what was learned from the two others.

{unseen(matters)}

What is learned from other policies' words does not carry over: where such a model is surest it is right in fewer than
half. So the report counts only what is said outright and calls the rest 立场不明. Labels of the policy itself would
help (each policy's last texts judged, fitted to some of its first {KEPT}):

{own(matters)}
"""


if __name__ == "__main__":
    sys.stdout.write(run())
