"""Answers from the archive: pages, counts, reading in the order of collection."""

import math
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np

from archive.language import Query
from archive.post import Post
from archive.relevance import POOL, scores
from archive.sqlite import rows
from archive.sqlite.columns import Columns, Ints
from archive.sqlite.select import View, select
from archive.store import FACETS, MAX_PAGE, ArchiveError, Filter, Page, Search, Watermark

BATCH = 500
MANY = 20_000  # hits from which one pass over the joint column is quicker than one over each
HOUR_BITS = 22  # of the hours since 1970, until the year 2448
RANKED = 64  # rankings kept; about 80 KB each at most
_DAY0 = date(1970, 1, 1)
_CURSOR = re.compile(r"(n):(\d{1,19})|(r):(\d{1,18}):(\d{1,9})")


def search(view: View, wanted: Search) -> Page:
    if not 0 <= wanted.size <= MAX_PAGE:
        raise ArchiveError(f"每页的条数应在 0 到 {MAX_PAGE} 之间，不能是 {wanted.size}")
    connection, columns = view.connection, view.columns
    hits = select(view, wanted.filter)
    if wanted.order == "relevance" and wanted.filter.query:
        orders, after = _by_relevance(connection, columns, hits, wanted, wanted.filter.query)
    else:
        orders, after = _newest(columns, hits, wanted)
    return Page(len(hits), posts_at(connection, orders), days(columns, hits), facets(columns, hits), after)


def _newest(columns: Columns, hits: Ints, wanted: Search) -> tuple[list[int], str | None]:
    orders = columns["ord"]
    end = len(hits)
    if wanted.after is not None:
        bound = int(_cursor(wanted.after, "n")[2])
        end = int(np.searchsorted(orders[hits], min(bound, (1 << 63) - 1), "left"))
    page = [int(order) for order in orders[hits[max(0, end - wanted.size) : end]][::-1]]
    more = end > wanted.size > 0
    return page, f"n:{page[-1]}" if more else None


def _by_relevance(
    connection: sqlite3.Connection, columns: Columns, hits: Ints, wanted: Search, query: Query
) -> tuple[list[int], str | None]:
    """The newest POOL hits by score, then the older ones by time; of posts that were there at the first page."""
    seq, skip = columns.seq, 0
    if wanted.after is not None:
        cursor = _cursor(wanted.after, "r")
        seq, skip = int(cursor[4]), int(cursor[5])
    there = hits[columns["born"][hits] <= seq][::-1]
    ranked = _ranked(connection, columns, columns["ord"][there[:POOL]], query) if skip < POOL else []
    page = ranked[skip : skip + wanted.size]
    older = there[max(POOL, skip) : max(POOL, skip) + wanted.size - len(page)]
    page += [int(order) for order in columns["ord"][older]]
    more = wanted.size > 0 and skip + len(page) < len(there)
    return page, f"r:{seq}:{skip + len(page)}" if more else None


def _ranked(connection: sqlite3.Connection, columns: Columns, pool: Ints, query: Query) -> list[int]:
    """The orders of `pool`, the best answer first; kept for the pages that follow while the file stays as it is."""
    key = query, pool.tobytes()
    ranked = columns.ranked.get(key)
    if ranked is None:
        orders: list[int] = pool.tolist()
        texts = _texts(connection, orders)
        score = dict(zip(orders, scores(query, [texts[order] for order in orders]), strict=True))
        ranked = sorted(orders, key=lambda order: (-score[order], -order))
        if len(columns.ranked) >= RANKED:
            columns.ranked.clear()
        columns.ranked[key] = ranked
    return ranked


def _cursor(text: str, order: str) -> re.Match[str]:
    match = _CURSOR.fullmatch(text)
    if not match or order not in (match[1], match[3]):
        raise ArchiveError("翻页的位置无效，请回到第一页")
    return match


def days(columns: Columns, hits: Ints) -> list[tuple[date, int]]:
    if not len(hits):
        return []
    day = columns["day"][hits]
    counts = np.bincount(day - day[0])  # ascending with the order
    there, first = np.flatnonzero(counts), _DAY0.toordinal() + int(day[0])
    return list(zip(map(date.fromordinal, (there + first).tolist()), counts[there].tolist(), strict=True))


def facets(columns: Columns, hits: Ints) -> dict[str, list[tuple[str, int]]]:
    """Names with counts, largest first, then by name; posts without one are left out."""
    result = {}
    for dimension, counts in _counted(columns, hits).items():
        names = columns.names.get(dimension, [""])
        found = [(names[code], int(counts[code])) for code in np.flatnonzero(counts) if code]
        result[dimension] = sorted(found, key=lambda pair: (-pair[1], pair[0]))
    return result


def _counted(columns: Columns, hits: Ints) -> dict[str, Ints]:
    """Hits by code of each dimension. Where there are many, all dimensions are counted in one pass."""
    joint = columns.joint if len(hits) > MANY else None
    if joint is None:
        return {name: np.bincount(columns[name][hits], minlength=1) for name in FACETS}
    table = np.bincount(joint.codes[hits], minlength=math.prod(joint.sizes)).reshape(joint.sizes)
    every = range(len(FACETS))
    return {name: table.sum(axis=tuple(set(every) - {place})) for place, name in enumerate(FACETS)}


def by_hour(columns: Columns, hits: Ints) -> dict[datetime, int]:
    hours = columns["hour"][hits[columns["counted"][hits]]]
    if not len(hours):
        return {}
    first = int(hours[0])
    counts = np.bincount(hours - first)
    there = np.flatnonzero(counts)
    return dict(zip(map(_hour_at, (there + first).tolist()), counts[there].tolist(), strict=True))


def hours_by(columns: Columns, hits: Ints, facets: Sequence[str]) -> dict[tuple[str, ...], dict[datetime, int]]:
    hits = hits[columns["counted"][hits]]
    names = [columns.names.get(facet, [""]) for facet in facets]
    group = np.zeros(len(hits), dtype=np.int64)
    for facet, known in zip(facets, names, strict=True):
        group = group * len(known) + columns[facet][hits]
    hours = columns["hour"][hits].astype(np.int64)
    pairs, counts = np.unique((group << HOUR_BITS) | hours, return_counts=True)
    found: dict[tuple[str, ...], dict[datetime, int]] = {}
    named: dict[int, dict[datetime, int]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        code, hour = pair >> HOUR_BITS, pair & ((1 << HOUR_BITS) - 1)
        if code not in named:
            named[code] = found.setdefault(_values(code, names), {})
        named[code][_hour_at(hour)] = count
    return found


@lru_cache(maxsize=1 << 16)
def _hour_at(hour: int) -> datetime:
    """Hours since 1970. A round asks for the same few thousand hundreds of times."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def _values(code: int, names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The values a combination's number stands for, the last facet counting fastest."""
    values = []
    for known in reversed(names):
        code, at = divmod(code, len(known))
        values.append(known[at])
    return tuple(reversed(values))


def speakers(columns: Columns, hits: Ints) -> int:
    """Distinct in the period that has most; each post without a speaker is one more."""
    speaker, period = columns["speaker"][hits], columns["period"][hits]
    named = speaker != 0
    most = max((len(np.unique(speaker[named & (period == number)])) for number in np.unique(period[named])), default=0)
    return int(most + (~named).sum())


def posts_at(connection: sqlite3.Connection, orders: Sequence[int]) -> list[Post]:
    """In the order of `orders`."""
    found: dict[int, Post] = {}
    for start in range(0, len(orders), BATCH):
        some = orders[start : start + BATCH]
        for row in connection.execute(f"{rows.SELECT} WHERE p.ord IN ({','.join('?' * len(some))})", some):
            order, stored = rows.stored_of(row)
            found[order] = stored.post
    return [found[order] for order in orders]


def _texts(connection: sqlite3.Connection, orders: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(orders), BATCH):
        some = orders[start : start + BATCH]
        marks = ",".join("?" * len(some))
        for order, title, text in connection.execute(
            f"SELECT ord, title, text FROM posts WHERE ord IN ({marks})",
            some,
        ):
            found[order] = (title, text)
    return found


def ids(view: View, wanted: Filter, limit: int) -> list[str]:
    hits = select(view, wanted)
    orders = [int(order) for order in view.columns["ord"][hits[max(0, len(hits) - limit) :]][::-1]]
    found: dict[int, str] = {}
    for start in range(0, len(orders), BATCH):
        some = orders[start : start + BATCH]
        marks = ",".join("?" * len(some))
        found.update(view.connection.execute(f"SELECT ord, id FROM posts WHERE ord IN ({marks})", some))
    return [found[order] for order in orders]


def new_since(connection: sqlite3.Connection, mark: Watermark, limit: int) -> list[Post]:
    read = connection.execute(
        f"{rows.SELECT} WHERE p.changed_at >= ? AND (p.changed_at, p.id) > (?, ?) ORDER BY p.changed_at, p.id LIMIT ?",
        (rows.ticks(mark.changed_at), rows.ticks(mark.changed_at), mark.id, limit),
    )
    return [rows.stored_of(row)[1].post for row in read]


def unmarked(connection: sqlite3.Connection, limit: int) -> list[Post]:
    read = connection.execute(
        f"{rows.SELECT} WHERE p.marked_revision IS NULL ORDER BY p.changed_at, p.ord LIMIT ?", (limit,)
    )
    return [rows.stored_of(row)[1].post for row in read]
