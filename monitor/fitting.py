"""Fitting a linear model of text (monitor.linear) to labelled texts. Only here is scikit-learn imported, and only when
something is fitted: the console and the scheduler never load it."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.fold import fold_text
from monitor.linear import Floats, Hashes, Ints, Model, batches, grams, softmax

FOLDS = 10
LEAST = 2  # texts a group must be in: what was seen once is chance


def split_of(text: str, parts: int = FOLDS) -> int:
    """Which of `parts` this text falls into, by a fixed hash of the folded text: copies fall together."""
    return int.from_bytes(hashlib.sha256(fold_text(text).encode()).digest()[:8], "big") % parts


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    strength: float = 1.0,
    features: int = 200_000,
    longest: int = 3,
    balanced: bool = True,
    card: Mapping[str, Any] | None = None,
) -> Model:
    """A model of these labels (in the order of their names), pruned to the `features` that weigh most, calibrated.

    `strength` is C of the logistic regression: greater trusts the texts more. The temperature comes from a fifth of
    the texts that a second model, fitted on the rest, has not seen. Deterministic. Raises ValueError if there are
    fewer than two labels.
    """
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("at least two labels are needed")
    truth = np.array([names.index(label) for label in labels])
    kept_back = np.array([split_of(text, 5) == 0 for text in texts])
    temperature = 1.0
    if kept_back.any() and len(set(truth[~kept_back])) == len(names):
        seen = [text for text, back in zip(texts, kept_back, strict=True) if not back]
        unseen = [text for text, back in zip(texts, kept_back, strict=True) if back]
        trial = _fit(seen, truth[~kept_back], names, strength, features, longest, balanced)
        temperature = _temperature(trial.logits(unseen), truth[kept_back])
    model = _fit(texts, truth, names, strength, features, longest, balanced)
    return Model(model.labels, model.hashes, model.weights, model.scale, model.bias, temperature, longest, card or {})


def _fit(
    texts: Sequence[str], truth: Ints, names: tuple[str, ...], strength: float, features: int, longest: int,
    balanced: bool,
) -> Model:  # fmt: skip
    """Fitted twice: on every group that comes in two texts, then on those of them that weighed most."""
    rows, hashes = _pairs(texts, longest)
    known, columns, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    keep = np.nonzero(counts >= LEAST)[0]
    weights, bias = _regress(rows, columns, keep, truth, len(names), strength, balanced)
    if len(keep) > features:
        heavy = np.sort(np.argsort(-np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1))[:features])
        keep = keep[heavy]
        weights, bias = _regress(rows, columns, keep, truth, len(names), strength, balanced)
    scale = float(np.abs(weights).max() / 127) or 1.0
    return Model(names, known[keep], np.round(weights / scale).astype(np.int8), scale, bias, 1.0, longest)


def _pairs(texts: Sequence[str], longest: int) -> tuple[Ints, Hashes]:
    """Every (text, distinct group) once."""
    rows, hashes = [], []
    for first, last in batches(texts):
        found = grams([fold_text(text) for text in texts[first:last]], longest)
        keys = np.unique(found.texts.astype(np.uint64) << np.uint64(32) | found.hashes)
        rows.append((keys >> np.uint64(32)).astype(np.intp) + first)
        hashes.append(keys.astype(np.uint32))
    return np.concatenate(rows), np.concatenate(hashes)


def _regress(
    rows: Ints, columns: Ints, keep: Ints, truth: Ints, classes: int, strength: float, balanced: bool
) -> tuple[Floats, Floats]:
    """Weights (features × labels) and bias of the columns `keep`."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    place = np.full(int(columns.max(initial=0)) + 1, -1)
    place[keep] = np.arange(len(keep))
    held = place[columns] >= 0
    rows, columns = rows[held], place[columns][held]
    norms = 1 / np.sqrt(np.maximum(1, np.bincount(rows, minlength=len(truth))))
    matrix = csr_matrix((norms[rows], (rows, columns)), shape=(len(truth), len(keep)))
    found = LogisticRegression(C=strength, class_weight="balanced" if balanced else None, max_iter=300, tol=1e-3)
    found.fit(matrix, truth)
    weights, bias = found.coef_.T, found.intercept_
    if classes == 2:  # one column there: the second label against the first
        weights, bias = np.hstack((-weights / 2, weights / 2)), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias


def _temperature(logits: Floats, truth: Ints) -> float:
    """What the logits must be divided by, so that what is called 80 % sure is right 80 times in 100: the least
    log loss among temperatures a twentieth apart."""
    tried = np.exp(np.arange(-2, 2.001, 0.05))
    losses = [-np.log(softmax(logits / each)[np.arange(len(truth)), truth] + 1e-12).mean() for each in tried]
    return float(tried[int(np.argmin(losses))])


def confusion(model: Model, texts: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.intp]:
    """Truth × told, in the order of the model's labels."""
    truth = np.array([model.labels.index(label) for label in labels])
    told = model.probabilities(texts).argmax(axis=1)
    table = np.zeros((len(model.labels), len(model.labels)), np.intp)
    np.add.at(table, (truth, told), 1)
    return table


def macro_f1(table: npt.NDArray[np.intp]) -> float:
    """The mean of the labels' F1."""
    right, truth, told = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    return float((2 * right / np.maximum(1, truth + told)).mean())
