"""Slow burns: a matter many keep speaking of, about one a day, under every spike detector's eyes."""

from datetime import datetime, timedelta

from monitor.said import stamp

SPAN = timedelta(days=30)
LEAST_SPEAKERS = 10  # distinct, of one event, within SPAN
LEAST_DAYS = 5  # different days on which they spoke: what all comes in two days is a spike's business
SILENCE = timedelta(days=30)


def burns(speakers: int, days: int) -> bool:
    """Whether an event of so many distinct speakers on so many different days within SPAN is told."""
    return speakers >= LEAST_SPEAKERS and days >= LEAST_DAYS


def explain(posts: int, accounts: int, until: datetime | None = None) -> str:
    """近 30 天 24 条，19 个账号，持续反映; with `until`, where it is read later: 截至 8月2日 08:00 的 30 天 24 条，…"""
    span = f"截至 {stamp(until)} 的 {SPAN.days} 天" if until else f"近 {SPAN.days} 天"
    return f"{span} {posts} 条" + (f"，{accounts} 个账号" if accounts else "") + "，持续反映"
