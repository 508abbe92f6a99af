"""Tree to canonical text, which parses to the same tree."""

from functools import lru_cache

from archive.language.errors import QueryError
from archive.language.lexer import Sign, tokens
from archive.language.nodes import And, Feeling, Near, Node, Not, OfKind, Or, Publisher, Region, Term
from archive.names import KIND_NAMES, POLARITY_NAMES


def write(node: Node) -> str:
    match node:
        case Term(text, where):
            return f"{where}:{word(text)}" if where else word(text)
        case Publisher(text):
            return f"来源:{word(text)}"
        case Region(text):
            return f"地区:{word(text)}"
        case Feeling(polarity):
            return f"情感:{POLARITY_NAMES[polarity]}"
        case OfKind(kind):
            return f"类型:{KIND_NAMES[kind]}"
        case Near(left, right, distance):
            return f"{_side(left)} ~{distance} {_side(right)}"
        case Not(child):
            return f"!({write(child)})" if isinstance(child, And | Or | Near) else f"!{write(child)}"
        case And(children):
            return " + ".join(f"({write(child)})" if isinstance(child, Or) else write(child) for child in children)
        case Or(children):
            return " | ".join(f"({write(child)})" if isinstance(child, And) else write(child) for child in children)


def _side(terms: tuple[Term, ...]) -> str:
    written = " | ".join(map(write, terms))
    return f"({written})" if len(terms) > 1 else written


@lru_cache(maxsize=4096)
def word(text: str) -> str:
    """The text as it is where it reads as one word, else in quotes."""
    try:
        found = tokens(text)
    except QueryError:
        found = []
    if len(found) == 1 and found[0].sign is Sign.WORD and found[0].value == text:
        return text
    return quote(text)


def quote(title: str) -> str:
    """A title as an exact phrase of the language, whatever signs are in it. Raises ValueError if it is blank."""
    text = " ".join(title.split("\n")).replace("\r", " ")
    if not text.strip():
        raise ValueError("a blank title cannot be a phrase")
    return '"' + text.replace('"', '""') + '"'
