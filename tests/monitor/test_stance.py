"""Who says outright that they are for or against a policy: a table of cases, each with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fold import fold_text
from archive.language import parse
from monitor.stance import Stance, names_of, stance_of, stances
from tests.monitor.city import post

NAMES = ("停车收费办法", "禁摩")

FAVOR = [
    ("我支持停车收费办法。", "outright"),
    ("举双手赞成停车收费办法！", "with force"),
    ("停车收费办法出来了。这个规定我完全支持。", "named a clause before"),
    ("坚决拥护禁摩。", "another word for it"),
    ("我反对取消停车收费办法。", "against its end"),
    ("支持停車收費辦法", "in traditional characters"),
]
AGAINST = [
    ("我坚决反对停车收费办法。", "outright"),
    ("停车收费办法我不支持。", "denied support"),
    ("停车收费办法实在无法接受。", "not to be accepted"),
    ("强烈要求取消停车收费办法。", "its end is asked for"),
    ("新规我不赞成，停车收费办法不合理。", "both clauses the same"),
    ("支持取消停车收费办法。", "for its end"),
]
UNCLEAR = [
    ("停车收费办法出来了。", "tells of it"),
    ("停车收费办法太贵了，老百姓停不起。", "a complaint is no stance said outright"),
    ("有人支持停车收费办法。", "of others"),
    ("专家反对停车收费办法。", "of others"),
    ("你支持停车收费办法吗？", "a question"),
    ("大家支持还是反对停车收费办法", "a question without its sign"),
    ("我不反对停车收费办法。", "not against is not for"),
    ("我支持停车收费办法，但是我反对禁摩。", "for one, against another: of which, nobody can say"),
    ("我支持环保。停车收费办法另说。", "for something else"),
    ("“支持停车收费办法”的标语挂满了街。", "quoted"),
    ("如果停车收费办法公开账目我就支持停车收费办法", "on a condition"),
    ("停车收费办法支持率不到三成", "a rate"),
    ("", "nothing at all"),
]


@pytest.mark.parametrize(
    ("text", "stance", "why"),
    [(text, stance, why) for stance, rows in (
        (Stance.FAVOR, FAVOR), (Stance.AGAINST, AGAINST), (Stance.UNCLEAR, UNCLEAR)) for text, why in rows],
)  # fmt: skip
def test_only_what_is_said_outright_is_a_stance(text: str, stance: Stance, why: str) -> None:
    assert stance_of(text, NAMES) is stance, why


def test_all_that_were_read_are_told() -> None:
    posts = [
        post(text, key=str(n))
        for n, text in enumerate(["支持停车收费办法", "反对停车收费办法", "停车收费办法", "天气"])
    ]
    found = stances(posts, parse("停车收费办法"))
    assert (found.favor, found.against, found.unclear) == (1, 1, 2)


def test_a_policy_goes_by_the_terms_of_its_query_but_not_by_those_ruled_out() -> None:
    assert names_of(parse("(停车收费办法 | 禁摩) + !招聘")) == NAMES
    assert names_of(parse("停車收費辦法")) == ("停车收费办法",)


@given(st.text(alphabet="支持反对取消停车收费办法我不。，？“”吗", max_size=40))
def test_a_text_that_never_names_the_policy_has_no_stance(text: str) -> None:
    if "停车收费办法" not in fold_text(text):
        assert stance_of(text, ("停车收费办法",)) is Stance.UNCLEAR
