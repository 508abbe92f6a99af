"""The reaction to a policy: spans of days, sums that add up, who speaks."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.post import Kind, Marks, Post
from archive.store import Store
from monitor.models import Policy
from monitor.policies import register
from monitor.policy_report import report
from monitor.policy_spans import DAY, since, spans
from monitor.validity import Dates, day_of
from tests.monitor.city import NOW, post

CORE = "清江市居民供水价格调整方案"
RELEASE = NOW - 10 * DAY


def registered(**fields: Any) -> Policy:
    return register(CORE, released_at=RELEASE, by="周", now=NOW, **fields)


def mention(at: int, kind: Kind = Kind.POST, *, reply: str = "", n: int = 0, region: str = "") -> Post:
    """A post about the policy, `at` days from its release."""
    made = post(f"说说{CORE}", at=RELEASE + at * DAY, kind=kind, reply=reply, key=f"{at}-{kind}-{n}-{bool(reply)}")
    return replace(made, region=region)


def put(store: Store, posts: list[Post], marks: Marks | None = None) -> None:
    store.put(posts)
    if marks:
        kept = store.get([made.id for made in posts])
        store.annotate([(made.id, made.revision, marks) for made in kept.values()])


@pytest.mark.django_db
def test_reaction_before_and_after_release(store: Store) -> None:
    put(store, [
        mention(-8), mention(-6), mention(-1),  # one is older than a week
        mention(0), mention(1), mention(2, Kind.NEWS), mention(3, Kind.QUESTION),
        mention(4, Kind.QUESTION, reply="您好，自4月1日起执行。"), mention(8),
        mention(0, Kind.POLICY), mention(0, Kind.INTERPRETATION),
    ])  # fmt: skip
    found = report(store, registered(), NOW)
    before, after = found.volume("before_released"), found.volume("after_released")
    assert before and after
    assert (before.total, after.total, found.total) == (2, 5, 6), "policy and interpretation are no reaction"
    assert (found.asked, found.answered) == (2, 1)
    assert (found.media.total, found.public.total) == (1, 5)
    assert dict(found.public.kinds) == {"post": 3, "question": 2}
    assert sum(count for _, count in found.days) == found.total, "sums add up"
    assert [bool(question.reply) for question in found.questions] == [False, True], "what waits comes first"


@pytest.mark.django_db
def test_a_report_of_wrongdoing_is_counted_and_never_listed(store: Store) -> None:
    put(store, [mention(1, Kind.QUESTION)], Marks(matter="举报"))
    found = report(store, registered(), NOW)
    assert (found.asked, found.matters, found.questions) == (1, {"举报": 1}, [])


@pytest.mark.django_db
def test_matters_and_regions_add_up(store: Store) -> None:
    put(store, [mention(0, Kind.QUESTION, n=n, region="东城区") for n in range(3)], Marks(matter="咨询"))
    put(store, [mention(1, Kind.QUESTION, n=n) for n in range(2)], Marks(matter="投诉"))
    put(store, [mention(2, Kind.QUESTION), mention(2, Kind.NEWS, region="西城区"), mention(3)])
    found = report(store, registered(), NOW)
    after = found.volume("after_released")
    assert after
    assert after.matters == found.matters == {"咨询": 3, "投诉": 2, "未归类": 1}
    assert (after.media, after.public, after.total) == (1, 7, 8)
    assert found.regions == [("东城区", 0, 3), ("西城区", 1, 0), ("", 0, 4)]
    assert sum(media + public for _, media, public in found.regions) == found.total


@pytest.mark.django_db
def test_the_months_on_together_are_the_year(store: Store) -> None:
    effective = day_of(RELEASE) + 20 * DAY
    policy = registered(effective_on=effective)
    put(store, [mention(day, n=day) for day in (-3, 0, 19, 20, 26, 27, 100, 200, 300, 384, 385)])
    found = report(store, policy, NOW + 500 * DAY)
    told = {each.span.key: each.total for each in found.volumes}
    assert told == {
        "before_released": 1, "after_released": 1, "before_effective": 1, "after_effective": 2,
        "months3": 4, "months6": 1, "months12": 2,
    }  # fmt: skip


@pytest.mark.django_db
def test_what_is_still_to_come_says_so(store: Store) -> None:
    policy = registered(effective_on=day_of(NOW) + 3 * DAY)
    states = {each.span.key: (each.span.ahead, each.span.running) for each in report(store, policy, NOW).volumes}
    assert states["after_released"] == (False, False)
    assert states["before_effective"] == (False, True)
    assert states["after_effective"] == states["months12"] == (True, False)


def test_nothing_is_counted_that_is_later_than_now(store: Store, db: None) -> None:
    put(store, [mention(0), mention(30)])
    assert report(store, registered(), NOW).total == 1


@pytest.mark.django_db
def test_no_speaker_and_no_name_is_in_it(store: Store) -> None:
    put(store, [replace(mention(1), speaker="secret-speaker", publisher="清江网友8848")])
    found = report(store, registered(), NOW)
    told = str([found.media, found.public, found.regions, found.volumes, found.stance])
    assert found.public.accounts == 1
    assert "secret-speaker" not in told and "8848" not in told


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(released=days, effective=st.none() | days, today=days)
def test_spans_of_months_follow_on_each_other_for_a_year(released: date, effective: date | None, today: date) -> None:
    found = {each.key: each for each in spans(Dates(released_on=released, effective_on=effective), today)}
    if today < released:
        assert list(found) == ["week", "month"]
        return
    months = [found[f"months{n}"] for n in (3, 6, 12)]
    assert months[0].first == max(released, effective or released)
    assert all(each.last + DAY == after.first for each, after in pairwise(months))
    assert 364 <= (months[2].last - months[0].first).days <= 365
    assert found["before_released"].last + DAY == found["after_released"].first == released
    assert ("after_effective" in found) is bool(effective and effective > released)
    for each in found.values():
        assert not (each.ahead and each.running)
        assert 0 <= each.days <= (each.last - each.first).days + 1


def test_a_policy_to_come_counts_from_the_first_day_known_of_it() -> None:
    today = date(2026, 3, 20)
    assert since(Dates(consulted_from=date(2026, 3, 1)), today) == date(2026, 3, 1)
    assert since(Dates(planned_on=date(2026, 6, 1)), today) == date(2026, 2, 19)
