"""A filter and its query as Elasticsearch asks: only what the server core has, all of it as filters without scores."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from archive.elastic.documents import ticks
from archive.language.nodes import (
    And,
    Feeling,
    Near,
    Node,
    Not,
    OfKind,
    Or,
    Publisher,
    Region,
    Term,
    Where,
    near_pairs,
    overlap,
    places,
)
from archive.pairs import sought
from archive.post import ORDER_HASH_BITS
from archive.store import Filter

Clause: TypeAlias = dict[str, Any]
FIELDS = {Where.TITLE: "tok_title", Where.BODY: "tok", Where.REPLY: "tok_reply"}
MOST_TERMS = 60_000  # of one `terms` clause; the server takes 65,536
ALL: Clause = {"match_all": {}}
NONE: Clause = {"match_none": {}}


def clause(wanted: Filter, near: Mapping[Near, list[int]]) -> Clause:
    """`near`: the orders of the posts of which each ~ is true that is not `exact` (archive.elastic.near). Times are
    compared to the second."""
    parts = restrictions(wanted)
    if wanted.query:
        parts.append(of_node(wanted.query.root, near))
    return every(parts)


def restrictions(wanted: Filter) -> list[Clause]:
    """The filter without its query."""
    parts: list[Clause] = []
    bounds = {}
    if wanted.since:
        bounds["gte"] = _order(wanted.since)
    if wanted.until:
        bounds["lt"] = _order(wanted.until)
    if bounds:
        parts.append({"range": {"order": bounds}})
    for field, allowed in (
        ("source", wanted.sources),
        ("region", wanted.regions),
        ("kind", wanted.kinds),
        ("marks.topic", wanted.topics),
        ("feeling", wanted.sentiments),
    ):
        if allowed:
            parts.append({"terms": {field: [str(name) for name in allowed]}})
    for field, tag in (
        ("marks.watchlists", wanted.watchlist),
        ("marks.policies", wanted.policy),
        ("marks.event", wanted.event),
    ):
        if tag is not None:
            parts.append({"term": {field: tag}})
    if wanted.unwatched:
        parts.append(_without("marks.watchlists"))
    if wanted.matters:
        named = [name for name in wanted.matters if name]
        choices = [{"terms": {"marks.matter": named}}] if named else []
        parts.append(some([*choices, *([_without("marks.matter")] if "" in wanted.matters else [])]))
    collected = {}
    if wanted.collected_since:
        collected["gte"] = ticks(wanted.collected_since)
    if wanted.collected_until:
        collected["lt"] = ticks(wanted.collected_until)
    return [*parts, {"range": {"collected": collected}}] if collected else parts


def _without(field: str) -> Clause:
    return {"bool": {"must_not": [{"exists": {"field": field}}]}}


def every(parts: list[Clause]) -> Clause:
    if not parts:
        return ALL
    return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}}


def some(parts: list[Clause]) -> Clause:
    if not parts:
        return NONE
    return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}}


def of_node(node: Node, near: Mapping[Near, list[int]]) -> Clause:
    match node:
        case Term(_, where):
            return some([standing(node.folded, FIELDS[each]) for each in places(where)])
        case And(children):
            return every([of_node(child, near) for child in children])
        case Or(children):
            return some([of_node(child, near) for child in children])
        case Not(child):
            return {"bool": {"must_not": [of_node(child, near)]}}
        case Near():
            return close(node) if exact(node) else in_orders(near[node])
        case Publisher():
            return standing(node.folded, "tok_publisher")
        case Region():
            return {"term": {"region_folded": node.folded}}
        case Feeling(polarity):
            return {"term": {"feeling": str(polarity)}}
        case OfKind(kind):
            return {"term": {"kind": str(kind)}}


def standing(folded: str, field: str) -> Clause:
    """Where a folded term stands in a text of which the pairs are in `field`."""
    wanted = sought(folded)
    if len(folded) == 1:
        return {"prefix": {field: {"value": wanted[0]}}}
    if len(wanted) == 1:
        return {"term": {field: wanted[0]}}
    return {"match_phrase": {field: {"query": " ".join(wanted), "analyzer": "whitespace"}}}


def exact(near: Near) -> bool:
    """Whether `close` says just what the ~ does: two terms that overlap may be near for Elasticsearch."""
    return not single(near) and not any(overlap(left.folded, right.folded) for left, right, _ in near_pairs(near))


def single(near: Near) -> bool:
    """Whether a term is a single character, with which many words of the index begin: `close` is no use then."""
    return any(len(term.folded) == 1 for left, right, _ in near_pairs(near) for term in (left, right))


def close(near: Near) -> Clause:
    """Two terms with so many words between them, for terms of two characters or more: a term is a phrase of pairs, one
    less than it has characters. What the ~ is true of has all of it, and little else has."""
    between = {"ordered": False, "max_gaps": near.distance + 1}
    return some([
        {"intervals": {FIELDS[where]: {"all_of": {**between, "intervals": [_phrase(left), _phrase(right)]}}}}
        for left, right, where in near_pairs(near)
    ])  # fmt: skip


def _phrase(term: Term) -> Clause:
    asked = {"query": " ".join(sought(term.folded)), "analyzer": "whitespace", "ordered": True, "max_gaps": 0}
    return {"match": asked}


def in_orders(orders: list[int]) -> Clause:
    chunks = [orders[start : start + MOST_TERMS] for start in range(0, len(orders), MOST_TERMS)]
    return some([{"terms": {"order": chunk}} for chunk in chunks])


def _order(at: datetime) -> int:
    return max(0, int(at.timestamp())) << ORDER_HASH_BITS
