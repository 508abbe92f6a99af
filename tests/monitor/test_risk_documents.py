"""A risk table as JSON: what was written reads back, what is wrong is refused with its field."""

from copy import deepcopy
from typing import Any

import pytest

from monitor.risk_documents import Fault, RiskTableError, read_table, same_rules, write_table
from monitor.risk_tables import CAPS, FOUR_LEVELS, POINTS, POINTS_OF, THREE_LEVELS


def table() -> dict[str, Any]:
    return deepcopy(write_table(FOUR_LEVELS))


def faults(kept: dict[str, Any]) -> list[Fault]:
    with pytest.raises(RiskTableError) as wrong:
        read_table(kept)
    return wrong.value.faults


@pytest.mark.parametrize("preset", [FOUR_LEVELS, THREE_LEVELS])
def test_what_ships_can_be_written_and_read_back(preset: Any) -> None:
    assert read_table(write_table(preset)) == preset


def test_every_point_counts_to_something_that_is_capped() -> None:
    assert set(POINTS_OF) == {name for name, _ in POINTS}
    assert set(POINTS_OF.values()) <= {name for name, _ in CAPS}


@pytest.mark.parametrize(
    ("where", "value", "field", "said"),
    [
        (("name",), " ", "name", "起个名称"),
        (("name",), "长" * 41, "name", "最多 40 字，现有 41 字"),
        (("bands", "3"), "", "band-3", "Ⅲ 级的分数应是 1 至 300 的整数"),
        (("bands", "2"), "五十", "band-2", "应是 1 至 300 的整数"),
        (("bands", "2"), 40, "band-2", "Ⅱ 级 40 分应高于 Ⅲ 级 40 分"),
        (("bands", "1"), 300, "band-1", "永远达不到：各项封顶合计只有"),
        (("bands", "3"), 24, "band-3", "不高于“信息量”的封顶 24 分"),
        (("points", "中央媒体"), 21, "point-中央媒体", "高于“媒体”的封顶 20 分"),
        (("points", "中央媒体"), -1, "point-中央媒体", "“中央媒体”的分值应是 0 至 100 的整数"),
        (("points", "中央媒体"), True, "point-中央媒体", "应是 0 至 100 的整数"),
        (("caps", "诉求"), "1.5", "cap-诉求", "“诉求”的封顶应是 0 至 100 的整数"),
        (("caps", "诉求"), 101, "cap-诉求", "应是 0 至 100 的整数"),
        (("fields",), [], "fields", "至少要有一个领域"),
        (("fields", 1, "points"), 19, "field-2", "领域“食品药品”19 分，高于“领域”的封顶 18 分"),
        (("fields", 1, "name"), "公共安全", "field-2", "写了两次"),
        (("fields", 1, "name"), "", "field-2", "第 2 个领域的名称应为 1 至 20 字"),
        (("fields", 1, "words"), "", "field-2", "没有词"),
        (("fields", 1, "words"), "很" * 21, "field-2", "超过 20 字"),
        (("fields", 1, "words"), "食堂、13800000000", "field-2", "手机号"),
        (("central_media",), ["新"], "central_media", "太短"),
        (("central_media",), "新华社 @小明同学", "central_media", "账号"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(where: tuple[Any, ...], value: Any, field: str, said: str) -> None:
    kept: Any = table()
    inner = kept
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    found = faults(kept)
    assert [fault.field for fault in found] == [field]
    assert said in found[0].message


def test_all_that_is_wrong_is_told_at_once() -> None:
    kept = table() | {"name": "", "bands": {}}
    assert [fault.field for fault in faults(kept)] == ["name", "band-2", "band-3"]


@pytest.mark.parametrize("kept", [{}, {"name": 3, "bands": 4, "points": [], "caps": "", "fields": {}, "official": 7}])
def test_what_is_no_table_at_all_is_refused(kept: dict[str, Any]) -> None:
    assert {fault.field for fault in faults(kept)} >= {"name", "band-3", "fields", "cap-诉求"}


def test_words_may_be_typed_with_any_usual_separator_and_count_once() -> None:
    kept = table() | {"official": "发布、人民政府， 网信办\n发布；政府网"}
    assert read_table(kept).official == ("发布", "人民政府", "网信办", "政府网")


def test_a_table_without_a_first_level_has_three() -> None:
    kept = table()
    kept["bands"]["1"] = ""
    assert [level for level, _ in read_table(kept).bands] == [2, 3, 4]


def test_two_tables_of_the_same_rules_differ_in_their_version_only() -> None:
    assert same_rules(FOUR_LEVELS, read_table(write_table(FOUR_LEVELS), 7))
    assert not same_rules(FOUR_LEVELS, THREE_LEVELS)
