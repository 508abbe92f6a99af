"""Terms by number, with how many posts and how many living events bear each; so that weights are a look-up."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.terms import PLACE, Codes, code_of

Ids = NDArray[np.int32]
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
        self._numbers: dict[int, int] = {}
        self.heard, self.alive, self.place = np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.bool_)
        self._grow(1024)
        if codes is not None and heard is not None:
            self._name(codes, heard)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, codes: Codes) -> Ids:
        """Those of distinct terms, new ones made."""
        known, wanted = self._numbers, codes.tolist()
        found = list(map(known.get, wanted))
        if None in found:
            size = len(known)
            fresh = [code for code, number in zip(wanted, found, strict=True) if number is None]
            known.update(zip(fresh, range(size, size + len(fresh)), strict=True))
            self._grow(len(known))
            self.place[size : len(known)] = np.array(fresh, np.int64) >= PLACE
            found = list(map(known.get, wanted))
        return np.array(found, np.int32)

    def known(self, codes: Codes) -> Ids:
        """Those of terms; -1 for one that was never heard."""
        return np.array([self._numbers.get(code, -1) for code in codes.tolist()], np.int32)

    def count(self, ids: Ids) -> None:
        """One more post, which bears these."""
        self.seen += 1
        self.heard[ids] += 1

    def rarity(self, ids: Ids) -> Ints:
        """log (seen / heard) of each, in SCALEs, 0 at least."""
        most = round(SCALE * math.log(max(self.seen, LEAST_SEEN) + 1))
        found: Ints = np.maximum(most - _LOG_HALF.take(self.heard[ids], mode="clip"), 0)
        return found

    def idf(self, term: str) -> float:
        number = self._numbers.get(code_of(term))
        heard = 1 if number is None else int(self.heard[number])
        return max(0.0, math.log(max(self.seen, LEAST_SEEN) + 1) - math.log(heard + 0.5))

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
        self._name(self._codes()[keep], self.heard[:size][keep])
        self._prune_at = max(MOST, len(self) * 5 // 4)
        return fresh

    def state(self) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
        """JSON-ready, and arrays: what the constructor takes."""
        return {"seen": self.seen, "prune_at": self._prune_at}, {
            "codes": self._codes(),
            "heard": self.heard[: len(self)],
        }

    def _codes(self) -> Codes:
        return np.fromiter(self._numbers, np.int64, len(self))

    def _name(self, codes: Codes, heard: Ids) -> None:
        size = len(codes)
        self._numbers = dict(zip(codes.tolist(), range(size), strict=True))
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
