"""Grouping as posts come: events, copies, doubles, and that a snapshot equals a rebuild."""

import io
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.post import Kind, Post, Precision
from monitor.events import COMPLAINTS, STREAM, EventIndex, SnapshotError
from monitor.keyterms import key_terms

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
MIXER = [
    (
        "丽苑新城小区附近搅拌站噪音扰民",
        "我是丽苑新城小区的业主，小区附近新建的搅拌站日夜施工，噪音大，粉尘污染严重，请环保部门查处。",
    ),
    (
        "搅拌站建在丽苑新城旁边合理吗",
        "丽苑新城旁不到百米建了搅拌站，每天机器轰鸣，扬尘漫天，居民无法正常生活，希望尽快搬走。",
    ),
    ("投诉丽苑小区旁的混凝土搅拌站", "混凝土搅拌站的粉尘飘进丽苑小区，孩子咳嗽不止，夜里噪音让人睡不着，请领导重视。"),
]
FOLLOW_UP = (
    "丽苑新城小区搅拌站还在施工",
    "丽苑新城小区附近的搅拌站今天照样日夜施工，噪音和粉尘污染没有人管，业主找过环保部门了。",
)
PARKING = [
    ("伊水园捆绑销售车位", "伊水园开发商要求购房者必须同时购买车位，不买车位就不给签合同，请住建局查处捆绑销售行为。"),
    ("购房必须买车位是否合法", "在伊水园认购房子，开发商强制捆绑车位十二万元一个，不买就取消购房资格。"),
]
OTHERS = [
    ("公积金贷款额度咨询", "请问灵活就业人员缴存公积金满多久可以贷款，额度是多少，需要准备哪些材料？"),
    ("路灯不亮", "建设路中段的路灯坏了一个多月没有人修，晚上出行很不安全。"),
    ("新生儿医保怎么办理", "孩子刚出生，户口已经上好，请问医保在哪里参保，费用多少？"),
]


def post(
    number: int,
    title: str,
    text: str,
    *,
    at: datetime | None = None,
    kind: Kind = Kind.QUESTION,
    speaker: str | None = None,
) -> Post:
    at = at or START + timedelta(hours=number)
    return Post(
        id=f"p{number:03}",
        url="",
        kind=kind,
        title=title,
        text=text,
        source="board",
        collected_at=at,
        speaker=speaker or f"s{number}",
        published_at=at,
        published_precision=Precision.MINUTE,
    )


def background(index: EventIndex, until: int = 30) -> None:
    """Other matters, so that words have weights."""
    words = ["供水", "公交", "物业", "学校", "医院", "社保", "垃圾", "停车", "路灯", "电梯"]
    for n in range(until):
        word, other = words[n % 10], words[(n * 3 + 1) % 10]
        text = f"关于{word}和{other}的第{n}个问题，请问由谁负责办理"
        index.add([post(500 + n, f"{word}问题{n}", text, at=START - timedelta(days=40 - n))])


def test_complaints_about_one_place_and_matter_are_one_event_and_others_are_not() -> None:
    index = EventIndex()
    background(index)
    posts = [post(n, *told) for n, told in enumerate([*MIXER, *PARKING, *OTHERS])]
    events = [given.event for given in index.add(posts)]
    assert events[:3] == ["p000"] * 3
    assert events[3:5] == ["p003"] * 2
    assert events[5:] == ["p005", "p006", "p007"]


def test_a_district_alone_does_not_bring_matters_together() -> None:
    said = [
        ("东城区大面积停水", "东城区从昨晚开始停水，打自来水公司电话没人接，什么时候恢复供水？"),
        ("楼上装修砸承重墙", "东城区有住户装修把承重墙砸了，整栋楼的人都担心，请住建部门来看看。"),
        ("电梯困人没有人管", "东城区一栋楼的电梯上周困了三次人，维保单位一直不来。"),
    ]
    index = EventIndex()
    background(index)
    given = index.add([post(n, *told) for n, told in enumerate(said)])
    assert len({each.event for each in given}) == 3


def test_two_matters_in_one_place_are_two_events() -> None:
    told = [
        (
            "枫林路的商场烂尾七年",
            "枫林路口的百货商场封顶以后再没有动工，围挡锈蚀倒伏，钢筋裸露在外，当年认购铺面的三百多户至今拿不到租金，"
            "开发企业已经失联，恳请住建部门牵头引进新的投资方尽早复工。",
        ),
        (
            "凌晨拖土车在枫林路狂奔",
            "每天一两点拖土车从枫林路经过，喇叭声和刹车声把老人吵醒，渣土洒落得到处都是，早上扬起的灰尘呛得人睁不开眼，"
            "希望城管和交警夜间设卡检查，限定运输时段。",
        ),
        (
            "枫林路拖土车夜里还在跑",
            "枫林路的拖土车凌晨仍然成队经过，喇叭声吵得老人孩子睡不着，渣土洒落一路，请城管夜间检查。",
        ),
    ]
    index = EventIndex()
    background(index)
    assert [each.event for each in index.add([post(n, *each) for n, each in enumerate(told)])] == [
        "p000",
        "p001",
        "p001",
    ]


def test_two_tellings_of_one_matter_meet_though_nothing_was_seen_before() -> None:
    told = [
        "昨晚嘉陵路口一辆货车侧翻，水泥撒满路面，司机受轻伤，交警已到场。",
        "刚路过嘉陵路口，大货车侧翻了，水泥撒得到处都是，交警在指挥绕行。",
        "南河公园的樱花开了，周末带孩子去放风筝。",
    ]
    given = EventIndex().add([post(n, "", text, kind=Kind.POST) for n, text in enumerate(told)])
    assert [each.event for each in given] == ["p000", "p000", "p002"]


def test_a_post_alone_is_an_event_named_after_it() -> None:
    given = EventIndex().add([post(1, *OTHERS[0])])[0]
    assert (given.event, given.copy_of, given.double) == ("p001", None, False)


@pytest.mark.parametrize("text", ["", "。", "？？？ ！！", "a", "\ufffd"])
def test_posts_without_words_are_events_of_their_own(text: str) -> None:
    index = EventIndex()
    assert [given.event for given in index.add([post(1, "", text), post(2, "", text)])] == ["p001", "p002"]
    assert index.info("p001").size == 1


def test_a_copy_joins_its_originals_event_and_says_of_which_it_is_one() -> None:
    index = EventIndex()
    title, text = MIXER[0]
    given = index.add([post(1, title, text), post(2, title, "转发：" + text), post(3, *OTHERS[0])])
    assert [(g.event, g.copy_of) for g in given] == [("p001", None), ("p001", "p001"), ("p003", None)]
    assert index.info("p001").size == 2


@pytest.mark.parametrize(
    ("speaker", "text", "days", "double", "why"),
    [
        ("s1", MIXER[0][1], 1, True, "the same speaker, the same text"),
        ("s1", MIXER[0][1] + "急！", 6, True, "nearly the same"),
        ("s2", MIXER[0][1], 1, False, "another speaker's copy counts"),
        ("s1", MIXER[0][1], 8, False, "more than seven days later it counts again"),
        ("s1", OTHERS[0][1], 1, False, "the same speaker on another matter"),
    ],
)
def test_doubles(speaker: str, text: str, days: int, double: bool, why: str) -> None:
    index = EventIndex()
    title = "" if text == OTHERS[0][1] else MIXER[0][0]
    index.add([post(1, *MIXER[0])])
    again = index.add([post(2, title, text, at=START + timedelta(days=days, hours=1), speaker=speaker)])[0]
    assert again.double is double, why


def test_a_post_added_again_keeps_its_assignment_and_counts_once() -> None:
    index = EventIndex()
    first = index.add([post(1, *MIXER[0])])
    assert index.add([post(1, *MIXER[0])]) == first
    assert index.info("p001").size == 1


@pytest.mark.parametrize(
    ("kind", "days", "together", "why"),
    [
        (Kind.QUESTION, 20, True, "complaints last for months"),
        (Kind.QUESTION, 400, False, "but not for ever"),
        (Kind.POST, 0, True, "posts of the same day"),
        (Kind.POST, 12, False, "posts pass within days"),
    ],
)
def test_events_fade(kind: Kind, days: int, together: bool, why: str) -> None:
    index = EventIndex()
    background(index)
    first = post(1, *MIXER[0], kind=kind)
    second = post(2, *FOLLOW_UP, kind=kind, at=START + timedelta(days=days))
    assert (index.add([first, second])[1].event == "p001") is together, why


def test_forgotten_events_leave_the_index_small() -> None:
    index = EventIndex()
    index.add([post(1, *MIXER[0], kind=Kind.POST)])
    later = START + timedelta(days=STREAM.keep + 2)
    index.add([post(2, *OTHERS[0], at=later)])
    assert "p001" not in index
    with pytest.raises(KeyError):
        index.info("p001")
    assert "p002" in index
    assert STREAM.keep < COMPLAINTS.keep


def test_history_collected_late_is_grouped_at_its_own_time() -> None:
    index = EventIndex()
    background(index)
    old = [
        Post(
            id=f"old{n}", url="", kind=Kind.QUESTION, title=title, text=text, source="board",
            collected_at=START, published_at=START - timedelta(days=700 - n), published_precision=Precision.MINUTE,
        )
        for n, (title, text) in enumerate(MIXER)
    ]  # fmt: skip
    given = index.add([old[2], old[0], old[1]])
    assert {g.event for g in given} == {"old2"}
    assert index.add([post(1, *MIXER[1])])[0].event == "p001"  # a copy, but of two years ago
    info = index.info("old2")
    assert (info.first_at, info.last_at) == (START - timedelta(days=700), START - timedelta(days=698))


def test_an_event_is_shown_by_a_title_and_at_most_five_words() -> None:
    index = EventIndex()
    background(index)
    index.add(post(n, *told) for n, told in enumerate(MIXER))
    info = index.info("p000")
    assert info.title in [title for title, _ in MIXER]
    assert 1 <= len(info.terms) <= 5
    assert any("搅拌" in term for term in info.terms)
    assert (info.first_id, info.size) == ("p000", 3)


def test_a_post_without_a_title_lends_the_event_its_beginning() -> None:
    index = EventIndex()
    index.add([post(1, "", MIXER[0][1])])
    assert index.info("p001").title == MIXER[0][1][:40]


def test_key_terms_are_whole_words_that_do_not_overlap() -> None:
    pairs = {"搅拌": 9, "拌站": 9, "噪音": 8, "站噪": 2, "小区": 1}
    assert key_terms(pairs, dict.fromkeys(pairs, 3.0), ["搅拌站噪音", "小区"], wanted=3) == ["搅拌站", "噪音"], (
        "one text has 小区"
    )


texts = st.sampled_from([*MIXER, *PARKING, *OTHERS])
streams = st.lists(
    st.tuples(texts, st.integers(0, 4), st.integers(0, 70), st.sampled_from([Kind.QUESTION, Kind.POST]), st.booleans()),
    max_size=25,
)


def wrote(posts: list[Post]) -> Callable[[Sequence[str]], dict[str, str | None]]:
    """As the archive answers."""
    return lambda ids: {each.id: each.speaker for each in posts if each.id in set(ids)}


@settings(max_examples=40, deadline=None)
@given(streams, st.integers(0, 25))
def test_a_snapshot_goes_on_as_a_rebuild_does(
    stream: list[tuple[tuple[str, str], int, int, Kind, bool]], cut: int
) -> None:
    posts, at = [], START
    for number, ((title, text), speaker, gap, kind, edited) in enumerate(stream):
        at += timedelta(hours=gap * 7)
        text = text[3:] + "请问" if edited else text
        posts.append(post(number, title, text, at=at, kind=kind, speaker=f"s{speaker}"))
    whole = EventIndex()
    at_once = whole.add(posts)
    first = EventIndex()
    before = first.add(posts[:cut])
    loaded = EventIndex.load(first.snapshot(), wrote(posts))
    assert loaded.watermark == first.watermark
    assert before + loaded.add(posts[cut:]) == at_once
    assert loaded.snapshot() == whole.snapshot()


@pytest.mark.parametrize("blob", [b"", b"not a snapshot", EventIndex().snapshot()[:-20]])
def test_a_broken_snapshot_is_refused_with_a_reason(blob: bytes) -> None:
    with pytest.raises(SnapshotError, match="快照"):
        EventIndex.load(blob, wrote([]))


def test_a_snapshot_names_no_speaker_and_knows_a_double_all_the_same() -> None:
    """It lies in the state database and so in backups; speakers never leave the archive."""
    title, text = MIXER[0]
    said = post(1, title, text, at=START, speaker="5f3a9c")
    index = EventIndex()
    index.add([said, post(2, "短", "短", at=START, speaker="77d1e0")])
    snapshot = index.snapshot()
    with np.load(io.BytesIO(snapshot)) as outer, np.load(io.BytesIO(zlib.decompress(outer["small"]))) as packed:
        content = packed["state"].tobytes()
    assert b"5f3a9c" not in content and b"77d1e0" not in content
    again = post(3, title, text, at=START + timedelta(hours=1), speaker="5f3a9c")
    assert EventIndex.load(snapshot, wrote([said])).add([again])[0].double
    assert not EventIndex.load(snapshot, wrote([])).add([again])[0].double, "its post is gone, and with it who wrote it"
