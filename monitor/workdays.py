"""Working day or rest day in China, make-up days included."""

from datetime import date
from functools import lru_cache

import chinese_calendar

SATURDAY = 5

# Looked at 2026-11-23: chinesecalendar 1.11 knows 2004 to 2026. The State Council publishes a year's holidays in the
# November before it, so a yearly upgrade of the package is enough; until then a year it lacks has plain weekends.


@lru_cache(maxsize=4096)
def rest_day(day: date) -> bool:
    """Whether people are off that day: weekends and holidays, but not the days worked to make up for them."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= SATURDAY
