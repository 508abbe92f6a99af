"""A multimap from 64-bit signatures to numbers, small enough for millions: sorted arrays and a short unsorted tail."""

from collections import Counter
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
TAIL = 1 << 15
COMMON = 64  # a signature borne by more than this says nothing
ROOM = 8  # places of the sieve for a signature, at least half of it


class Signatures:
    def __init__(self, keys: Keys | None = None, numbers: NDArray[np.int64] | None = None) -> None:
        """From the arrays `arrays` gave, or empty."""
        # Sorted segments, each at least twice as long as the next.
        self._segments: list[tuple[Keys, NDArray[np.int64]]] = []
        if keys is not None and numbers is not None and len(keys):
            self._segments.append((keys, numbers))
        self._tail: dict[int, int] = {}  # signature → the number that bears it, if one does
        self._shared: dict[int, list[int]] = {}  # those that several bear
        self._added: list[tuple[Keys, int]] = []  # what the tail holds, as it came
        self._tail_size = 0
        self._sift()

    def add(self, keys: Keys, number: int) -> None:
        """`keys` are distinct."""
        tail = self._tail
        for key in keys.tolist():
            if key in tail:
                self._shared.setdefault(key, [tail[key]]).append(number)
            else:
                tail[key] = number
        self._added.append((keys, number))
        self._tail_size += len(keys)
        self._sieve[keys & self._mask] = True
        if self._tail_size > TAIL:
            self._settle()

    def find(self, keys: Keys, limit: int) -> list[int]:
        """Numbers sharing a signature, those sharing most first, then the smallest; at most `limit`. `keys` are
        distinct."""
        wanted = keys[self._sieve[keys & self._mask]]  # most of a new text's signatures nobody bears
        if not len(wanted):
            return []
        tail, shared = self._tail, self._shared
        found = {key: shared.get(key) or [tail[key]] for key in wanted.tolist() if key in tail}
        for table, numbers in self._segments:
            begins = table.searchsorted(wanted)
            there = table.take(begins, mode="clip") == wanted
            for key, begin in zip(wanted[there].tolist(), begins[there].tolist(), strict=True):
                end = int(table[begin : begin + COMMON + 1].searchsorted(np.uint64(key), "right"))
                found[key] = [*found.get(key, ()), *numbers[begin : begin + end].tolist()]
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
        return self._segments[0] if self._segments else (np.empty(0, np.uint64), np.empty(0, np.int64))

    def _settle(self) -> None:
        if not self._added:
            return
        keys = np.concatenate([keys for keys, _ in self._added])
        numbers = np.repeat([number for _, number in self._added], [len(keys) for keys, _ in self._added])
        order = np.lexsort((numbers, keys))
        self._segments.append((keys[order], numbers[order]))
        self._tail, self._shared, self._added, self._tail_size = {}, {}, [], 0
        while len(self._segments) > 1 and len(self._segments[-2][0]) < 2 * len(self._segments[-1][0]):
            self._merge()
        if sum(len(table) for table, _ in self._segments) * ROOM > 2 * len(self._sieve):
            self._sift()

    def _merge(self) -> None:
        (first, mine), (second, theirs) = self._segments[-2:]
        keys, numbers = np.concatenate((first, second)), np.concatenate((mine, theirs))
        order = np.lexsort((numbers, keys))
        self._segments[-2:] = [(keys[order], numbers[order])]

    def _sift(self) -> None:
        """The sieve anew: what falls through it is surely not there."""
        held = sum(len(table) for table, _ in self._segments)
        size = 1 << max(20, (held * ROOM - 1).bit_length())
        self._mask = np.uint64(size - 1)
        self._sieve = np.zeros(size, np.bool_)
        for table, _ in self._segments:
            self._sieve[table & self._mask] = True
        for keys, _ in self._added:
            self._sieve[keys & self._mask] = True
