import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from archive.post import Kind, Marks
from archive.store import Store
from monitor.models import Policy
from monitor.policy_found import propose
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


def test_the_four_dates_are_kept_and_say_what_is_in_force(store: Store) -> None:
    words = ("--effective", "2026-04-01", "--expires", "2029-04-01", "--date", "2026-03-10")
    told = json.loads(run("--json", "--now", NOW.isoformat(), "add", TITLE, *words))
    assert (told["effective_on"], told["expires_on"], told["validity"]) == ("2026-04-01", "2029-04-01", "尚未施行")
    for now, validity in (("2026-04-01T08:00", "有效"), ("2029-04-01T00:00", "失效")):
        assert validity in run("--now", now, "list")
    report = run("--now", NOW.isoformat(), "report", str(told["id"]))
    assert "施行后 7 天（未到） 0 条" in report


def test_a_policy_that_is_still_to_come_is_watched(store: Store) -> None:
    draft = "关于《清江市养犬管理规定（征求意见稿）》公开征求意见的公告"
    words = ("--planned", "2026-06-01", "--consult-from", "2026-03-01", "--consult-until", "2026-03-18")
    told = json.loads(run("--json", "--now", NOW.isoformat(), "add", draft, *words))
    assert (told["released_at"], told["validity"]) == (None, "征求意见结束")
    store.put([post("养犬规定", "清江市养犬管理规定能不能改", at=NOW - timedelta(days=5))])
    report = json.loads(run("--json", "--now", NOW.isoformat(), "report", str(told["id"])))
    assert [(row["key"], row["total"]) for row in report["spans"]] == [("consulted", 1), ("week", 1), ("month", 1)]
    assert (report["result_due"], report["result_late"]) == ("2026-04-18", 0)
    assert "超期 2 天" in run("--now", "2026-04-20T08:00", "list")


def test_dates_that_cannot_be_are_refused(store: Store) -> None:
    with pytest.raises(CommandError, match="失效日期应晚于施行日期"):
        run("add", TITLE, "--effective", "2026-04-01", "--expires", "2026-04-01")
    assert not Policy.objects.exists()


def test_suggestions_for_the_base_are_made_once(store: Store) -> None:
    told = json.loads(run("--json", "add", TITLE, "--date", "2026-03-10"))
    for index in range(3):
        asked = post(
            f"请问调整清江市居民供水价格从哪天开始执行{'呢' * index}", at=NOW - timedelta(days=index), key=str(index)
        )
        store.put([asked])
        store.annotate([(asked.id, store.get([asked.id])[asked.id].revision, Marks(matter="咨询"))])
    assert "新建议 1 条" in run("--now", NOW.isoformat(), "suggest", str(told["id"]))
    assert "新建议 0 条，更新 0 条" in run("--now", NOW.isoformat(), "suggest", str(told["id"]))
