"""Looking posts up by id: in which month a post is kept, and how it is there at this moment (not as last refreshed)."""

import re
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from archive.elastic.connect import Client
from archive.elastic.counter import Counter
from archive.elastic.documents import Held, held_of, month_of
from archive.post import Post, order_of

BATCH = 500
_MONTH = re.compile(r"-\d{4}\.\d{2}$")  # somebody may have made others of a like name by hand
REMEMBERED = 200_000  # ids whose month is kept in memory; a post never moves to another


class Finder:
    """Shared by the threads of a process."""

    def __init__(self, client: Client, counter: Counter) -> None:
        self._client, self._counter = client, counter
        self._months: dict[str, str] = {}
        self._lock = threading.Lock()

    def all_of(self, posts: Sequence[Post]) -> tuple[dict[str, Held], set[str], set[int]]:
        """For `put`: what is there, what is buried, and which of the orders these posts want are taken.

        Nearly everything that is there is in the month of its collection or the one before, and is read as it is at
        this moment. What is older is searched for, without a refresh, which would cost more than the rest: another
        program would have to have written it to a month long past within the last 5 s.
        """
        ids = list(dict.fromkeys(post.id for post in posts))
        places = dict.fromkeys(place for post in posts for place in self._near(post))
        held = self._get(places)
        missing = [identity for identity in ids if identity not in held]
        if self._counter.hidden({index for index, _ in places}):
            self._counter.fresh()
        older, taken = self._search(missing, {order_of(post.id, post.counted_at) for post in posts})
        held |= self._get((index, identity) for identity, index in older.items())
        return held, self.buried(missing), taken

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
            places, _ = self._search(unknown, ())
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
            lambda es: es.indices.get(index=self._client.address.months, allow_no_indices=True, features="aliases")
        )
        return sorted(name for name in found.body if _MONTH.search(name))

    def buried(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        graves = self._client.address.tombstones
        for start in range(0, len(ids), BATCH):
            some = list(ids[start : start + BATCH])
            answer = self._client.call(lambda es, some=some: es.mget(index=graves, ids=some, source=False))  # type: ignore[misc]
            found |= {each["_id"] for each in answer["docs"] if each.get("found")}
        return found

    def _near(self, post: Post) -> list[tuple[str, str]]:
        """The months a post is most likely kept in: that of its collection and the one before."""
        before = post.collected_at.replace(day=1) - timedelta(days=1)
        return [(self._client.address.month(month_of(each)), post.id) for each in (post.collected_at, before)]

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

    def _search(self, ids: Sequence[str], orders: Collection[int]) -> tuple[dict[str, str], set[int]]:
        """In which index those of `ids` are that are there, and which of `orders` are taken; in one request."""
        wanted = [{"ids": {"values": list(ids)}}, {"terms": {"order": sorted(orders)}}]
        found = self._client.call(
            lambda es: es.search(
                index=self._client.address.alias,
                query={"bool": {"should": wanted}},
                size=len(ids) + len(orders),
                source_includes=["order"],
                track_total_hits=False,
                ignore_unavailable=True,
                allow_partial_search_results=False,
            )
        )["hits"]["hits"]
        asked = set(ids)
        places = {hit["_id"]: hit["_index"] for hit in found if hit["_id"] in asked}
        return places, {hit["_source"]["order"] for hit in found} & set(orders)
