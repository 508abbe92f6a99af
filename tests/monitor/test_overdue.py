"""Questions past their time."""

from datetime import datetime, timedelta

import pytest

from archive.post import CHINA, Kind, Marks, Post
from archive.store import Store
from monitor.overdue import overdue_at, unanswered
from tests.monitor.city import post

MONDAY = datetime(2026, 3, 2, 9, tzinfo=CHINA)


def asked(matter: str | None, at: datetime = MONDAY, **more: str) -> Post:
    return post("停水", at=at, key=f"{matter}-{at}", **more).with_marks(Marks(matter=matter))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "due", "why"),
    [
        (asked("建言"), datetime(2026, 3, 12, tzinfo=CHINA), "7 working days after Monday the 2nd end with the 11th"),
        (asked("投诉"), datetime(2026, 3, 24, tzinfo=CHINA), "15 working days end with the 23rd"),
        (asked(None), datetime(2026, 3, 24, tzinfo=CHINA), "what has no matter has the usual time"),
        (asked("投诉", datetime(2026, 2, 13, 9, tzinfo=CHINA)), None, "the Spring Festival stretches it"),
        (asked("投诉", reply="已处理"), "answered", "what is answered is not overdue"),
    ],
)
def test_when_the_time_for_an_answer_ends(question: Post, due: datetime | str | None, why: str) -> None:
    ends = overdue_at(question)
    if due == "answered":
        assert ends is None, why
    elif due is None:
        assert ends is not None
        assert ends - question.counted_at > timedelta(days=21), why
    else:
        assert ends == due, why


def test_only_questions_can_be_overdue() -> None:
    assert overdue_at(asked("感谢")) is None, "a word of thanks asks for no answer"
    assert overdue_at(post("停水", kind=Kind.POST, at=MONDAY)) is None


def test_counts_add_up_and_the_longest_overdue_comes_first(store: Store) -> None:
    now = datetime(2026, 3, 24, 12, tzinfo=CHINA)
    posts = [
        post("甲", at=MONDAY, key="a"),  # overdue since this midnight
        post("乙", at=MONDAY - timedelta(days=5), key="b"),  # since last week
        post("丙", at=now - timedelta(days=3), key="c"),  # within its time
        post("丁", at=MONDAY, reply="已处理", key="d"),
        post("戊", at=now - timedelta(days=400), key="e"),  # history
    ]
    store.put(posts)
    told = unanswered(store, now)
    assert (told.count, told.new, told.waiting) == (2, 1, 1)
    assert [each.post.title for each in told.overdue] == ["乙", "甲"]
    assert sum(told.matters.values()) == told.count
