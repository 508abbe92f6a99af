import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from alerts.models import Incident
from archive.store import Store
from monitor.watchlists import Draft, save
from tests.console.monitoring import command, own_archive
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
run = command("round")


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    with own_archive(settings, tmp_path) as opened:
        yield opened


def test_a_round_reads_finds_and_opens_an_incident_once(store: Store) -> None:
    save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
    store.put([post("临江路爆炸"), post("公交改线")])
    told = run("--now", NOW.isoformat())
    assert "读入 2 条，新发现 1 个" in told
    assert "新开舆情 1 起" in told
    assert Incident.objects.get().watchlist_name == "公共安全"
    again = json.loads(run("--now", (NOW + timedelta(hours=1)).isoformat(), "--json"))
    assert (again["read"], again["incidents"]) == (0, [])


def test_an_engine_that_is_not_there_is_a_one_line_error(store: Store, settings: Settings) -> None:
    settings.SENTIMENT_ENGINE = "bert"
    with pytest.raises(CommandError, match="不认识的情感引擎 'bert'"):
        run()
