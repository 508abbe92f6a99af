"""Query tree to FTS5 expressions, where a part of it can be one."""

from archive.language.nodes import And, Node, Not, Or, Term, Where
from archive.sqlite.pairs import phrase

SAID, ANSWERED = "said", "answered"
_COLUMN = {Where.ANY: "", Where.TITLE: "title : ", Where.BODY: "body : ", Where.REPLY: ""}


def index_of(node: Node) -> str | None:
    """Which of the two indexes can answer the node alone, with one expression; None: neither."""
    match node:
        case Term(_, where):
            return ANSWERED if where is Where.REPLY else SAID
        case Or(children):
            return _common(children)
        case And(children):
            wanted = [child for child in children if not isinstance(child, Not)]
            parts = [child.child if isinstance(child, Not) else child for child in children]
            return _common(tuple(parts)) if wanted else None
        case _:
            return None


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
        case _:
            raise TypeError(f"not a part of an FTS5 expression: {node}")
