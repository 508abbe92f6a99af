"""Slow burns: what no hour shows, because one person a day speaks of it for weeks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
# Distinct speakers of one event within 30 days. Measured on the replayed board (bench/board_events.py, 2019-07-01 to
# 2020-01-15, about 11 messages a day): 8 raises three events in 6½ months, all three real matters of a neighbourhood;
# 7 raises four, 6 six, 5 eleven. 丽发新城 passes 8 on 2019-11-19, six days before its first spike.
SPEAKERS = 8


def recent_speakers(spoken: Iterable[tuple[datetime, str]], now: datetime) -> int:
    """Distinct speakers of the 30 days before `now`. `spoken`: (counted_at, speaker) of an event's posts, doubles
    left out; a post without a speaker gives one of its own."""
    return len({speaker for at, speaker in spoken if now - WINDOW < at <= now})


def is_slow_burn(speakers: int) -> bool:
    """Whether so many distinct speakers of one event within `WINDOW` are worth telling."""
    return speakers >= SPEAKERS
