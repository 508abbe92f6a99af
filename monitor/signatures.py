"""A multimap from 64-bit signatures to numbers, small enough for millions: sorted arrays and a short unsorted tail."""

from collections import Counter
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
TAIL = 1 << 15
COMMON = 64  # a signature borne by more than this says nothing


class Signatures:
    def __init__(self, keys: Keys | None = None, numbers: NDArray[np.int64] | None = None) -> None:
        """From the arrays `arrays` gave, or empty."""
        empty = np.empty(0, np.uint64)
        # Sorted segments, each at least twice as long as the next.
        self._segments: list[tuple[Keys, NDArray[np.int64]]] = []
        if keys is not None and numbers is not None and len(keys):
            self._segments.append((keys, numbers))
        self._tail: dict[int, list[int]] = {}
        self._tail_size = 0
        self._empty = empty

    def add(self, keys: Keys, number: int) -> None:
        for key in keys.tolist():
            self._tail.setdefault(key, []).append(number)
        self._tail_size += len(keys)
        if self._tail_size > TAIL:
            self._settle()

    def find(self, keys: Keys, limit: int) -> list[int]:
        """Numbers sharing a signature, those sharing most first, then the smallest; at most `limit`."""
        wanted = np.unique(keys)
        found = {key: self._tail[key] for key in wanted.tolist() if key in self._tail}
        for table, numbers in self._segments:
            left, right = np.searchsorted(table, wanted, "left"), np.searchsorted(table, wanted, "right")
            for index in np.flatnonzero(left < right).tolist():  # few keys are borne by another text
                key, begin = int(wanted[index]), int(left[index])
                more = numbers[begin : min(int(right[index]), begin + COMMON + 1)].tolist()
                found[key] = [*found.get(key, ()), *more]
        hits = Counter(number for bearers in found.values() if len(bearers) <= COMMON for number in bearers)
        return sorted(hits, key=lambda number: (-hits[number], number))[:limit]

    def forget(self, gone: Collection[int]) -> None:
        if not gone:
            return
        self._settle()
        lost = np.fromiter(gone, np.int64)
        kept = []
        for table, numbers in self._segments:
            keep = ~np.isin(numbers, lost)
            kept.append((table[keep], numbers[keep]))
        self._segments = [segment for segment in kept if len(segment[0])]

    def arrays(self) -> tuple[Keys, NDArray[np.int64]]:
        """Everything, sorted by signature."""
        self._settle()
        while len(self._segments) > 1:
            self._merge()
        return self._segments[0] if self._segments else (self._empty, np.empty(0, np.int64))

    def _settle(self) -> None:
        if not self._tail:
            return
        pairs = [(key, number) for key, numbers in self._tail.items() for number in numbers]
        keys = np.array([key for key, _ in pairs], np.uint64)
        numbers = np.array([number for _, number in pairs], np.int64)
        order = np.lexsort((numbers, keys))
        self._segments.append((keys[order], numbers[order]))
        self._tail, self._tail_size = {}, 0
        while len(self._segments) > 1 and len(self._segments[-2][0]) < 2 * len(self._segments[-1][0]):
            self._merge()

    def _merge(self) -> None:
        (first, mine), (second, theirs) = self._segments[-2:]
        keys, numbers = np.concatenate((first, second)), np.concatenate((mine, theirs))
        order = np.lexsort((numbers, keys))
        self._segments[-2:] = [(keys[order], numbers[order])]
