"""Risk: sums add up, volume alone stays low, I and II need a named trigger."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.risk import Risk, Situation, assess
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS

QUIET = Situation(24, 3, 0.3, 3, 3, 1, 1)
PARKING = Situation(
    window_hours=24, observed=5, expected=0.3, total=23, speakers=19, sources=3, days=27,
    matters={"投诉": 21, "咨询": 2}, titles=["滨河苑购房捆绑销售车位"] * 20 + ["职工的诉求"] * 3,
)  # fmt: skip


def points(risk: Risk) -> dict[str, int]:
    return {c.name: c.points for c in risk.contributions}


def test_a_quarrel_over_parking_places_is_grade_three_with_every_point_explained() -> None:
    risk = assess(PARKING)
    assert points(risk) == {"信息量": 15, "领域": 12, "诉求": 11, "持续": 6, "扩散": 4}
    assert (risk.score, risk.level, risk.triggers) == (48, 3, ())
    evidence = {c.name: c.evidence for c in risk.contributions}
    assert evidence == {
        "信息量": "24 小时 5 条 / 通常 0.3 条",
        "领域": "住房（23 条标题中 20 条）",
        "诉求": "23 条中投诉 21 条",
        "持续": "27 天 19 个账号",
        "扩散": "3 个信源",
    }
    assert risk.rule == "40 分以上建议 Ⅲ 级；Ⅰ、Ⅱ 级须有指定情形（中央或省级媒体、全国热搜、伤亡、上级督办）：无"


@pytest.mark.parametrize(
    ("change", "trigger", "why"),
    [
        ({"publishers": ["人民网"]}, ("中央媒体",), "central media"),
        ({"publishers": ["四川日报"]}, ("省级媒体",), "provincial media"),
        ({"publishers": ["清江日报"]}, (), "the city's own paper is no trigger"),
        ({"news_texts": ["事故造成3人死亡"]}, ("伤亡",), "casualties"),
        ({"news_texts": ["目前无人员伤亡"]}, (), "no casualties are no trigger"),
        ({"news_texts": ["演练，未造成3人受伤"]}, (), "denied"),
        ({"news_texts": ["该问题被省政府挂牌督办"]}, ("上级督办",), "a superior's order"),
        ({"news_texts": ["话题登上热搜"]}, ("全国热搜",), "a hot search"),
        ({"titles": ["再不管会死3人死亡"]}, (), "a citizen's words are no report of casualties"),
    ],
)
def test_named_triggers(change: dict[str, list[str]], trigger: tuple[str, ...], why: str) -> None:
    assert assess(replace(PARKING, **change)).triggers == trigger, why  # type: ignore[arg-type]


def test_a_trigger_opens_the_higher_levels_and_is_named() -> None:
    without = replace(PARKING, overdue=9, sources=9, copies=40, days=90, speakers=99)
    assert assess(without).score >= 65
    assert assess(without).level == 3, "however many points, without a trigger it stays III"
    risk = assess(replace(without, publishers=["新华社"]))
    assert risk.level <= 2
    assert risk.rule.endswith("：中央媒体")


def test_a_trigger_alone_is_no_catastrophe() -> None:
    assert assess(replace(QUIET, publishers=["新华社"])).level == 4 - (assess(QUIET).score + 20 >= 40)


def test_an_answer_takes_off_but_never_below_nothing() -> None:
    assert assess(replace(PARKING, answered=2)).score == assess(PARKING).score - 4
    assert assess(replace(PARKING, answered=99)).score == assess(PARKING).score - 6
    assert assess(Situation(24, 0, 0.0, 0, 0, 1, 0, answered=5)).score == 0


def test_a_slow_burn_without_a_usual_number_says_its_span() -> None:
    slow = assess(Situation(720, 30, None, 30, 25, 1, 29))
    assert [c.evidence for c in slow.contributions if c.name == "信息量"] == ["30 天 30 条"]


def test_three_levels_know_no_first() -> None:
    top = replace(PARKING, overdue=9, sources=9, publishers=["新华社"], news_texts=["3人死亡，挂牌督办"])
    assert assess(top, FOUR_LEVELS).level == 1
    assert assess(top, THREE_LEVELS).level == 2


situations = st.builds(
    Situation,
    window_hours=st.sampled_from([1, 3, 6, 12, 24, 720]),
    observed=st.integers(0, 10_000),
    expected=st.none() | st.floats(0, 1000),
    total=st.integers(0, 10_000),
    speakers=st.integers(0, 10_000),
    sources=st.integers(1, 50),
    days=st.integers(0, 400),
    matters=st.dictionaries(st.sampled_from(["投诉", "求助", "举报", "咨询"]), st.integers(0, 500)),
    titles=st.lists(st.sampled_from(["停水三天", "小区车位", "公交改线", "你好"]), max_size=8),
    copies=st.integers(0, 500),
    publishers=st.lists(st.sampled_from(["新华社", "四川日报", "清江日报", ""]), max_size=4),
    news_texts=st.lists(st.sampled_from(["2人死亡", "无人员伤亡", "挂牌督办", ""]), max_size=3),
    overdue=st.integers(0, 100),
    answered=st.integers(0, 100),
)


@given(situations, st.sampled_from([FOUR_LEVELS, THREE_LEVELS]))
def test_sums_add_up_caps_hold_and_grave_levels_have_a_trigger(situation: Situation, preset: object) -> None:
    assert preset in (FOUR_LEVELS, THREE_LEVELS)
    chosen = FOUR_LEVELS if preset is FOUR_LEVELS else THREE_LEVELS
    risk = assess(situation, chosen)
    assert risk.score == sum(c.points for c in risk.contributions) >= 0
    assert all(abs(c.points) <= chosen.cap(c.name) for c in risk.contributions)
    assert risk.level >= 3 or risk.triggers
    assert all(re.search(r"\d", c.evidence) for c in risk.contributions), "evidence states counts"


@given(st.integers(0, 1_000_000), st.floats(0, 10))
def test_volume_alone_never_suggests_more_than_three(observed: int, expected: float) -> None:
    assert assess(Situation(24, observed, expected, observed, 1, 1, 1)).level >= 3
