"""The embedded archive at work: ingest, size, and full search pages beside plain LIKE over the same data.

`python -m bench.archive [POSTS]` prints a Markdown table; `run()` returns it. The two are measured in turns in one run.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count as counting
from itertools import islice
from pathlib import Path

from archive.language import parse
from archive.post import Marks, Sentiment
from archive.sqlite import SQLiteStore
from archive.store import Filter, Search
from bench.synthetic import SPAN, START, posts

POSTS = 100_000
ROUNDS = 15
_LATE = START + SPAN - timedelta(days=30)
_SAID = "(title LIKE '%{0}%' OR text LIKE '%{0}%')"
# What is asked, the filter, and the same as SQL for the peer.
CASES: list[tuple[str, Filter, str]] = [
    ("no query", Filter(), "1"),
    ("rare word 麻辣烫", Filter(query=parse("麻辣烫")), _SAID.format("麻辣烫")),
    ("common word of two characters 停水", Filter(query=parse("停水")), _SAID.format("停水")),
    ("very common word 问题", Filter(query=parse("问题")), _SAID.format("问题")),
    (
        "four words (停水|供水) + 利州区 + !学校",
        Filter(query=parse("(停水|供水) + 利州区 + !学校")),
        f"({_SAID.format('停水')} OR {_SAID.format('供水')}) AND {_SAID.format('利州区')} "
        f"AND NOT {_SAID.format('学校')}",
    ),
    (
        "停水 in the last 30 days",
        Filter(query=parse("停水"), since=_LATE),
        f"{_SAID.format('停水')} AND at >= {int(_LATE.timestamp())}",
    ),
]


def run(count: int = POSTS) -> str:
    """Writes `count` posts into a folder of its own and returns the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.sqlite3"
        store = SQLiteStore(str(path))
        rate, marking, characters = _fill(store, count)
        peer = _peer(store, Path(folder) / "peer.sqlite3", count)
        begin = time.perf_counter()
        store.count(Filter())
        warm = time.perf_counter() - begin
        size = path.stat().st_size
        lines = [
            "## The embedded archive",
            "",
            f"{count:,} synthetic posts of {characters:.0f} characters on average; {rate:,.0f} written and "
            f"{marking:,.0f} marked a second; "
            f"file {size / 1e6:,.0f} MB (texts alone about {count * characters * 3 / 1e6:,.0f} MB of UTF-8); "
            f"the first search after opening takes {warm:.2f} s more to load the columns.",
            "",
            "| full page: total, days, facets, top 20 | hits | p50 ms | p95 ms | LIKE p50 ms | LIKE ÷ Minsheng |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for name, wanted, condition in CASES:
            lines.append(_row(name, store, wanted, peer, condition))
        wanted = CASES[2][1]
        # Another end each time: a ranking already made is kept, and what costs is making it.
        ends = (START + SPAN - timedelta(days=3 * number) for number in counting(1))
        ranked = _times(ROUNDS // 3, [lambda: store.search(Search(replace(wanted, until=next(ends)), "relevance"))])[0]
        lines.append(
            f"| 停水 by relevance, first page | {store.count(wanted):,} | {_p(ranked, 50)} | {_p(ranked, 95)} | – | – |"
        )
        store.close()
        peer.close()
    return "\n".join(lines)


def _fill(store: SQLiteStore, count: int) -> tuple[float, float, float]:
    """Posts a second written, posts a second marked, mean characters of a text. Making the posts is not counted."""
    source = posts(count)
    writing = marking = 0.0
    characters = 0
    while batch := list(islice(source, 500)):
        begin = time.perf_counter()
        store.put(batch)
        middle = time.perf_counter()
        store.annotate(
            [
                (post.id, 1, Marks(topic=f"主题{len(post.text) % 20}", sentiment=Sentiment(0.6, 0.3, 0.1)))
                for post in batch
            ]
        )
        writing += middle - begin
        marking += time.perf_counter() - middle
        characters += sum(len(post.text) for post in batch)
    return count / writing, count / marking, characters / count


def _peer(store: SQLiteStore, path: Path, count: int) -> sqlite3.Connection:
    """What a plain crawler does: one table, an index on the time, LIKE."""
    peer = sqlite3.connect(path)
    peer.execute("CREATE TABLE posts (id PRIMARY KEY, at INTEGER, source TEXT, region TEXT, title TEXT, text TEXT)")
    rows = (
        (post.id, int(post.counted_at.timestamp()), post.source, post.region, post.title, post.text)
        for post in posts(count)
    )
    peer.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?, ?)", rows)
    peer.execute("CREATE INDEX posts_at ON posts (at)")
    peer.commit()
    if peer.execute("SELECT count(*) FROM posts").fetchone()[0] != store.size():
        raise AssertionError("the two hold different posts")
    return peer


def _peer_page(peer: sqlite3.Connection, condition: str) -> int:
    """Total, days, two facets and the top 20: less than ours gives."""
    days = peer.execute(f"SELECT (at + 28800) / 86400, count(*) FROM posts WHERE {condition} GROUP BY 1").fetchall()
    for facet in ("source", "region"):
        peer.execute(f"SELECT {facet}, count(*) FROM posts WHERE {condition} GROUP BY 1 ORDER BY 2 DESC").fetchall()
    peer.execute(f"SELECT * FROM posts WHERE {condition} ORDER BY at DESC LIMIT 20").fetchall()
    return sum(count for _, count in days)


def _row(name: str, store: SQLiteStore, wanted: Filter, peer: sqlite3.Connection, condition: str) -> str:
    total = store.search(Search(wanted)).total
    if _peer_page(peer, condition) != total:
        raise AssertionError(f"{name}: the two count differently")
    ours, theirs = _times(ROUNDS, [lambda: store.search(Search(wanted)), lambda: _peer_page(peer, condition)])
    ratio = statistics.median(theirs) / statistics.median(ours)
    shown = name.replace("|", "\\|")
    return f"| {shown} | {total:,} | {_p(ours, 50)} | {_p(ours, 95)} | {_p(theirs, 50)} | {ratio:,.1f} |"


def _times(rounds: int, calls: list[Callable[[], object]]) -> list[list[float]]:
    """Seconds of each call, the calls taking turns; three rounds more of the first, which is the quick one."""
    taken: list[list[float]] = [[] for _ in calls]
    for number in range(rounds * 4):
        for index, call in enumerate(calls):
            if index and number % 4:
                continue
            begin = time.perf_counter()
            call()
            taken[index].append(time.perf_counter() - begin)
    return taken


def _p(times: list[float], percent: int) -> str:
    ordered = sorted(times)
    return f"{1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]:.1f}"


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS))
