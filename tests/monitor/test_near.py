"""Copies: what is found as nearly the same, and what is not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.near import KEEP, NearIndex, letters_of, same_text, sketches
from monitor.signatures import Signatures

AT = datetime(2026, 3, 1, tzinfo=UTC)
NOTICE = (
    "关于利州区城北片区停水的紧急通知：因主供水管网突发爆管，抢修工程将于今晚二十点开始，预计明日早上六点恢复供水，"
    "请广大市民提前储水备用，给您带来的不便敬请谅解，抢修进度将及时向社会公布。"
)
OTHER = "请问老旧小区加装电梯的补贴标准是多少，一楼住户不同意怎么办，需要到哪个部门去申请，多久能够批下来？"


def found(first: str, second: str) -> bool:
    index = NearIndex()
    assert index.add("first", first, AT) is None
    return index.add("second", second, AT) == "first"


@pytest.mark.parametrize(
    ("text", "copy", "why"),
    [
        (NOTICE, True, "the same"),
        (NOTICE.replace("，", ","), True, "punctuation is no difference"),
        (NOTICE.replace("紧急", "緊急").replace("二十", "２０"), True, "nor are full-width and traditional forms"),
        (NOTICE[:30] + NOTICE[42:], True, "a tenth deleted"),
        ("【转载】网友爆料！" + NOTICE[:50] + "（据说）" + NOTICE[50:] + " 大家怎么看", True, "edited here and there"),
        (NOTICE[: len(NOTICE) // 2], True, "cut to half"),
        (NOTICE[len(NOTICE) // 2 :], True, "the other half"),
        (OTHER, False, "another matter"),
        (
            "因主供水管网突发爆管，我家已经停水三天了，打电话没有人接，孩子上学都没有水洗脸，请尽快解决！",
            False,
            "one clause in common",
        ),
        ("停水", False, "too short to tell"),
        ("", False, "nothing"),
    ],
)
def test_copies(text: str, copy: bool, why: str) -> None:
    assert found(NOTICE, text) is copy, why


def test_a_copy_of_a_copy_is_the_originals() -> None:
    index = NearIndex()
    index.add("first", NOTICE, AT)
    for n in range(5):
        assert index.add(f"c{n}", f"转发{n}：{NOTICE}", AT + timedelta(days=n)) == "first"


def test_what_is_too_short_is_no_copy_and_no_original() -> None:
    index = NearIndex()
    assert [index.add(str(n), "转发微博", AT) for n in range(3)] == [None] * 3
    assert len(index) == 0


def test_originals_are_forgotten_after_their_time_but_not_while_copies_come() -> None:
    index = NearIndex()
    index.add("notice", NOTICE, AT)
    index.add("other", OTHER, AT)
    assert index.add("copy", NOTICE, AT + KEEP - timedelta(days=2)) == "notice"
    later = AT + KEEP + timedelta(days=2)
    assert index.add("again", OTHER, later) is None  # "other" is forgotten
    assert index.add("more", NOTICE, later) == "notice"
    assert len(index) == 2


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (NOTICE, NOTICE + "！！", True),
        (NOTICE, OTHER, False),
        ("停水了", "停水了！", True),
        ("停水了", "停电了", False),
    ],
)
def test_same_text(mine: str, theirs: str, same: bool) -> None:
    assert same_text(mine, theirs) is same


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("停水区域abc，。 \ud800😀", max_size=40), max_size=8))
def test_many_texts_are_sketched_as_each_alone(texts: list[str]) -> None:
    clauses = [letters_of(text) for text in texts]
    together = sketches(clauses)
    for text, sketch in zip(clauses, together, strict=True):
        (alone,) = sketches([text])
        assert (sketch.letters, sketch.keys.tolist()) == (alone.letters, alone.keys.tolist())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sets(st.integers(0, 40), min_size=1, max_size=12)), max_size=40),
    st.sets(st.integers(0, 40), max_size=10),
    st.sets(st.integers(0, 60), max_size=10),
)
def test_signatures_answer_as_a_plain_dictionary_would(
    added: list[tuple[int, set[int]]], wanted: set[int], gone: set[int]
) -> None:
    kept = Signatures()
    plain: dict[int, int] = {}
    for number, (_, keys) in enumerate(added):
        kept.add(np.array(sorted(keys), np.uint64), number)
        plain[number] = len(keys & wanted)
    kept.forget(gone)
    again = Signatures(*kept.arrays())
    expected = sorted((n for n in plain if plain[n] and n not in gone), key=lambda n: (-plain[n], n))
    assert again.find(np.array(sorted(wanted), np.uint64), 100) == expected
    assert kept.find(np.array(sorted(wanted), np.uint64), 100) == expected
