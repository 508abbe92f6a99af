"""What is offered to who wrote a query that cannot be read: only queries that are read, and mean what is meant."""

from itertools import zip_longest

from archive.language.errors import MixedError, QueryError
from archive.language.lexer import Sign
from archive.language.nodes import Node
from archive.language.parser import Parser
from archive.language.tree import grounded
from archive.language.writer import write


def worth_offering(error: QueryError, fields: frozenset[str]) -> tuple[str, ...]:
    """Of the suggestions of `error` those that are read, and of two readings those that mean them."""
    if not isinstance(error, MixedError):
        return tuple(each for each in error.suggestions if _read(each, fields))
    offered = []
    for strong, text in zip_longest((Sign.AND, Sign.OR), error.suggestions, fillvalue=""):
        meant = _read(error.text, fields, Sign(strong))
        if meant is None:  # there is another fault further on
            continue
        # Brackets in what was written; where more than this line mixes, the whole query written anew.
        found = next((each for each in (text, write(meant)) if _read(each, fields) == meant), None)
        if found is not None:
            offered.append(found)
    return tuple(dict.fromkeys(offered))


def _read(text: str, fields: frozenset[str], strong: Sign | None = None) -> Node | None:
    """The tree of `text`, or None where it cannot be read."""
    try:
        root = Parser(text, fields, strong).query()
    except QueryError:
        return None
    return root if grounded(root) else None
