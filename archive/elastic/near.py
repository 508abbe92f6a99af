"""The ~ of the watchlist language, where the index cannot say it (archive.elastic.compile.exact): it gives the posts
that may be meant, and a scan of their texts decides."""

from collections.abc import Iterator

from archive.elastic.compile import close, every, exact, of_node, restrictions, single
from archive.elastic.connect import Client
from archive.elastic.documents import stored_of
from archive.elastic.scan import hits
from archive.language.nodes import And, FoldedPost, Near, Node, Not, Or, holds
from archive.store import Filter

# What FoldedPost and Post need of a document; the pairs and the marks are not read.
_SOURCE = [
    "id", "url", "kind", "title", "text", "reply", "source", "collected_at", "published_precision", "published_at",
    "text_source", "revision", "order",
]  # fmt: skip


def solve(client: Client, wanted: Filter) -> dict[Near, list[int]]:
    """For each ~ of the query that is not exact, the orders of the filter's posts it is true of."""
    if wanted.query is None:
        return {}
    return {near: _orders(client, wanted, near) for near in set(_nears(wanted.query.root)) if not exact(near)}


def _orders(client: Client, wanted: Filter, near: Near) -> list[int]:
    sides = [of_node(side[0] if len(side) == 1 else Or(side), {}) for side in (near.left, near.right)]
    candidates = every([*restrictions(wanted), *sides, *([] if single(near) else [close(near)])])
    found = []
    for hit in hits(client, candidates, _SOURCE):
        post = FoldedPost(stored_of(hit["_source"]).post)
        if holds(near, post, post.has):
            found.append(int(hit["_source"]["order"]))
    return found


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
