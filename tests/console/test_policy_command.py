import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from archive.post import Kind
from archive.store import Store
from monitor.models import Policy
from monitor.policies import propose
from tests.console.monitoring import command, own_archive
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
run = command("policy")
TITLE = "关于调整清江市居民供水价格的通知"


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    with own_archive(settings, tmp_path) as opened:
        yield opened


def test_a_policy_is_registered_listed_and_reported(store: Store) -> None:
    told = json.loads(run("--json", "add", TITLE, "--date", "2026-03-10", "--number", "清府办发〔2026〕3号"))
    assert '"清府办发〔2026〕3号"' in told["query"]
    propose([post("关于调整城区公交票价的通知", kind=Kind.POLICY)], NOW)
    listed = run("list")
    assert "尚无解读" in listed
    assert "待定\t《关于调整城区公交票价的通知》" in listed
    store.put(
        [
            post("问一下", "调整清江市居民供水价格什么时候执行", at=NOW - timedelta(days=5)),
            post("问两下", "清府办发〔2026〕3号怎么理解", at=NOW - timedelta(days=12), kind=Kind.POST),
        ]
    )
    report = run("--now", NOW.isoformat(), "report", str(told["id"]))
    assert "发布前 7 天 1 条，发布后 7 天 1 条，发布以来 1 条" in report
    assert "提问 1 条，已答复 0 条" in report
    assert "解读：尚未见到" in report


def test_what_is_wrong_is_said_in_a_line() -> None:
    run("add", TITLE, "--date", "2026-03-10")
    with pytest.raises(CommandError, match="已登记"):
        run("add", TITLE, "--date", "2026-03-10")
    with pytest.raises(CommandError, match="没有编号为 99"):
        run("report", "99")
    assert Policy.objects.count() == 1
