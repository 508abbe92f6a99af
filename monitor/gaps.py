"""When a source brought nothing, and what that takes from a count: calm and blindness look alike in a number. Pure.

A source is down between two crawls that ended well, if they lie further apart than it is patient; it is silent where it
brings nothing for longer than it ever did. In such hours a subject's count lacks that source's share, so that they are
not learnt from; and as long as the source is away, the less is expected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

import numpy as np

from monitor.hours import HOUR
from monitor.seasonal import Floats

PATIENCE = 3  # crawls that may be missed
LEAST_DOWN = timedelta(hours=6)
LEAST_SILENCE = timedelta(days=1)
LONGER = 2  # times the longest gap before: by chance once in some thousand gaps, where gaps are of all lengths
KNOWN = 10  # hours with posts before it is said what is usual of a source
MINOR = 0.1  # the share of a subject's posts that may be missing from an hour that is learnt from


@dataclass(frozen=True, slots=True)
class Gap:
    """`source` brought nothing from `since` on, until `until` (None: it still does not)."""

    source: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source brings posts: its silences, oldest first, and the longest gap that was none; None: not known yet."""

    silences: tuple[Gap, ...] = ()
    longest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Of each hour: the part of a subject's usual posts whose sources are there, and whether to learn from it."""

    part: Floats
    learn: Floats


def patience(every: timedelta) -> timedelta:
    """How far two crawls of a source may lie apart before it counts as down."""
    return max(LEAST_DOWN, PATIENCE * every)


def rhythm(source: str, hours: Iterable[datetime], now: datetime) -> Rhythm:
    """`hours`: the full hours with posts of the source. A gap at least a day long and twice the longest before it is a
    silence, once the source is known; a silence does not make the next one usual."""
    ordered = sorted(hours)
    silences: list[Gap] = []
    longest = timedelta(0)
    for number, (before, after) in enumerate(zip_longest(ordered, ordered[1:]), 1):
        gap = (after or now) - before
        if number >= KNOWN and gap > max(LEAST_SILENCE, LONGER * longest):
            silences.append(Gap(source, before + HOUR, after))
        elif after is not None:
            longest = max(longest, gap)
    return Rhythm(tuple(silences), longest if len(ordered) >= KNOWN else None)


def presence(
    total: Floats, of: Mapping[str, Floats], gaps: Sequence[Gap], first: datetime, hours: int
) -> Presence | None:
    """`total`: a subject's posts in the `hours` from `first` on, `of` those of each source that has a gap. None:
    nothing is missing. What was published meanwhile may come when a source is back: of a gap that is over nobody knows
    how much of it did, so that all is expected and nothing learnt."""
    part, missing = np.ones(hours), np.zeros(hours)
    for source, posts in of.items():
        own = [gap for gap in gaps if gap.source == source]
        away = np.zeros(hours, bool)
        still = np.zeros(hours, bool)
        for gap in own:
            begin, end = _index(gap.since, first), hours if gap.until is None else _index(gap.until, first) + 1
            away[max(0, begin) : max(0, end)] = True
            if gap.until is None:
                still[max(0, begin) :] = True
        there = float(total[~away].sum())
        share = float(posts[~away].sum()) / there if there else 0.0
        missing += share * away
        part -= share * still
    if not missing.any():
        return None
    return Presence(np.maximum(part, 0.0), (missing <= MINOR).astype(float))


def _index(at: datetime, first: datetime) -> int:
    return (at - first) // HOUR
