"""Near-duplicates: which earlier text is this one a copy of?

MinHash bands of character 3-grams and clause hashes find candidates; Jaccard or containment of character 4-grams, or
an alignment of the letters, decides (FACTS.md, Events: SimHash fails on short posts). Only originals are kept, as long
as they or their copies are recent.
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

GRAM = 4  # characters that are compared
SHINGLE = 3  # characters that find: of a text with a letter in ten gone here and there, more of these stay whole
PERMUTATIONS, BAND = 126, 3
SEED = 20190801
SHORTEST_CLAUSE = 8
SHORTEST = 8  # letters; what is shorter is a copy of nothing
SHORTEST_CONTAINED = 12  # letters the shorter of two needs for containment to mean anything
JACCARD, CONTAINMENT = 0.5, 0.8
# Of the longer text's letters, those that stand in both in one order; looked at only from so many common grams on.
ALIGNED, WORTH_ALIGNING, LONGEST_ALIGNED = 0.8, 0.25, 1000
LONGEST = 3000  # letters that are compared
MOST_CANDIDATES = 16
KEEP = timedelta(days=30)
_NOT_LETTERS = re.compile(r"[\W_]+")
_STEP = np.uint64(0xD6E8FEB86659FD93)
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_SALT = np.arange(1, PERMUTATIONS // BAND + 1, dtype=np.uint64)[:, None]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text as it is compared (its letters) and found (signatures of what it says); none where it is too short."""

    letters: str
    keys: Keys


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
        return self.add_sketch(identity, sketches([letters_of(text)])[0], int(at.timestamp()))

    def add_sketch(self, identity: str, sketch: Sketch, seconds: int) -> str | None:
        """`add` of a text of which the sketch is made already."""
        letters, keys = sketch.letters, sketch.keys
        if len(letters) < SHORTEST:
            return None
        self._newest = max(self._newest, seconds)
        self._sweep()
        original = self._original_of(letters, keys)
        if original is not None:
            original.at = max(original.at, seconds)
            return original.id
        self._originals[self._next] = _Original(identity, letters, seconds)
        self._signatures.add(keys, self._next)
        self._next += 1
        return None

    def _original_of(self, letters: str, keys: Keys) -> _Original | None:
        """Of the candidates that are nearly the same the one that has most of it; of two that have as much, the one
        that has least beside it, then the older: a half of a text is a copy of the whole, though it may be liker to
        another that was put together from its clauses."""
        best, chosen = (0, 0.0), None
        grams: frozenset[str] | None = None
        for number in self._signatures.find(keys, MOST_CANDIDATES):
            candidate = self._originals.get(number)
            if candidate is None:
                continue
            if candidate.letters == letters:
                return candidate
            grams = grams or _grams(letters)
            near = nearness(letters, candidate.letters, grams, _grams(candidate.letters))
            if near is not None and near > best:
                best, chosen = near, candidate
        return chosen

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


def letters_of(text: str, *, folded: bool = False) -> list[str]:
    """The clauses of a text, folded: runs of letters, digits and characters. `folded`: it is so already."""
    return [clause for clause in _NOT_LETTERS.split(text if folded else fold_text(text)) if clause]


def nearness(mine: str, theirs: str, my_grams: frozenset[str], their_grams: frozenset[str]) -> tuple[int, float] | None:
    """(4-grams in common, their Jaccard index) where the letters of two texts are nearly one text, else None."""
    common = len(my_grams & their_grams)
    near = common, common / ((len(my_grams) + len(their_grams) - common) or 1)
    if near[1] >= JACCARD:
        return near
    shorter, longer = sorted((len(mine), len(theirs)))
    if shorter >= SHORTEST_CONTAINED and common >= CONTAINMENT * min(len(my_grams), len(their_grams)):
        return near
    if near[1] < WORTH_ALIGNING or longer > LONGEST_ALIGNED or shorter < ALIGNED * longer:
        return None
    return near if common_letters(mine, theirs) >= ALIGNED * longer else None


def common_letters(mine: str, theirs: str) -> int:
    """How many letters stand in both in one order (their longest common subsequence), worked out for all of `mine` at
    once in the bits of one number (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, letter in enumerate(mine):
        places[letter] = places.get(letter, 0) | 1 << place
    every = (1 << len(mine)) - 1
    row = every
    for letter in theirs:
        met = row & places.get(letter, 0)
        row = ((row + met) | (row - met)) & every
    return len(mine) - row.bit_count()


def same_text(mine: str, theirs: str) -> bool:
    """Whether two texts are nearly one; texts too short to tell must be equal."""
    first, second = ("".join(letters_of(text))[:LONGEST] for text in (mine, theirs))
    if min(len(first), len(second)) < SHORTEST:
        return first == second
    return nearness(first, second, _grams(first), _grams(second)) is not None


def _grams(letters: str) -> frozenset[str]:
    return frozenset([letters[i : i + GRAM] for i in range(len(letters) - GRAM + 1)])


def sketches(texts: Sequence[Sequence[str]]) -> list[Sketch]:
    """Of texts given as their clauses (`letters_of`). Many are made at once for little more than one."""
    joined = ["".join(clauses)[:LONGEST] for clauses in texts]
    hashes: list[bytes] = []
    ends = []
    for letters, clauses in zip(joined, texts, strict=True):
        if len(letters) >= SHORTEST:
            hashes += [_hash(clause) for clause in dict.fromkeys(clauses) if len(clause) >= SHORTEST_CLAUSE]
        ends.append(len(hashes))
    clause_keys = np.frombuffer(b"".join(hashes), ">u8").astype(np.uint64)
    bands = iter(_bands([letters for letters in joined if len(letters) >= SHORTEST]))
    found, begin = [], 0
    for letters, end in zip(joined, ends, strict=True):
        keys = (next(bands), clause_keys[begin:end]) if len(letters) >= SHORTEST else (clause_keys[:0],)
        found.append(Sketch(letters, np.concatenate(keys)))
        begin = end
    return found


def _bands(texts: Sequence[str]) -> Keys:
    """Texts × bands; each text has at least a shingle."""
    if not texts:
        return np.empty((0, PERMUTATIONS // BAND), np.uint64)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    shingles = points[:-2] << np.uint64(42) | points[1:-1] << np.uint64(21) | points[2:]
    whole = np.ones(len(points), np.bool_)
    lasts = lengths.cumsum()
    whole[lasts - 1] = whole[lasts - 2] = False  # those would reach into the next text
    hashed = shingles[whole[:-2]] * _STEP  # wraps around, as a hash may
    hashed = (hashed ^ hashed >> np.uint64(32)) * _MIX[0]
    hashed ^= hashed >> np.uint64(29)
    offsets = np.concatenate(([0], (lengths - (SHINGLE - 1)).cumsum()))
    digests = RMinHash.digest_matrix_from_flat_token_hashes(hashed, offsets, PERMUTATIONS, SEED)
    rows = np.array(digests.to_rows(), np.uint64).reshape(len(texts), -1, BAND)
    keys: Keys = ((rows + _SALT) * _MIX).sum(axis=2, dtype=np.uint64)
    keys ^= keys >> np.uint64(29)
    return keys


def _hash(clause: str) -> bytes:
    return blake2b(clause.encode("utf-8", "replace"), digest_size=8).digest()
