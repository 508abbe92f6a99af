"""Orders as short numbers: which are found does not depend on how they are written."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.sqlite import numbers
from archive.sqlite.numbers import among, as_text, short

# Of one second and of many: the low 28 bits of an order are a hash, the others seconds.
ORDERS = st.sets(
    st.integers(0, (1 << 62) - 1) | st.integers(0, 3) | st.integers(1 << 59, (1 << 59) + 40), min_size=1, max_size=40
)


@pytest.mark.parametrize("largest", [0, 1 << 22], ids=["searched", "looked up"])
@given(ORDERS, st.data())
@settings(deadline=None)
def test_what_sqlite_gives_is_found_again(largest: int, orders: set[int], data: st.DataObject) -> None:
    held = np.array(sorted(orders), dtype=np.int64)
    wanted = data.draw(st.sets(st.sampled_from(sorted(orders)), min_size=1))
    shift, first, shortened = short(held)
    assert len(set(shortened.tolist())) == len(held) and shortened[0] == 0
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE held (ord INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO held VALUES (?)", [(order,) for order in wanted])
        text: str = connection.execute(f"SELECT {as_text('ord')} FROM held", (shift, first)).fetchone()[0]
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "LARGEST_TABLE", largest)
        there = among(shortened, np.fromstring(text, dtype=np.int64, sep=","))
    assert set(held[there].tolist()) == wanted


def test_posts_of_different_times_need_few_digits() -> None:
    minutes = (np.arange(60_000, dtype=np.int64) * 60 + 1_700_000_000) << 28
    _, _, shortened = short(minutes + np.random.default_rng(1).integers(0, 1 << 28, len(minutes)))
    assert shortened[-1] < 1_000_000
