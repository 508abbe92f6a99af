"""Posts that come late: published in an hour that was judged without them.

Crawls take their time and sites go down, so that a post is often collected after its hour was judged. It is counted in
its own hour, and that hour is judged again with it, so that a burst seen late is told all the same, once, as long as
it is news. Judging an hour again that nothing was added to changes nothing: an onset once told is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from archive.store import Filter, Store
from monitor.found import LATEST
from monitor.hours import DAY, HOUR, full_hour

# A source's first crawl brings what has no exact time at the hour of collection: for as long as the longest window
# reaches back to it, the source is not counted.
YOUNG = timedelta(hours=25)
# Posts bear the time at which their crawl began, and are written while it goes on.
OVERLAP = DAY


def late_hours(store: Store, first_read: Mapping[str, datetime], evaluated: datetime, now: datetime) -> list[datetime]:
    """Full hours judged by `evaluated` to which posts may have been added since, oldest first; as far back as an
    onset is news. `first_read`: when each source was first read (KnownSource).

    What a new source brings along from before it was read is history: no hour is judged again that may hold some of it,
    nor is it for posts of a source that was not read yet when the hour was judged."""
    grown = [first for first in first_read.values() if first <= full_hour(now) - YOUNG]
    known = tuple(sorted(source for source, first in first_read.items() if first < evaluated - OVERLAP))
    since = full_hour(max([now - LATEST, *(first + YOUNG for first in grown)])) + HOUR
    if not known or since >= full_hour(evaluated):
        return []
    return sorted(
        store.count_by_hour(
            Filter(sources=known, since=since, until=full_hour(evaluated), collected_since=evaluated - OVERLAP)
        )
    )


def judged_until(evaluated: datetime, late: Sequence[datetime], counted: Iterable[datetime]) -> datetime:
    """Until when a subject's hours are judged for good; `counted` are the hours it has posts in."""
    return min([evaluated, *set(late).intersection(counted)])
