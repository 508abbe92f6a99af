"""The narrow facts of every post as numpy columns in memory, kept in step with the file.

About 55 bytes a post. A `Columns` never changes; `Cache.at` gives the one of a connection's view of the file, reading
only what was written since, by this process or another (`seq`; an order that went is in `removed`).
"""

import math
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from archive.language import Query
from archive.post import ORDER_HASH_BITS
from archive.store import FACETS

Ints = npt.NDArray[np.int64]
Column: TypeAlias = npt.NDArray[Any]
CHINA_SECONDS = 8 * 3600
LARGEST_TABLE = 1 << 20  # 8 MB
# As narrow as what stands in them: two processes hold them. Codes of names count up from 1.
_ROW = np.dtype([
    ("ord", np.int64), ("source", np.int16), ("region", np.int32), ("kind", np.int8), ("publisher", np.int32),
    ("topic", np.int16), ("sentiment", np.int8), ("hourly", np.int8), ("double", np.int8), ("speaker", np.int64),
    ("period", np.int32), ("born", np.int32),
])  # fmt: skip
_FIELDS = tuple(_ROW.names or ())
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM facts"


class Joint(NamedTuple):
    """The facets of every post as one number: its place in a table of `sizes` (one axis a facet, as in FACETS)."""

    codes: npt.NDArray[np.int32]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Columns:
    """One entry a post, by ascending order. `day` counts days of China since 1970, `hour` hours of UTC.

    `ranked` keeps the rankings worked out for this state of the file (archive.sqlite.read), so that they end with it.
    """

    seq: int
    values: dict[str, Column]
    names: dict[str, list[str]]  # dimension -> code -> name; code 0 is none
    ranked: dict[tuple[Query, bytes], list[int]] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, name: str) -> Column:
        return self.values[name]

    def __len__(self) -> int:
        return len(self.values["ord"])

    @cached_property
    def joint(self) -> Joint | None:
        """None where the table would be larger than a pass over it is worth."""
        sizes = tuple(max(len(self.names.get(name, [""])), int(self[name].max(initial=0)) + 1) for name in FACETS)
        if math.prod(sizes) > LARGEST_TABLE:
            return None
        codes = np.zeros(len(self), np.int32)  # LARGEST_TABLE at most
        for name, size in zip(FACETS, sizes, strict=True):
            codes *= size
            codes += self[name]
        return Joint(codes, sizes)


def seq_of(connection: sqlite3.Connection) -> int:
    """The number of the last change, as the connection's transaction sees the file."""
    seq: int = connection.execute("SELECT value FROM meta WHERE key = 'seq'").fetchone()[0]
    return seq


class Cache:
    """The columns of one file, shared by the threads of a process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._columns: Columns | None = None

    def at(self, connection: sqlite3.Connection) -> Columns:
        """The columns as this connection's open transaction sees the file; call under `lock`, before which the
        transaction must not have read."""
        seq = seq_of(connection)
        held = self._columns
        if held is None or held.seq > seq:  # a file put back from a backup
            held = None
        if held is None or held.seq != seq:
            self._columns = held = _read(connection, seq, held)
        return held


def _read(connection: sqlite3.Connection, seq: int, held: Columns | None) -> Columns:
    if held is None:
        table = np.fromiter(connection.execute(f"{_SELECT} ORDER BY ord"), dtype=_ROW)
        return Columns(seq, _split(table), _names(connection))
    table = np.fromiter(connection.execute(f"{_SELECT} WHERE seq > ? ORDER BY ord", (held.seq,)), dtype=_ROW)
    gone = connection.execute("SELECT ord FROM removed WHERE seq > ?", (held.seq,)).fetchall()
    if not len(table) and not gone:
        return Columns(seq, held.values, held.names)
    gone_orders = np.array([row[0] for row in gone], dtype=np.int64)
    return Columns(seq, _merged(held.values, _split(table), gone_orders), _names(connection))


def _merged(held: Mapping[str, Column], fresh: Mapping[str, Column], gone: Ints) -> dict[str, Column]:
    """What was held without what went or changed, with what is fresh, by order; a column at a time, for memory."""
    orders = held["ord"]
    keep = np.ones(len(orders), dtype=bool)
    for out in (fresh["ord"], gone):
        at = np.searchsorted(orders, out)
        at = at[at < len(orders)]
        keep[at[np.isin(orders[at], out)]] = False
    places = np.searchsorted(orders[keep], fresh["ord"])
    return {name: np.insert(column[keep], places, fresh[name]) for name, column in held.items()}


def _split(table: npt.NDArray[Any]) -> dict[str, Column]:
    values: dict[str, Column] = {name: np.ascontiguousarray(table[name]) for name in _FIELDS}
    seconds = values["ord"] >> ORDER_HASH_BITS
    values["day"] = ((seconds + CHINA_SECONDS) // 86400).astype(np.int32)
    values["hour"] = (seconds // 3600).astype(np.int32)
    values["counted"] = (values["hourly"] == 1) & (values["double"] == 0)
    return values


def _names(connection: sqlite3.Connection) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for dimension, code, text in connection.execute("SELECT dimension, code, text FROM names ORDER BY code"):
        known = names.setdefault(dimension, [""])
        known.extend([""] * (code - len(known)))
        known.append(text)
    return names
