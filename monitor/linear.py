"""A small linear model of text: which of a few labels a text has, by the groups of characters (1 to 3) in it.

Each distinct group is a feature that is there or not, known by a 32-bit hash of its code points: a model holds no text.
A text's two ends are characters of their own, so that what it begins and ends with counts too. The weights are one
byte each. Everything runs over arrays, many texts at once. Fitting is in monitor.fitting.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from archive.fold import fold_text

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.intp]
FORM = 1  # of the file; raised when what is read changes
BEGIN, END = "\x02", "\x03"
AT_ONCE = 200_000  # characters worked on together: about 20 MB of arrays
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)


class ModelError(Exception):
    """A file holds no model of ours; the message (Chinese) says which file and why."""


@dataclass(frozen=True, slots=True)
class Grams:
    """The groups of characters of some texts, in no order: group i has the hash `hashes[i]`, is in text `texts[i]`
    and begins at `starts[i]` of the folded text. A group that comes twice is twice here."""

    hashes: Hashes
    texts: Ints
    starts: Ints


def grams(folded: Sequence[str], longest: int = 3) -> Grams:
    """Every group of 1 to `longest` characters of each of these folded texts; none reaches from one to the next."""
    lengths = np.fromiter(map(len, folded), np.intp, len(folded))
    points = np.frombuffer("".join(folded).encode("utf-32-le", "surrogatepass"), np.uint32)
    texts = np.repeat(np.arange(len(folded)), lengths)
    starts = np.arange(len(points)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    hashes, rolled, owners, begins = [], np.zeros(len(points), np.uint64), [], []
    for size in range(1, min(longest, len(points)) + 1):
        count = len(points) - size + 1
        rolled = (rolled[:count] + points[size - 1 :] + np.uint64(1)) * _STEP
        whole = texts[:count] == texts[size - 1 :]
        mixed = (rolled ^ (rolled >> _HALF)) * _MIX
        hashes.append((mixed >> _HALF).astype(np.uint32)[whole])
        owners.append(texts[:count][whole])
        begins.append(starts[:count][whole])
    if not hashes:
        return Grams(np.zeros(0, np.uint32), np.zeros(0, np.intp), np.zeros(0, np.intp))
    return Grams(np.concatenate(hashes), np.concatenate(owners), np.concatenate(begins))


def read(text: str) -> str:
    """What of a text is looked at: folded, between the marks of its ends; nothing of one that is empty."""
    folded = fold_text(text).strip()
    return f"{BEGIN}{folded}{END}" if folded else ""


def batches(texts: Sequence[str], at_once: int = AT_ONCE) -> Iterator[tuple[int, int]]:
    """Where to cut these texts, so that few characters are worked on together: [first, last) of each batch."""
    first, held = 0, 0
    for at, text in enumerate(texts):
        if at > first and held + len(text) > at_once:
            yield first, at
            first, held = at, 0
        held += len(text)
    if first < len(texts):
        yield first, len(texts)


@dataclass(frozen=True)
class Model:
    """`weights` (features × labels) belong to `hashes` (ascending), in units of `scale`; `bias` (labels).

    A text's logit for a label is bias + Σ weight · scale of its distinct known groups, divided by the square root of
    their number, so that a long text is not surer than a short one only because it is long; probabilities are the
    softmax of the logits over `temperature`.
    """

    labels: tuple[str, ...]
    hashes: Hashes
    weights: npt.NDArray[np.int8]
    scale: float
    bias: Floats
    temperature: float = 1.0
    longest: int = 3
    card: Mapping[str, Any] = field(default_factory=dict)  # data, date, scores, limits

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """texts × labels, each row sums to 1. A text without any known group has what the bias alone says."""
        return softmax(self.logits(texts) / self.temperature)

    def logits(self, texts: Sequence[str]) -> Floats:
        """texts × labels, before the temperature."""
        rows = [self._logits([read(text) for text in texts[a:b]]) for a, b in batches(texts)]
        return np.concatenate(rows) if rows else np.zeros((0, len(self.labels)))

    def _logits(self, looked_at: Sequence[str]) -> Floats:
        owners, features = self._features(grams(looked_at, self.longest))
        sums = np.empty((len(looked_at), len(self.labels)))
        for column in range(len(self.labels)):
            sums[:, column] = np.bincount(owners, self._columns[column][features], len(looked_at))
        norms = np.sqrt(np.maximum(1, np.bincount(owners, minlength=len(looked_at))))
        logits: Floats = sums * self.scale / norms[:, None] + self.bias
        return logits

    def _features(self, found: Grams) -> tuple[Ints, Ints]:
        """The distinct known groups: the text each is in and which feature it is."""
        at, known = self._find(found.hashes)
        keys = np.sort(found.texts[known] * len(self.hashes) + at[known])
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys
        owners, features = np.divmod(keys, max(1, len(self.hashes)))
        return owners, features

    def _find(self, hashes: Hashes) -> tuple[Ints, npt.NDArray[np.bool_]]:
        if not len(self.hashes):
            return np.zeros(len(hashes), np.intp), np.zeros(len(hashes), np.bool_)
        at = self._buckets[hashes >> self._shift].astype(np.intp)
        while (behind := self._ended[at] < hashes).any():  # a few times: a bucket holds one or two
            at += behind
        at[at == len(self.hashes)] = 0
        return at, self.hashes[at] == hashes

    @cached_property
    def _shift(self) -> np.uint32:
        """Of a hash to the number of its bucket, which are about twice as many as the hashes."""
        return np.uint32(32 - min(20, max(1, len(self.hashes).bit_length() + 1)))

    @cached_property
    def _buckets(self) -> Hashes:
        """Where each begins: hashes are spread evenly, so that a look is quicker than a search."""
        first = np.arange(1 << (32 - int(self._shift)), dtype=np.uint32) << self._shift
        return np.searchsorted(self.hashes, first).astype(np.uint32)

    @cached_property
    def _ended(self) -> Hashes:
        return np.append(self.hashes, np.uint32(0xFFFFFFFF))

    @cached_property
    def _columns(self) -> npt.NDArray[np.int8]:
        return np.ascontiguousarray(self.weights.T)

    def along(self, text: str, label: str) -> Floats:
        """How much each character of the folded text (spaces at its ends removed) speaks for `label` against the
        mean of all labels, in parts of the logit: a group's share lies in equal parts on its characters where it
        first stands; what falls on a text's ends, on the character beside them. Without the bias."""
        looked_at = read(text)
        found = grams([looked_at], self.longest)
        at, known = self._find(found.hashes)
        features, first = np.unique(at[known], return_index=True)
        weights = self.weights[features].astype(float)
        shares = (weights[:, self.labels.index(label)] - weights.mean(axis=1)) * self.scale
        sizes, starts = _sizes(len(looked_at), self.longest)[known][first], found.starts[known][first]
        shares /= math.sqrt(max(1, len(features))) * sizes
        speaks = np.zeros(max(0, len(looked_at) - 2))
        for step in range(self.longest if len(speaks) else 0):
            reach = sizes > step
            np.add.at(speaks, np.clip(starts[reach] + step - 1, 0, len(speaks) - 1), shares[reach])
        return speaks

    def save(self, to: Path | IO[bytes]) -> None:
        """One compressed .npz. Hashes are kept as steps from one to the next, which pack better."""
        steps = np.diff(self.hashes, prepend=np.uint32(0)).astype(np.uint32)
        about = {
            "form": FORM, "labels": self.labels, "scale": self.scale, "temperature": self.temperature,
            "longest": self.longest, "card": dict(self.card),
        }  # fmt: skip
        text = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
        with to.open("wb") if isinstance(to, Path) else nullcontext(to) as file:
            np.savez_compressed(file, about=text, steps=steps, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path | IO[bytes]) -> "Model":
        """Raises ModelError. Nothing in the file is ever run: it holds numbers and one JSON text."""
        try:
            with np.load(path, allow_pickle=False) as file:
                about = json.loads(file["about"].tobytes())
                if about["form"] != FORM:
                    raise ModelError(f"模型文件 {path} 的格式是 {about['form']}，本程序只读 {FORM}；请重新训练")
                model = cls(
                    tuple(about["labels"]), np.cumsum(file["steps"], dtype=np.uint32), file["weights"],
                    float(about["scale"]), file["bias"], float(about["temperature"]), int(about["longest"]),
                    about["card"],
                )  # fmt: skip
        except FileNotFoundError as error:
            raise ModelError(f"找不到模型文件 {path}") from error
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"模型文件 {path} 已损坏或不是民声的模型（{error}）；请重新训练或重新安装") from error
        shape = (len(model.hashes), len(model.labels))
        if model.weights.shape != shape or model.weights.dtype != np.int8 or model.bias.shape != shape[1:]:
            raise ModelError(f"模型文件 {path} 前后不一致；请重新训练或重新安装")
        return model


def softmax(logits: Floats) -> Floats:
    """Each row as probabilities."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _sizes(length: int, longest: int) -> Ints:
    """The size of each group of one text, in the order of `grams`."""
    return np.concatenate([np.full(length - size + 1, size, np.intp) for size in range(1, min(longest, length) + 1)]
                          or [np.zeros(0, np.intp)])  # fmt: skip
