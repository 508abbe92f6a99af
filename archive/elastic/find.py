"""Looking posts up by id: in which month a post is kept, and how it is there at this moment (not as last refreshed)."""

import threading
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from archive.elastic.connect import Client
from archive.elastic.counter import Counter
from archive.elastic.documents import Held, held_of, month_of
from archive.post import Post, order_of

BATCH = 500
REMEMBERED = 200_000  # ids whose month is kept in memory; a post never moves to another


class Finder:
    """Shared by the threads of a process."""

    def __init__(self, client: Client, counter: Counter) -> None:
        self._client, self._counter = client, counter
        self._months: dict[str, str] = {}
        self._lock = threading.Lock()

    def all_of(self, posts: Sequence[Post]) -> tuple[dict[str, Held], set[str], set[int]]:
        """For `put`: what is there, what is buried, and which of the orders these posts want are taken."""
        ids = list(dict.fromkeys(post.id for post in posts))
        held = self._at_once(posts)
        missing = [identity for identity in ids if identity not in held]
        held |= self.held(missing)
        new = [post for post in posts if post.id not in held]
        return held, self.buried(missing), self._taken(posts if len(new) < len(posts) else new)

    def held(self, ids: Sequence[str]) -> dict[str, Held]:
        """The posts as they are now, each with what a write must name."""
        found: dict[str, Held] = {}
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            places = self.months_of(some)
            found |= self._get((places[identity], identity) for identity in some if identity in places)
        return found

    def months_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The index of each post that is there. At most 500 ids."""
        with self._lock:
            known = {identity: self._months[identity] for identity in ids if identity in self._months}
        unknown = [identity for identity in ids if identity not in known]
        if unknown:
            self._counter.fresh()
            found = self._client.call(
                lambda es: es.search(
                    index=self._client.address.alias,
                    query={"ids": {"values": unknown}},
                    size=len(unknown),
                    source=False,
                    track_total_hits=False,
                    ignore_unavailable=True,
                    allow_partial_search_results=False,
                )
            )
            places = {hit["_id"]: hit["_index"] for hit in found["hits"]["hits"]}
            self.remember(places)
            known |= places
        return known

    def remember(self, places: dict[str, str]) -> None:
        with self._lock:
            if len(self._months) > REMEMBERED:
                self._months.clear()
            self._months |= places

    def forget(self) -> None:
        """Some months were dropped."""
        with self._lock:
            self._months.clear()

    def months(self) -> list[str]:
        """The indices there are, oldest first."""
        found = self._client.call(
            lambda es: es.indices.get(
                index=f"{self._client.address.alias}-*", allow_no_indices=True, features="aliases"
            )
        )
        return sorted(found.body)

    def buried(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        graves = self._client.address.tombstones
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            answer = self._client.call(lambda es, some=some: es.mget(index=graves, ids=some, source=False))  # type: ignore[misc]
            found |= {each["_id"] for each in answer["docs"] if each.get("found")}
        return found

    def _at_once(self, posts: Sequence[Post]) -> dict[str, Held]:
        """Those kept in the month of their collection or in the one before: nearly all that are there."""
        places = []
        for post in posts:
            month = post.collected_at
            before = month.replace(day=1) - timedelta(days=1)
            places += [(self._client.address.month(month_of(each)), post.id) for each in (month, before)]
        return self._get(dict.fromkeys(places))

    def _get(self, places: Iterable[tuple[str, str]]) -> dict[str, Held]:
        docs = [{"_index": index, "_id": identity} for index, identity in places]
        if not docs:
            return {}
        answer = self._client.call(lambda es: es.mget(docs=docs))
        found: dict[str, Held] = {}
        for each in answer["docs"]:
            if each.get("found"):
                found[each["_id"]] = held_of(each)
        self.remember({identity: held.index for identity, held in found.items()})
        return found

    def _taken(self, posts: Sequence[Post]) -> set[int]:
        """Orders that other posts have; a post's own counts as taken only for others."""
        wanted = {order_of(post.id, post.counted_at) for post in posts}
        if not wanted:
            return set()
        body: dict[str, Any] = {"terms": {"order": sorted(wanted)}}
        found = self._client.call(
            lambda es: es.search(
                index=self._client.address.alias,
                query=body,
                size=len(wanted),
                source_includes=["order"],
                track_total_hits=False,
                ignore_unavailable=True,
                allow_partial_search_results=False,
            )
        )
        return {int(hit["_source"]["order"]) for hit in found["hits"]["hits"]}
