"""Terms by number, with how many posts and how many living events bear each; so that weights are a look-up."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.codes import Codes, Ids, Numbered
from monitor.terms import PLACE, codes_of

Ints = NDArray[np.int64]
# Weights are whole numbers, so that their sums are the same in whatever order they are added.
SCALE = 256
MOST = 600_000  # terms; then those that stood in one post alone, and in no living event, are forgotten
# Among the first posts every word is as rare as any other, and what two of them share would weigh less than what they
# do not: so they are weighed as if so many had been seen. With 30, B³ F of 36 small streams is .925, without .890; from
# 50 on, large ones lose (docs/decisions/0006-spike-constants.md).
LEAST_SEEN = 30
_TABLE = 1 << 16
_LOUD = np.array([0, *(round(SCALE * (1 + math.log(n))) for n in range(1, _TABLE))], np.int64)
_LOG_HALF = np.array([round(SCALE * math.log(n + 0.5)) for n in range(_TABLE)], np.int64)


def loud(counts: NDArray[np.integer[Any]]) -> Ints:
    """1 + log n of each, in SCALEs."""
    found: Ints = _LOUD.take(counts, mode="clip")
    return found


class Vocabulary:
    """`seen`: posts so far; `heard`: of them those that bear a term; `alive`: living events that it finds."""

    def __init__(self, codes: Codes | None = None, heard: Ids | None = None, seen: int = 0, prune_at: int = 0) -> None:
        """As `state` gave it, or empty; `alive` is for whoever restores the events to count."""
        self.seen = seen
        self._prune_at = prune_at or MOST
        nothing = np.empty(0, np.int64), np.empty(0, np.int32)
        self._name(*((codes, heard) if codes is not None and heard is not None else nothing))

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, codes: Codes) -> Ids:
        """Those of distinct terms, new ones made."""
        size = len(self)
        found = self._numbers.number(codes)
        if len(self) > size:
            self._grow(len(self))
            self.place[size : len(self)] = self._numbers.codes[size:] >= PLACE
        return found

    def known(self, codes: Codes) -> Ids:
        """Those of terms; -1 for one that was never heard."""
        return self._numbers.find(codes)

    def count(self, ids: Ids) -> None:
        """One more post, which bears these."""
        self.seen += 1
        self.heard[ids] += 1

    def rarity(self, ids: Ids) -> Ints:
        """log (seen / heard) of each, in SCALEs, 0 at least."""
        most = round(SCALE * math.log(max(self.seen, LEAST_SEEN) + 1))
        found: Ints = np.maximum(most - _LOG_HALF.take(self.heard[ids], mode="clip"), 0)
        return found

    def idf(self, terms: Sequence[str]) -> dict[str, float]:
        """log (seen / heard) of each."""
        ids = self._numbers.find(codes_of(terms))
        heard = np.where(ids < 0, 1, self.heard[ids]).tolist()
        most = math.log(max(self.seen, LEAST_SEEN) + 1)
        return {term: max(0.0, most - math.log(times + 0.5)) for term, times in zip(terms, heard, strict=True)}

    @property
    def full(self) -> bool:
        return len(self) > self._prune_at

    def renumber(self, used: Ids) -> Ids:
        """Forget the terms that stood in one post alone and are not `used`. The new number of each that stays, in the
        order they had, -1 for the others. `alive` then is as if nothing lived."""
        size = len(self)
        keep = self.heard[:size] > 1
        keep[used] = True
        fresh = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
        self._name(self._numbers.codes[keep], self.heard[:size][keep])
        self._prune_at = max(MOST, len(self) * 5 // 4)
        return fresh

    def state(self) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
        """JSON-ready, and arrays: what the constructor takes."""
        return {"seen": self.seen, "prune_at": self._prune_at}, {
            "codes": self._numbers.codes,
            "heard": self.heard[: len(self)],
        }

    def _name(self, codes: Codes, heard: Ids) -> None:
        size = len(codes)
        self._numbers = Numbered(codes)
        self.heard, self.alive, self.place = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.bool_)
        self._grow(max(1024, size))
        self.heard[:size], self.place[:size] = heard, codes >= PLACE

    def _grow(self, size: int) -> None:
        held = len(self.heard)
        if size > held:
            more = max(size, 2 * held) - held
            self.heard = np.concatenate((self.heard, np.zeros(more, np.int32)))
            self.alive = np.concatenate((self.alive, np.zeros(more, np.int32)))
            self.place = np.concatenate((self.place, np.zeros(more, np.bool_)))
