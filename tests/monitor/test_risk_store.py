"""Versions of the risk table: the last one is in force, all are kept, two who save at once do not overwrite."""

from dataclasses import replace

import pytest

from accounts.models import AuditEntry, User
from monitor.models import RiskTable
from monitor.risk_documents import RiskTableError, write_table
from monitor.risk_store import StaleTableError, differences, in_force, save, table_of
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS
from tests.monitor.city import NOW

pytestmark = pytest.mark.django_db
STRICT = replace(FOUR_LEVELS, bands=((1, 80), (2, 55), (3, 30), (4, 0)))


def chen() -> User:
    return User.objects.get_or_create(username="chen")[0]


def test_without_a_saved_table_the_shipped_one_is_in_force() -> None:
    assert in_force() is FOUR_LEVELS
    assert table_of(0) is FOUR_LEVELS
    assert table_of(1) is None


def test_a_saved_table_is_in_force_and_the_one_before_is_kept() -> None:
    save(STRICT, note="例会决定", base=0, by=chen(), now=NOW)
    save(THREE_LEVELS, note="改用三级", base=1, by=chen(), now=NOW)
    assert in_force() == replace(THREE_LEVELS, version=2)
    assert table_of(1) == replace(STRICT, version=1)
    row = RiskTable.objects.get(version=1)
    assert (row.by, row.at, row.note) == ("chen", NOW, "例会决定")
    entry = AuditEntry.objects.get(subject="1", subject_kind="risk_table")
    assert (entry.actor, entry.act) == ("chen", "修改风险表")
    assert entry.details == {"version": 1, "note": "例会决定", "changed": ["Ⅲ 级：40 → 30"]}


def test_who_started_from_an_older_version_is_told_of_the_newer() -> None:
    save(STRICT, note="例会决定", base=0, by=chen(), now=NOW)
    with pytest.raises(StaleTableError, match="chen 刚刚保存了第 1 版"):
        save(THREE_LEVELS, note="改用三级", base=0, by=chen(), now=NOW)
    assert RiskTable.objects.count() == 1


def test_the_same_table_is_no_new_version() -> None:
    with pytest.raises(StaleTableError, match="完全相同"):
        save(FOUR_LEVELS, note="没有改", base=0, by=chen(), now=NOW)


def test_a_table_that_cannot_be_used_is_not_saved() -> None:
    with pytest.raises(RiskTableError, match="Ⅱ 级 20 分应高于 Ⅲ 级 40 分"):
        save(replace(FOUR_LEVELS, bands=((2, 20), (3, 40), (4, 0))), note="错", base=0, by=chen(), now=NOW)
    assert not RiskTable.objects.exists()


def test_a_row_that_is_no_table_any_more_never_stops_a_round() -> None:
    save(STRICT, note="例会决定", base=0, by=chen(), now=NOW)
    RiskTable.objects.create(version=2, table=write_table(STRICT) | {"fields": "?"}, note="旧", by="chen", at=NOW)
    assert in_force() == replace(STRICT, version=1)
    assert table_of(2) is None


def test_what_was_changed_is_told_line_by_line() -> None:
    school = replace(FOUR_LEVELS.fields[2], points=14, words=("学校", "校车"))
    other = replace(
        FOUR_LEVELS,
        name="清江",
        bands=((2, 55), (3, 40), (4, 0)),
        fields=(*FOUR_LEVELS.fields[:2], school, *FOUR_LEVELS.fields[3:-1]),
        official=(*FOUR_LEVELS.official, "网信办"),
    )
    assert differences(FOUR_LEVELS, other) == [
        "名称：四级（Ⅰ、Ⅱ、Ⅲ、Ⅳ） → 清江",
        "Ⅰ 级：80 → 无",
        "领域“教育”分值：12 → 14",
        "领域“教育”增加：校车",
        "领域“教育”去掉：幼儿园、小学、中学、学区、入学、补课、教师、学生、实习",
        "领域“交通”分值：8 → 无",
        "领域“交通”去掉：公交、地铁、堵车、拥堵、红绿灯、停车、道路、修路、出租车、高速",
        "官方发布增加：网信办",
    ]
