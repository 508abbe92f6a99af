"""Slow burns: what no hour shows, because one person a day speaks of it for weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
# Distinct speakers of one event within 30 days. Measured on the replayed board (bench/board_events.py, 2019-07-01 to
# 2020-01-15, about 11 messages a day): 8 raises three events in 6½ months, all three real matters of a neighbourhood;
# 7 raises four, 6 six, 5 eleven. 丽发新城 passes 8 on 2019-11-19, days before any spike.
SPEAKERS = 8


def slow_burn(
    spoken: Sequence[tuple[datetime, str]], *, now: datetime, after: datetime | None, speakers: int = SPEAKERS
) -> tuple[datetime, int] | None:
    """(when, distinct speakers of the 30 days before it) of the first post after `after` and before `now` at which an
    event became a slow burn, or None.

    `spoken`: (counted_at, speaker) of the event's posts, doubles left out. It becomes one once: if it already was one
    at `after`, the answer is None until it has fallen under half and risen again.
    """
    inside = sorted((at, speaker) for at, speaker in spoken if at < now)
    burning = False
    for index, (at, _) in enumerate(inside):
        count = len({speaker for earlier, speaker in inside[: index + 1] if earlier > at - WINDOW})
        if count >= speakers and not burning:
            burning = True
            if after is None or at >= after:
                return at, count
        elif count * 2 < speakers:
            burning = False
    return None
