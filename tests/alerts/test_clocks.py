"""Deadlines: which run, when they end, how they are told."""

from datetime import datetime, timedelta

import pytest

from alerts.clocks import PRESETS, presets, remaining, until
from archive.post import CHINA

FOUND = datetime(2019, 8, 2, 7, 2, tzinfo=CHINA)


def slugs(emergency: bool | None, *chosen: str) -> set[str]:
    return {preset.slug for preset in presets(emergency, chosen)}


@pytest.mark.parametrize(
    ("emergency", "running", "why"),
    [
        (None, {"answer_48h"}, "until a person says so, it is no emergency"),
        (False, {"answer_48h"}, "any other 政务舆情 is answered within 48 h"),
        (True, {"authoritative_5h", "press_24h"}, "5 h and 24 h in the place of 48 h"),
    ],
)
def test_only_an_emergency_starts_the_short_clocks(emergency: bool | None, running: set[str], why: str) -> None:
    assert slugs(emergency) == running, why


def test_local_presets_run_only_where_chosen() -> None:
    assert slugs(None, "sign_15m", "complaint_15d") == {"answer_48h", "sign_15m", "complaint_15d"}


@pytest.mark.parametrize(
    ("slug", "ends"),
    [
        ("answer_48h", "2019-08-04T07:02+08:00"),
        ("authoritative_5h", "2019-08-02T12:02+08:00"),
        ("press_24h", "2019-08-03T07:02+08:00"),
        ("verification_2d", "2019-08-07T00:00+08:00"),  # Friday; the weekend does not count: Mon 5, Tue 6
        ("suggestion_7d", "2019-08-14T00:00+08:00"),
    ],
)
def test_clocks_count_from_discovery(slug: str, ends: str) -> None:
    (preset,) = [each for each in PRESETS if each.slug == slug]
    assert preset.ends(FOUND) == datetime.fromisoformat(ends)


def test_holidays_do_not_count_and_days_worked_for_them_do() -> None:
    """National Day 2019: off from 1 to 7 October, 29 September (a Sunday) and 12 October (a Saturday) worked."""
    (preset,) = [each for each in PRESETS if each.slug == "verification_2d"]
    saturday = datetime(2019, 9, 28, 10, tzinfo=CHINA)
    assert preset.ends(saturday) == datetime(2019, 10, 1, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(hours=46, minutes=42), "还剩 46 小时 42 分"),
        (timedelta(minutes=5), "还剩 5 分"),
        (timedelta(0), "已到时限"),
        (timedelta(seconds=-30), "已到时限"),
        (timedelta(minutes=-50), "已超期 50 分"),
        (timedelta(days=-2, hours=-3), "已超期 51 小时 0 分"),
        (timedelta(days=10, hours=3), "还剩 10 天 3 小时"),
    ],
)
def test_what_remains_reads_like_a_person_says_it(left: timedelta, text: str) -> None:
    assert remaining(FOUND + left, FOUND) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [("2019-08-03T23:02+00:00", "8月4日 07:02 前"), ("2019-08-07T00:00+08:00", "8月6日 24:00 前")],
)
def test_ends_are_told_in_shanghai_time(at: str, text: str) -> None:
    assert until(datetime.fromisoformat(at)) == text
