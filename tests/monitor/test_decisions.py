"""Merging and splitting as the machine takes it: what is told, what follows, and that a rebuild gives the same."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.post import Kind, Post
from monitor.decisions import Decision, DecisionError, check_merge, check_undo, new_event, redirects, root_of
from monitor.events import EventIndex
from tests.monitor.test_events import MIXER, OTHERS, PARKING, START, background, post, wrote


def merged(event: str, other: str, *, undone: bool = False) -> Decision:
    return Decision("m", "merge", event, other, undone=undone)


def apart(event: str, other: str, *, undone: bool = False, done: bool = True) -> Decision:
    return Decision("s", "split", event, other, undone=undone, done=done)


@pytest.mark.parametrize(
    ("decisions", "into", "why"),
    [
        ([], {}, "nothing decided"),
        ([merged("a", "b")], {"b": "a"}, "merged"),
        ([merged("a", "b", undone=True)], {}, "undone"),
        ([merged("a", "b"), merged("c", "a")], {"b": "c", "a": "c"}, "the survivor was merged in its turn"),
        ([merged("a", "b"), merged("c", "a", undone=True)], {"b": "a"}, "and that undone"),
        ([apart("a", "n")], {}, "what was split out stands for itself"),
        ([apart("a", "n", undone=True)], {"n": "a"}, "undone, its posts are of the old event again"),
        (
            [apart("a", "n", undone=True, done=False)],
            {},
            "undone before the index did it: there is nothing to bring back",
        ),
    ],
)
def test_redirects(decisions: list[Decision], into: dict[str, str], why: str) -> None:
    assert redirects(decisions) == into, why


def test_a_circle_ends() -> None:
    assert root_of("a", {"a": "b", "b": "a"}) in {"a", "b"}


@pytest.mark.parametrize(
    ("check", "said", "why"),
    [
        (lambda: check_merge("a", "a", {}), "同一个", "with itself"),
        (lambda: check_merge("a", "b", {"b": "c"}), "已经并入", "merged away already"),
        (lambda: new_event("a", [], [], 5), "没有勾选", "nothing chosen"),
        (lambda: new_event("a", ["b", "a"], [], 5), "首条", "the post that names the event"),
        (lambda: new_event("a", ["b", "c"], [], 2), "至少留下一条", "all of it"),
        (lambda: new_event("a", ["b"], ["b"], 5), "撤销当时的合并", "an event that was merged"),
        (lambda: check_undo(merged("a", "b", undone=True), {}), "已经撤销", "twice"),
        (lambda: check_undo(apart("a", "n"), {"n": "c"}), "先撤销", "merged elsewhere since"),
        (lambda: check_undo(apart("a", "n"), {"a": "n"}), "先撤销", "the old one was merged into the new"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_reason(check: Callable[[], object], said: str, why: str) -> None:
    with pytest.raises(DecisionError, match=said):
        check()


def test_an_event_split_out_is_named_by_its_first_post_that_names_no_other() -> None:
    assert new_event("a", ["b", "c", "d"], ["b"], 9) == "c"


def test_what_would_join_the_merged_away_event_joins_the_survivor_and_goes_back_when_it_is_undone() -> None:
    index = EventIndex()
    background(index)
    index.add([post(1, *MIXER[0]), post(2, *PARKING[0])])
    index.redirect({"p002": "p001"})
    joined = index.add([post(3, *PARKING[1]), post(4, *MIXER[1])])
    assert [each.event for each in joined] == ["p001", "p001"]
    info = index.info("p001")
    assert (info.size, info.first_at, info.last_at) == (4, START + timedelta(hours=1), START + timedelta(hours=4))
    index.redirect({})
    assert {each.id: each.event for each in index.members({"p001", "p002"})} == {
        "p001": "p001", "p004": "p001", "p002": "p002", "p003": "p002",
    }  # fmt: skip
    assert index.info("p001").size == index.info("p002").size == 2


def mixed() -> tuple[EventIndex, dict[str, Post]]:
    """Two matters of one place that the machine takes for one, as they are written in one style."""
    index = EventIndex()
    background(index)
    posts = [post(1, *MIXER[0]), post(2, *MIXER[1]), post(3, *PARKING[0]), post(4, MIXER[0][0], "转发：" + MIXER[0][1])]
    index.add(posts)
    index.redirect({"p003": "p001"})
    return index, {each.id: each for each in posts}


def test_what_is_split_out_stays_out_and_what_is_near_to_it_follows_it() -> None:
    index = EventIndex()
    background(index)
    posts = [post(n, *told) for n, told in enumerate(MIXER)] + [post(7, MIXER[1][0], "转发：" + MIXER[1][1])]
    given = index.add(posts)
    assert {each.event for each in given} == {"p000"}
    index.split("1", "p001", ["p001", "p007"], {each.id: each for each in posts})
    assert {each.id: each.event for each in index.members({"p000", "p001"})} == {
        "p000": "p000", "p001": "p001", "p002": "p000", "p007": "p001",
    }  # fmt: skip
    assert (index.info("p000").size, index.info("p001").size) == (2, 2)
    copy, near, rest = index.add(
        [
            post(10, "", "网友转发：" + MIXER[1][1]),
            post(11, MIXER[1][0], "搅拌站建在丽苑新城旁不到百米，机器轰鸣，扬尘漫天，居民希望尽快搬走，真的合理吗？"),
            post(12, *MIXER[0]),
        ]
    )
    assert (copy.event, near.event, rest.event) == ("p001", "p001", "p000")
    assert index.add(posts[1:2])[0].event == "p001", "added again, it does not come back"


def test_a_split_is_done_once_and_of_what_is_forgotten_nothing_is_left_to_split() -> None:
    index, posts = mixed()
    index.split("1", "p002", ["p002"], posts)
    before = index.snapshot()
    index.split("1", "p002", ["p002"], posts)
    assert index.snapshot() == before
    index.split("2", "gone", ["gone"], posts)
    assert "gone" not in index
    assert set(index.splits) == {"1", "2"}


def test_parts_of_a_merged_event_can_be_split_out_together() -> None:
    index, posts = mixed()
    index.split("1", "p002", ["p002", "p003"], posts)
    assert {each.id: each.event for each in index.members({"p001", "p002", "p003"})} == {
        "p001": "p001", "p002": "p002", "p003": "p002", "p004": "p001",
    }  # fmt: skip


texts = st.sampled_from([*MIXER, *PARKING, *OTHERS])
streams = st.lists(st.tuples(texts, st.integers(0, 40), st.booleans()), min_size=4, max_size=16)
Steps = list[tuple[int, int, list[int]]]  # behind which post, key, which posts go out
splits = st.lists(st.tuples(st.integers(2, 16), st.lists(st.integers(0, 15), min_size=1, max_size=4)), max_size=3)


def told(
    index: EventIndex, posts: Sequence[Post], steps: Sequence[tuple[int, list[int]]], start: int, end: int
) -> None:
    """Add posts[start:end], and split where it was decided, as a round or a rebuild does."""
    for number in range(start, end):
        index.add([posts[number]])
        for key, (behind, chosen) in enumerate(steps):
            if behind == number + 1:
                ids = [posts[n].id for n in chosen if n <= number]
                events = {event for each in ids if (event := index.grouped(each))}
                known = {each.id: each for each in posts}
                live = {each.id: known[each.id] for each in index.members(events)}
                free = [each for each in ids if each not in index]
                if free:
                    index.split(str(key), free[0], ids, live)


@settings(max_examples=40, deadline=None)
@given(streams, splits, st.integers(0, 16), st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=3))
def test_a_rebuild_with_what_was_decided_gives_the_same_as_the_snapshot(
    stream: list[tuple[tuple[str, str], int, bool]],
    steps: list[tuple[int, list[int]]],
    cut: int,
    mergers: list[tuple[int, int]],
) -> None:
    posts, at = [], START
    for number, ((title, text), gap, edited) in enumerate(stream):
        at += timedelta(hours=gap)
        posts.append(post(number, title, text[2:] if edited else text, at=at, kind=Kind.QUESTION))
    cut = min(cut, len(posts))
    whole = EventIndex()
    told(whole, posts, steps, 0, len(posts))
    first = EventIndex()
    told(first, posts, steps, 0, cut)
    loaded = EventIndex.load(first.snapshot(), wrote(posts))
    told(loaded, posts, steps, cut, len(posts))
    assert loaded.snapshot() == whole.snapshot()
    # Mergers lie on top: whoever knows them is told the same, whichever way the index came to be.
    into: dict[str, str] = {}
    events = {each.event for each in whole.members({p.id for p in posts})}
    for one, other in mergers:
        pair = f"p{one:03}", f"p{other:03}"
        if set(pair) <= events and pair[0] != pair[1] and pair[0] not in into and pair[1] not in into.values():
            into[pair[1]] = pair[0]
    for index in (whole, loaded):
        index.redirect(into)
    assert loaded.members(events) == whole.members(events)
    assert not {each.event for each in whole.members(events)} & into.keys()
