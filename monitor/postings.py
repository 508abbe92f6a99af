"""Which events a term finds: for each term by number, the slots of some, in arrays and a short tail."""

import numpy as np
from numpy.typing import NDArray

from monitor.codes import Ids

TAIL = 1 << 15  # pairs kept in lists, until they are sorted in among the others
_GONE = -1


class Postings:
    def __init__(self) -> None:
        # The slots of term n are _slots[_starts[n] : _starts[n + 1]], and those of the tail.
        self._starts = np.zeros(1, np.int32)
        self._slots = np.empty(0, np.int32)
        self._tail: dict[int, list[int]] = {}
        self._tail_size = 0

    def add(self, terms: Ids, slot: int) -> None:
        """Each of these, which are distinct, finds the event as well; none of them did."""
        for term in terms.tolist():
            self._tail.setdefault(term, []).append(slot)
        self._tail_size += len(terms)
        if self._tail_size > TAIL:
            self._settle()

    def remove(self, terms: Ids, slot: int) -> None:
        """None of these, which did, finds it any more."""
        sorted_in = len(self._starts) - 1
        for term in terms.tolist():
            late = self._tail.get(term, ())
            if slot in late:
                self._tail[term].remove(slot)
            elif term < sorted_in:
                row = self._slots[self._starts[term] : self._starts[term + 1]]
                row[row == slot] = _GONE

    def fill(self, terms: Ids, slots: Ids) -> None:
        """These pairs and no others."""
        order = terms.argsort(kind="stable")
        most = int(terms[order[-1]]) + 1 if len(order) else 0
        self._starts = np.zeros(most + 1, np.int32)
        np.cumsum(np.bincount(terms, minlength=most), out=self._starts[1:])
        self._slots = slots[order]
        self._tail, self._tail_size = {}, 0

    def of(self, terms: Ids) -> tuple[NDArray[np.int64], Ids]:
        """Pairs of (which of `terms`, the slot of an event it finds), as two arrays."""
        which, slots = self._sorted_in(terms)
        if not self._tail:
            return which, slots
        late = [(number, slot) for number, term in enumerate(terms.tolist()) for slot in self._tail.get(term, ())]
        if not late:
            return which, slots
        more = np.array(late, np.int32)
        return np.concatenate((which, more[:, 0])), np.concatenate((slots, more[:, 1]))

    def _sorted_in(self, terms: Ids) -> tuple[NDArray[np.int64], Ids]:
        here = np.flatnonzero(terms < len(self._starts) - 1)
        begins = self._starts[terms[here]]
        lengths = self._starts[terms[here] + 1] - begins
        ends = lengths.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        places = np.arange(total) + (begins - ends + lengths).repeat(lengths)
        slots = self._slots[places]
        there = slots != _GONE
        return here.repeat(lengths)[there], slots[there]

    def _settle(self) -> None:
        """The tail sorted in among the others."""
        lengths = np.fromiter(map(len, self._tail.values()), np.int64, len(self._tail))
        late = np.fromiter(self._tail, np.int32, len(self._tail)).repeat(lengths)
        slots = np.fromiter((slot for each in self._tail.values() for slot in each), np.int32, len(late))
        order = late.argsort(kind="stable")
        there = self._slots != _GONE
        terms = np.arange(len(self._starts) - 1, dtype=np.int32).repeat(np.diff(self._starts))[there]
        self.fill(np.concatenate((terms, late[order])), np.concatenate((self._slots[there], slots[order])))
