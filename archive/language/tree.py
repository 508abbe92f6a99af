"""Small questions about a tree."""

from collections.abc import Iterator, Sequence

from archive.language.nodes import And, Near, Node, Not, Or, Term, places


def joined(kind: type[And] | type[Or], nodes: Sequence[Node]) -> Node:
    """`nodes` under one AND or OR; what is of the same kind inside is taken up into it."""
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, And | Or) and isinstance(node, kind):
            flat.extend(node.children)
        else:
            flat.append(node)
    return kind(tuple(flat))


def negated(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node)


def depth(node: Node) -> int:
    match node:
        case And(children) | Or(children):
            return 1 + max(map(depth, children))
        case Not(child):
            return 1 + depth(child)
        case _:
            return 1


def grounded(node: Node, positive: bool = True) -> bool:
    """Whether the node says what a post must have, and not only what it must not."""
    match node:
        case Not(child):
            return grounded(child, not positive)
        case And(children):
            return any(grounded(c, True) for c in children) if positive else all(grounded(c, False) for c in children)
        case Or(children):
            return all(grounded(c, True) for c in children) if positive else any(grounded(c, False) for c in children)
        case _:
            return positive


def possible(near: Near) -> bool:
    """Whether both sides can stand in one text."""
    left = {where for term in near.left for where in places(term.where)}
    return any(left & set(places(term.where)) for term in near.right)


def terms(node: Node, positive: bool = True) -> Iterator[Term]:
    """The terms a post is found by, negated ones left out, in the order of writing; may repeat."""
    match node:
        case Term() if positive:
            yield node
        case Near(left, right) if positive:
            yield from left + right
        case Not(child):
            yield from terms(child, not positive)
        case And(children) | Or(children):
            for child in children:
                yield from terms(child, positive)
        case _:
            return


def all_terms(node: Node) -> Iterator[Term]:
    """Every term, negated ones too."""
    yield from terms(node, True)
    yield from terms(node, False)
