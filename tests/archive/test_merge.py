"""What becomes of a post's time when it comes a second time."""

from datetime import datetime, timedelta

import pytest

from archive.merge import first, merge
from archive.post import Precision
from tests.archive.makers import NOW, make_post

MINUTE, DAY, NONE = Precision.MINUTE, Precision.DAY, Precision.NONE
EARLIER, LATER = NOW - timedelta(hours=9), NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("kept", "given", "source", "taken", "why"),
    [
        ((EARLIER, MINUTE), (LATER, MINUTE), "a", True, "corrected"),
        ((EARLIER, DAY), (LATER, MINUTE), "a", True, "more exact"),
        ((EARLIER, DAY), (LATER, DAY), "a", True, "another day"),
        ((None, NONE), (LATER, DAY), "a", True, "there was none"),
        ((EARLIER, MINUTE), (LATER, DAY), "a", False, "the day of what is known to the minute"),
        ((EARLIER, DAY), (LATER, NONE), "a", False, "a time of no precision"),
        ((EARLIER, MINUTE), (None, NONE), "a", False, "nothing"),
        ((EARLIER, DAY), (LATER, MINUTE), "b", False, "another source: the first stays"),
        ((None, NONE), (LATER, MINUTE), "b", True, "another source, and the first had none"),
    ],
)
def test_a_time_is_taken_where_it_is_known_at_least_as_exactly(
    kept: tuple[datetime | None, Precision],
    given: tuple[datetime | None, Precision],
    source: str,
    taken: bool,
    why: str,
) -> None:
    old = first(make_post(published_at=kept[0], published_precision=kept[1]))
    new = make_post(published_at=given[0], published_precision=given[1], source=source, collected_at=NOW)
    after = merge(old, new).post
    assert (after.published_at, after.published_precision) == (given if taken else kept), why
    assert after.revision == 1 + taken, why
