"""Fitting a linear model of text (monitor.linear) to labelled texts. Only here is scikit-learn imported, and only when
something is fitted: the console and the scheduler never load it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.fold import fold_text
from monitor.linear import Floats, Hashes, Ints, Model, batches, grams, read, softmax

PARTS = 10
LEAST = 2  # texts a group must be in: what was seen once is chance
TRIALS = 5  # of the temperature


def split_of(text: str, parts: int = PARTS) -> int:
    """Which of `parts` this text falls into, by a fixed hash of the folded text: copies fall together."""
    return int.from_bytes(hashlib.sha256(fold_text(text).encode()).digest()[:8], "big") % parts


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    strength: float = 0.3,
    features: int = 200_000,
    longest: int = 3,
    balance: float = 0.75,
    card: Mapping[str, Any] | None = None,
) -> Model:
    """A model of these labels (in the order of their names), pruned to the `features` that weigh most, calibrated.

    `strength` is C of the logistic regression: greater trusts the texts more. `balance` is how far rare labels are
    raised: 0 not at all, 1 until all labels weigh the same. The temperature comes from a fifth of the texts, judged
    by a second model that is fitted to the rest. The same input gives the same model. Raises ValueError if there are
    fewer than two labels.
    """
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("at least two labels are needed")
    truth = np.array([names.index(label) for label in labels])
    options = (names, strength, features, longest, balance)
    # Another hash than the split into parts, which may have taken some away already.
    back = np.array([split_of(f"{text}\n", TRIALS) == 0 for text in texts])
    temperature = 1.0
    if back.any() and len(set(truth[~back])) == len(names):
        seen, unseen = (
            [text for text, is_back in zip(texts, back, strict=True) if is_back is want]
            for want in (np.False_, np.True_)
        )
        temperature = _temperature(_fit(seen, truth[~back], *options).logits(unseen), truth[back])
    return replace(_fit(texts, truth, *options), temperature=temperature, card=card or {})


def _fit(
    texts: Sequence[str], truth: Ints, names: tuple[str, ...], strength: float, features: int, longest: int,
    balance: float,
) -> Model:  # fmt: skip
    """Fitted twice: on every group that comes in two texts, then on those of them that weighed most."""
    rows, hashes = _pairs(texts, longest)
    known, columns, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    keep = np.nonzero(counts >= LEAST)[0]
    # A rare group tells more than one that is everywhere.
    rarity = np.log(len(texts) / counts)
    weights, bias = _regress(rows, columns, keep, rarity, truth, len(names), strength, balance)
    if len(keep) > features:
        weight = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1)
        keep = keep[np.sort(np.argsort(-weight, kind="stable")[:features])]
        weights, bias = _regress(rows, columns, keep, rarity, truth, len(names), strength, balance)
    scale = float(np.abs(weights).max(initial=0) / 127) or 1.0
    return Model(names, known[keep], np.round(weights / scale).astype(np.int8), scale, bias, 1.0, longest)


def _pairs(texts: Sequence[str], longest: int) -> tuple[Ints, Hashes]:
    """Every (text, distinct group) once."""
    rows, hashes = [], []
    for first, last in batches(texts):
        found = grams([read(text) for text in texts[first:last]], longest)
        keys = np.unique(found.texts.astype(np.uint64) << np.uint64(32) | found.hashes)
        rows.append((keys >> np.uint64(32)).astype(np.intp) + first)
        hashes.append(keys.astype(np.uint32))
    return np.concatenate(rows), np.concatenate(hashes)


def _regress(
    rows: Ints, columns: Ints, keep: Ints, rarity: Floats, truth: Ints, classes: int, strength: float, balance: float
) -> tuple[Floats, Floats]:  # fmt: skip
    """Weights (features × labels) and bias of the columns `keep`, for groups that are there or not."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    place = np.full(len(rarity), -1)
    place[keep] = np.arange(len(keep))
    held = place[columns] >= 0
    norms = 1 / np.sqrt(np.maximum(1, np.bincount(rows[held], minlength=len(truth))))
    values = norms[rows[held]] * rarity[columns[held]]
    matrix = csr_matrix((values, (rows[held], place[columns[held]])), shape=(len(truth), len(keep)))
    counts = np.bincount(truth, minlength=classes)
    raised = {label: float((counts.mean() / counts[label]) ** balance) for label in range(classes)}
    found = LogisticRegression(C=strength, class_weight=raised, max_iter=300, tol=3e-4).fit(matrix, truth)
    weights, bias = found.coef_.T * rarity[keep][:, None], found.intercept_
    if classes == 2:  # one column there: the second label against the first
        weights, bias = np.hstack((-weights / 2, weights / 2)), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias


def _temperature(logits: Floats, truth: Ints) -> float:
    """What the logits must be divided by, so that what is called 80 % sure is right 80 times in 100: the least
    log loss among temperatures a twentieth apart."""
    tried = np.exp(np.arange(-2, 2.001, 0.05))
    losses = [-np.log(softmax(logits / each)[np.arange(len(truth)), truth] + 1e-12).mean() for each in tried]
    return float(tried[int(np.argmin(losses))])


def confusion(truth: Ints, told: Ints, labels: int) -> npt.NDArray[np.intp]:
    """Truth × told."""
    table = np.zeros((labels, labels), np.intp)
    np.add.at(table, (truth, told), 1)
    return table


def macro_f1(table: npt.NDArray[np.intp]) -> float:
    """The mean of the labels' F1, of truth × told."""
    right, truth, told = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    return float((2 * right / np.maximum(1, truth + told)).mean())


def calibration_error(shares: Floats, truth: Ints, bins: int = 15) -> float:
    """How far the sureness of what is told lies from how often it is right: the mean over bins of sureness, weighted
    by their texts (ECE)."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    of = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float(sure[of == each].sum() - right[of == each].sum())) for each in range(bins)]
    return sum(gaps) / max(1, len(truth))
