"""Ten readers while 200 posts a second come in, for five minutes, in each of the two archives.

`python -m bench.readers [SECONDS [POSTS]]` prints Markdown: POSTS are there before it begins. Every reader and the
writer is a process of its own, as web and crawler are.
"""

import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing.queues import Queue
from pathlib import Path

from archive.language import parse
from archive.post import Post, post_id
from archive.store import ArchiveError, Filter, Search, open_store
from bench.servers.elastic import cluster
from bench.synthetic import posts

SECONDS = 300.0
POSTS = 50_000
READERS = 10
RATE, BATCH = 200, 100  # posts a second, at a time
PAUSE = 1.0  # seconds a reader looks at a page, on average
QUERIES = ("停水", "问题", "自来水", "(停水|供水) + 利州区 + !学校", "标题:停电", "物业 ~10 小区", "麻辣烫")


@dataclass
class Told:
    """What one process did: seconds of every answer, what went wrong, posts written."""

    taken: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    written: int = 0


def run(seconds: float = SECONDS, count: int = POSTS) -> str:
    lines = [
        "## Ten readers while posts come in",
        "",
        f"{READERS} readers, each a page and then {PAUSE:.0f} s of looking on average, {seconds:.0f} s, over {count:,} "
        f"posts; {RATE} posts a second wanted.",
        "",
        "| archive | pages | p50 ms | p95 ms | longest s | errors | posts a second |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder, cluster(heap="1g") as nodes:
        for name, url in (
            ("SQLite", f"sqlite:///{Path(folder) / 'archive.sqlite3'}"),
            ("Elasticsearch", nodes.url("readers")),
        ):
            lines.append(_row(name, url, seconds, count))
    return "\n".join(lines)


def _row(name: str, url: str, seconds: float, count: int) -> str:
    store = open_store(url)
    source = posts(count)
    while batch := list(islice(source, 500)):
        store.put(batch)
    store.close()
    told = _together(url, seconds, count)
    taken = sorted(second for each in told for second in each.taken)
    faults = [fault for each in told for fault in each.faults]
    rate = sum(each.written for each in told) / seconds
    p95 = taken[len(taken) * 95 // 100]
    shown = f"{1000 * statistics.median(taken):.0f} | {1000 * p95:.0f} | {taken[-1]:.1f}"
    return f"| {name} | {len(taken):,} | {shown} | {len(faults)} {faults[0] if faults else ''} | {rate:.0f} |"


def _together(url: str, seconds: float, count: int) -> list[Told]:
    context = multiprocessing.get_context("spawn")
    answers: Queue[Told] = context.Queue()
    begin = time.time() + 5  # when all have started
    every = [context.Process(target=_write, args=(url, begin, seconds, count, answers))]
    every += [context.Process(target=_read, args=(url, begin, seconds, seed, answers)) for seed in range(READERS)]
    for process in every:
        process.start()
    told = [answers.get(timeout=seconds + 120) for _ in every]
    for process in every:
        process.join()
    return told


def _newer(number: int, count: int) -> Iterator[Post]:
    """Posts after the `count` that are there, under names of their own."""
    for place, post in enumerate(posts(number, seed=11)):
        yield replace(post, id=post_id(source="newer", item_id=str(count + place)))


def _write(url: str, begin: float, seconds: float, count: int, answers: "Queue[Told]") -> None:
    store, told = open_store(url), Told()
    source = _newer(int(RATE * seconds) + BATCH, count)
    time.sleep(max(0.0, begin - time.time()))
    due = begin
    while time.time() < begin + seconds:
        batch = list(islice(source, BATCH))
        try:
            store.put(batch)
            told.written += len(batch)
        except ArchiveError as error:
            told.faults.append(str(error))
        due += BATCH / RATE
        time.sleep(max(0.0, due - time.time()))
    answers.put(told)


def _read(url: str, begin: float, seconds: float, seed: int, answers: "Queue[Told]") -> None:
    store, told, chance = open_store(url), Told(), random.Random(seed)
    time.sleep(max(0.0, begin - time.time()))
    while time.time() < begin + seconds:
        wanted = Search(Filter(query=parse(chance.choice(QUERIES))))
        asked = time.perf_counter()
        try:
            store.search(wanted)
            told.taken.append(time.perf_counter() - asked)
        except ArchiveError as error:
            told.faults.append(str(error))
        time.sleep(chance.uniform(0, 2 * PAUSE))
    answers.put(told)


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    print(run(given[0] if given else SECONDS, int(given[1]) if len(given) > 1 else POSTS))
