"""Which posts a filter wants, as positions in the columns: sets are boolean masks over the wanted span of time."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from archive.fold import fold_text
from archive.language.nodes import And, Feeling, Near, Node, Not, OfKind, Or, Publisher, Region, Where, is_near
from archive.post import ORDER_HASH_BITS
from archive.sqlite.beside import Beside
from archive.sqlite.columns import Columns, Ints
from archive.sqlite.compile import expression, index_of, near_parts
from archive.sqlite.numbers import among, as_text, short
from archive.sqlite.pairs import PREFIX
from archive.sqlite.rows import ticks
from archive.store import Filter

Mask: TypeAlias = npt.NDArray[np.bool_]
AT_ONCE = 500  # texts that are read together
_FIRST, _LAST = -(1 << 63), (1 << 63) - 1


@dataclass(frozen=True)
class View:
    """One state of the file: a connection in its transaction, the columns as of it, and its helper."""

    connection: sqlite3.Connection
    columns: Columns
    beside: Beside


def select(view: View, wanted: Filter) -> Ints:
    """Ascending positions in the view's columns. Times are compared to the second."""
    low = _order(wanted.since) if wanted.since else 0
    high = _order(wanted.until) - 1 if wanted.until else _LAST
    return _Span(view, low, high).positions(wanted)


def _order(at: datetime) -> int:
    return max(0, int(at.timestamp())) << ORDER_HASH_BITS


class _Span:
    """The posts with an order from `low` to `high`, both included."""

    def __init__(self, view: View, low: int, high: int) -> None:
        self.view = view
        self.connection = view.connection
        self.columns = columns = view.columns
        self.start = int(np.searchsorted(columns["ord"], low, "left"))
        self.stop = max(self.start, int(np.searchsorted(columns["ord"], high, "right")))
        self.orders = columns["ord"][self.start : self.stop]

    def positions(self, wanted: Filter) -> Ints:
        mask = np.ones(len(self.orders), dtype=bool)
        for name, allowed in (
            ("source", wanted.sources),
            ("region", wanted.regions),
            ("kind", wanted.kinds),
            ("topic", wanted.topics),
            ("sentiment", wanted.sentiments),
        ):
            if allowed:
                mask &= self.named(name, set(allowed).__contains__)
        for what, tag in (("watchlist", wanted.watchlist), ("policy", wanted.policy), ("event", wanted.event)):
            if tag is not None:
                mask &= self.tagged(what, tag)
        if wanted.unwatched:
            mask &= ~self.marked_with("watchlist")
        if wanted.collected_since or wanted.collected_until:
            mask &= self.collected(wanted.collected_since, wanted.collected_until)
        if wanted.matters and mask.any():
            mask &= self.of_matter(wanted.matters)
        if wanted.query and mask.any():
            mask &= self.true(wanted.query.root, mask)
        return np.flatnonzero(mask) + self.start

    def true(self, node: Node, within: Mask) -> Mask:
        """Where the node holds; outside `within` the answer does not matter."""
        if index := index_of(node):
            return self.found(index, expression(node))
        match node:
            case And(children):
                return self._all(children, within)
            case Or(children):
                parts = [self.true(part, within) for part in _gathered(children, Or)]
                return reduce(np.logical_or, parts)
            case Not(child):
                return ~self.true(child, within)
            case Near():
                return self._near(node, within)
            case Publisher():
                return self.named("publisher", lambda name: node.folded in fold_text(name), empty=False)
            case Region():
                return self.named("region", lambda name: node.folded == fold_text(name))
            case Feeling(polarity):
                return self.named("sentiment", polarity.__eq__)
            case OfKind(kind):
                return self.named("kind", kind.__eq__)
        raise TypeError(node)

    def _all(self, children: tuple[Node, ...], within: Mask) -> Mask:
        """What is cheap first, so that a ~ has fewer posts to scan."""
        mask = within.copy()
        for child in sorted(_gathered(children, And), key=_scans):
            if not mask.any():
                break
            mask &= self.true(child, mask)
        return mask

    def _near(self, node: Near, within: Mask) -> Mask:
        """The index gives those that surely are and those that may be; of the latter a scan of their texts decides."""
        mask, possible = (
            reduce(np.logical_or, [self.found(*part) for part in near_parts(node, surely=surely).items()], self.none())
            for surely in (True, False)
        )
        wanted = np.flatnonzero(possible & within & ~mask)
        for start in range(0, len(wanted), AT_ONCE):
            places = wanted[start : start + AT_ONCE]
            texts = texts_at(self.connection, self.orders[places].tolist())
            mask[places] = [is_near(node, texts[order]) for order in self.orders[places].tolist()]
        return mask

    def none(self) -> Mask:
        return np.zeros(len(self.orders), dtype=bool)

    def found(self, index: str, match: str) -> Mask:
        wanted = f"SELECT {as_text('rowid')} FROM {index} WHERE {index} MATCH ? AND rowid BETWEEN ? AND ?"
        # Of a single character FTS5 gathers every word that begins with it, whatever stretch it is asked for.
        return self._marked(wanted, (match,), sliced=PREFIX not in match)

    def tagged(self, what: str, name: str) -> Mask:
        wanted = f"SELECT {as_text('ord')} FROM tagged WHERE what = ? AND name = ? AND ord BETWEEN ? AND ?"
        return self._marked(wanted, (what, name))

    def marked_with(self, what: str) -> Mask:
        """Where there is any such tag."""
        return self._marked(
            f"SELECT {as_text('ord')} FROM tagged WHERE what = ? AND ord BETWEEN ? AND ?",
            (what,),
        )

    def collected(self, since: datetime | None, until: datetime | None) -> Mask:
        """Where the first collection lies in [since, until), to the microsecond."""
        first, end = ticks(since) if since else _FIRST, ticks(until) if until else _LAST
        wanted = (
            f"SELECT {as_text('ord')} FROM posts WHERE collected_at >= ? AND collected_at < ? AND ord BETWEEN ? AND ?"
        )
        return self._marked(wanted, (first, end))

    def of_matter(self, matters: tuple[str, ...]) -> Mask:
        """Where the 诉求类型 is one of `matters`; "" asks for those without one."""
        wanted = (
            f"SELECT {as_text('p.ord')} FROM posts p LEFT JOIN marks m USING (ord) WHERE "
            f"coalesce(json_extract(m.data, '$.matter'), '') IN ({','.join('?' * len(matters))}) "
            "AND p.ord BETWEEN ? AND ?"
        )
        return self._marked(wanted, matters)

    def named(self, dimension: str, wanted: Callable[[str], Any], *, empty: bool = True) -> Mask:
        """Where the dimension's name is wanted; the empty name is asked about too if `empty`."""
        names = self.columns.names.get(dimension, [""])
        table = np.array([bool(wanted(name)) if name or empty else False for name in names], dtype=bool)
        mask: Mask = table[self.columns[dimension][self.start : self.stop]]
        return mask

    def _marked(self, wanted: str, values: tuple[str | int, ...], *, sliced: bool = True) -> Mask:
        """Where the orders are that a statement gives `as_text`, between the two that are its last parameters."""
        mask = np.zeros(len(self.orders), dtype=bool)

        def mark(connection: sqlite3.Connection, some: slice) -> None:
            orders = self.orders[some]
            shift, first, numbers = short(orders)
            given = (shift, first, *values, int(orders[0]), int(orders[-1]))
            text: str | None = connection.execute(wanted, given).fetchone()[0]
            if text:
                mask[some] = among(numbers, np.fromstring(text, dtype=np.int64, sep=","))

        if sliced:
            self.view.beside.each(self.connection, self.columns.seq, len(self.orders), mark)
        elif len(self.orders):
            mark(self.connection, slice(None))
        return mask


def _gathered(children: tuple[Node, ...], kind: type[And] | type[Or]) -> list[Node]:
    """The children, those that one expression of an index can answer together put together."""
    together: dict[str, list[Node]] = {}
    apart: list[Node] = []
    for child in children:
        inner = child.child if kind is And and isinstance(child, Not) else child
        index = index_of(inner)
        (together.setdefault(index, []) if index else apart).append(child)
    for group in together.values():
        node = kind(tuple(group))
        if len(group) > 1 and index_of(node):
            apart.append(node)
        else:
            apart.extend(group)
    return apart


def texts_at(connection: sqlite3.Connection, orders: Sequence[int]) -> dict[int, dict[Where, str]]:
    """The folded texts of these posts."""
    marks = ",".join("?" * len(orders))
    read = connection.execute(f"SELECT ord, title, text, reply FROM posts WHERE ord IN ({marks})", orders)
    return {
        order: {Where.TITLE: fold_text(title), Where.BODY: fold_text(text), Where.REPLY: fold_text(reply)}
        for order, title, text, reply in read
    }


def _scans(node: Node) -> bool:
    """Whether texts have to be read to answer it."""
    match node:
        case Near():
            return index_of(node) is None
        case And(children) | Or(children):
            return any(map(_scans, children))
        case Not(child):
            return _scans(child)
        case _:
            return False
