"""Topics by five-fold cross-validation on topics.jsonl: python -m bench topics.

Everything is learnt inside each fold: weights, which groups are kept, the temperature and what is called unsure (by a
cross-validation within the fold). Beside it the peer: a plain model of character groups.
"""

import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.fitting import calibration_error, confusion, macro_f1
from monitor.linear import Floats, Ints, Model
from monitor.shipped import FOLDER
from monitor.topic_fitting import FOLDS, Message, fitted, fold_of
from monitor.topics import TEXT, TITLE, Topics

DATA = Path(__file__).parents[2] / "shared" / "data"


def messages() -> list[Message]:
    with (DATA / "topics.jsonl").open(encoding="utf-8") as lines:
        return [Message(row["title"], row["body"], row["topic"]) for row in map(json.loads, lines)]


def tree(path: Path = DATA / "topic_tree.csv") -> list[tuple[str, str]]:
    """(topic, the words of one of its lines)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return [(row[0], "，".join(word for word in row[1:] if word and word != "其他")) for row in rows]


def plain(taught: Sequence[Message], held: Sequence[Message], names: list[str]) -> Ints:
    """The peer: groups of 1 to 3 characters that are there or not, balanced logistic regression, no tree."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize

    words = CountVectorizer(analyzer="char", ngram_range=(1, 3), binary=True, min_df=2)
    seen = normalize(words.fit_transform([f"{each.title}\n{each.text}" for each in taught]).astype(float))
    new = normalize(words.transform([f"{each.title}\n{each.text}" for each in held]).astype(float))
    found = LogisticRegression(C=10, class_weight="balanced", max_iter=300, tol=1e-3)
    found.fit(seen, [names.index(each.topic) for each in taught])
    told: Ints = found.predict(new)
    return told


def run() -> str:
    """Markdown."""
    known, words = messages(), tree()
    names = sorted({each.topic for each in known})
    truth = np.array([names.index(each.topic) for each in known])
    folds = np.array([fold_of(each) for each in known])
    shares, sure = np.zeros((len(known), len(names))), np.zeros(len(known), np.bool_)
    peer, without = np.zeros(len(known), np.intp), np.zeros(len(known), np.intp)
    for fold in range(FOLDS):
        taught = [each for each, of in zip(known, folds, strict=True) if of != fold]
        held = [each for each, of in zip(known, folds, strict=True) if of == fold]
        pair, _ = fitted(taught, words, {})
        shares[folds == fold] = pair.probabilities([(each.title, each.text) for each in held])
        sure[folds == fold] = shares[folds == fold].max(axis=1) >= pair.least
        bare = fitted(taught, [], {})[0].probabilities([(each.title, each.text) for each in held])
        without[folds == fold] = bare.argmax(axis=1)
        peer[folds == fold] = plain(taught, held, names)
    told = shares.argmax(axis=1)
    models = {
        "Minsheng": told,
        "the same without the words of the tree": without,
        "plain groups of characters": peer,
    }
    scores = [(each, macro_f1(confusion(truth, found, len(names)))) for each, found in models.items()]
    lines = [
        "## Topics",
        "",
        f"Five-fold cross-validation on the {len(known)} messages of topics.jsonl, {len(names)} topics; folds by hash "
        "of the text, so that copies fall together. Everything is learnt inside each fold.",
        "",
        "| model | macro-F1 |",
        "|---|---|",
        *(f"| {each} | {score:.3f} |" for each, score in scores),
        "",
        *_unsure(shares, truth, sure),
        "",
        f"Speed, of the shipped models: {_speed(known):,.0f} messages a second, title and text.",
    ]
    return "\n".join(lines)


def _unsure(shares: Floats, truth: Ints, sure: npt.NDArray[np.bool_]) -> list[str]:
    right = shares.argmax(axis=1) == truth
    return [
        f"- Says something of {sure.mean():.1%}; of that {right[sure].mean():.1%} is right.",
        f"- Of the {int((~right).sum())} it gets wrong, it calls {(~sure[~right]).mean():.1%} unsure; of the "
        f"{int(right.sum())} it gets right, {(~sure[right]).mean():.1%}.",
        f"- Calibration error {calibration_error(shares, truth):.3f}.",
    ]


def _speed(known: Sequence[Message]) -> float:
    pair = Topics(*(Model.load(FOLDER / f"{name}.npz") for name in (TITLE, TEXT)))
    batch = [(each.title, each.text) for each in known]
    before = time.perf_counter()
    pair.suggest(batch)
    return len(known) / (time.perf_counter() - before)
