"""What an office's judgements are worth: 50 to 1,000 posts unlike those the shipped model saw.

The shipped model here is fitted on everyday weibo posts alone; the "office" judges posts about the epidemic. Beside the
correction stands the shipped model, and a model fitted on the judgements alone.
"""

import json
from itertools import product
from pathlib import Path

import numpy as np

from monitor import correction
from monitor.correction import corrected, learn
from monitor.fitting import fit, macro_f1
from monitor.linear import Floats

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "sentiment.jsonl"
USUAL, OTHER = "smp_usual3", "smp_virus3"
JUDGED = (50, 100, 300, 1000)
STRENGTHS = (0.3, 1.0, 4.0, 16.0)
DRAWS = 3


def run() -> str:
    if not DATA.exists():
        return f"skipped: {DATA} is absent"
    with DATA.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    shipped = fit(*zip(*((row["text"], row["label"]) for row in rows if row["set"] == USUAL), strict=True),
                  features=100_000)  # fmt: skip
    texts = [row["text"] for row in rows if row["set"] == OTHER]
    labels = [row["label"] for row in rows if row["set"] == OTHER]
    shares = shipped.probabilities(texts)
    truth = np.array([shipped.labels.index(label) for label in labels])
    lines_ = [
        "## Judgements of the office",
        "",
        f"Macro-F1 on {len(texts) - max(JUDGED):,} posts nobody judged (mean of {DRAWS} draws). The shipped model, "
        f"fitted on other posts: {_f1(shares, truth, shipped.labels):.3f}.",
        "",
        "| judged | " + " | ".join(f"corrected, strength {each:g}" for each in STRENGTHS) + " | the judgements alone |",
        "|---:|" + "---:|" * (len(STRENGTHS) + 1),
    ]
    found: dict[tuple[int, float], list[float]] = {}
    for draw, count in product(range(DRAWS), JUDGED):
        order = np.random.default_rng(draw).permutation(len(texts))
        judged, rest = order[:count], order[max(JUDGED) :]
        some, answers = [texts[at] for at in judged], [labels[at] for at in judged]
        others = [texts[at] for at in rest]
        for strength in STRENGTHS:
            model, _ = learn(some, shares[judged], answers, shipped.labels, strength=strength)
            score = _f1(corrected(shares[rest], others, model), truth[rest], shipped.labels)
            found.setdefault((count, strength), []).append(score)
        alone = fit(some, answers)
        told = np.zeros((len(others), len(shipped.labels)))
        told[:, [shipped.labels.index(label) for label in alone.labels]] = alone.probabilities(others)
        found.setdefault((count, 0.0), []).append(_f1(told, truth[rest], shipped.labels))
    for count in JUDGED:
        cells = [f"{np.mean(found[count, strength]):.3f}" for strength in (*STRENGTHS, 0.0)]
        lines_.append(f"| {count:,} | " + " | ".join(cells) + " |")
    lines_ += ["", f"In use: strength {correction.STRENGTH:g}."]
    return "\n".join(lines_)


def _f1(shares: Floats, truth: np.ndarray, names: tuple[str, ...]) -> float:
    table = np.zeros((len(names), len(names)), np.intp)
    np.add.at(table, (truth, shares.argmax(axis=1)), 1)
    return macro_f1(table)


if __name__ == "__main__":
    print(run())
