"""A console over a real archive and a real state database, with the clock standing at NOW."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Role
from archive.store import Store, open_store
from console import archive as opened
from tests.console.factories import NOW, user


@pytest.fixture(autouse=True)
def stopped_clock(settings: Settings) -> None:
    settings.NOW = NOW.isoformat()
    # A real hasher costs 0.3 s a login; the setting under test is never the hasher.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Iterator[Store]:
    """An empty SQLite archive, the one that the pages open."""
    settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
    opened.archive.cache_clear()
    made = open_store(settings.ARCHIVE_URL)
    yield made
    made.close()
    opened.archive.cache_clear()


@pytest.fixture
def as_role(db: None) -> Callable[[Role], Client]:
    """A browser logged in as a user of that role."""

    def log_in(role: Role) -> Client:
        client = Client()
        client.force_login(user(role), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def officer(as_role: Callable[[Role], Client]) -> Client:
    return as_role(Role.OFFICER)
