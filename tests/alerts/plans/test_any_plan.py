"""Whatever is written into a plan: it is filled, or its facts go out plainly and say so. Nothing else happens."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.plans.facts import Facts
from alerts.plans.fill import HEADING, Filled, Prepared, fill, known_names
from alerts.plans.sandbox import faults
from archive.post import CHINA

NOW = datetime(2026, 11, 1, 8, tzinfo=CHINA)
FACTS = Facts(title="停水\ud800", level=3, confirmed=False, discovered_at=NOW, terms=("停水",))

# What a plan is made of, right and wrong, so that most of what is put together gets past the first sign.
PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "-", "标题", "关键词", "没有", "x", "loop", "range", "self"),
        *("if", "elif", "else", "endif", "for", "in", "endfor", "is", "not", "and", "or", "set", "raw", "endraw"),
        *("|", "upper", "first", "join", "length", "default", "d", "counted", "sort", ".", "__class__", "(", ")"),
        *("[", "]", ",", ":", "=", "==", "<", "+", "*", "/", "//", "%", "~", "0", "1", "9" * 5000, "1e999", "0x1"),
        *(
            '"',
            "'",
            '"a"',
            '"\\ud800"',
            '"\\x00"',
            '"\\N{"',
            "\ud800",
            "\x00",
            "\U000f0000",
            "{{ 标题 }}",
            "{{ x.y[0] }}",
        ),
        *("{% for w in 关键词 %}", "{% endfor %}", "{% if x is defined %}", "{% endif %}", "{% block a %}"),
        *("{{ not " + "not " * 60, "|upper" * 60, "(" * 250, "{% if 标题 %}" * 60, "{% endif %}" * 60),
    ]
)
PLANS = st.lists(PIECES | st.characters(), max_size=40).map("".join)
EXPRESSIONS = st.lists(PIECES, max_size=8).map(lambda pieces: "{{ " + " ".join(pieces) + " }}")


def check(text: str) -> Filled:
    done = fill(Prepared("a", "预案", text), FACTS, NOW)
    said = faults(text, known_names())
    (done.text + done.fault + "".join(said)).encode()  # no half characters
    assert "\0" not in done.text + done.fault
    if done.fault:
        assert done.fault.startswith("预案") and done.text.startswith(HEADING) and "停水" in done.text
    return done


@settings(max_examples=200, deadline=None)
@given(PLANS | EXPRESSIONS)
def test_any_text_is_a_plan_or_a_plain_one_that_says_so(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text", ["{{ 1|first }}", "{{ range(1, 2, 0) }}", "{{ range() }}", "{{ {}[[]] }}", "{{ []|d([])|join(1) }}"]
)
def test_what_an_expression_may_raise_while_it_runs(text: str) -> None:
    assert check(text).fault
