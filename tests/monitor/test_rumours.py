"""The rumour mark: which words deny, which only sound so, and what an event needs to be marked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rumours import MOST, Said, denial_in, rumour

AT = datetime(2026, 3, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "text", "openly", "why"),
    [
        ("辟谣！清江三桥封闭系谣言", "", True, "said so in the title"),
        ("情况说明", "网传“清江自来水有毒”的消息不实，水质各项指标合格。", True, "what the net says is not so"),
        ("", "经核实，该视频内容不属实，系多年前外地旧闻。", True, "of the video that goes round"),
        ("警情通报", "李某编造不实信息，公安机关依法予以行政拘留。", True, "punished for making it up"),
        ("", "上述内容纯属捏造，请广大网友不信谣、不传谣。", True, "a denial with the usual warning behind it"),
        ("", "闢謠：關於停課的消息係謠言。", True, "traditional characters"),
        ("", "经调查，该校食堂未发现使用变质食材的情况。", False, "an inquiry found nothing"),
        ("", "经住建局现场核查，您反映的捆绑销售问题不属实。", False, "denied to the one who asked"),
        ("", "接到反映后，我局立即组织调查。该小区没有发生强制停电的情况。", False, "looked into a sentence before"),
    ],
)
def test_words_that_deny(title: str, text: str, openly: bool, why: str) -> None:
    found = denial_in(title, text)
    assert found is not None, why
    assert found[1] is openly, why
    assert found[0] in title + text, "the very words"


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("", "请广大市民不信谣、不传谣，以官方发布为准。", "a warning, and nothing is denied"),
        ("", "希望大家勿信谣传谣，谣言止于智者。", "the same"),
        ("清江市开展打击网络谣言专项行动", "集中整治网络谣言，查处一批典型案件。", "a campaign"),
        ("网络谣言科普讲座走进社区", "讲解如何识别谣言，介绍辟谣平台。", "a lecture"),
        ("", "申报材料不实的，取消申报资格。", "a condition of a policy"),
        ("", "如有不实，愿承担一切法律责任。", "a promise"),
        ("清江要封城？是谣言吗？", "", "a question denies nothing"),
        ("", "这并不是谣言，相关部门已经证实。", "the opposite"),
        ("", "该路段没有路灯的问题已经列入今年计划。", "not looked into and not denied: a state of things"),
        ("", "经核实，您的房屋并未办理产权登记。", "a fact about the asker's own affair"),
        ("", "您好，您的问题已转交相关部门，请耐心等待。", "an ordinary reply"),
        ("", "经核查，该企业存在超标排放的情况，已责令整改。", "confirmed"),
        ("", "经核查，已要求企业整改，确保不出现扰民的情况。", "a promise for the time to come"),
        ("", "", "nothing"),
    ],
)
def test_words_that_only_sound_like_it(title: str, text: str, why: str) -> None:
    assert denial_in(title, text) is None, why


def claim(number: int = 1, text: str = "听说三桥要封闭半年，有人知道吗", **fields: object) -> Said:
    said = Said(f"c{number}", "post", "", f"{text}{'，' + '真急人' * number if number > 1 else ''}", "论坛", "", AT)
    return replace(said, **fields)  # type: ignore[arg-type]


def notice(text: str = "网传三桥封闭半年的消息不实。", **fields: object) -> Said:
    said = Said("n1", "news", "情况说明", text, "清江日报", "http://news.test/1", AT + timedelta(hours=3))
    return replace(said, **fields)  # type: ignore[arg-type]


OTHER = claim(2, "朋友圈都在传大桥停止通行，老人出门看病怎么办，请给个说法")
ANSWER = "经核实，三桥没有发生长期封闭的情况。"


@pytest.mark.parametrize(
    ("said", "marked", "why"),
    [
        ([claim(), notice()], True, "claimed, and openly denied in the news"),
        ([claim(kind="question"), notice(kind="policy")], True, "asked of the board, denied in a notice"),
        (
            [claim(), claim(2, reply="该消息不实。", kind="question", replied_at=AT + timedelta(hours=1))],
            True,
            "in a reply",
        ),
        ([notice()], False, "nobody claims it here"),
        ([claim()], False, "nobody denies it"),
        ([notice(), claim(at=AT + timedelta(days=1))], False, "first denied, then spoken of: the denial goes round"),
        ([claim(text="官方辟谣了，封桥是谣言"), notice()], False, "who passes the denial on claims nothing"),
        ([claim(copy=True), notice()], False, "a copy alone is no claim"),
        ([claim(kind="question", reply=ANSWER, replied_at=AT)], False, "one message and its answer"),
        ([claim(kind="question", reply=ANSWER, replied_at=AT), OTHER], True, "two claim, and it was looked into"),
        ([claim(), claim(1, id="c9"), notice(ANSWER)], False, "twice the same words are one claim"),
        ([claim(), notice(kind="post")], False, "a citizen who says so is no authority"),
        ([claim(), notice("请不信谣、不传谣。")], False, "a warning"),
        ([claim(at=None), notice(at=None)], True, "times that are not known are no reason against it"),
    ],
)
def test_what_an_event_needs_to_be_marked(said: list[Said], marked: bool, why: str) -> None:
    assert (rumour(said) is not None) is marked, why


def test_a_mark_says_who_denied_it_when_where_and_in_which_words() -> None:
    found = rumour([claim(), OTHER, notice()])
    assert found is not None
    assert found.claims == 2
    told = found.as_dict()["denials"][0]
    assert told == {
        "post": "n1", "source": "清江日报", "url": "http://news.test/1", "at": "2026-03-20T19:00:00+08:00",
        "quote": "网传三桥封闭半年的消息不实。", "answer": False,
    }  # fmt: skip


@given(
    st.permutations([claim(), OTHER, notice(), *(notice(id=f"m{n}", at=AT + timedelta(days=n)) for n in range(1, 8))])
)
def test_the_order_of_the_posts_does_not_matter_and_the_first_denials_are_told(said: list[Said]) -> None:
    found = rumour(said)
    assert found is not None
    assert [denial.post for denial in found.denials] == ["n1", *(f"m{n}" for n in range(1, MOST))]
