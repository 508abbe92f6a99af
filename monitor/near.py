"""Near-duplicates: which earlier text is this one a copy of?

MinHash bands and clause hashes find candidates; Jaccard or containment of character 4-grams decides (FACTS.md, Events:
SimHash fails on short posts). Only originals are kept, as long as they or their copies are recent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import numpy as np
from rensa import RMinHash

from archive.fold import fold_text
from monitor.signatures import Keys, Signatures

GRAM = 4
PERMUTATIONS, BAND = 128, 4
SEED = 20190801
SHORTEST_CLAUSE = 8
SHORTEST = 8  # letters; what is shorter is a copy of nothing
SHORTEST_CONTAINED = 12  # letters the shorter of two needs for containment to mean anything
JACCARD, CONTAINMENT = 0.5, 0.8
LONGEST = 3000  # letters that are compared
MOST_CANDIDATES = 16
KEEP = timedelta(days=30)
_NOT_LETTERS = re.compile(r"[\W_]+")
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], np.uint64)


@dataclass(slots=True)
class _Original:
    id: str
    letters: str
    at: int  # of itself or its latest copy, seconds


class NearIndex:
    """On-line: `add` texts in any order of time; originals are forgotten `keep` after they were last seen."""

    shortest = SHORTEST

    def __init__(self, keep: timedelta = KEEP) -> None:
        self._keep = int(keep.total_seconds())
        self._originals: dict[int, _Original] = {}
        self._signatures = Signatures()
        self._next = 0
        self._newest = 0
        self._swept = 0

    def __len__(self) -> int:
        return len(self._originals)

    def add(self, identity: str, text: str, at: datetime) -> str | None:
        """The id of the original `text` nearly repeats, or None: then it is kept as an original itself."""
        clauses = letters_of(text)
        letters = "".join(clauses)[:LONGEST]
        if len(letters) < SHORTEST:
            return None
        seconds = int(at.timestamp())
        self._newest = max(self._newest, seconds)
        self._sweep()
        grams = _grams(letters)
        keys = np.concatenate((_bands(grams), _clause_keys(clauses)))
        for number in self._signatures.find(keys, MOST_CANDIDATES):
            original = self._originals.get(number)
            if original is not None and alike(
                grams, _grams(original.letters), min(len(letters), len(original.letters))
            ):
                original.at = max(original.at, seconds)
                return original.id
        self._originals[self._next] = _Original(identity, letters, seconds)
        self._signatures.add(keys, self._next)
        self._next += 1
        return None

    def _sweep(self) -> None:
        """Forget what is too old, once a day of the newest text's time."""
        if self._newest - self._swept < 86_400:
            return
        self._swept = self._newest
        oldest = self._newest - self._keep
        gone = [number for number, original in self._originals.items() if original.at < oldest]
        for number in gone:
            del self._originals[number]
        self._signatures.forget(gone)

    @property
    def signatures(self) -> Signatures:
        return self._signatures

    def state(self) -> dict[str, Any]:
        """What `restore` needs beside the signatures, JSON-ready."""
        rows = [[n, o.id, o.letters, o.at] for n, o in self._originals.items()]
        return {"keep": self._keep, "next": self._next, "newest": self._newest, "swept": self._swept, "rows": rows}

    @classmethod
    def restore(cls, state: dict[str, Any], signatures: Signatures) -> "NearIndex":
        """An index that goes on as the one whose state it is would have."""
        index = cls(timedelta(seconds=state["keep"]))
        index._next, index._newest, index._swept = state["next"], state["newest"], state["swept"]
        index._originals = {n: _Original(identity, letters, at) for n, identity, letters, at in state["rows"]}
        index._signatures = signatures
        return index


def letters_of(text: str) -> list[str]:
    """The clauses of a text, folded: runs of letters, digits and characters."""
    return [clause for clause in _NOT_LETTERS.split(fold_text(text)) if clause]


def alike(mine: frozenset[str], theirs: frozenset[str], shorter: int) -> bool:
    """Whether two sets of 4-grams are of nearly one text; `shorter` is the shorter text's length in letters."""
    common = len(mine & theirs)
    if common >= JACCARD * (len(mine) + len(theirs) - common):
        return True
    return shorter >= SHORTEST_CONTAINED and common >= CONTAINMENT * min(len(mine), len(theirs))


def same_text(mine: str, theirs: str) -> bool:
    """Whether two texts are nearly one; texts too short to tell must be equal."""
    first, second = ("".join(letters_of(text))[:LONGEST] for text in (mine, theirs))
    if min(len(first), len(second)) < SHORTEST:
        return first == second
    return alike(_grams(first), _grams(second), min(len(first), len(second)))


def _grams(letters: str) -> frozenset[str]:
    return frozenset([letters[i : i + GRAM] for i in range(len(letters) - GRAM + 1)])


def _bands(grams: frozenset[str]) -> Keys:
    sketch = RMinHash(PERMUTATIONS, SEED)
    sketch.update(list(grams))
    rows = np.array(sketch.digest(), np.uint64).reshape(-1, BAND)
    salted = rows + np.arange(1, len(rows) + 1, dtype=np.uint64)[:, None]
    keys: Keys = (salted * _MIX).sum(axis=1, dtype=np.uint64)  # wraps around, as a hash may
    keys ^= keys >> np.uint64(29)
    return keys


def _clause_keys(clauses: Sequence[str]) -> Keys:
    hashes = [
        int.from_bytes(blake2b(clause.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        for clause in clauses
        if len(clause) >= SHORTEST_CLAUSE
    ]
    return np.array(hashes, np.uint64)
