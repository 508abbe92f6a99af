"""The language of plans: what it can do, and that nothing in it runs away or reaches out."""

import time

import pytest

from alerts.plans.sandbox import MAX_OUTPUT, PlanError, faults, render


@pytest.mark.parametrize(
    ("source", "values", "out"),
    [
        ("{{ 标题 }}", {"标题": "停水"}, "停水"),
        ("{{ 没有 }}", {}, "【待填：没有】"),
        ("{{ 没有.更没有[3] }}", {}, "【待填：没有】"),
        ('{{ 没有|default("无") }}', {}, "无"),
        ("{% if 没有 %}有{% else %}没有{% endif %}", {}, "没有"),
        ("{% for 词 in 词们 %}{{ 词 }};{% endfor %}", {"词们": ["a", "b"]}, "a;b;"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}", {}, "012"),
        ('{{ 词们|join("、") }}', {"词们": ["a", "b"]}, "a、b"),
    ],
)
def test_what_plans_can_do(source: str, values: dict[str, object], out: str) -> None:
    assert render(source, values) == out


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ 标题.__class__ }}",
        "{% for x in range(10**9) %}x{% endfor %}",
        "{% for x in range(1000000) %}x{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% set x = 'a' %}{{ x }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ cycler('a') }}",
        "{{ 标题.upper() }}",
        "{{ 标题|center(1000000000) }}",
        "{{ 标题|replace('a','b') }}",
        "{{ 标题 ~ 标题 }}",
        "{% for a in range(9) %}{% for b in range(9) %}{% for c in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for x in 词们 recursive %}{{ loop(词们) }}{% endfor %}",
        "{{ 1/0 }}",
        "{{ 1 + 'a' }}",
        "{{ 标题 ",
        "{% if %}",
        "{% endif %}",
        "{% for x in 5 %}{% endfor %}",
        "{{ '长'|join('长') " + "|join(标题)" * 40 + " }}",
        "x" * 100_000,
        "{% for a in 标题 %}{% for b in 标题 %}{% endfor %}{% endfor %}",
        "{{ 词们|counted }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{% if 标题 %}" * 110 + "a" + "{% endif %}" * 110,  # IndentationError
        "{{ " + "not " * 250 + "x }}",  # SyntaxError, after 18 s
        "{{ 标题" + "|upper" * 300 + " }}",  # SyntaxError, after 98 s
        "{% if x %}" + "{% elif x %}" * 4000 + "{% endif %}",
        "{{ " + "9" * 5000 + " }}",  # ValueError
        "{{ 0x" + "f" * 20_000 + " }}",
        "{{ 标题 \ud800 }}",
    ],
)
def test_what_is_dangerous_or_broken_is_an_error_that_says_where(source: str) -> None:
    with pytest.raises(PlanError) as caught:
        result = render(source, {"标题": "停水" * 100, "词们": ["a"] * 30})
        assert len(result) <= MAX_OUTPUT, "or it is harmless and small"
        raise PlanError("预案 harmless")
    assert "预案" in str(caught.value)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{% for a in x %}{% for b in x %}{% endfor %}{% endfor %}", "letter by letter: 400 million steps in silence"),
        ("{% for a in range(100) %}{% for b in range(100) %}{% endfor %}{% endfor %}" * 500, "loop after loop"),
        ("{% for a in many %}{% endfor %}", "a list longer than any we give"),
    ],
)
def test_loops_that_write_nothing_end_too(source: str, why: str) -> None:
    with pytest.raises(PlanError, match="循环"):
        render(source, {"x": "停水" * 10_000, "many": ["a"] * 10_000})


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "过深"),
        ("{% if x %}" * 110 + "a" + "{% endif %}" * 110, "过深"),
        ("{{ " + "not " * 250 + "x }}", "第 1 行的算式、括号或“如果”嵌套过深"),
        ("a\n{{ x" + "|upper" * 300 + " }}", "第 2 行的算式、括号或“如果”嵌套过深"),
        ("{{ " + "9" * 5000 + " }}", "读不懂的数"),
        ("{{ 标题 \ud800 }}", "语法错误"),
    ],
)
def test_nothing_nested_too_deep_or_too_long_breaks_the_editor(source: str, says: str) -> None:
    began = time.monotonic()
    (fault,) = faults(source, set())
    assert says in fault and "\ud800" not in fault
    assert time.monotonic() - began < 5, "Python's own compiler takes minutes over deep brackets"


@pytest.mark.parametrize("source", ["{{ 标题" + "|upper" * 35 + " }}", "{% if 标题 %}" * 19 + "a" + "{% endif %}" * 19])
def test_what_somebody_may_mean_is_not_too_deep(source: str) -> None:
    assert render(source, {"标题": "a"}).upper() == "A"


@pytest.mark.parametrize(
    "source", ['{{ "\ud800" }}', r'{{ "\ud800" }}', r'{{ "\x00" }}', r'{% if "\udfff" %}{{ "\0" }}{% endif %}']
)
def test_half_a_character_and_nul_do_not_leave_a_plan(source: str) -> None:
    assert render(source, {}) == "\ufffd"


def test_output_is_bounded() -> None:
    source = "{% for a in range(100) %}{% for b in range(100) %}" + "很长的一段话" * 10 + "{% endfor %}{% endfor %}"
    with pytest.raises(PlanError, match="超过"):
        render(source, {})


def test_the_line_of_a_syntax_error_is_told() -> None:
    with pytest.raises(PlanError, match="第 3 行"):
        render("一\n二\n{% if %}", {})


def test_faults_name_unknown_names_for_whoever_edits() -> None:
    assert faults("{{ 标题 }}{{ 飙题 }}", {"标题"}) == ["系统没有名为“飙题”的内容，将显示为【待填：飙题】"]
    assert faults("{% if %}", set())[0].startswith("预案第 1 行")
    assert faults("{{ 标题 }}", {"标题"}) == []
