"""Many orders out of SQLite and into numpy, quickly: as one text of short numbers."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from archive.sqlite.columns import Ints

Mask: TypeAlias = npt.NDArray[np.bool_]
LARGEST_TABLE = 1 << 22  # of numbers that are looked up, not searched for: 4 MB


def as_text(column: str) -> str:
    """Orders in SQL, as one text: it takes a third of the time of fetching them row by row, and less if the numbers are
    short (`short`: of its shift and first the parameters are)."""
    return f"group_concat(({column} >> ?) - ?)"


def short(orders: Ints) -> tuple[int, int, Ints]:
    """(shift, first, numbers) with numbers = (orders >> shift) - first: so few digits that all are different still."""
    shift = int((orders[1:] ^ orders[:-1]).min()).bit_length() - 1 if len(orders) > 1 else 0
    numbers = orders >> shift
    return shift, int(numbers[0]), numbers - numbers[0]


def among(numbers: Ints, found: Ints) -> Mask:
    """Which of `numbers`, ascending from 0, are among those found."""
    if numbers[-1] < LARGEST_TABLE:
        table = np.zeros(int(numbers[-1]) + 1, dtype=bool)
        table[found] = True
        there: Mask = table[numbers]
        return there
    mask = np.zeros(len(numbers), dtype=bool)
    mask[np.searchsorted(numbers, found)] = True
    return mask
