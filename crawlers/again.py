"""When a page that failed is asked for again, if at all. Free of Scrapy: whoever starts crawls needs it too."""

from datetime import datetime, timedelta

from crawlers.job import Failed

# A page that failed for a reason that may pass is asked again after these, then never: not in every cycle.
WAITS = (timedelta(hours=6), timedelta(days=1), timedelta(days=5))
# One in which a crawl died costs a whole crawl if it is to blame; it may as well have stood beside the one that is,
# or the machine was out of memory. So it has two more chances, each alone.
STUCK_WAITS = WAITS[:2]
# robots.txt is read in every crawl anyway: whether it still forbids a page costs nothing, and is never given up.
ROBOTS_WAIT = timedelta(days=7)

STUCK, ROBOTS = "stuck", "robots"


def remember(
    before: Failed | None, code: str, reason: str, now: datetime, *, passing: bool = False, item: dict[str, str]
) -> Failed:
    """What to remember of a failed page: when it may be asked again, if at all. `code` as in a Trouble."""
    tries = (before.tries if before else 0) + (code != ROBOTS)
    waits = STUCK_WAITS if code == STUCK else WAITS if passing else ()
    wait = ROBOTS_WAIT if code == ROBOTS else waits[tries - 1] if tries <= len(waits) else None
    return Failed(reason, tries, now + wait if wait else None, item, alone=code == STUCK)
