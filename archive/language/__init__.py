"""The watchlist language: what press officers write, parsed once, with one meaning everywhere (docs/language.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from archive.language.advice import worth_offering
from archive.language.errors import QueryError
from archive.language.lexer import ALL_FIELDS, SCOPE_FIELDS
from archive.language.nodes import FoldedPost, Node, Term, holds
from archive.language.parser import Parser
from archive.language.tree import grounded, terms
from archive.language.writer import quote, write
from archive.post import Post, clean_text

__all__ = ["ALL_FIELDS", "SCOPE_FIELDS", "Query", "QueryError", "parse", "quote"]


@dataclass(frozen=True)
class Query:
    """A query of the watchlist language. Equal queries have the same tree; `str` gives canonical text."""

    root: Node
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return write(self.root)

    def matches(self, post: Post) -> bool:
        """The meaning itself: a scan of the post. Every index must agree with it."""
        folded = FoldedPost(post)
        return holds(self.root, folded, folded.has)

    def terms(self) -> tuple[Term, ...]:
        """The terms a post is found by (those to highlight), each once; negated ones are not among them."""
        return tuple(dict.fromkeys(terms(self.root)))


@lru_cache(maxsize=1024)
def _parse(text: str, fields: frozenset[str]) -> Query:
    try:
        root = Parser(text, fields).query()
    except QueryError as error:
        error.suggestions = worth_offering(error, fields)
        raise
    if not grounded(root):
        raise QueryError("只有“不要什么”，没有“要什么”：请至少写一个要找的词", text, 0, len(text))
    return Query(root, text)


def parse(text: str, *, fields: Iterable[str] = ALL_FIELDS) -> Query:
    """Raises QueryError, whose message points at what is wrong. `fields` are the fields allowed."""
    return _parse(clean_text(text), frozenset(fields))
