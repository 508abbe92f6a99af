"""Fitting the two models of topics, and measuring how such a fit does on what it has not seen.

The words of a tree of topics (城乡建设: 物业服务, 违章建筑 …) are learnt from as short messages of less weight: a
topic's own words are what citizens write too, and 691 messages do not hold them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from monitor.fitting import confusion, macro_f1, split_of
from monitor.linear import Floats, Hashes, Ints, Model, batches, grams, read, softmax
from monitor.topics import LONGEST, Topics

FEATURES = 8_000  # groups kept of each model
LEAST_TEXTS = 2  # texts a group must be in
STRENGTH = 0.5  # C of the support vector machine
OF_THE_TREE = 0.6  # what a line of the tree weighs beside a message
FOLDS = 5
WRONG_UNSURE = 0.6  # of what it gets wrong, at least this share is to be called unsure


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Of messages each judged by a pair fitted to the others."""

    macro_f1: float
    coverage: float  # share of messages of which something is said
    accuracy: float  # share of those that is right

    def told(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in ("macro_f1", "coverage", "accuracy")}


def fold_of(message: Message) -> int:
    """Which fold: copies of a message fall together."""
    return split_of(f"{message.title}\n{message.text}", FOLDS)


def fitted(
    messages: Sequence[Message], tree: Sequence[tuple[str, str]], card: Mapping[str, Any]
) -> tuple[Topics, Scores]:
    """The pair, with its temperature and the least probability told, both from messages each judged by a pair that
    was fitted to the others; and how those did. `tree`: (topic, words). Deterministic."""
    logits = out_of_fold(messages, tree)
    pair = _pair(messages, tree)
    truth = np.array([pair.labels.index(message.topic) for message in messages])
    temperature = _temperature(logits, truth)
    shares = softmax(logits / temperature)
    least = _least(shares, truth)
    told, sure = shares.argmax(axis=1), shares.max(axis=1) >= least
    right = (told == truth)[sure]
    accuracy = float(right.mean()) if len(right) else 0.0
    scores = Scores(macro_f1(confusion(truth, told, len(pair.labels))), float(sure.mean()), accuracy)
    full = {**card, "scores": scores.told(), "least": least}
    return Topics(replace(pair.title, temperature=temperature, card=full), replace(pair.text, card=full)), scores


def out_of_fold(messages: Sequence[Message], tree: Sequence[tuple[str, str]]) -> Floats:
    """Messages × topics (in the order of their names): logits, each by a pair fitted to the other folds."""
    folds = np.array([fold_of(message) for message in messages])
    found = np.zeros((len(messages), len({message.topic for message in messages})))
    for fold in range(FOLDS):
        taught = [message for message, of in zip(messages, folds, strict=True) if of != fold]
        held = [message for message, of in zip(messages, folds, strict=True) if of == fold]
        if held:
            pair = _pair(taught, tree)
            found[folds == fold] = pair.title.logits([each.title for each in held]) + pair.text.logits(
                [each.text[:LONGEST] for each in held]
            )
    return found


def _pair(messages: Sequence[Message], tree: Sequence[tuple[str, str]]) -> Topics:
    names = tuple(sorted({message.topic for message in messages}))
    words = [(topic, said) for topic, said in tree if topic in names]
    truth = np.array([names.index(each.topic) for each in messages] + [names.index(topic) for topic, _ in words])
    weight = np.array([1.0] * len(messages) + [OF_THE_TREE] * len(words))
    of_words = [said for _, said in words]
    return Topics(
        _model([message.title for message in messages] + of_words, truth, weight, names),
        _model([message.text[:LONGEST] for message in messages] + of_words, truth, weight, names),
    )


def _model(texts: Sequence[str], truth: Ints, weight: Floats, names: tuple[str, ...], longest: int = 3) -> Model:
    """Fitted twice: on every group that comes in two texts, then on those of them that weighed most."""
    rows, hashes = _groups(texts, longest)
    known, columns, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    keep = np.nonzero(counts >= LEAST_TEXTS)[0]
    tells = np.log(len(texts) / counts)  # a rare group tells more than one that is everywhere
    weights, bias = _machine(rows, columns, keep, tells, truth, weight)
    if len(keep) > FEATURES:
        heavy = np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:FEATURES]
        keep = keep[np.sort(heavy)]
        weights, bias = _machine(rows, columns, keep, tells, truth, weight)
    scale = float(np.abs(weights).max(initial=0) / 127) or 1.0
    return Model(names, known[keep], np.round(weights / scale).astype(np.int8), scale, bias, 1.0, longest)


def _groups(texts: Sequence[str], longest: int) -> tuple[Ints, Hashes]:
    """Every (text, distinct group) once."""
    rows, hashes = [], []
    for first, last in batches(texts):
        found = grams([read(text) for text in texts[first:last]], longest)
        keys = np.unique(found.texts.astype(np.uint64) << np.uint64(32) | found.hashes)
        rows.append((keys >> np.uint64(32)).astype(np.intp) + first)
        hashes.append(keys.astype(np.uint32))
    return np.concatenate(rows), np.concatenate(hashes)


def _machine(
    rows: Ints, columns: Ints, keep: Ints, tells: Floats, truth: Ints, weight: Floats
) -> tuple[Floats, Floats]:
    """Weights (features × labels) and bias of the columns `keep`, for groups that are there or not."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    place = np.full(len(tells), -1)
    place[keep] = np.arange(len(keep))
    held = place[columns] >= 0
    rows, columns = rows[held], place[columns][held]
    norms = 1 / np.sqrt(np.maximum(1, np.bincount(rows, minlength=len(truth))))
    factors = tells[keep] / tells[keep].mean()
    matrix = csr_matrix((norms[rows] * factors[columns], (rows, columns)), shape=(len(truth), len(keep)))
    found = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0).fit(matrix, truth, sample_weight=weight)
    if len(found.intercept_) == 1:  # one column for two labels: the second against the first
        return np.hstack((-found.coef_.T, found.coef_.T)) * factors[:, None], np.array([-1, 1]) * found.intercept_
    return found.coef_.T * factors[:, None], found.intercept_


def _temperature(logits: Floats, truth: Ints) -> float:
    """That with the least log loss, so that what is called 80 % sure is right 80 times in 100."""
    tried = np.exp(np.arange(-3, 2.001, 0.05))
    losses = [-np.log(softmax(logits / each)[np.arange(len(truth)), truth] + 1e-12).mean() for each in tried]
    return float(tried[int(np.argmin(losses))])


def _least(shares: Floats, truth: Ints) -> float:
    """The least probability told: so that WRONG_UNSURE of what is wrong lies below it, and no more is left out than
    that needs."""
    wrong = np.sort(shares.max(axis=1)[shares.argmax(axis=1) != truth])
    if not len(wrong):
        return 0.0
    return round(float(wrong[min(len(wrong) - 1, int(np.ceil(WRONG_UNSURE * len(wrong))))]), 4)
