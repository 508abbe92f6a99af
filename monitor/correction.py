"""What an office's own judgements change in a shipped model: a second, small linear model whose logits are added.

With few judgements it stays near nothing (it is held back by `STRENGTH`), so that ten clicks cannot turn the shipped
model over; whether it is any better is told by judgements it has not seen. Pure; scipy is imported only to fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitor.fitting import LEAST as FEWEST
from monitor.fitting import confusion, distinct, macro_f1, split_of
from monitor.linear import Floats, Ints, Model, softmax

FOLDS = 5
LEAST = 50  # judgements: a held-out figure of fewer says nothing
LEAST_OF_A_LABEL = 5
STRENGTH = 1.0  # how far judgements move the weights: the best of .3, 1, 4 and 16 in bench/judgements.py
_LEAST_SHARE = 1e-6  # no probability of the shipped model is taken for exactly 0


class CorrectionError(Exception):
    """Too little was judged to learn from; the message (Chinese) says how much is wanted."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The shipped model and the corrected one on the same judgements, none of which the correction had seen."""

    judged: int
    right_before: int
    right_after: int
    f1_before: float
    f1_after: float
    by_label: tuple[tuple[str, int, int, int], ...]  # label, judged so, of them right before, right after

    @property
    def better(self) -> bool:
        return (self.right_after, self.f1_after) > (self.right_before, self.f1_before)

    def as_dict(self) -> dict[str, Any]:
        return {
            "judged": self.judged, "right_before": self.right_before, "right_after": self.right_after,
            "f1_before": self.f1_before, "f1_after": self.f1_after, "by_label": [list(row) for row in self.by_label],
        }  # fmt: skip


def corrected(shares: Floats, texts: Sequence[str], correction: Model) -> Floats:
    """`shares` (texts × labels: the shipped model's probabilities) with the correction's logits added."""
    return softmax(np.log(np.maximum(shares, _LEAST_SHARE)) + correction.logits(texts))


def learn(
    texts: Sequence[str], shares: Floats, labels: Sequence[str], names: Sequence[str], strength: float = STRENGTH
) -> tuple[Model, Compared]:
    """A correction of all these judgements, and how such a one does on what it has not seen. `shares` are the shipped
    model's, its columns `names`. Raises CorrectionError."""
    counts = {name: list(labels).count(name) for name in names}
    if len(labels) < LEAST:
        raise CorrectionError(f"至少要有 {LEAST} 条判断才能校正，现有 {len(labels)} 条")
    if sum(count >= LEAST_OF_A_LABEL for count in counts.values()) < 2:
        raise CorrectionError(f"至少要有两类各 {LEAST_OF_A_LABEL} 条判断才能校正")
    truth = np.array([list(names).index(label) for label in labels])
    folds = np.array([split_of(text, FOLDS) for text in texts])
    after = np.empty_like(shares)
    for fold in range(FOLDS):
        seen, unseen = folds != fold, folds == fold
        if not unseen.any():
            continue
        model = _fit(_some(texts, seen), shares[seen], truth[seen], tuple(names), strength)
        after[unseen] = corrected(shares[unseen], _some(texts, unseen), model)
    return _fit(texts, shares, truth, tuple(names), strength), _compare(shares, after, truth, names)


def _some(texts: Sequence[str], which: Any) -> list[str]:
    return [text for text, wanted in zip(texts, which, strict=True) if wanted]


def _compare(before: Floats, after: Floats, truth: Ints, names: Sequence[str]) -> Compared:
    first, second = before.argmax(axis=1), after.argmax(axis=1)
    rows = []
    for place, name in enumerate(names):
        of_it = truth == place
        rows.append((name, int(of_it.sum()), int((first[of_it] == place).sum()), int((second[of_it] == place).sum())))
    return Compared(
        judged=len(truth),
        right_before=int((first == truth).sum()),
        right_after=int((second == truth).sum()),
        f1_before=macro_f1(confusion(truth, first, len(names)), judged_only=True),
        f1_after=macro_f1(confusion(truth, second, len(names)), judged_only=True),
        by_label=tuple(rows),
    )


def _fit(texts: Sequence[str], shares: Floats, truth: Ints, names: tuple[str, ...], strength: float) -> Model:
    """The weights that explain the judgements best on top of the shipped model, the least of them (L2)."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    rows, columns, known = _features(texts)
    norms = 1 / np.sqrt(np.maximum(1, np.bincount(rows, minlength=len(texts))))
    matrix = csr_matrix((norms[rows], (rows, columns)), shape=(len(texts), len(known)))
    base, goal = np.log(np.maximum(shares, _LEAST_SHARE)), np.eye(len(names))[truth]
    size = (len(known) + 1, len(names))

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(size)
        told = softmax(base + matrix @ weights[:-1] + weights[-1])
        missed = told - goal
        slope = np.vstack((matrix.T @ missed, missed.sum(axis=0))) + weights / strength
        found = -np.log(told[np.arange(len(truth)), truth] + 1e-12).sum() + (weights**2).sum() / (2 * strength)
        return float(found), slope.ravel()

    best = minimize(loss, np.zeros(size[0] * size[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights = best.x.reshape(size)
    scale = float(np.abs(weights[:-1]).max(initial=0) / 127) or 1.0
    return Model(names, known, np.round(weights[:-1] / scale).astype(np.int8), scale, weights[-1])


def _features(texts: Sequence[str]) -> tuple[Ints, Ints, Any]:
    """(text, column) of each distinct group of each text, and the columns' hashes."""
    rows, hashes = distinct(texts)
    known, counts = np.unique(hashes, return_counts=True)
    known = known[counts >= FEWEST]  # what was judged in one text only is chance
    places = np.searchsorted(known, hashes)
    held = known[np.minimum(places, max(0, len(known) - 1))] == hashes if len(known) else np.zeros(len(hashes), bool)
    return rows[held], places[held], known
