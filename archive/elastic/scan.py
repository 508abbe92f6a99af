"""Reading any number of posts: a point in time, and page after page behind it."""

from collections.abc import Iterator
from typing import Any

from archive.elastic.compile import Clause
from archive.elastic.connect import Client
from archive.elastic.documents import Held, held_of

KEEP = "5m"
PAGE = 1000


def hits(
    client: Client, query: Clause, source: bool | list[str], *, index: str = "", order: str = "asc", page: int = PAGE
) -> Iterator[dict[str, Any]]:
    """All hits by `order`, of one view of the index: what is written meanwhile is not in it."""
    opened = client.call(
        lambda es: es.open_point_in_time(index=index or client.address.alias, keep_alive=KEEP, ignore_unavailable=True)
    )
    view: str = opened["id"]
    after: list[Any] | None = None
    try:
        while True:
            found = client.call(
                lambda es, view=view, after=after: es.search(  # type: ignore[misc]
                    pit={"id": view, "keep_alive": KEEP},
                    query=query,
                    sort=[{"order": order}],
                    search_after=after,
                    size=page,
                    source=source,
                    seq_no_primary_term=True,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
            ).body
            view = found["pit_id"]
            batch = found["hits"]["hits"]
            yield from batch
            if len(batch) < page:
                return
            after = batch[-1]["sort"]
    finally:
        client.call(lambda es: es.options(ignore_status=404).close_point_in_time(id=view))


def scan(client: Client, query: Clause, *, index: str = "") -> Iterator[Held]:
    """The posts themselves, in their order."""
    for hit in hits(client, query, True, index=index):
        yield held_of(hit)
