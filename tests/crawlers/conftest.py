"""A site to crawl, and what crawls it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.recrawl import Crawler
from tests.crawlers.small_site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        yield one


@pytest.fixture
def crawler(site: Site, tmp_path: Path) -> Crawler:
    return Crawler(site, tmp_path)
