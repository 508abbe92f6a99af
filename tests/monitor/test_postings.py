"""monitor.postings: which events a term finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import postings
from monitor.postings import Postings

TERMS = st.lists(st.integers(0, 20), unique=True, min_size=1, max_size=8)
STEPS = st.lists(st.tuples(st.sampled_from(["add", "add", "add", "remove"]), TERMS, st.integers(0, 6)), max_size=40)


@pytest.fixture(autouse=True)
def short_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "TAIL", 7)


def pairs_of(found: Postings, terms: list[int]) -> list[tuple[int, int]]:
    which, slots = found.of(np.array(terms, np.int32))
    return sorted((terms[number], slot) for number, slot in zip(which.tolist(), slots.tolist(), strict=True))


@given(STEPS)
def test_a_term_finds_what_was_added_and_not_removed(steps: list[tuple[str, list[int], int]]) -> None:
    found, there = Postings(), set[tuple[int, int]]()
    for act, terms, slot in steps:
        wanted = [term for term in terms if ((term, slot) in there) == (act == "remove")]
        if act == "add":
            found.add(np.array(wanted, np.int32), slot)
            there |= {(term, slot) for term in wanted}
        else:
            found.remove(np.array(wanted, np.int32), slot)
            there -= {(term, slot) for term in wanted}
    assert pairs_of(found, list(range(21))) == sorted(there)
    assert pairs_of(found, [3, 20]) == sorted(pair for pair in there if pair[0] in (3, 20))


def test_what_it_is_filled_with_takes_the_place_of_all_before() -> None:
    found = Postings()
    found.add(np.array([1, 2], np.int32), 5)
    found.fill(np.array([4, 1, 4], np.int32), np.array([9, 8, 7], np.int32))
    assert pairs_of(found, [1, 2, 4]) == [(1, 8), (4, 7), (4, 9)]
    found.fill(np.empty(0, np.int32), np.empty(0, np.int32))
    assert pairs_of(found, [1, 2, 4]) == []
