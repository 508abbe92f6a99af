from datetime import date

import pytest

from monitor.workdays import rest_day


@pytest.mark.parametrize(
    ("day", "rest", "why"),
    [
        (date(2026, 10, 1), True, "National Day, a Thursday"),
        (date(2026, 2, 14), False, "a Saturday worked to make up for Spring Festival"),
        (date(2019, 8, 2), False, "a Friday"),
        (date(2019, 8, 3), True, "a Saturday"),
        (date(2099, 1, 3), True, "a Saturday in a year the calendar does not know"),
        (date(2099, 1, 1), False, "a Thursday in such a year, though New Year"),
        (date(1999, 10, 1), False, "before the calendar's first year"),
    ],
)
def test_rest_days_follow_the_calendar_of_china(day: date, rest: bool, why: str) -> None:
    assert rest_day(day) is rest, why
