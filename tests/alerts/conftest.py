"""A real archive in a file, and settings under which one domain may get content."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from archive.store import Store, open_store
from console.config import MailServer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def office(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_DOMAINS = ["press.example.gov.cn"]
    settings.BASE_URL = "http://minsheng.example.gov.cn"
    settings.OFFICE_NAME = "清江市政府新闻办"
    settings.DUTY_PHONE = "0839-0000001"
    settings.VAR = tmp_path
    settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", 1, "", "", "minsheng@example.gov.cn")
