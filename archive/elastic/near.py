"""The ~ of the watchlist language: the index gives the posts that may be meant, a scan of their texts decides."""

from collections.abc import Iterator

from archive.elastic.compile import FIELDS, Clause, every, of_node, restrictions, some
from archive.elastic.connect import Client
from archive.elastic.documents import stored_of
from archive.elastic.scan import hits
from archive.language.nodes import And, FoldedPost, Near, Node, Not, Or, holds, near_pairs
from archive.pairs import sought
from archive.store import Filter

# What FoldedPost and Post need of a document; the pairs and the marks are not read.
_SOURCE = [
    "id", "url", "kind", "title", "text", "reply", "source", "collected_at", "published_precision", "published_at",
    "text_source", "revision", "order",
]  # fmt: skip


def solve(client: Client, wanted: Filter) -> dict[Near, list[int]]:
    """For each ~ of the query, the orders of the filter's posts it is true of."""
    if wanted.query is None:
        return {}
    return {near: _orders(client, wanted, near) for near in set(_nears(wanted.query.root))}


def _orders(client: Client, wanted: Filter, near: Near) -> list[int]:
    sides = [of_node(side[0] if len(side) == 1 else Or(side), {}) for side in (near.left, near.right)]
    candidates = every([*restrictions(wanted), *sides, *_close(near)])
    found = []
    for hit in hits(client, candidates, _SOURCE):
        post = FoldedPost(stored_of(hit["_source"]).post)
        if holds(near, post, post.has):
            found.append(int(hit["_source"]["order"]))
    return found


def _close(near: Near) -> list[Clause]:
    """What has all that the ~ is true of and little more: two terms with so many words between them. A term is a phrase
    of pairs, one less than it has characters. None where a term is a single character, with which many words begin."""
    texts = [(left.folded, right.folded, FIELDS[where]) for left, right, where in near_pairs(near)]
    if any(len(term) == 1 for left, right, _ in texts for term in (left, right)):
        return []
    between = {"ordered": False, "max_gaps": near.distance + 1}
    return [
        some([
            {"intervals": {field: {"all_of": {**between, "intervals": [_phrase(left), _phrase(right)]}}}}
            for left, right, field in texts
        ])
    ]  # fmt: skip


def _phrase(folded: str) -> Clause:
    asked = {"query": " ".join(sought(folded)), "analyzer": "whitespace", "ordered": True, "max_gaps": 0}
    return {"match": asked}


def _nears(node: Node) -> Iterator[Near]:
    match node:
        case Near():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from _nears(child)
        case Not(child):
            yield from _nears(child)
        case _:
            return
