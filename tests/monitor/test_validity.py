"""What dates say: a table of days, laws, what is due when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.post import CHINA
from monitor.models import Policy
from monitor.validity import (
    Dates,
    Validity,
    by_dates,
    dates_of,
    faults,
    interpretation_due,
    months_after,
    result_due,
    standing,
)

RELEASED, EFFECTIVE, EXPIRES = date(2026, 3, 10), date(2026, 4, 1), date(2029, 4, 1)
WHOLE = Dates(None, RELEASED, EFFECTIVE, EXPIRES)
DRAFT = Dates(consulted_from=date(2026, 1, 10), consulted_until=date(2026, 2, 9), planned_on=date(2026, 6, 1))
DAY = timedelta(days=1)


def at(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("dates", "today", "validity", "why"),
    [
        (WHOLE, RELEASED - DAY, Validity.PLANNED, "registered before its release"),
        (WHOLE, RELEASED, Validity.PENDING, "released, not yet in force"),
        (WHOLE, EFFECTIVE - DAY, Validity.PENDING, "the last day before"),
        (WHOLE, EFFECTIVE, Validity.IN_FORCE, "from this day on"),
        (WHOLE, EXPIRES - DAY, Validity.IN_FORCE, "its last day"),
        (WHOLE, EXPIRES, Validity.EXPIRED, "the first day without force"),
        (replace(WHOLE, effective_on=None), RELEASED, Validity.IN_FORCE, "no date of force: from the release"),
        (
            replace(WHOLE, effective_on=date(2026, 1, 1)),
            RELEASED,
            Validity.IN_FORCE,
            "in force from before its release",
        ),
        (replace(WHOLE, expires_on=None), date(2099, 1, 1), Validity.IN_FORCE, "without an end"),
        (DRAFT, date(2026, 1, 9), Validity.PLANNED, "before the consultation"),
        (DRAFT, date(2026, 1, 10), Validity.CONSULTING, "its first day"),
        (DRAFT, date(2026, 2, 9), Validity.CONSULTING, "its last day"),
        (DRAFT, date(2026, 2, 10), Validity.CONSULTED, "over, not released"),
        (replace(DRAFT, released_on=RELEASED), RELEASED, Validity.IN_FORCE, "a release ends it"),
        (replace(DRAFT, consulted_from=None), date(2026, 1, 1), Validity.CONSULTING, "a beginning nobody noted"),
        (Dates(), RELEASED, Validity.PLANNED, "nothing known"),
    ],
)
def test_validity_follows_from_the_dates(dates: Dates, today: date, validity: Validity, why: str) -> None:
    assert by_dates(dates, today).validity is validity, why


def test_the_reason_names_the_date_it_rests_on() -> None:
    assert by_dates(WHOLE, EFFECTIVE).why == "2026年4月1日起施行，至 2029年3月31日"
    assert "没有登记施行日期" in by_dates(Dates(released_on=RELEASED), RELEASED).why
    assert by_dates(DRAFT, date(2026, 1, 1)).why == "拟于 2026年6月1日发布"


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(released=days, effective=days, length=st.integers(1, 4000), today=days)
def test_what_has_ended_does_not_come_back(released: date, effective: date, length: int, today: date) -> None:
    dates = Dates(None, released, effective, max(released, effective) + length * DAY)
    assert faults(dates) == {}
    order = [Validity.PLANNED, Validity.PENDING, Validity.IN_FORCE, Validity.EXPIRED]
    now, later = (order.index(by_dates(dates, day).validity) for day in (today, today + DAY))
    assert now <= later


def test_what_a_person_sets_comes_before_the_dates_and_says_so() -> None:
    policy = Policy(title="x", released_at=at(RELEASED), validity="已废止", validity_reason="被新办法取代")
    told = standing(policy, at(RELEASED))
    assert (told.validity, told.why, told.by_hand, told.over) == (Validity.REPEALED, "被新办法取代", True, True)


def test_a_day_is_one_of_china() -> None:
    morning = datetime(2026, 3, 9, 23, tzinfo=UTC)  # 7 o'clock of the 10th
    assert dates_of(Policy(released_at=morning)).released_on == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("interpreted", "today", "late", "overdue", "why"),
    [
        (None, RELEASED, 0, False, "due by the end of the day"),
        (None, RELEASED + DAY, 1, True, "a day late"),
        (None, RELEASED + 100 * DAY, 100, True, "until it is there"),
        (RELEASED, RELEASED + 9 * DAY, 0, False, "with the policy"),
        (RELEASED - 2 * DAY, RELEASED + 9 * DAY, 0, False, "before it"),
        (RELEASED + 3 * DAY, RELEASED + 9 * DAY, 3, False, "came late, and that stays told"),
    ],
)
def test_an_interpretation_is_due_with_its_policy(
    interpreted: date | None, today: date, late: int, overdue: bool, why: str
) -> None:
    policy = Policy(released_at=at(RELEASED, 23), interpreted_at=at(interpreted) if interpreted else None)
    due = interpretation_due(policy, at(today, 0))
    assert due is not None
    assert (due.on, due.late, due.overdue) == (RELEASED, late, overdue), why


def test_no_interpretation_is_due_before_the_release_or_where_none_is_needed() -> None:
    assert interpretation_due(Policy(), at(RELEASED)) is None
    assert interpretation_due(Policy(released_at=at(RELEASED)), at(RELEASED - DAY)) is None
    assert interpretation_due(Policy(released_at=at(RELEASED), needs_interpretation=False), at(RELEASED + DAY)) is None


@pytest.mark.parametrize(
    ("until", "today", "due", "late"),
    [
        (date(2026, 1, 31), date(2026, 1, 31), None, 0),
        (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), date(2026, 2, 28), 1),
        (date(2026, 12, 15), date(2027, 1, 20), date(2027, 1, 15), 5),
    ],
)
def test_a_result_is_due_a_month_after_the_consultations_end(
    until: date, today: date, due: date | None, late: int
) -> None:
    found = result_due(Policy(consulted_until=until), at(today))
    assert (found.on if found else None) == due
    assert (found.late if found else 0) == late
    if found:
        done = result_due(Policy(consulted_until=until, result_at=at(until + DAY)), at(today))
        assert done is not None and not done.overdue and done.late == 0


@given(day=days, months=st.integers(1, 600))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or ((later + DAY).day == 1 and later.day < day.day)
