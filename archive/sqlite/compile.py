"""Query tree to FTS5 expressions, where a part of it can be one."""

from archive.language.nodes import And, Near, Node, Not, Or, Term, Where, near_pairs, overlap
from archive.sqlite.pairs import phrase

SAID, ANSWERED = "said", "answered"
_COLUMN = {Where.ANY: "", Where.TITLE: "title : ", Where.BODY: "body : ", Where.REPLY: ""}


def index_of(node: Node) -> str | None:
    """Which of the two indexes can answer the node alone, with one expression; None: neither."""
    match node:
        case Term(_, where):
            return _index(where)
        case Or(children):
            return _common(children)
        case And(children):
            wanted = [child for child in children if not isinstance(child, Not)]
            parts = [child.child if isinstance(child, Not) else child for child in children]
            return _common(tuple(parts)) if wanted else None
        case Near():
            indexes = {_index(where) for _, _, where in near_pairs(node)}
            return indexes.pop() if len(indexes) == 1 and exact(node) else None
        case _:
            return None


def near_parts(node: Near, *, surely: bool) -> dict[str, str]:
    """Index → an expression, so that the ~ is true of all that they find together (`surely`), or that they find all it
    is true of. FTS5 counts the words between two phrases, which are pairs here: a term of one character is one word,
    any other one word less than it has characters. And two that overlap are near for FTS5."""
    found: dict[str, list[str]] = {}
    for left, right, where in near_pairs(node):
        lengths = len(left.folded), len(right.folded)
        if surely and overlap(left.folded, right.folded):
            continue
        words = node.distance + ((min(lengths) if surely else max(lengths)) > 1)
        near = f"{_COLUMN[where]}NEAR({phrase(left.folded)} {phrase(right.folded)}, {words})"
        found.setdefault(_index(where), []).append(near)
    return {index: f"({' OR '.join(parts)})" for index, parts in found.items()}


def exact(node: Near) -> bool:
    """Whether FTS5 says just what the ~ does."""
    return near_parts(node, surely=True) == near_parts(node, surely=False)


def _index(where: Where) -> str:
    return ANSWERED if where is Where.REPLY else SAID


def _common(nodes: tuple[Node, ...]) -> str | None:
    indexes = {index_of(node) for node in nodes}
    return indexes.pop() if len(indexes) == 1 else None


def expression(node: Node) -> str:
    """For a node that `index_of` names an index for."""
    match node:
        case Term(_, where):
            return _COLUMN[where] + phrase(node.folded)
        case Or(children):
            return "(" + " OR ".join(map(expression, children)) + ")"
        case And(children):
            wanted = " AND ".join(expression(child) for child in children if not isinstance(child, Not))
            unwanted = " OR ".join(expression(child.child) for child in children if isinstance(child, Not))
            return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"
        case Near():
            return near_parts(node, surely=True)[str(index_of(node))]
        case _:
            raise TypeError(f"not a part of an FTS5 expression: {node}")
