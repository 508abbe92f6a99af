"""`scope`: a query in the watchlist language by which a wide source yields only what mentions the city."""

from archive.language import SCOPE_FIELDS, Query, QueryError, parse
from archive.post import Post


class ScopeError(ValueError):
    """The scope cannot be read; the message (Chinese) points at the character."""


def read_scope(text: str) -> Query:
    """Raises ScopeError."""
    try:
        return parse(text, fields=SCOPE_FIELDS)
    except QueryError as error:
        raise ScopeError(str(error)) from error


def in_scope(query: Query | None, post: Post) -> bool:
    return query is None or query.matches(post)
