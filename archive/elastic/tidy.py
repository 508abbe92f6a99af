"""Months that are over, put in order: each question asks every segment of every month, and writing leaves many.

At 500,000 posts in 36 months one segment a month instead of six halves what a page takes. Answers that come later make
new segments, so a month is only merged again when it has many.
"""

from datetime import datetime, timedelta

from archive.elastic.connect import Client
from archive.elastic.documents import month_of
from archive.elastic.find import Finder

MANY = 3  # segments of a shard that are left as they are
SETTLED = timedelta(days=1)  # after a month's end: until then it is written to
MERGE_SECONDS = 3600.0


def tidy(client: Client, finder: Finder, now: datetime) -> int:
    """How many months were merged."""
    current = client.address.month(month_of(now - SETTLED))
    merged = 0
    for name in finder.months():
        if name < current and _segments(client, name) > MANY:
            client.call(
                lambda es, name=name: es.options(request_timeout=MERGE_SECONDS, max_retries=0).indices.forcemerge(  # type: ignore[misc]
                    index=name, max_num_segments=1
                )
            )
            merged += 1
    return merged


def _segments(client: Client, index: str) -> int:
    """Of the shard that has most."""
    found = client.call(lambda es: es.indices.segments(index=index)).body
    shards = found["indices"][index]["shards"].values()
    return max((int(copy["num_search_segments"]) for copies in shards for copy in copies), default=0)
