"""Months that are over, put in order: each question asks every segment of every month, and writing leaves many.

At 500,000 posts in 36 months one segment a month instead of six halves what a page takes. Answers that come later make
new segments, so a month is only merged again when it has many, or when much of what it holds is out of date (marks are
written with the whole post, so that each was written twice): then a page without a query takes three times as long.
"""

from datetime import datetime, timedelta

from archive.elastic.connect import Client
from archive.elastic.documents import month_of
from archive.elastic.find import Finder

MANY = 3  # segments of a shard that are left as they are
# Of a shard's documents, deleted ones, likewise. What was deleted since the last flush, or in the last half minute, a
# merge keeps: Elasticsearch holds it for copies that catch up.
MUCH = 0.2
SETTLED = timedelta(days=1)  # after a month's end: until then it is written to
MERGE_SECONDS = 3600.0


def tidy(client: Client, finder: Finder, now: datetime) -> int:
    """How many months were merged."""
    current = client.address.month(month_of(now - SETTLED))
    merged = 0
    for name in finder.months():
        if name < current and _untidy(client, name):
            client.call(lambda es, name=name: es.indices.flush(index=name, wait_if_ongoing=True))  # type: ignore[misc]
            client.call(
                lambda es, name=name: es.options(request_timeout=MERGE_SECONDS, max_retries=0).indices.forcemerge(  # type: ignore[misc]
                    index=name, max_num_segments=1
                )
            )
            merged += 1
    return merged


def _untidy(client: Client, index: str) -> bool:
    # An index nobody asks is not refreshed, and tells only of the segments it had when it last was.
    client.call(lambda es: es.indices.refresh(index=index))
    found = client.call(lambda es: es.indices.segments(index=index)).body
    for copies in found["indices"][index]["shards"].values():
        for copy in copies:
            segments = [each for each in copy["segments"].values() if each["search"]]  # others are on their way out
            held, gone = (sum(int(each[name]) for each in segments) for name in ("num_docs", "deleted_docs"))
            if len(segments) > MANY or gone > MUCH * (held + gone):
                return True
    return False
