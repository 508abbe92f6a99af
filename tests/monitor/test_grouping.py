"""The arrays behind the grouping: terms, vocabulary, and that what is forgotten or renumbered changes nothing."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.post import Kind
from monitor import vocabulary
from monitor.events import EventIndex
from monitor.grouping import Grouping, Rule
from monitor.terms import PLACE, code_of, codes_of, terms_of, terms_of_folded
from monitor.vocabulary import Vocabulary, loud
from tests.monitor.test_events import MIXER, OTHERS, PARKING, START, post, wrote

RULE = Rule(theta=0.2, tau=3, places=0.5, keep=35)


def counted(title: str, text: str) -> dict[int, int]:
    terms = terms_of(title, text)
    return dict(zip(terms.codes.tolist(), terms.counts.tolist(), strict=True))


@pytest.mark.parametrize(
    ("title", "text", "term", "times", "why"),
    [
        ("", "停水停水", "停水", 2, "a pair"),
        ("停水", "停水", "停水", 3, "the title counts twice"),
        ("", "停，水", "停水", 0, "not across punctuation"),
        ("", "ＷｉＦｉ慢", "wifi", 1, "Latin words whole, folded"),
        ("", "涨价3.5元", "3.5", 1, "numbers whole"),
        ("", "我们没有", "我们", 0, "what has no matter in it"),
        ("", "@某人 停水", "某人", 0, "a name that is called"),
        ("", "[泪]停水", "停水", 1, "beside an emoticon"),
        ("", "", "停水", 0, "nothing"),
    ],
)
def test_terms(title: str, text: str, term: str, times: int, why: str) -> None:
    assert counted(title, text).get(code_of(term), 0) == times, why


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.text("停水小区a1 ，[]@泪", max_size=20)] * 2), max_size=6))
def test_many_texts_have_the_terms_each_has_alone(texts: list[tuple[str, str]]) -> None:
    for told, (title, text) in zip(terms_of_folded(texts), texts, strict=True):
        assert dict(zip(told.codes.tolist(), told.counts.tolist(), strict=True)) == counted(title, text)


def test_a_character_alone_is_a_term_and_in_a_run_it_is_not() -> None:
    assert counted("", "啊！停水")[ord("啊")] == 1
    assert ord("停") not in counted("", "啊！停水")


def test_a_place_is_a_term_of_its_own() -> None:
    found = counted("", "丽苑新城停水")
    assert found[PLACE | code_of("丽苑")] == 1
    assert found[code_of("丽苑")] == 1


chinese = st.text(st.sampled_from("停水电气公交小区路灯，。a1 "), max_size=40)


@settings(deadline=None)
@given(chinese, chinese)
def test_pairs_are_counted_as_a_plain_loop_would(title: str, text: str) -> None:
    expected: Counter[int] = Counter()
    for part, weight in ((title, 2), (text, 1)):
        for run in part.replace("，", " ").replace("。", " ").replace("a", " ").replace("1", " ").split():
            for first, second in pairwise(run):
                expected[code_of(first + second)] += weight
    found = {code: count for code, count in counted(title, text).items() if 0xFFFF < code < PLACE // 2}
    assert found == dict(expected)


def test_a_vocabulary_forgets_what_one_post_bore_and_no_event_and_keeps_the_rest_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabulary, "MOST", 3)
    known = Vocabulary()
    words = codes_of(["停水", "停电", "停气", "停工"])
    ids = known.numbers(words)
    known.count(ids)
    known.count(ids[2:3])
    assert known.full
    fresh = known.renumber(ids[3:])
    assert fresh.tolist()[:4] == [-1, -1, 0, 1]
    assert known.known(words).tolist() == [-1, -1, 0, 1]
    assert (known.heard[:2].tolist(), known.seen, known.full) == ([2, 1], 2, False)


def test_weights_are_whole_numbers_that_grow_with_count_and_rarity() -> None:
    known = Vocabulary()
    ids = known.numbers(codes_of(["停水", "停电"]))
    for _ in range(5):
        known.count(ids[:1])
    known.count(ids)
    common, rare = known.rarity(ids).tolist()
    assert 0 <= common < rare
    assert loud(np.array([1, 2, 10])).tolist() == sorted(loud(np.array([1, 2, 10])).tolist())
    rarity = known.idf(["停电", "停水", "从未"])
    assert rarity["停电"] > rarity["停水"]
    assert rarity["从未"] > 0


def test_an_event_out_of_reach_by_time_is_not_joined_however_like_it_is() -> None:
    grouping = Grouping()
    for n, (title, text) in enumerate(OTHERS * 3):
        grouping.place(f"x{n}", terms_of(title, text), 0, 0, RULE)
    told = terms_of(*MIXER[0])
    event, _ = grouping.place("first", told, 0, 0, RULE)
    assert grouping.place("soon", told, 86_400, 0, RULE)[0] == event
    assert grouping.place("late", told, RULE.reach + 86_401, 0, RULE)[0] == "late"


texts = st.sampled_from([*MIXER, *PARKING, *OTHERS])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(texts, st.integers(0, 20)), min_size=3, max_size=25), st.integers(0, 25))
def test_a_snapshot_goes_on_as_a_rebuild_does_when_terms_are_renumbered_and_events_forgotten(
    stream: list[tuple[tuple[str, str], int]], cut: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "MOST", 60)
        posts, at = [], START
        for number, ((title, text), gap) in enumerate(stream):
            at += timedelta(days=gap)
            posts.append(post(number, f"{title}{number}", f"{text[number % 7 :]}{number}号楼", at=at, kind=Kind.POST))
        whole, first = EventIndex(), EventIndex()
        at_once = whole.add(posts)
        before = first.add(posts[:cut])
        loaded = EventIndex.load(first.snapshot(), wrote(posts))
        assert before + loaded.add(posts[cut:]) == at_once
        assert loaded.snapshot() == whole.snapshot()
