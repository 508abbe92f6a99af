from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real archive file."""
    opened = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
    yield opened
    opened.close()
