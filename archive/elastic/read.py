"""Answers from the archive: pages, counts, reading in the order of collection. What is asked in one request is of one
view of the index; everything read was refreshed before (archive.elastic.counter)."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from archive.elastic.compile import Clause, clause, every
from archive.elastic.connect import Client
from archive.elastic.documents import EPOCH, stored_of, ticks
from archive.elastic.find import Finder
from archive.elastic.near import solve
from archive.elastic.scan import hits
from archive.post import Post
from archive.relevance import POOL, scores
from archive.store import FACETS, MAX_PAGE, ArchiveError, Filter, Kept, Page, Search, Watermark

MOST_NAMES = 10_000  # of one facet
MOST_BUCKETS = 10_000  # of one page of a composite
WINDOW = 10_000  # what one search may give
HOUR = "hour"  # a group's name beside those of facets
RANKED = 64  # rankings kept
CHINA = "+08:00"
CHINA_MS, DAY_MS = 8 * 3_600_000, 86_400_000
_FIELDS = {"topic": "marks.topic", "sentiment": "feeling"}
_CURSOR = re.compile(r"(n):(\d{1,19})|(r):(\d{1,18}):(\d{1,9}):(\d{1,19})")
_LONGEST = (1 << 63) - 1


class Reader:
    """Shared by the threads of a process."""

    def __init__(self, client: Client, finder: Finder) -> None:
        self._client, self._finder = client, finder
        self._ranked: OrderedDict[tuple[Search, int, int], list[int]] = OrderedDict()

    def ask(self, **body: Any) -> dict[str, Any]:
        """A search over all months. Parts that cannot be reached are an error: half an answer is a wrong one."""
        body = {"index": self._client.address.alias, "ignore_unavailable": True, **body}
        answer = self._client.call(lambda es: es.search(**body, allow_partial_search_results=False))
        found: dict[str, Any] = answer.body
        return found

    def clause(self, wanted: Filter) -> Clause:
        return clause(wanted, solve(self._client, wanted))

    def search(self, wanted: Search, writes: int) -> Page:
        """`writes`: how many writes there had been when the index was refreshed."""
        if not 0 <= wanted.size <= MAX_PAGE:
            raise ArchiveError(f"每页的条数应在 0 到 {MAX_PAGE} 之间，不能是 {wanted.size}")
        query = self.clause(wanted.filter)
        if wanted.order == "relevance" and wanted.filter.query:
            found = self.ask(query=query, size=0, track_total_hits=True, aggs=_aggregations())
            posts, after = self._by_relevance(query, wanted, writes)
        else:
            found = self.ask(query=query, track_total_hits=True, aggs=_aggregations(), **_page_of(wanted))
            posts, after = _newest(found["hits"]["hits"], wanted.size)
        asked = found.get("aggregations", {})
        return Page(found["hits"]["total"]["value"], posts, _days(asked), _facets(asked), after)

    def _by_relevance(self, query: Clause, wanted: Search, writes: int) -> tuple[list[Post], str | None]:
        """The newest POOL hits by score, then the older ones by time; of posts that were there at the first page."""
        seen, skip, bound = writes, 0, _LONGEST
        if wanted.after is not None:
            cursor = _cursor(wanted.after, "r")
            seen, skip, bound = int(cursor[4]), int(cursor[5]), int(cursor[6])
        there = every([query, {"range": {"born": {"lte": seen}}}])
        page: list[int] = []
        if skip < POOL:
            ranked = self._ranking(there, wanted, seen, writes)
            page, bound = ranked[skip : skip + wanted.size], min(ranked, default=_LONGEST)
        room = wanted.size - len(page)
        older: list[Post] = []
        # One more than the page holds says whether there is a next one.
        if page and skip + len(page) < POOL and skip + len(page) < len(ranked):
            more = True
        else:
            behind = self.ask(
                query=there, sort=[{"order": "desc"}], search_after=[bound], size=room + 1, track_total_hits=False
            )["hits"]["hits"]
            more = len(behind) > room
            older = [stored_of(hit["_source"]).post for hit in behind[:room]]
            bound = behind[room - 1]["sort"][0] if room and len(behind) >= room else bound
        posts = self._at(page) + older
        following = f"r:{seen}:{skip + len(posts)}:{bound}"
        return posts, following if more and wanted.size > 0 else None

    def _ranking(self, there: Clause, wanted: Search, seen: int, writes: int) -> list[int]:
        """The orders of the newest POOL hits, the best answer first; kept for the pages that follow as long as
        nothing is written."""
        key = Search(wanted.filter, "relevance"), seen, writes
        ranked = self._ranked.get(key)
        query = wanted.filter.query
        if ranked is None and query is not None:
            found = self.ask(
                query=there,
                sort=[{"order": "desc"}],
                size=POOL,
                source_includes=["title", "text", "order"],
                track_total_hits=False,
            )["hits"]["hits"]
            pool = [hit["_source"] for hit in found]
            score = scores(query, [(each.get("title") or "", each.get("text") or "") for each in pool])
            orders = [int(each["order"]) for each in pool]
            best = sorted(zip(score, orders, strict=True), key=lambda pair: (-pair[0], -pair[1]))
            ranked = [order for _, order in best]
            self._ranked[key] = ranked
            while len(self._ranked) > RANKED:
                self._ranked.popitem(last=False)
        return ranked or []

    def _at(self, orders: Sequence[int]) -> list[Post]:
        """In the order of `orders`."""
        if not orders:
            return []
        found = self.ask(query={"terms": {"order": list(orders)}}, size=len(orders), track_total_hits=False)
        posts = {hit["_source"]["order"]: stored_of(hit["_source"]).post for hit in found["hits"]["hits"]}
        return [posts[order] for order in orders if order in posts]

    def count(self, wanted: Filter) -> int:
        found = self.ask(query=self.clause(wanted), size=0, track_total_hits=True)
        return int(found["hits"]["total"]["value"])

    def by_hour(self, wanted: Filter) -> dict[datetime, int]:
        return self.hours_by(wanted, ()).get((), {})

    def hours_by(self, wanted: Filter, facets: Sequence[str]) -> dict[tuple[str, ...], dict[datetime, int]]:
        query = every([self.clause(wanted), {"term": {"counted": True}}])
        groups: list[dict[str, Any]] = [
            {facet: {"terms": {"field": _FIELDS.get(facet, facet), "missing_bucket": True}}} for facet in facets
        ]
        groups.append({HOUR: {"date_histogram": {"field": "counted_at", "fixed_interval": "1h"}}})
        found: dict[tuple[str, ...], dict[datetime, int]] = {}
        for key, count in self._composite(query, groups):
            hours = found.setdefault(tuple(key[facet] or "" for facet in facets), {})
            hours[EPOCH + timedelta(milliseconds=key[HOUR])] = count
        return found

    def speakers(self, wanted: Filter) -> int:
        """Distinct in the period that has most; each post without a speaker is one more."""
        query = self.clause(wanted)
        periods: dict[int, int] = {}
        sources = [{"period": {"terms": {"field": "period"}}}, {"speaker": {"terms": {"field": "speaker"}}}]
        for key, _ in self._composite(query, sources):
            periods[key["period"]] = periods.get(key["period"], 0) + 1
        nameless = every([query, {"bool": {"must_not": [{"exists": {"field": "speaker"}}]}}])
        alone = self.ask(query=nameless, size=0, track_total_hits=True)["hits"]["total"]["value"]
        return max(periods.values(), default=0) + int(alone)

    def _composite(self, query: Clause, sources: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
        """All groups with their counts, exactly, however many."""
        after: dict[str, Any] = {}
        while True:
            asked = {"size": MOST_BUCKETS, "sources": sources} | ({"after": after} if after else {})
            found = self.ask(query=query, size=0, track_total_hits=False, aggs={"groups": {"composite": asked}})
            groups = found.get("aggregations", {}).get("groups", {"buckets": []})
            for bucket in groups["buckets"]:
                yield bucket["key"], bucket["doc_count"]
            after = groups.get("after_key") or {}
            if not after:
                return

    def ids(self, wanted: Filter, limit: int) -> list[str]:
        query = self.clause(wanted)
        if limit <= WINDOW:
            found = self.ask(query=query, sort=[{"order": "desc"}], size=limit, source=False, track_total_hits=False)[
                "hits"
            ]["hits"]
            return [hit["_id"] for hit in found]
        taken: list[str] = []
        for hit in hits(self._client, query, False, order="desc", page=WINDOW):
            taken.append(hit["_id"])
            if len(taken) == limit:
                break
        return taken

    def new_since(self, mark: Watermark, limit: int) -> list[Post]:
        found = self.ask(
            query={"range": {"changed": {"gte": ticks(mark.changed_at)}}},
            sort=[{"changed": "asc"}, {"id": "asc"}],
            search_after=[ticks(mark.changed_at), mark.id],
            size=limit,
            track_total_hits=False,
        )
        return self._to_mark(found["hits"]["hits"])

    def unmarked(self, limit: int) -> list[Post]:
        found = self.ask(
            query={"bool": {"must_not": [{"exists": {"field": "marked_revision"}}]}},
            sort=[{"changed": "asc"}, {"order": "asc"}],
            size=limit,
            track_total_hits=False,
        )
        return self._to_mark(found["hits"]["hits"])

    def _to_mark(self, found: list[dict[str, Any]]) -> list[Post]:
        """Who reads these annotates them next, and then need not look for them."""
        self._finder.remember({hit["_id"]: hit["_index"] for hit in found})
        return [stored_of(hit["_source"]).post for hit in found]

    def dump(self, after: int, limit: int) -> tuple[list[Kept], int]:
        found = self.ask(
            query={"range": {"order": {"gt": after}}}, sort=[{"order": "asc"}], size=limit, track_total_hits=False
        )["hits"]["hits"]
        kept = []
        for hit in found:
            stored = stored_of(hit["_source"])
            kept.append(Kept(stored.post, stored.text_source, hit["_source"]["period"]))
        return kept, found[-1]["_source"]["order"] if found else after

    def graves(self, after: str, limit: int) -> list[str]:
        graves = self._client.address.tombstones
        self._client.call(lambda es: es.indices.refresh(index=graves))
        found = self._client.call(
            lambda es: es.search(
                index=graves,
                query={"range": {"id": {"gt": after}}},
                sort=[{"id": "asc"}],
                size=limit,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        )
        return [hit["_id"] for hit in found["hits"]["hits"]]


def _page_of(wanted: Search) -> dict[str, Any]:
    """One hit more than the page holds says whether there is a next page."""
    if not wanted.size:
        return {"size": 0}
    page: dict[str, Any] = {"sort": [{"order": "desc"}], "size": wanted.size + 1}
    if wanted.after is not None:
        page["search_after"] = [min(int(_cursor(wanted.after, "n")[2]), _LONGEST)]
    return page


def _newest(found: list[dict[str, Any]], size: int) -> tuple[list[Post], str | None]:
    posts = [stored_of(hit["_source"]).post for hit in found[:size]]
    return posts, f"n:{found[size - 1]['_source']['order']}" if len(found) > size > 0 else None


def _cursor(text: str, order: str) -> re.Match[str]:
    match = _CURSOR.fullmatch(text)
    if not match or order not in (match[1], match[3]):
        raise ArchiveError("翻页的位置无效，请回到第一页")
    return match


def _aggregations() -> dict[str, Any]:
    """Days of China (it has had no other offset since 1970 but for six summers, which SQLite's days do not know
    either) and the facets."""
    made: dict[str, Any] = {
        "days": {
            "date_histogram": {
                "field": "counted_at",
                "calendar_interval": "day",
                "time_zone": CHINA,
                "min_doc_count": 1,
            }
        }
    }
    for name in FACETS:
        made[name] = {"terms": {"field": _FIELDS.get(name, name), "size": MOST_NAMES}}
    return made


def _days(found: dict[str, Any]) -> list[tuple[date, int]]:
    buckets = found.get("days", {"buckets": []})["buckets"]
    first = EPOCH.toordinal()
    return [(date.fromordinal(first + (each["key"] + CHINA_MS) // DAY_MS), each["doc_count"]) for each in buckets]


def _facets(found: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    facets = {}
    for name in FACETS:
        buckets = found.get(name, {"buckets": []})["buckets"]
        counts = [(str(each["key"]), int(each["doc_count"])) for each in buckets if each["key"] != ""]
        facets[name] = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return facets
