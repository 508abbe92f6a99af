"""Both archives at 10,000, 100,000 and 500,000 posts in one run: ingest, the full search page, a watchlist tried.

`python -m bench.stores [SIZE …]` prints Markdown. The two are asked in turns; Elasticsearch (one real node, heap 1 GB,
months as in use) with its request and query caches cleared before every question.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count as counting
from itertools import islice
from pathlib import Path

from archive.elastic import ElasticStore
from archive.language import parse
from archive.post import Marks, Sentiment
from archive.sqlite import SQLiteStore
from archive.store import Filter, Search, Store
from bench.servers.elastic import cluster
from bench.synthetic import START, posts
from monitor.trials import try_query

SIZES = (10_000, 100_000, 500_000)
ROUNDS = 21
WARM = 10  # rounds of all questions that are not measured: a server in use has compiled what it does often
BATCH = 500
HEAP = "1g"
CALM = 5  # seconds without a merge
NIGHT = 40  # seconds between the last mark and the night's order: longer than Elasticsearch keeps what was deleted
MONTH = timedelta(days=30)
CASES: list[tuple[str, Filter]] = [
    ("no query", Filter()),
    ("rare word 麻辣烫", Filter(query=parse("麻辣烫"))),
    ("common word of two characters 停水", Filter(query=parse("停水"))),
    ("very common word 问题", Filter(query=parse("问题"))),
    ("phrase of three 自来水", Filter(query=parse("自来水"))),
    ("two words near each other 物业 ~10 小区", Filter(query=parse("物业 ~10 小区"))),
    ("four words (停水|供水) + 利州区 + !学校", Filter(query=parse("(停水|供水) + 利州区 + !学校"))),
]


@dataclass
class Measured:
    """Seconds of every asking, by what was asked and of which store."""

    hits: int
    sqlite: list[float]
    elastic: list[float]


def run(sizes: Sequence[int] = SIZES) -> str:
    with tempfile.TemporaryDirectory() as folder, cluster(heap=HEAP) as nodes:
        path = Path(folder) / "archive.sqlite3"
        sqlite, elastic = SQLiteStore(str(path)), ElasticStore(nodes.url("bench"))
        address = f"http://{nodes.nodes[0].address}"
        source = posts(max(sizes))  # by time, so that every size covers as long a stretch of it as its share
        lines = ["## Two archives: SQLite and Elasticsearch", ""]
        rows, done, last = [], 0, START
        for size in sizes:
            rates = {"sqlite": 0.0, "elastic": 0.0, "marks sqlite": 0.0, "marks elastic": 0.0}
            while done < size:
                batch = list(islice(source, BATCH))
                last = batch[-1].published_at or last
                for name, store in (("sqlite", sqlite), ("elastic", elastic)):
                    rates[name] += _taken(lambda store=store, batch=batch: store.put(batch))  # type: ignore[misc]
                    marks = [
                        (post.id, 1, Marks(topic=f"主题{len(post.text) % 20}", sentiment=Sentiment(0.6, 0.3, 0.1)))
                        for post in batch
                    ]
                    rates[f"marks {name}"] += _taken(lambda store=store, marks=marks: store.annotate(marks))  # type: ignore[misc]
                done += len(batch)
            time.sleep(NIGHT)
            for store in (sqlite, elastic):
                store.tidy(last)  # as every night does
            _calm(address)
            print(f"{done} posts", flush=True)
            rows.append((size, rates, path.stat().st_size, _disk(address), _ask_all(sqlite, elastic, address, last)))
        lines += _ingest(rows)
        lines += _pages(rows)
        sqlite.close()
        elastic.close()
    return "\n".join(lines)


Row = tuple[int, dict[str, float], int, int, dict[str, Measured]]


def _ask_all(sqlite: Store, elastic: Store, address: str, last: datetime) -> dict[str, Measured]:
    """`last`: when the newest post was published."""
    asked: dict[str, tuple[Callable[[Store], object], int]] = {}
    cases = [*CASES, ("停水 in the last 30 days", Filter(query=parse("停水"), since=last - MONTH))]
    for name, each in cases:
        asked[name] = partial(_page, each), sqlite.count(each)
    # Another end each time: a ranking already made is kept, and what costs is making it.
    ends = (last - timedelta(seconds=number) for number in counting(1))
    wanted = CASES[2][1]
    ranked: Callable[[Store], object] = lambda store: store.search(  # noqa: E731
        Search(replace(wanted, until=next(ends)), "relevance")
    )
    asked["停水 by relevance, first page"] = ranked, sqlite.count(wanted)
    query, saved = parse("(停水|供水|自来水) + !招聘"), parse("停水|供水")
    now = last
    tried: Callable[[Store], object] = lambda store: try_query(store, query, now, saved)  # noqa: E731
    hits = sqlite.count(Filter(query=query, since=now - MONTH))
    asked["a watchlist tried: 7 and 30 days, samples, what an edit changes"] = tried, hits
    for _ in range(WARM):
        for ask, _hits in asked.values():
            ask(sqlite)
            _clear(address)
            ask(elastic)
    return {name: _turns(sqlite, elastic, address, ask, hits) for name, (ask, hits) in asked.items()}


def _page(wanted: Filter, store: Store) -> object:
    return store.search(Search(wanted))


def _turns(sqlite: Store, elastic: Store, address: str, ask: Callable[[Store], object], hits: int) -> Measured:
    """In turns."""
    measured = Measured(hits, [], [])
    for _ in range(ROUNDS):
        measured.sqlite.append(_taken(lambda: ask(sqlite)))
        _clear(address)
        measured.elastic.append(_taken(lambda: ask(elastic)))
    return measured


def _taken(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _clear(address: str) -> None:
    request = urllib.request.Request(f"{address}/bench-posts/_cache/clear?request=true&query=true", method="POST")
    urllib.request.urlopen(request, timeout=60).read()


def _calm(address: str) -> None:
    """Wait until Elasticsearch merges nothing any more: it would take a processor from whoever is asked."""
    quiet = 0
    while quiet < CALM:
        with urllib.request.urlopen(f"{address}/bench-posts/_stats/merge,refresh", timeout=60) as answer:
            merging = json.loads(answer.read())["_all"]["total"]["merges"]["current"]
        quiet = 0 if merging else quiet + 1
        time.sleep(1)


def _disk(address: str) -> int:
    with urllib.request.urlopen(f"{address}/bench-posts/_stats/store", timeout=60) as answer:
        return int(json.loads(answer.read())["_all"]["primaries"]["store"]["size_in_bytes"])


def _ingest(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| posts | SQLite put/s | marked/s | file | Elasticsearch put/s | marked/s | on disk |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    before = 0
    for size, rates, file, disk, _ in rows:
        count = size - before
        before = size
        speeds = [count / rates[name] for name in ("sqlite", "marks sqlite", "elastic", "marks elastic")]
        lines.append(
            f"| {size:,} | {speeds[0]:,.0f} | {speeds[1]:,.0f} | {file / 1e6:,.0f} MB "
            f"| {speeds[2]:,.0f} | {speeds[3]:,.0f} | {disk / 1e6:,.0f} MB |"
        )
    return [
        *lines,
        "",
        "Written in batches of 500, one writer; the rates are those of the posts since the row above. Months that are "
        "over are put in order before the questions, as every night does (Store.tidy), and all questions are asked "
        f"{WARM} times before any is measured.",
        "",
    ]


def _pages(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| full page: total, days, facets, top 20; ms | posts | hits | SQLite p50 | p95 | Elasticsearch p50 | p95 "
        "| ES ÷ SQLite |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in rows[0][4]:
        for size, _, _, _, measured in rows:
            each = measured[name]
            ratio = statistics.median(each.elastic) / statistics.median(each.sqlite)
            shown = name.replace("|", "\\|")
            lines.append(
                f"| {shown} | {size:,} | {each.hits:,} | {_p(each.sqlite, 50)} | {_p(each.sqlite, 95)} "
                f"| {_p(each.elastic, 50)} | {_p(each.elastic, 95)} | {ratio:.1f} |"
            )
    return lines


def _p(times: list[float], percent: int) -> str:
    ordered = sorted(times)
    return f"{1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]:.1f}"


if __name__ == "__main__":
    print(run([int(size) for size in sys.argv[1:]] or SIZES))
