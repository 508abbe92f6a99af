"""How counts read: at the onset, and later with the end of what was counted."""

from datetime import datetime

import pytest

from archive.post import CHINA
from monitor.said import burst, span

NINE = datetime(2026, 11, 26, 9, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("hours", "observed", "expected", "until", "text", "why"),
    [
        (6, 42, 5.0, None, "最近 6 小时 42 条，通常 5 条", "the form of DESIGN, at the onset"),
        (24, 7, 1.26, NINE, "截至 11月26日 09:00 的 24 小时 7 条（通常 1.3 条）", "later: the window's end is named"),
        (24, 7, 0.25, NINE, "截至 11月26日 09:00 的 24 小时 7 条（平时没有）", "the least expected is no measurement"),
        (3, 7, 0.25, None, "最近 3 小时 7 条，平时没有", "at the onset neither"),
        (24, 7, 0.0, None, "最近 24 小时 7 条，平时没有", "nor is nothing"),
        (720, 20, None, NINE, "截至 11月26日 09:00 的 30 天 20 条", "days, and no usual number where there is none"),
        (None, 5, None, None, "5 条", "a count of no known window"),
    ],
)
def test_burst(
    hours: int | None, observed: int, expected: float | None, until: datetime | None, text: str, why: str
) -> None:
    assert burst(hours, observed, expected, until) == text, why


@pytest.mark.parametrize(("hours", "text"), [(1, "1 小时"), (48, "48 小时"), (72, "3 天"), (100, "4 天 4 小时")])
def test_from_three_days_on_a_span_is_told_in_days(hours: int, text: str) -> None:
    assert span(hours) == text
