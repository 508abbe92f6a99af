"""Threats to the writer's own life: a table of cases, each with its reason."""

from datetime import UTC, datetime

import pytest

from archive.post import Kind, Post
from monitor.threats import threat_in, threatens_own_life

THREATS = [
    ("工资拖了两年，我真的不想活了，今晚就从楼上跳下去", "plain"),
    ("再不给个说法，我只能去跳楼了", "a condition does not soften it"),
    ("一家老小等着吃饭，本人已经活不下去，遗书写好了", "two signs"),
    ("活不下去了，大家再见", "short and without a subject: the writer's own"),
    ("房子烂尾三年，想死的心都有了，我们业主怎么办", "despair is told: a call too many is a small harm"),
    ("我要以死抗争，请求政府还我公道", "a means of protest is still a threat"),
    ("投诉无门，我只有死路一条了", "no way but death"),
    ("我准备喝农药死给你们看", "to whom it is said does not matter"),
    ("这辈子太苦了，我想结束自己的生命", "in the words of a hotline"),
    ("我要和他们同归于尽", "others are in danger too"),
    ("他们逼得我不想活了", "the others named are the cause, not the one who wills"),
    ("我想死了，谁也别劝我", "the barest form"),
    ("孩子治病花光了钱，我决定自杀", "the child stands in another clause"),
]
QUIET = [
    ("今天加班到十点，累死了，气死我了", "figures of speech"),
    ("笑死我了，这个视频太好玩", "a figure of speech"),
    ("商场跳楼价大甩卖，我要去跳楼价专区", "a price"),
    ("我市一男子扬言跳楼，被民警成功劝下", "of another, reported"),
    ("邻居说他不想活了，请社区关注", "of another; the officer reads it as a call for help in the ordinary way"),
    ("建议学校加强心理辅导，防止学生自杀", "prevention"),
    ("我不会自杀，我要和他们讲道理", "denied"),
    ("我曾经想自杀，现在好了，感谢心理热线", "long past"),
    ("小区安全隐患大，严重威胁业主生命财产安全", "life in the usual phrase"),
    ("开发商给出的专业建议是：“跳楼”", "quoted advice, no will"),
    ("业主说要去跳楼！不是威胁", "the speaker reports others"),
    ("这个城市死气沉沉，我想活动活动", "活动 is not 活"),
    ("我想死磕到底，维权到底", "a figure of speech"),
    ("我就死磕到底了", "the same without 想"),
    ("好久不见，想死你了", "a figure of speech"),
    ("A市孩子有牵挂也不至于高考后自杀", "about others"),
    ("", "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), THREATS, ids=[case[0] for case in THREATS])
def test_a_threat_is_seen(text: str, why: str) -> None:
    assert threat_in(text), why


@pytest.mark.parametrize(("text", "why"), QUIET, ids=[case[0] or "empty" for case in QUIET])
def test_what_is_no_threat_stays_quiet(text: str, why: str) -> None:
    assert threat_in(text) is None, why


@pytest.mark.parametrize(
    ("kind", "told"),
    [(Kind.POST, True), (Kind.QUESTION, True), (Kind.NEWS, False), (Kind.POLICY, False), (Kind.INTERPRETATION, False)],
)
def test_only_what_a_citizen_says_is_read_so(kind: Kind, told: bool) -> None:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    post = Post("0" * 64, "", kind, "求助", "我真的不想活了", "board", at)
    assert threatens_own_life(post) is told
