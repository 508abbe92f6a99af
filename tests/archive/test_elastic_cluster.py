"""Three nodes and a replica: nodes die while posts are written and read, and nothing is lost or written twice."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from archive.elastic import ElasticStore
from archive.language import parse
from archive.post import Post
from archive.store import ArchiveError, Filter, Search
from bench.servers.elastic import Cluster
from bench.synthetic import posts
from tests.elastic import nodes

pytestmark = [pytest.mark.slow]
POSTS = 20_000
BATCH = 250
FIRST_DIES, SECOND_DIES = POSTS // 4, POSTS * 3 // 5
LONGEST_GAP = 30.0  # seconds


@pytest.fixture
def three() -> Iterator[Cluster]:
    with nodes(3, heap="400m") as started:
        yield started


@dataclass
class Searching:
    """A reader that asks without a pause, and how long it ever went without an answer."""

    url: str
    stop: threading.Event = field(default_factory=threading.Event)
    answers: int = 0
    faults: list[str] = field(default_factory=list)
    longest: float = 0.0

    def run(self) -> None:
        store = ElasticStore(self.url)
        answered = time.monotonic()
        while not self.stop.is_set():
            try:
                store.search(Search(Filter(query=parse("停水"))))
            except ArchiveError as error:
                self.faults.append(str(error))
                continue
            self.longest = max(self.longest, time.monotonic() - answered)
            answered = time.monotonic()
            self.answers += 1


def test_nodes_die_and_nothing_is_lost(three: Cluster) -> None:
    url = three.url("cluster", "?replicas=1")
    store = ElasticStore(url)
    three.health(status="green")
    reader = Searching(url)
    thread = threading.Thread(target=reader.run)
    thread.start()
    acknowledged: list[str] = []
    dead = None
    try:
        written = [*posts(POSTS)]
        for start in range(0, POSTS, BATCH):
            if start == FIRST_DIES:
                dead = three.nodes[0]
                dead.kill()
            if start == SECOND_DIES and dead:
                dead.start()
                three.health(status="green")
                three.nodes[1].kill()
            acknowledged += _put(store, written[start : start + BATCH])
    finally:
        reader.stop.set()
        thread.join()
    assert sorted(acknowledged) == sorted(post.id for post in written)
    assert store.size() == POSTS, "none lost, none twice"
    assert store.known(acknowledged) == set(acknowledged)
    found = store.ids(Filter(), POSTS + 1)
    assert len(found) == len(set(found)) == POSTS
    assert any("副本没有就位" in note for note in store.notes()), "and who runs it is told that a node is down"
    assert reader.answers > 50
    assert reader.longest < LONGEST_GAP, reader.faults


def _put(store: ElasticStore, batch: list[Post]) -> list[str]:
    """As a crawl would: what fails is put again."""
    while True:
        try:
            report = store.put(batch)
        except ArchiveError:
            continue
        return report.new + report.unchanged + report.updated
