"""monitor.codes: distinct codes by number, in the order they came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import codes
from monitor.codes import Numbered

BATCHES = st.lists(st.lists(st.integers(0, 1 << 35), unique=True, max_size=30), max_size=12)


@pytest.fixture(autouse=True)
def short_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "TAIL", 5)


@given(BATCHES)
def test_a_code_has_the_number_a_dictionary_would_give_it(batches: list[list[int]]) -> None:
    numbered, known = Numbered(np.empty(0, np.int64)), dict[int, int]()
    for batch in batches:
        given = numbered.number(np.array(batch, np.int64)).tolist()
        assert given == [known.setdefault(code, len(known)) for code in batch]
    assert numbered.codes.tolist() == list(known)
    assert len(numbered) == len(known)
    asked = [*known, -1, 1 << 36]
    assert numbered.find(np.array(asked, np.int64)).tolist() == [known.get(code, -1) for code in asked]


@given(BATCHES)
def test_codes_written_down_and_read_again_go_on_with_the_next_number(batches: list[list[int]]) -> None:
    once, again = Numbered(np.empty(0, np.int64)), Numbered(np.empty(0, np.int64))
    for batch in batches:
        codes_ = np.array(batch, np.int64)
        assert once.number(codes_).tolist() == again.number(codes_).tolist()
        again = Numbered(again.codes)
