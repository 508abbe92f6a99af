"""A sample that people read: at random, what it tells of the whole, and what it leaves out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from archive.post import Kind, Marks, Post
from archive.store import Store
from monitor.models import Policy, PolicyStance
from monitor.policies import register
from monitor.policy_stance import AT_A_TIME, ENOUGH, note, sample, share, spoken, to_read
from tests.monitor.city import NOW, post

DAY = timedelta(days=1)


@pytest.fixture
def parking(db: None) -> Policy:
    return register("清江市城区停车收费管理办法", released_at=NOW - 20 * DAY, by="周", now=NOW, query="停车收费")


def said(count: int, kind: Kind = Kind.POST) -> list[Post]:
    return [post(f"停车收费{n}", at=NOW - DAY, kind=kind, key=f"{kind}{n}") for n in range(count)]


def officer() -> User:
    return User.objects.get_or_create(username="zhou")[0]


def test_what_is_offered_is_at_random_and_never_twice(store: Store, parking: Policy) -> None:
    store.put([*said(25), *said(3, Kind.NEWS)])
    posts = spoken(store, parking, NOW)
    first = to_read(parking, posts)
    assert len(posts) == 25 and len(first) == AT_A_TIME, "media are not the public"
    assert [each.id for each in first] == sorted(each.id for each in posts)[:AT_A_TIME], "by hash, not by time"
    note(parking, dict.fromkeys([each.id for each in first], "favor"), by=officer(), now=NOW)
    assert not {each.id for each in to_read(parking, posts)} & {each.id for each in first}


def test_what_an_account_repeats_is_not_read_again(store: Store, parking: Policy) -> None:
    posts = said(2)
    store.put(posts)
    store.annotate([(posts[0].id, store.get([posts[0].id])[posts[0].id].revision, Marks(double=True))])
    assert [each.id for each in spoken(store, parking, NOW)] == [posts[1].id]


def test_readings_add_up_and_the_last_one_counts(parking: Policy) -> None:
    posts = said(5)
    ids = [each.id for each in posts]
    assert note(parking, {ids[0]: "favor", ids[1]: "against", ids[2]: "none", ids[3]: ""}, by=officer(), now=NOW) == 3
    assert note(parking, {ids[0]: "against"}, by=officer(), now=NOW) == 1
    told = sample(parking, posts)
    assert (told.favor, told.against, told.none, told.size, told.of) == (0, 2, 1, 3, 5)
    assert sample(parking, posts[1:]).size == 2, "what is found no more does not count"
    assert PolicyStance.objects.count() == 3
    rows = AuditEntry.objects.filter(subject_kind="policy_stance").order_by("pk")
    assert [row.details for row in rows] == [{"favor": 1, "against": 1, "none": 1}, {"against": 1}]


def test_what_is_no_stance_is_not_kept(parking: Policy) -> None:
    assert note(parking, {"a": "maybe", "b": ""}, by=officer(), now=NOW) == 0
    assert not PolicyStance.objects.exists()
    assert not AuditEntry.objects.filter(subject_kind="policy_stance").exists()


@pytest.mark.parametrize(
    ("read", "of", "enough", "why"),
    [(0, 0, False, "nothing there"), (ENOUGH - 1, 500, False, "too few"), (ENOUGH, 500, True, "enough"),
     (4, 4, True, "all there are"), (3, 4, False, "not all of few")],
)  # fmt: skip
def test_shares_are_told_from_enough_readings_on(parking: Policy, read: int, of: int, enough: bool, why: str) -> None:
    posts = said(of)
    note(parking, {each.id: "none" for each in posts[:read]}, by=officer(), now=NOW)
    assert sample(parking, posts).enough is enough, why


def test_of_no_writer_anything_is_kept(parking: Policy) -> None:
    made = replace(said(1)[0], speaker="secret-speaker", publisher="清江网友8848")
    note(parking, {made.id: "favor"}, by=officer(), now=NOW)
    kept = str(PolicyStance.objects.values().get()) + str(AuditEntry.objects.filter(act="判读立场").values().get())
    assert "secret" not in kept and "8848" not in kept


@given(size=st.integers(1, 400), more=st.integers(0, 5000), data=st.data())
def test_the_true_share_of_the_sample_lies_in_its_range(size: int, more: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, size))
    low, high = share(count, size, size + more)
    assert 0 <= low <= count / size + 1e-9 and count / size - 1e-9 <= high <= 1
    if not more:
        assert low == high == count / size, "whoever has read all knows"
    wider = share(count, size, size + more + 1000)
    assert wider[1] - wider[0] >= high - low - 1e-9, "of more, less is known"


def test_a_range_is_that_of_the_books() -> None:
    low, high = share(30, 100, 10**9)
    assert (round(low, 3), round(high, 3)) == (0.219, 0.396)
