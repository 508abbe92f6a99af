"""Both archives, each real: whatever takes `store` or `url` runs once in a SQLite file and once in Elasticsearch."""

import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from archive.elastic.address import read_address
from archive.sqlite import beside
from archive.store import Store, open_store
from bench.servers.elastic import Cluster
from tests.elastic import nodes

_names = count()


@pytest.fixture(scope="session", autouse=True)
def slices() -> Iterator[None]:
    """From 65,536 posts on SQLite is asked in slices, by two threads; here from a few on, so that it is tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "SLICE", 40)
        yield


@pytest.fixture(scope="session")
def elastic() -> Iterator[Cluster]:
    """One node for all tests of this process."""
    with nodes() as started:
        yield started


@pytest.fixture
def elastic_url(elastic: Cluster) -> Iterator[str]:
    """An archive of the test's own, gone afterwards."""
    url = elastic.url(f"t{next(_names)}")
    yield url
    drop(url)


def drop(url: str) -> None:
    address = read_address(url)
    request = urllib.request.Request(f"{address.hosts[0]}/{address.prefix}-*", method="DELETE")
    urllib.request.urlopen(request, timeout=60).read()


@pytest.fixture(params=["sqlite", "elastic"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty archive; open it as often as you like."""
    if request.param == "elastic":
        address: str = request.getfixturevalue("elastic_url")
        return address
    return f"sqlite:///{tmp_path / 'archive.sqlite3'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()
