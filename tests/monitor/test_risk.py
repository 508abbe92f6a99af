"""Risk: sums add up, more never weighs less, volume alone stays low, Ⅰ and Ⅱ need a named trigger."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.risk import Risk, assess, suggested
from monitor.risk_counts import fields_of, seen
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS, Preset
from monitor.situation import Quote, Situation, Voice
from monitor.triggers import DEATH, HOT, HURT, ORDER

PARKING_TITLES = ["滨河苑购房捆绑销售车位"] * 20 + ["职工的诉求"] * 3


def voices(titles: list[str], complaints: int, sources: int = 1, **fields: Any) -> tuple[Voice, ...]:
    """One a title, the first `complaints` of them complaints, from the sources in turn."""
    return tuple(
        Voice(f"v{n}", title, f"s{n % sources}", "投诉" if n < complaints else "咨询", **fields)
        for n, title in enumerate(titles)
    )


QUIET = Situation(24, 3, 0.3, 3, 1, voices(["你好"] * 3, 0))
PARKING = Situation(24, 5, 0.3, 19, 27, voices(PARKING_TITLES, 21, sources=3))


def points(risk: Risk) -> dict[str, int]:
    return {c.name: c.points for c in risk.contributions}


def news(publisher: str = "清江日报", *says: str) -> Voice:
    return Voice("n", "通报", "新闻网", publisher=publisher, quotes=tuple(Quote(each, "原句。") for each in says))


def with_news(situation: Situation, *more: Voice) -> Situation:
    return replace(situation, voices=(*situation.voices, *more))


def test_a_quarrel_over_parking_places_is_grade_three_with_every_point_explained() -> None:
    risk = assess(PARKING)
    assert points(risk) == {"信息量": 15, "诉求": 14, "领域": 12, "持续": 6, "扩散": 4}
    assert (risk.score, risk.level, risk.triggers) == (51, 3, ())
    evidence = {c.name: c.evidence for c in risk.contributions}
    assert evidence == {
        "信息量": "24 小时 5 条 / 通常 0.3 条",
        "领域": "23 条标题中住房 20 条",
        "诉求": "23 条中投诉 21 条",
        "持续": "27 天 19 个账号",
        "扩散": "3 个信源",
    }
    assert risk.rule == "40 分以上建议 Ⅲ 级；Ⅰ、Ⅱ 级须有指定情形（中央或省级媒体、全国热搜、伤亡、上级督办）：无"


def test_the_rule_leaves_no_sum_between_two_levels() -> None:
    """以上 and 以下 both include the figure itself (民法典 1259): 40 points would be of two levels."""
    assert assess(QUIET).rule.startswith("不足 40 分建议 Ⅳ 级；")


def children(messages: int, complaints: int) -> tuple[Voice, ...]:
    return voices(["孩子在学校食堂吃完午饭呕吐"] * messages, complaints, answer="waiting")


@pytest.mark.parametrize(
    ("situation", "levels", "why"),
    [
        (QUIET, {4}, "three posts that ask for nothing"),
        (Situation(24, 60, 0.3, 60, 1, voices(["你好"] * 60, 0)), {4}, "many posts alone"),
        (Situation(24, 1, 0.3, 1, 1, children(1, 1)), {4}, "one complaint of one evening"),
        (Situation(3, 4, 0.25, 4, 1, children(4, 3)), {3}, "sick children in a school's canteen"),
        (Situation(720, 20, None, 13, 20, voices(["搅拌站夜间噪音扰民"] * 20, 17, answer="waiting")), {3}, "a month"),
        (Situation(24, 4, 0.25, 4, 1, voices(["停车收费办法何时执行"] * 4, 1, answer="waiting")), {4}, "questions"),
        (Situation(12, 4, 0.25, 50, 27, voices(["伊景苑捆绑销售车位"] * 57, 50, answer="waiting")), {3}, "57 messages"),
        (
            Situation(24, 4, 0.25, 50, 27, voices(["丽法新城旁搅拌站扰民"] * 55, 45, answer="waiting")),
            {3},
            "a slow burn",
        ),
        (with_news(QUIET, news("新华社", DEATH)), {2}, "deaths, hardly anybody speaks yet"),
        (
            Situation(6, 8, 0.25, 8, 1, (*voices(["化工厂爆炸事故"] * 7, 3), news("新华社", DEATH))),
            {1, 2},
            "deaths told by a central paper",
        ),
        (
            Situation(6, 40, 0.25, 40, 2, (*voices(["化工厂爆炸事故"] * 39, 20, 9), news("人民日报", DEATH, ORDER))),
            {1},
            "deaths, central media, an order, everywhere",
        ),
        (with_news(PARKING, news("四川日报")), {2}, "a matter of grade three that the province's paper takes up"),
        (with_news(QUIET, news("新华社")), {4}, "a central paper's piece among quiet ones"),
    ],
)
def test_situations_as_an_office_would_grade_them(situation: Situation, levels: set[int], why: str) -> None:
    risk = assess(situation)
    assert risk.level in levels, f"{why}: {points(risk)}"


@pytest.mark.parametrize(
    ("more", "trigger", "why"),
    [
        (news("人民网"), ("中央媒体",), "central media"),
        (news("来源：新华网四川"), ("中央媒体",), "its local branch, as pages write it"),
        (news("四川日报"), ("省级媒体",), "provincial media"),
        (news("清江日报"), (), "the city's own paper is no trigger"),
        (news("河南经济日报"), (), "another paper than 经济日报"),
        (news("清江融媒 新华社"), ("中央媒体",), "two publishers named"),
        (news("清江日报", HURT), ("伤亡",), "casualties"),
        (news("清江日报", ORDER), ("上级督办",), "a superior's order"),
        (news("清江日报", HOT), ("全国热搜",), "a hot search"),
        (news("四川日报", DEATH, HURT), ("省级媒体", "伤亡"), "killed and hurt are one trigger"),
    ],
)
def test_named_triggers(more: Voice, trigger: tuple[str, ...], why: str) -> None:
    assert assess(with_news(PARKING, more)).triggers == trigger, why


def test_a_trigger_opens_the_higher_levels_and_is_named_with_its_sentence() -> None:
    full = voices(PARKING_TITLES * 4, 84, sources=9, answer="overdue", copy=True)
    without = replace(PARKING, days=90, speakers=99, voices=full)
    assert assess(without).score >= 55
    assert assess(without).level == 3, "however many points, without a trigger it stays III"
    risk = assess(with_news(without, news("新华社", DEATH)))
    assert risk.level <= 2
    assert risk.rule.endswith("：中央媒体、伤亡")
    assert risk.as_dict()["quotes"] == [{"trigger": "伤亡", "sentence": "原句。", "post": "n", "publisher": "新华社"}]


def test_a_death_weighs_more_than_a_wound() -> None:
    assert points(assess(with_news(QUIET, news("清江日报", DEATH))))["伤亡"] == 24
    assert points(assess(with_news(QUIET, news("清江日报", HURT))))["伤亡"] == 14


def test_an_answer_and_the_governments_own_word_take_off_but_never_below_nothing() -> None:
    def answered(count: int) -> Situation:
        said = [replace(v, answer="answered") if n < count else v for n, v in enumerate(PARKING.voices)]
        return replace(PARKING, voices=tuple(said))

    assert assess(answered(2)).score == assess(PARKING).score - 4
    assert assess(answered(23)).score == assess(PARKING).score - 6
    assert points(assess(with_news(PARKING, news("东城发布"))))["官方声音"] == -2
    silent = Situation(24, 0, 0.0, 0, 0, (Voice("a", answer="answered"),))
    assert assess(silent).score == 0


def test_those_who_wait_count_and_those_past_their_time_count_more() -> None:
    def waiting(answer: str) -> int:
        said = tuple(replace(v, answer=answer) for v in QUIET.voices)  # type: ignore[arg-type]
        return points(assess(replace(QUIET, voices=(*said, *said)))).get("未答复", 0)

    assert (waiting(""), waiting("waiting"), waiting("overdue")) == (0, 1, 10)


def test_a_slow_burn_without_a_usual_number_says_its_span() -> None:
    slow = assess(Situation(720, 30, None, 25, 29, voices([""] * 30, 0)))
    assert [c.evidence for c in slow.contributions if c.name == "信息量"] == ["30 天 30 条"]


def test_three_levels_know_no_first() -> None:
    top = with_news(replace(PARKING, days=90), news("新华社", DEATH, ORDER))
    assert assess(top, FOUR_LEVELS).level == 1
    assert assess(top, THREE_LEVELS).level == 2


def test_each_contribution_can_show_the_posts_it_counts() -> None:
    board = voices(PARKING_TITLES, 21, sources=3, answer="waiting")
    situation = with_news(replace(PARKING, voices=board), news("新华社", DEATH), Voice("o", publisher="东城发布"))
    found = seen(situation, FOUR_LEVELS)
    counted = {name: len(ids) for name, ids in found.items()}
    assert counted == {"诉求": 21, "领域": 20, "未答复": 23, "媒体": 1, "伤亡": 1, "官方声音": 1}
    assert found["媒体"] == ["n"]


titles = ["停水三天", "小区车位", "公交改线", "学校食堂", "你好"]
said = st.builds(
    Voice,
    id=st.just("v"),
    title=st.sampled_from(titles),
    source=st.sampled_from("abcdefghij"),
    matter=st.sampled_from(["", "投诉", "求助", "举报", "咨询", "感谢"]),
    publisher=st.sampled_from(["", "", "新华社", "四川日报", "清江日报", "东城发布"]),
    copy=st.booleans(),
    answer=st.sampled_from(["", "answered", "waiting", "overdue"]),
    quotes=st.lists(st.sampled_from([DEATH, HURT, ORDER, HOT]), max_size=1).map(
        lambda says: tuple(Quote(each, "原句。") for each in says)
    ),
)
situations = st.builds(
    Situation,
    window_hours=st.sampled_from([1, 3, 6, 12, 24, 720]),
    observed=st.integers(0, 10_000),
    expected=st.none() | st.floats(0, 1000),
    speakers=st.integers(0, 10_000),
    days=st.integers(0, 400),
    voices=st.lists(said, max_size=12).map(lambda some: tuple(some * 3)),
)
presets = st.sampled_from([FOUR_LEVELS, THREE_LEVELS])


@given(situations, presets)
def test_sums_add_up_caps_hold_and_grave_levels_have_a_trigger(situation: Situation, preset: Preset) -> None:
    risk = assess(situation, preset)
    assert risk.score == sum(c.points for c in risk.contributions) >= 0
    assert all(abs(c.points) <= preset.cap(c.name) for c in risk.contributions)
    assert risk.level >= 3 or risk.triggers
    assert all(re.search(r"\d", c.evidence) for c in risk.contributions), "evidence states counts"
    assert suggested(situation, preset) == (risk.score, risk.level)
    assert set(seen(situation, preset)) <= {c.name for c in risk.contributions} | {"官方声音", "扩散", "未答复"}


@given(situations, presets, st.integers(0, 300))
def test_without_a_named_trigger_nothing_suggests_more_than_three(
    situation: Situation, preset: Preset, more: int
) -> None:
    plain = tuple(replace(v, quotes=(), publisher="清江日报" if v.publisher else "") for v in situation.voices)
    loud = replace(situation, voices=plain * (1 + more // 100), observed=situation.observed + more)
    assert suggested(loud, preset)[1] >= 3


@given(st.integers(0, 1_000_000), st.none() | st.floats(0, 10))
def test_volume_alone_is_grade_four(observed: int, expected: float | None) -> None:
    assert assess(Situation(24, observed, expected, 1, 1)).level == 4


@given(situations, presets, st.integers(1, 60))
def test_more_never_weighs_less(situation: Situation, preset: Preset, more: int) -> None:
    """More complaints of the same matter, more who wait too long, more days, speakers, sources, posts: each alone."""
    before, _ = suggested(situation, preset)
    fields = fields_of([v.title for v in situation.voices], preset)
    title = "".join(each.words[0] for each, _ in fields)  # of whatever field the matter is
    source = situation.voices[0].source if situation.voices else "a"
    complaints = tuple(Voice(f"w{n}", title, source, "投诉", answer="waiting") for n in range(more))
    late = tuple(replace(v, answer="overdue") if v.answer == "waiting" else v for v in situation.voices)
    elsewhere = tuple(replace(v, source=f"new{n}") if n < more else v for n, v in enumerate(situation.voices))
    for changed in (
        replace(situation, voices=(*situation.voices, *complaints), observed=situation.observed + more),
        replace(situation, days=situation.days + more),
        replace(situation, speakers=situation.speakers + more),
        replace(situation, observed=situation.observed + more),
        replace(situation, voices=late),
        replace(situation, voices=elsewhere) if len({v.source for v in situation.voices}) <= 1 else situation,
    ):
        assert suggested(changed, preset)[0] >= before
