"""The three plans, filled: every section, every level, any facts; and a broken one that still tells all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.plans.asked import AskError, chosen, facts_from
from alerts.plans.blocks import SUMMARY_LIMIT, summary
from alerts.plans.escape import plain
from alerts.plans.facts import Item
from alerts.plans.files import shipped
from alerts.plans.fill import Prepared, fill, known_names
from alerts.plans.sandbox import faults
from archive.post import CHINA

NOW = datetime(2019, 8, 2, 8, 20, tzinfo=CHINA)
SECTIONS = (
    *("抬头", "舆情概况", "首发与传播", "焦点与观点", "研判", "责任分工", "报送", "回应方案", "线下处置"),
    *("跟踪与滚动发布", "终结条件", "总结评估", "附件"),
)
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")
FACTS: dict[str, Any] = {
    "title": "滨河苑职工购房捆绑销售车位",
    "number": "2019-0802-01",
    "level": 3,
    "discovered_at": "2019-08-02T07:02:00+08:00",
    "counts": {
        "window_hours": 24,
        "observed": 5,
        "expected": 0.3,
        "total": 23,
        "speakers": 19,
        "sources": {"市民留言板": 18, "市政府网站": 5},
        "matters": {"投诉": 21, "咨询": 2},
        "sentiments": {"negative": 20, "neutral": 3},
        "days": [["2019-08-01", 5], ["2019-08-02", 3]],
        "answered": 3,
        "unanswered": 20,
    },
    "first": {"source": "市民留言板", "url": "http://board.example/1", "at": "2019-07-07T07:28:00+08:00"},
    "samples": [
        {"title": "为何绑定买车位？", "source": "市民留言板", "url": "http://board.example/2", "excerpt": "不买车位"}
    ],
    "unit": {"name": "市住建局", "phone": "0839-0000012"},
    "policy": {"title": "人才购房补贴实施细则", "url": "http://www.example.gov.cn/p"},
}
HOSTILE = "{{7*7}}{% raw %}<script>alert(1)</script>[x](http://evil.example)\n# 大标题\n| a |" + "长" * 5000


def filled(slug: str, data: dict[str, Any]) -> str:
    done = fill(shipped()[slug].plan, facts_from(data, NOW), NOW)
    assert not done.fault
    return done.text


@pytest.mark.parametrize("slug", ["complaint", "outage", "school"])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("emergency", [True, False, None])
def test_every_plan_has_all_thirteen_sections_in_order(slug: str, level: int, emergency: bool | None) -> None:
    text = filled(slug, FACTS | {"level": level, "emergency": emergency})
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [f"## {number}、{name}" for number, name in zip(NUMERALS, SECTIONS, strict=True)]
    assert text.startswith("# 应对处置方案\n")
    assert "内部资料 注意保管" in text
    assert f"《{shipped()[slug].plan.name}》第 1 版" in text


@pytest.mark.parametrize(
    ("level", "words", "signer"),
    [
        (1, "Ⅰ 特别重大 · 红色", "主要负责人"),
        (2, "Ⅱ 重大 · 橙色", "主要负责人"),
        (3, "Ⅲ 较大 · 黄色", "分管负责人"),
        (4, "Ⅳ 一般 · 蓝色", "办公室"),
    ],
)
def test_level_is_word_numeral_and_colour_and_says_who_signs(level: int, words: str, signer: str) -> None:
    text = filled("complaint", FACTS | {"level": level})
    assert words in text
    assert f"由{signer}签发" in text
    assert ("市委、市政府审核" in text) is (level <= 2)


@pytest.mark.parametrize(
    ("emergency", "ends", "not_said"),
    [
        (True, ["8月2日 12:02 前", "8月3日 07:02 前"], "8月4日"),
        (False, ["8月4日 07:02 前"], "8月3日 07:02 前"),
        (None, ["8月4日 07:02 前"], "8月3日 07:02 前"),
    ],
)
def test_the_clocks_stand_with_the_hour_each_ends(emergency: bool | None, ends: list[str], not_said: str) -> None:
    text = filled("outage", FACTS | {"emergency": emergency})
    for end in ends:
        assert end in text
    assert not_said not in text


def test_what_the_system_knows_is_filled_in() -> None:
    text = filled("complaint", FACTS)
    for known in (
        *("最近 24 小时 5 条，通常 0.3 条", "19 个账号", "市民留言板 18 条", "投诉 21 条", "负面 20 条"),
        *("7月7日 07:28", "[原文](<http://board.example/1>)", "市住建局", "0839-0000012", "人才购房补贴实施细则"),
        *("已答复 3 条、未答复 20 条", "8月1日至8月2日合计 8 条"),
    ):
        assert known in text
    assert text.count("【待填") >= 20, "and what a person must write is marked"


@pytest.mark.parametrize("slug", ["complaint", "outage", "school"])
def test_shipped_plans_use_only_names_there_are(slug: str) -> None:
    assert faults(shipped()[slug].plan.text, known_names()) == []


@pytest.mark.parametrize("slug", ["complaint", "outage", "school"])
def test_hostile_facts_stay_text(slug: str) -> None:
    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {HOSTILE if key in {"市民留言板", "投诉"} else key: spoil(each) for key, each in value.items()}
        if isinstance(value, list):
            return [spoil(each) for each in value]
        return HOSTILE if isinstance(value, str) else value

    data = spoil(FACTS) | {"discovered_at": FACTS["discovered_at"], "terms": [HOSTILE] * 50, "explanation": HOSTILE}
    data["first"]["at"] = FACTS["first"]["at"]  # a time that cannot be read is refused
    data["counts"] |= {HOSTILE: HOSTILE}
    text = filled(slug, data)
    assert "{{" not in text and "{%" not in text
    assert "<script" not in text
    assert "evil.example" not in text
    assert "\n# 大标题" not in text
    assert len(text) < 30_000
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## {number}、{name}" for number, name in zip(NUMERALS, SECTIONS, strict=True)
    ]


@pytest.mark.parametrize("key", [*FACTS, "emergency", "terms", "contributions", "evidence", "earlier", "trigger"])
@pytest.mark.parametrize(
    "value", [None, "", "x", 7, -1.5, True, [], {}, ["x"], [[1, 2]], {"a": None}, "NaN", "a" * 9999]
)
def test_no_fact_of_any_shape_breaks_a_plan(key: str, value: Any) -> None:
    try:
        filled("complaint", FACTS | {key: value})
    except AskError as error:
        assert key in str(error) and value not in (None, ""), "what is left out is not known"


def test_no_facts_at_all_make_a_plan_full_of_blanks() -> None:
    text = filled("school", {})
    assert "【待填：责任单位】" in text
    assert "“”" not in text, "nothing is quoted that nobody said"
    assert "级别：【待填：级别】" in text and "一般" not in text, "a level that nobody gave is not suggested"


WHEN = "2019-08-02T07:02:00+08:00"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"discovered_at": "昨天"}, "discovered_at '昨天' 不是 ISO 8601 时间"),
        ({"discovered_at": True}, "discovered_at True 不是"),
        ({"discovered_at": "2019-08-02"}, "discovered_at '2019-08-02' 只有日期：时限从时刻算起"),
        ({"discovered_at": "9999-12-31T23:00:00+08:00"}, "的年份不对"),
        ({"discovered_at": "0001-01-01T00:00:00"}, "discovered_at"),
        ({"level": "很高"}, "level '很高' 不是级别，应为 1 到 4"),
        ({"level": 0}, "level 0 不是级别"),
        ({"level": 5}, "level 5 不是级别"),
        ({"first": {"at": "某日"}}, "first.at '某日' 不是"),
        ({"samples": [{"at": WHEN}, {"published_at": "某日"}]}, r"samples\[1\].at '某日' 不是"),
        ({"counts": {"total": -5}}, "counts.total -5 应为不小于 0 的数"),
        ({"counts": {"unanswered": "-1"}}, "counts.unanswered '-1' 应为"),
        ({"counts": -5}, "counts.total -5"),
        ({"emergency": "yes"}, "emergency 'yes' 应为 true 或 false"),
        ({"emergency": 0}, "emergency 0 应为 true 或 false"),
        ({"confirmed": "no"}, "confirmed 'no' 应为 true 或 false"),
    ],
)
def test_what_is_given_and_cannot_be_is_named_and_nothing_is_guessed(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(AskError, match=says):
        facts_from(FACTS | changes, NOW)


@pytest.mark.parametrize(
    ("at", "told", "why"),
    [
        ("2019-07-07", "7月7日", "a day is no midnight"),
        ("20190707", "7月7日", "the same, written without hyphens"),
        ("2019-07-07T00:00:00+08:00", "7月7日 00:00", "midnight, said so"),
        (None, "时间不详", "not known"),
    ],
)
def test_a_time_is_told_as_exactly_as_it_is_known(at: str | None, told: str, why: str) -> None:
    text = filled(
        "complaint", FACTS | {"first": {"source": "留言板", "at": at}, "evidence": [{"title": "车位", "at": at}]}
    )
    assert f"首发：留言板，{told}，" in text, why
    assert f"| {told} |" in text, why


FOUND = {
    "window_hours": 720, "observed": 20, "expected": None, "until": "2019-08-02T07:00:00+08:00", "told": "…",
    "total": 10, "speakers": 11, "accounts": 7, "counted_at": "2019-08-02T07:02:00+08:00", "sources": {"留言板": 10},
    "matters": {"未归类": 5, "投诉": 3, "咨询": 2}, "sentiments": {},
}  # fmt: skip


def test_counts_of_different_times_are_not_put_into_one_sentence() -> None:
    text = filled("complaint", FACTS | {"counts": FOUND})
    assert "截至 8月2日 07:00 的 30 天 20 条；共 10 条、1 个信源" in text
    assert "7 个账号（截至 8月2日 07:02）" in text
    assert "11 个账号" not in text, "a post that names nobody is no account"
    assert "无发言账号" in filled("complaint", FACTS | {"counts": FOUND | {"accounts": 0}})


def test_matters_add_up_and_stand_in_place_of_sentiments() -> None:
    text = filled("complaint", FACTS | {"counts": FOUND})
    assert "诉求类型：投诉 3 条、咨询 2 条、未归类 5 条，合计 10 条" in text
    assert "情感倾向：均按诉求类型统计" in text


def test_the_least_expected_is_no_usual_number() -> None:
    text = filled("complaint", FACTS | {"counts": FACTS["counts"] | {"expected": 0.25}})
    assert "最近 24 小时 5 条，平时没有" in text
    assert "通常 0.3" not in text


@pytest.mark.parametrize("slug", ["complaint", "outage", "school"])
@pytest.mark.parametrize(("level", "leads"), [(1, True), (2, True), (3, True), (4, False)])
def test_the_publicity_department_leads_from_level_three_on(slug: str, level: int, leads: bool) -> None:
    assert ("由宣传部牵头" in filled(slug, FACTS | {"level": level})) is leads
    assert ("宣传部门牵头" in filled(slug, FACTS | {"level": level})) is leads, "and so say those who sign"


def test_a_unit_nobody_assigned_is_told_as_a_guess() -> None:
    facts = replace(facts_from(FACTS, NOW), assigned=False)
    text = fill(shipped()["complaint"].plan, facts, NOW).text
    assert "牵头单位（第一责任主体）：市住建局（建议，未交办）" in text
    assert "（建议，未交办）" not in filled("complaint", FACTS)


def test_the_policys_own_words_and_earlier_answers_are_quoted() -> None:
    quotes = ("第三条 停放不超过三十分钟的，免收停车费",)
    answer = Item(title="夜间收费吗", source="留言板", excerpt="夜间免收。", at=NOW)
    facts = replace(facts_from(FACTS, NOW), policy_quotes=quotes, earlier=(answer,))
    text = fill(shipped()["complaint"].plan, facts, NOW).text
    assert "[政策原文](<http://www.example.gov.cn/p>)：“第三条 停放不超过三十分钟的，免收停车费”" in text
    assert "- 《夜间收费吗》：“夜间免收。”（留言板，8月2日 08:20）" in text


def test_a_sample_says_how_often_it_was_copied() -> None:
    text = filled("complaint", FACTS | {"samples": [{"excerpt": "停水通告", "source": "日报", "copies": 3}]})
    assert "“停水通告”（日报，时间不详，同文 3 条）" in text


def test_the_summary_is_short_and_says_counts_times_quotations() -> None:
    facts = facts_from(FACTS, NOW)
    assert summary(facts) == (
        "8月2日 07:02发现“滨河苑职工购房捆绑销售车位”相关信息："
        "最近 24 小时 5 条，通常 0.3 条；共 23 条、19 个账号、2 个信源。"
        "首发：市民留言板 7月7日 07:28。其中投诉 21 条、咨询 2 条。原文摘录：“不买车位”。"
    )
    long = facts_from(FACTS | {"title": "题" * 500, "samples": [{"excerpt": "话" * 500}] * 3}, NOW)
    assert len(summary(long)) <= SUMMARY_LIMIT


@pytest.mark.parametrize("text", ["{% if %}", "{{ 标题.upper() }}", "{% for x in range(9**9) %}{% endfor %}"])
def test_a_broken_plan_tells_all_facts_plainly_and_says_so(text: str) -> None:
    done = fill(Prepared("bad", "坏预案", text, 3), facts_from(FACTS, NOW), NOW)
    assert done.fault.startswith("预案")
    for known in (
        "预案未能填写",
        "滨河苑",
        "2019-0802-01",
        "8月4日 07:02 前",
        "最近 24 小时 5 条",
        "市住建局",
        "不买车位",
    ):
        assert known in done.text
    assert "《坏预案》第 3 版" in done.text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("complaint", "complaint"),
        ("民生诉求", "complaint"),
        ("公用设施中断", "outage"),
        ("public_utility_outage", "outage"),
        ("school safety", "school"),
        ("校园安全类预案", "school"),
    ],
)
def test_a_plan_is_found_by_slug_or_name(name: str, slug: str) -> None:
    assert chosen(name, {}).plan.slug == slug
    assert chosen("", {"plan": name}).plan.slug == slug


def test_an_unknown_plan_is_an_error_that_lists_those_there_are() -> None:
    with pytest.raises(AskError) as caught:
        chosen("nope", {})
    for slug in ("complaint", "outage", "school"):
        assert slug in str(caught.value)


def test_overdue_clocks_say_by_how_much() -> None:
    done = fill(shipped()["complaint"].plan, facts_from(FACTS, NOW), NOW + timedelta(days=3))
    assert "已超期" in done.text


def test_the_title_quoted_is_the_title() -> None:
    assert plain(FACTS["title"]) in filled("complaint", FACTS)


def test_the_reasons_for_the_level_bring_the_sentence_and_what_would_change_it() -> None:
    facts = replace(
        facts_from(FACTS | {"trigger": "伤亡"}, NOW),
        grounds=(("伤亡", f"坍塌造成3人死亡。{HOSTILE}"),),
        changes=(("再有 5 条同类投诉", 2), (HOSTILE, 4), *((f"情形{n}", 1) for n in range(9))),
    )
    text = fill(shipped()["complaint"].plan, facts, NOW).text
    assert "（中央或省级媒体、全国热搜、伤亡、上级督办）：伤亡；伤亡：“坍塌造成3人死亡。" in text
    assert "按同一评分，下列情形会改变建议级别：若再有 5 条同类投诉为Ⅱ级；若" in text
    assert "情形1" in text
    assert "情形2" not in text, "the first four"
    assert "<script>" not in text
    assert "](http://evil" not in text
