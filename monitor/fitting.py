"""Fitting a linear model of text (monitor.linear) to labelled texts. Only here is scikit-learn imported, and only when
something is fitted: the console and the scheduler never load it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.fold import fold_text
from monitor.linear import Floats, Hashes, Ints, Model, batches, grams, read, softmax

PARTS = 10
LEAST = 2  # texts a group must be in: what was seen once is chance
TRIALS = 5  # of the temperature
SMOOTHING = 3  # texts added to every group's count, so that a few say little
BIAS_OF_A_SET = 3.0  # so large that L2 hardly holds it back


def split_of(text: str, parts: int = PARTS) -> int:
    """Which of `parts` this text falls into, by a fixed hash of the folded text: copies fall together."""
    return int.from_bytes(hashlib.sha256(fold_text(text).encode()).digest()[:8], "big") % parts


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    sets: Sequence[str] = (),
    strength: float = 0.15,
    features: int = 200_000,
    longest: int = 3,
    balance: float = 0.75,
    card: Mapping[str, Any] | None = None,
) -> Model:
    """A model of these labels (in the order of their names), pruned to the `features` that weigh most, calibrated.

    `sets` says where each text is from, where there are several. One in which some label never comes up teaches what
    its labels differ by, but not that the others are rare: it has a bias of its own, which is not kept. `strength` is
    C of the logistic regression: greater trusts the texts more. `balance` is how far rare labels are raised: 0 not at
    all, 1 until all labels weigh the same. The temperature comes from a fifth of the texts, judged by a second model
    that is fitted to the rest. The same input gives the same model. Raises ValueError if there are fewer than two
    labels, or no set with all of them.
    """
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError("at least two labels are needed")
    truth = np.array([names.index(label) for label in labels])
    strange = _partial(truth, sets or [""] * len(texts), len(names))
    how = How(strength, features, longest, balance)
    # Another hash than the split into parts, which may have taken some away already.
    back = np.array([split_of(f"{text}\n", TRIALS) == 0 for text in texts]) & (strange == 0)
    temperature = 1.0
    if back.any() and len(set(truth[~back & (strange == 0)])) == len(names):
        seen = [text for text, is_back in zip(texts, back, strict=True) if not is_back]
        unseen = [text for text, is_back in zip(texts, back, strict=True) if is_back]
        trial = _fit(_Taught(seen, truth[~back], names, strange[~back]), how)
        temperature = _temperature(trial.logits(unseen), truth[back])
    return replace(_fit(_Taught(texts, truth, names, strange), how), temperature=temperature, card=card or {})


@dataclass(frozen=True, slots=True)
class How:
    """See `fit`."""

    strength: float
    features: int
    longest: int
    balance: float


@dataclass(frozen=True, slots=True)
class _Taught:
    """`strange` (texts): 0 for a text of a set that has all labels, else the number of its partial set, from 1."""

    texts: Sequence[str]
    truth: Ints
    names: tuple[str, ...]
    strange: Ints

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = self.strange == 0
        return found


def _partial(truth: Ints, sets: Sequence[str], labels: int) -> Ints:
    found, number = np.zeros(len(truth), np.intp), 0
    for name in sorted(set(sets)):
        of = np.array([each == name for each in sets])
        if len(set(truth[of])) < labels:
            number += 1
            found[of] = number
    if not (found == 0).any():
        raise ValueError("no set has all labels")
    return found


def _fit(taught: _Taught, how: How) -> Model:
    """Fitted twice: on every group that comes in two texts, then on those of them that weighed most."""
    rows, hashes = distinct(taught.texts, how.longest)
    known, columns, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    keep = np.nonzero(counts >= LEAST)[0]
    # A rare group tells more than one that is everywhere, and one that comes with some label more than the others do.
    tells = np.log(len(taught.texts) / counts) * _leaning(rows, columns, len(known), taught)
    weights, bias = _regress(rows, columns, keep, tells, taught, how)
    if len(keep) > how.features:
        weight = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1)
        keep = keep[np.sort(np.argsort(-weight, kind="stable")[: how.features])]
        weights, bias = _regress(rows, columns, keep, tells, taught, how)
    scale = float(np.abs(weights).max(initial=0) / 127) or 1.0
    return Model(taught.names, known[keep], np.round(weights / scale).astype(np.int8), scale, bias, 1.0, how.longest)


def _leaning(rows: Ints, columns: Ints, groups: int, taught: _Taught) -> Floats:
    """Of each group, the square root of how far its share differs between a label and the others (log ratio as in
    naive Bayes, root of the mean square over labels), 1 on average."""
    total = np.zeros(groups)
    for label in range(len(taught.names)):
        with_it, without = (
            np.bincount(columns[held[rows]], minlength=groups) + SMOOTHING
            for held in (taught.whole & (taught.truth == label), taught.whole & (taught.truth != label))
        )
        total += np.log(with_it / with_it.sum() / (without / without.sum())) ** 2
    leans = (total / len(taught.names)) ** 0.25
    return np.asarray(leans / leans.mean(), np.float64)


def distinct(texts: Sequence[str], longest: int = 3) -> tuple[Ints, Hashes]:
    """Every (text, distinct group) once."""
    rows, hashes = [np.zeros(0, np.intp)], [np.zeros(0, np.uint32)]
    for first, last in batches(texts):
        found = grams([read(text) for text in texts[first:last]], longest)
        keys = np.unique(found.texts.astype(np.uint64) << np.uint64(32) | found.hashes)
        rows.append((keys >> np.uint64(32)).astype(np.intp) + first)
        hashes.append(keys.astype(np.uint32))
    return np.concatenate(rows), np.concatenate(hashes)


def _regress(rows: Ints, columns: Ints, keep: Ints, tells: Floats, taught: _Taught, how: How) -> tuple[Floats, Floats]:
    """Weights (features × labels) and bias of the columns `keep`, for groups that are there or not."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    truth, texts, strange = taught.truth, len(taught.truth), np.nonzero(taught.strange)[0]
    place = np.full(len(tells), -1)
    place[keep] = np.arange(len(keep))
    held = place[columns] >= 0
    norms = 1 / np.sqrt(np.maximum(1, np.bincount(rows[held], minlength=texts)))
    values = np.concatenate((norms[rows[held]] * tells[columns[held]], np.full(len(strange), BIAS_OF_A_SET)))
    places = np.concatenate((place[columns[held]], len(keep) + taught.strange[strange] - 1))
    shape = (texts, len(keep) + int(taught.strange.max(initial=0)))
    matrix = csr_matrix((values, (np.concatenate((rows[held], strange)), places)), shape=shape)
    counts = np.bincount(truth[taught.whole], minlength=len(taught.names))
    raised = (counts.mean() / counts) ** how.balance
    found = LogisticRegression(C=how.strength, max_iter=300, tol=3e-4).fit(matrix, truth, sample_weight=raised[truth])
    weights, bias = found.coef_[:, : len(keep)].T * tells[keep][:, None], found.intercept_
    if len(taught.names) == 2:  # one column there: the second label against the first
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


def macro_f1(table: npt.NDArray[np.intp], *, judged_only: bool = False) -> float:
    """The mean of the labels' F1, of truth × told; `judged_only` leaves out labels that no truth has."""
    right, truth, told = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    each = 2 * right / np.maximum(1, truth + told)
    return float(each[truth > 0].mean() if judged_only else each.mean())


def calibration_error(shares: Floats, truth: Ints, bins: int = 15) -> float:
    """How far the sureness of what is told lies from how often it is right: the mean over bins of sureness, weighted
    by their texts (ECE)."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    of = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float(sure[of == each].sum() - right[of == each].sum())) for each in range(bins)]
    return sum(gaps) / max(1, len(truth))
