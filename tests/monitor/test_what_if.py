"""monitor.what_if: the least change of one fact that leads to another level."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from monitor.risk import assess
from monitor.risk_counts import Counted, count
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS, Preset
from monitor.what_if import what_if
from tests.monitor.test_risk import PARKING, QUIET, children, news, presets, situations, with_news

CANTEEN = replace(QUIET, voices=children(3, 2), days=1)  # 35 points


def told(counted: Counted, preset: Preset = FOUR_LEVELS) -> dict[str, int]:
    return {each.fact: each.level for each in what_if(counted, preset)}


def test_a_few_complaints_more_would_make_it_grade_three() -> None:
    now = count(CANTEEN, FOUR_LEVELS)
    assert assess(CANTEEN).level == 4
    assert told(now) == {
        "有其一：中央媒体报道、报道证实有人死亡、上级督办、登上全国热搜": 2,
        "再有 2 条同类投诉": 3,
        "其中 3 条逾期未答复": 3,
        "再有 3 个信源登载": 3,
        "再持续 5 周": 3,
        "有其一：省级媒体报道、报道证实有人受伤": 3,
    }
    assert [each.level for each in what_if(now, FOUR_LEVELS)] == [2, 3, 3, 3, 3, 3], "the gravest first"


def test_the_reason_names_both_sums_and_the_band() -> None:
    changes = {each.fact: each.why for each in assess(CANTEEN).changes}
    assert changes["再有 2 条同类投诉"] == "由 35 分到 44 分，Ⅲ 级为 40 分以上"
    risk = assess(PARKING)
    assert risk.level == 3
    every = "有其一：省级媒体报道、中央媒体报道、报道证实有人受伤、报道证实有人死亡、上级督办、登上全国热搜"
    assert {each.fact: each.why for each in risk.changes}[every] == "各有一项即为 Ⅱ 级"
    reported = assess(with_news(PARKING, news("四川日报")))
    assert reported.level == 2
    assert "各有一项即为 Ⅰ 级" in [each.why for each in reported.changes if each.level == 1]
    assert [each.why for each in reported.changes if each.level == 3] == ["由 66 分到 52 分，不足 55 分"]


def test_an_answer_to_all_may_lower_it() -> None:
    waiting = replace(PARKING, voices=tuple(replace(v, answer="overdue") for v in PARKING.voices[:6]), days=1)
    assert assess(waiting).level == 3
    assert told(count(waiting, FOUR_LEVELS))["未答复的 6 条全部答复"] == 4


def test_a_trigger_that_proves_to_be_of_another_matter_lowers_it() -> None:
    grave = with_news(PARKING, news("新华社"))
    change = next(each for each in assess(grave).changes if "核实" in each.fact)
    assert (change.fact, change.level) == ("核实后不属“中央或省级媒体”", 3)
    assert change.why == "由 72 分到 52 分，不足 55 分"
    assert assess(grave).level == 2


def test_without_a_trigger_no_number_of_complaints_leads_to_two() -> None:
    loud = replace(PARKING, voices=tuple(PARKING.voices) * 9, speakers=200, days=300)
    raised = [each.fact for each in assess(loud).changes if each.level < 3]
    assert raised
    assert all(any(word in fact for word in ("媒体", "报道", "督办", "热搜")) for fact in raised)
    assert not any("投诉" in fact or "信源" in fact or "周" in fact for fact in raised)


@settings(max_examples=50)
@given(situations, presets)
def test_every_change_leads_to_another_level_and_one_less_would_not(situation: object, preset: Preset) -> None:
    now = count(situation, preset)  # type: ignore[arg-type]
    level = assess(situation, preset).level  # type: ignore[arg-type]
    for change in what_if(now, preset):
        assert change.level != level, change
    late = next((c for c in what_if(now, preset) if "逾期未答复" in c.fact), None)
    if late is not None:
        least = int(late.fact.split()[1])
        fewer = replace(now, overdue=now.overdue + least - 1, waiting=now.waiting - least + 1)
        assert not any(c.fact == "其中 0 条逾期未答复" for c in what_if(fewer, preset))
        assert any(c.fact == "其中 1 条逾期未答复" for c in what_if(fewer, preset))


@pytest.mark.parametrize("preset", [FOUR_LEVELS, THREE_LEVELS])
def test_a_band_that_a_table_does_not_have_is_never_promised(preset: Preset) -> None:
    top = with_news(PARKING, news("新华社"))
    levels = {each.level for each in what_if(count(top, preset), preset)}
    assert levels <= {level for level, _ in preset.bands}
