"""Commands on an archive file of their own."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings

from archive.store import Store
from console.archive import archive


@contextmanager
def own_archive(settings: Settings, folder: Path) -> Iterator[Store]:
    """What `archive()` gives while inside."""
    settings.ARCHIVE_URL = f"sqlite:///{folder / 'archive.sqlite3'}"
    settings.SENTIMENT_ENGINE = "none"
    archive.cache_clear()
    opened = archive()
    yield opened
    opened.close()
    archive.cache_clear()


def command(name: str) -> Callable[..., str]:
    """The command as a function of its words; gives what it printed."""

    def run(*words: str) -> str:
        out = io.StringIO()
        call_command(name, *words, stdout=out)
        return out.getvalue()

    return run
