"""Codes by number, in arrays: a dictionary of whole numbers takes five times the memory."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Ids = NDArray[np.int32]
TAIL = 1 << 14  # codes kept in a dictionary, until they are sorted in among the others


class Numbered:
    """Distinct codes, numbered from 0 on in the order they came."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes.copy()  # by number, with room at the end
        self._size = len(codes)
        self._sorted = np.empty(0, np.int64)  # the first of them, and their numbers
        self._numbers = np.empty(0, np.int32)
        self._tail: dict[int, int] = {}  # the others
        self._sort()

    def __len__(self) -> int:
        return self._size

    @property
    def codes(self) -> Codes:
        """By number."""
        return self._codes[: self._size]

    def find(self, codes: Codes) -> Ids:
        """Their numbers; -1 for one that has none."""
        found = np.full(len(codes), -1, np.int32)
        if len(self._sorted):
            places = self._sorted.searchsorted(codes)
            there = self._sorted.take(places, mode="clip") == codes
            found[there] = self._numbers[places[there]]
        if self._tail:
            missing = np.flatnonzero(found < 0)
            found[missing] = [self._tail.get(code, -1) for code in codes[missing].tolist()]
        return found

    def number(self, codes: Codes) -> Ids:
        """Of distinct codes their numbers, new ones made."""
        found = self.find(codes)
        fresh = np.flatnonzero(found < 0)
        if len(fresh):
            found[fresh] = np.arange(self._size, self._size + len(fresh), dtype=np.int32)
            self._append(codes[fresh])
        return found

    def _append(self, codes: Codes) -> None:
        size = self._size + len(codes)
        if size > len(self._codes):
            room = np.zeros(max(size, self._size * 5 // 4, 1024), np.int64)
            room[: self._size] = self.codes
            self._codes = room
        self._codes[self._size : size] = codes
        self._tail.update(zip(codes.tolist(), range(self._size, size), strict=True))
        self._size = size
        if len(self._tail) > TAIL:
            self._sort()

    def _sort(self) -> None:
        begin = len(self._sorted)
        order = self._codes[begin : self._size].argsort()
        codes = np.concatenate((self._sorted, self._codes[begin : self._size][order]))
        numbers = np.concatenate((self._numbers, (order + begin).astype(np.int32)))
        merged = codes.argsort(kind="stable")  # two stretches in order already
        self._sorted, self._numbers, self._tail = codes[merged], numbers[merged], {}
