"""minsheng digest: showing keeps nothing, sending keeps and queues."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from alerts.models import Delivery, Digest, Recipient
from console.archive import archive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_archive(settings: Settings, tmp_path: Path) -> None:
    settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
    settings.MAIL_DOMAINS = ["example.gov.cn"]
    archive.cache_clear()
    Recipient.objects.create(name="周", email="a@example.gov.cn")


def run(*words: str, now: str = "2019-08-02T09:00:00+08:00") -> str:
    out = StringIO()
    call_command("digest", "--now", now, *words, stdout=out)
    return out.getvalue()


def test_it_shows_today_and_keeps_nothing() -> None:
    assert "舆情日报 8月2日 星期五" in run()
    assert not Digest.objects.exists()
    assert not Delivery.objects.exists()


def test_it_sends_once() -> None:
    run("--send")
    run("--send")
    assert Digest.objects.get().day.isoformat() == "2019-08-02"
    assert Delivery.objects.count() == 1


def test_another_day_and_json() -> None:
    assert json.loads(run("--date", "2019-07-01", "--json"))["day"] == "2019-07-01"


def test_a_day_that_is_not_over_cannot_be_sent_but_shown() -> None:
    early = "2019-08-02T07:00:00+08:00"
    assert "8月2日" in run(now=early)
    with pytest.raises(CommandError, match="08:00"):
        run("--send", now=early)


def test_a_bad_date_is_named() -> None:
    with pytest.raises(CommandError, match="八月"):
        run("--date", "八月二日")
