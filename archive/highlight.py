"""Where a post says what a query asks, for both stores: pieces of the original text, marked or not. Never HTML."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from archive.fold import fold
from archive.language import Query
from archive.language.nodes import Term, Where, places, spans
from archive.post import Post

Piece: TypeAlias = tuple[str, bool]  # text, marked
_MAX_MARKS = 200  # of one text; enough for a page
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """`title` whole; `body` the part of the text with most of the terms, "…" where it was cut; `reply` likewise, empty
    if the query does not speak of replies."""

    title: list[Piece]
    body: list[Piece]
    reply: list[Piece]


def snippet(post: Post, query: Query | None, width: int = 120) -> Snippet:
    """`width`: characters of text and of reply shown."""
    terms = query.terms() if query else ()
    replied = [term for term in terms if term.where is Where.REPLY]
    return Snippet(
        highlight(post.title, terms, Where.TITLE),
        _part(post.text, terms, Where.BODY, width),
        _part(post.reply, replied, Where.REPLY, width) if replied else [],
    )


def highlight(text: str, terms: Iterable[Term], where: Where) -> list[Piece]:
    """The whole text; joined, the pieces are the text."""
    return _pieces(text, _marks(text, terms, where), 0, len(text))


def _part(text: str, terms: Iterable[Term], where: Where, width: int) -> list[Piece]:
    marks = _marks(text, terms, where)
    start = 0
    if marks and len(text) > width:
        start = max(0, min(_best(marks, width) - width // 4, len(text) - width))
    end = min(len(text), start + width)
    pieces = _pieces(text, marks, start, end)
    return [(_CUT, False)] * (start > 0) + pieces + [(_CUT, False)] * (end < len(text))


def _marks(text: str, terms: Iterable[Term], where: Where) -> list[tuple[int, int]]:
    """Marked stretches of the original, ascending, merged where they touch."""
    wanted = {term.folded for term in terms if where in places(term.where)}
    if not wanted or not text:
        return []
    folded = fold(text)
    found = sorted(folded.span(*span) for term in wanted for span in spans(term, folded.text))
    merged: list[tuple[int, int]] = []
    for start, end in found[:_MAX_MARKS]:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best(marks: list[tuple[int, int]], width: int) -> int:
    """The start of the mark from which on most is marked within reach; the first of equals."""

    def marked(start: int) -> int:
        return sum(last - first for first, last in marks if start <= first < start + width * 3 // 4)

    return max((start for start, _ in marks), key=marked)


def _pieces(text: str, marks: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for first, last in marks:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if first > at:
            pieces.append((text[at:first], False))
        pieces.append((text[first:last], True))
        at = last
    if at < end:
        pieces.append((text[at:end], False))
    return pieces
