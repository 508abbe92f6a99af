"""python -m bench.matter_fit: fit the weights of the cues to the labelled messages, write monitor/weights/matter.npz.

The held-out half of the 300 is left out. What a cue was thought of for is given as a feature of its own (how many
cues speak for each matter), so that a cue too rare to be learnt weighs as its like do; it is folded into the weights.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

import console.demo
from bench import labels
from monitor.matter_cues import CUES, FEATURES, PLACES, heard
from monitor.matter_model import FILE, MatterModel
from monitor.matters import Matter, without_places

SHARED = Path(__file__).parents[2] / "shared"
STRENGTH = 1.0  # C of the logistic regression
ALONE, TOGETHER = 0.5, 0.6  # scales of a single cue and of all that speak for one matter
PLACE_WEIGHTS = (2.0, 1.0, 1.0)  # title, ending, anywhere
BALANCE = 0.5  # 1 would let every matter count the same, 0 by how often it comes
# Of what was chosen by words later, 举报 and 投诉 were read with care; the rest is a by-catch and counts less.
LATER, BY_CATCH, BY_CATCH_WEIGHT = ("more", "wide", "answered"), ("求助", "咨询", "建言"), 0.25
Matrix = npt.NDArray[np.float64]


def messages() -> dict[str, dict[str, str]]:
    """All of both boards by id."""
    found = {}
    for name in ("board", "answers"):
        with (SHARED / "data" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            found.update({row["id"]: row for row in map(json.loads, lines)})
    return found


def city() -> list[tuple[dict[str, str], str]]:
    """The labelled messages of the sample city."""
    folder = Path(console.demo.__file__).with_name("city")
    found = []
    for file, number, matter in labels.city():
        row = yaml.safe_load((folder / f"{file}.yaml").read_text(encoding="utf-8"))[number]
        found.append(({"title": row["title"], "body": row["text"]}, matter))
    return found


def features(rows: list[dict[str, str]]) -> Matrix:
    matrix = np.zeros((len(rows), len(FEATURES)))
    for at, row in enumerate(rows):
        for feature, value in heard(without_places(row["title"].strip()), row["body"]).items():
            matrix[at, feature] = value
    return matrix


def together() -> Matrix:
    """Features × matters: how much a feature counts towards what its cue was thought of for."""
    counts = np.zeros((len(FEATURES), len(Matter)))
    order = list(Matter)
    for number, cue in enumerate(CUES):
        if cue.speaks:
            for place, weight in enumerate(PLACE_WEIGHTS):
                counts[number * len(PLACES) + place, order.index(Matter(cue.speaks))] = weight
    return counts


def fitted(matrix: Matrix, truth: list[str], trust: list[float]) -> tuple[Matrix, Matrix]:
    """Weights (features × matters, in the order of Matter) and bias. Deterministic."""
    from sklearn.linear_model import LogisticRegression

    counts, labels_ = Counter(truth), [matter.value for matter in Matter]
    share = [
        each * (len(truth) / (len(labels_) * counts[label])) ** BALANCE
        for label, each in zip(truth, trust, strict=True)
    ]
    wide = np.hstack((matrix * ALONE, matrix @ together() * TOGETHER))
    found = LogisticRegression(C=STRENGTH, max_iter=1000).fit(wide, truth, sample_weight=share)
    order = [list(found.classes_).index(label) for label in labels_]
    coefficients = found.coef_[order].T
    weights = coefficients[: len(FEATURES)] * ALONE + together() @ coefficients[len(FEATURES) :] * TOGETHER
    return weights, found.intercept_[order]


def main() -> None:
    known = messages()
    chosen = [label for label in labels.matters() if not label.held_out]
    taught = [(known[label.id], label.matter) for label in chosen] + city()
    trust = [BY_CATCH_WEIGHT if each.stratum in LATER and each.matter in BY_CATCH else 1.0 for each in chosen]
    trust += [1.0] * (len(taught) - len(chosen))
    weights, bias = fitted(features([row for row, _ in taught]), [matter for _, matter in taught], trust)
    card = {
        "name": "matter", "date": date.fromisoformat(sys.argv[1]).isoformat(),
        "data": f"{len(chosen)} messages of one province's board and {len(taught) - len(chosen)} invented ones, "
        "labelled by hand (bench/labels/matter.md)",
        "scores": "docs/benchmarks.md, matter",
        "limits": "一地留言板的写法；求助与投诉之间人也常有分歧；"
        "举报宁可多标，约四成其实是投诉；只作分类参考，由人判断",
    }  # fmt: skip
    FILE.parent.mkdir(exist_ok=True)
    MatterModel(tuple(Matter), weights.tolist(), bias.tolist(), card).save(FILE)


if __name__ == "__main__":
    main()
