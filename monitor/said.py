"""How a count against what is usual reads, at its onset and later. Pure."""

import math
from datetime import datetime

from archive.post import CHINA
from monitor.seasonal import LEAST_EXPECTED

DAYS_FROM = 72  # hours told in days: 720 小时 says nothing to a reader


def burst(hours: int | None, observed: int, expected: float | None, until: datetime | None = None) -> str:
    """最近 6 小时 42 条，通常 5 条 at the onset; with `until`, the window's end, what stays true whenever it is read:
    截至 11月26日 09:00 的 6 小时 42 条（通常 5 条）. `hours` None: of no known window."""
    told = usual(expected)
    if until is not None and hours:
        return f"截至 {stamp(until)} 的 {span(hours)} {observed} 条" + (f"（{told}）" if told else "")
    window = f"最近 {span(hours)} " if hours else ""
    return f"{window}{observed} 条" + (f"，{told}" if told else "")


def usual(expected: float | None) -> str:
    """通常 5 条. The least the detector expects is a constant, no measurement, and is not told as a number."""
    if expected is None:
        return ""
    return f"通常 {number(expected)} 条" if expected > LEAST_EXPECTED else "平时没有"


def number(value: float) -> str:
    """0.3, 5, 12: one decimal only where it says something."""
    return f"{math.floor(value * 10 + 0.5) / 10:g}" if value < 10 else f"{math.floor(value + 0.5)}"


def span(hours: int) -> str:
    """6 小时, 24 小时; from 72 hours on 3 天, 4 天 4 小时."""
    if hours < DAYS_FROM:
        return f"{hours} 小时"
    return f"{hours // 24} 天" + (f" {hours % 24} 小时" if hours % 24 else "")


def stamp(at: datetime) -> str:
    """11月26日 09:00 in Asia/Shanghai."""
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
