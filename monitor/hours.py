"""Full hours: counts are taken and judged by them."""

from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
