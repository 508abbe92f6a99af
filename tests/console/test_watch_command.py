import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from alerts.models import PlanTemplate
from archive.store import Store
from monitor.models import Watchlist
from tests.console.monitoring import command, own_archive
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
run = command("watch")


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    with own_archive(settings, tmp_path) as opened:
        yield opened


def test_a_watchlist_is_added_listed_edited_and_shown_with_its_versions() -> None:
    assert "已保存：水电气（第 1 版）" in run("add", "水电气", "停水|停电", "--purpose", "公共服务保障")
    assert "没有变化" in run("add", "水电气", "停水|停电", "--purpose", "公共服务保障")
    assert "第 2 版" in run("add", "水电气", "停水|停电|停气", "--purpose", "公共服务保障")
    assert "停水|停电|停气" in run("list")
    shown = run("show", "水电气")
    assert "监测目的：公共服务保障" in shown
    assert shown.index("第 2 版") < shown.index("）：停水|停电\n")


def test_an_edit_of_an_immediate_list_waits_for_two_people() -> None:
    words = ["--purpose", "公共安全", "--immediate", "--approved-by", "周", "--approved-by", "李"]
    run("add", "公共安全", "爆炸", *words)
    assert "须两人重新同意；此前仍按第 1 版监测：爆炸" in run("add", "公共安全", "爆炸|坍塌", *words)
    assert "[修改待同意]" in run("list") and "待同意的检索式：爆炸|坍塌" in run("show", "公共安全")
    assert "周已同意" in run("agree", "公共安全", "--person", "周")
    with pytest.raises(CommandError, match="另一人"):
        run("agree", "公共安全", "--person", "周")
    assert "已生效：公共安全（第 2 版）" in run("agree", "公共安全", "--person", "李")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "水", "停水|停电"], "缺少监测目的"),
        (["add", "水", "13812345678", "--purpose", "x"], "手机号"),
        (["add", "水", "爆炸", "--purpose", "x", "--immediate", "--approved-by", "周"], "两个不同的人"),
        (["show", "没有"], "没有名为「没有」"),
        (["try", "停水 +"], "检索式有误"),
        (["import", "/nowhere.yaml"], "读不出"),
        (
            ["add", "水", "停水", "--purpose", "x", "--plan", "nosuch"],
            "没有编号为 nosuch 的预案.*现有：complaint、outage",
        ),
        (["add", "水\n电", "停水", "--purpose", "x"], "名称里有换行"),
        (["add", "水\u2028电", "停水", "--purpose", "x"], "名称里有换行"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*words)
    assert Watchlist.objects.count() == 0


def test_a_plan_may_be_one_that_ships_or_one_of_the_offices_own(tmp_path: Path) -> None:
    PlanTemplate.objects.create(slug="own", name="本市预案", text="x")
    path = tmp_path / "w.yaml"
    path.write_text(
        "".join(
            f"- {{name: {plan}, purpose: 目的, query: 停水, plan: {plan}}}\n" for plan in ("own", "school", "nosuch")
        )
    )
    with pytest.raises(CommandError, match="第 3 行「nosuch」：没有编号为 nosuch 的预案"):
        run("import", str(path))
    assert {row.plan for row in Watchlist.objects.all()} == {"own", "school"}


def test_trying_compares_with_the_saved_version(store: Store) -> None:
    store.put([post("临江区停水"), post("河堤路停电", at=NOW - timedelta(days=9))])
    run("add", "水电气", "停水", "--purpose", "公共服务保障")
    told = json.loads(run("--now", NOW.isoformat(), "--json", "try", "停电", "--name", "水电气"))
    assert (told["week"], told["month"], told["added"], told["dropped"]) == (0, 1, 1, 1)
    text = run("--now", NOW.isoformat(), "try", "停电", "--name", "水电气")
    assert "最近 7 天 0 条，30 天 1 条" in text
    assert "河堤路停电" in text


def test_a_file_is_imported_but_for_what_is_faulty_and_exported_again(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(
        '- {name: 好, purpose: 目的, query: "停水|停电"}\n- {name: 坏, purpose: 目的, query: "停水+停电|停气"}\n',
        encoding="utf-8",
    )
    with pytest.raises(CommandError, match="第 2 行「坏」"):
        run("import", str(path))
    assert [row.name for row in Watchlist.objects.all()] == ["好"]
    assert "name: 好" in run("export")


@pytest.mark.shared
def test_the_shared_watchlists_load_without_fault(shared: Path) -> None:
    assert "已保存 10 个" in run("import", str(shared / "data" / "watchlists.yaml"))
