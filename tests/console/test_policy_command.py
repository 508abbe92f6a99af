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


@pytest.mark.parametrize("title", ["！！", "通知", "的通知", "《公告》", "关于通知", "关于开展的通知", "a"])
def test_a_title_that_matches_anything_is_refused(title: str) -> None:
    with pytest.raises(CommandError, match="太笼统"):
        run("add", title, "--date", "2026-03-10")
    assert not Policy.objects.exists()
    run("add", title, "--date", "2026-03-10", "--query", "停水")
    assert Policy.objects.get().query == "停水"


def test_a_short_title_may_be_a_policys() -> None:
    run("add", "养犬条例", "--date", "2026-03-10")


def test_what_is_wrong_is_said_in_a_line() -> None:
    run("add", TITLE, "--date", "2026-03-10")
    with pytest.raises(CommandError, match="已登记"):
        run("add", TITLE, "--date", "2026-03-10")
    with pytest.raises(CommandError, match="没有编号为 99"):
        run("report", "99")
    assert Policy.objects.count() == 1
