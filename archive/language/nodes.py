"""The tree of a query, and what it means: `holds` is the meaning, which every index must give as well."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from archive.fold import fold_text
from archive.post import Kind, Polarity, Post


class Where(StrEnum):
    """In which text of a post a term must stand. ANY is title or text, never across the two, never the reply."""

    ANY = ""
    TITLE = "标题"
    BODY = "正文"
    REPLY = "答复"


@dataclass(frozen=True)
class Term:
    """`text` is as it was written; it is compared folded."""

    text: str
    where: Where = Where.ANY

    @cached_property
    def folded(self) -> str:
        return fold_text(self.text)


@dataclass(frozen=True)
class Publisher:
    """The publisher's name contains `text`."""

    text: str

    @cached_property
    def folded(self) -> str:
        return fold_text(self.text)


@dataclass(frozen=True)
class Region:
    """The region is `text`."""

    text: str

    @cached_property
    def folded(self) -> str:
        return fold_text(self.text)


@dataclass(frozen=True)
class Feeling:
    """The greatest of the three probabilities is this; a post that is not scored has none."""

    polarity: Polarity


@dataclass(frozen=True)
class OfKind:
    kind: Kind


@dataclass(frozen=True)
class Near:
    """One of `left` and one of `right` in the same text, in either order, not overlapping, with at most `distance`
    folded characters between."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    distance: int


@dataclass(frozen=True)
class Not:
    child: "Node"


@dataclass(frozen=True)
class And:
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    children: tuple["Node", ...]


Fact: TypeAlias = Publisher | Region | Feeling | OfKind
Node: TypeAlias = Term | Fact | Near | Not | And | Or


class FoldedPost:
    """A post with its texts folded once, for any number of queries."""

    def __init__(self, post: Post) -> None:
        self.texts = {
            Where.TITLE: fold_text(post.title),
            Where.BODY: fold_text(post.text),
            Where.REPLY: fold_text(post.reply),
        }
        self.publisher = fold_text(post.publisher)
        self.region = fold_text(post.region)
        self.kind = post.kind
        self.polarity = post.marks.sentiment.label if post.marks.sentiment else None

    def has(self, term: Term) -> bool:
        return any(term.folded in self.texts[where] for where in places(term.where))


def places(where: Where) -> tuple[Where, ...]:
    """The texts in which a term may stand."""
    return (Where.TITLE, Where.BODY) if where is Where.ANY else (where,)


def near_pairs(node: Near) -> Iterator[tuple[Term, Term, Where]]:
    """Every two terms that may stand near each other, in each text where both may."""
    for left in node.left:
        for right in node.right:
            for where in places(left.where):
                if where in places(right.where):
                    yield left, right, where


def overlap(first: str, second: str) -> bool:
    """Whether the two can stand in a text so that they share a character."""
    sizes = range(1, min(len(first), len(second)) + 1)
    ends = any(first[-size:] == second[:size] or second[-size:] == first[:size] for size in sizes)
    return ends or first in second or second in first


def holds(node: Node, post: FoldedPost, has: Callable[[Term], bool]) -> bool:
    """Whether the query is true of the post; `has` says whether a term stands in it."""
    match node:
        case Term():
            return has(node)
        case And(children):
            return all(holds(child, post, has) for child in children)
        case Or(children):
            return any(holds(child, post, has) for child in children)
        case Not(child):
            return not holds(child, post, has)
        case Near(left, right):
            return any(map(has, left)) and any(map(has, right)) and is_near(node, post.texts)
        case Publisher():
            return node.folded in post.publisher
        case Region():
            return node.folded == post.region
        case Feeling(polarity):
            return post.polarity is polarity
        case OfKind(kind):
            return post.kind is kind


def is_near(node: Near, texts: Mapping[Where, str]) -> bool:
    """Of the folded texts of a post."""
    for where, text in texts.items():
        left = [span for term in node.left if where in places(term.where) for span in spans(term.folded, text)]
        right = [span for term in node.right if where in places(term.where) for span in spans(term.folded, text)]
        if _within(sorted(left), sorted(right), node.distance) or _within(sorted(right), sorted(left), node.distance):
            return True
    return False


def spans(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a folded term stands in a folded text, overlapping places too."""
    start = text.find(term)
    while start >= 0:
        yield start, start + len(term)
        start = text.find(term, start + 1)


def _within(first: list[tuple[int, int]], second: list[tuple[int, int]], distance: int) -> bool:
    """Whether one of `second` begins 0 to `distance` characters after the end of one of `first`."""
    starts = [start for start, _ in second]
    return any(bisect_left(starts, end) < bisect_right(starts, end + distance) for _, end in first)
