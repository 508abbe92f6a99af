"""All watchlists over a post at once: one pass finds the terms (Aho–Corasick), then the few candidates are judged."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from archive.language import Query
from archive.language.nodes import And, FoldedPost, Near, Node, Not, Or, Term, Where, holds, places
from archive.language.tree import all_terms
from archive.post import Post


@dataclass(frozen=True, slots=True)
class _Found:
    """A post and which of the watchlists' folded terms stand where in it."""

    post: FoldedPost
    terms: Mapping[Where, Set[str]]

    def has(self, term: Term) -> bool:
        return term.folded in self.terms[term.where]


_Judge = Callable[[_Found], bool]


class Matcher:
    """`Matcher(queries).match(post)`: the names of the queries that match, in the order given.

    Gives what `query.matches` gives, for any number of queries. Stateless after construction; share it freely.
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._rank = {name: rank for rank, name in enumerate(queries)}
        self._judges = {name: judge(query.root) for name, query in queries.items()}
        self._always: set[str] = set()
        self._waiting: dict[str, set[str]] = {}  # folded term -> queries it may make true
        folded = {term.folded for query in queries.values() for term in all_terms(query.root)}
        self._patterns = sorted(folded)
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None
        for name, query in queries.items():
            needed = needs(query.root)
            if needed is None:
                self._always.add(name)
            for term in needed or ():
                self._waiting.setdefault(term, set()).add(name)

    def match(self, post: Post) -> list[str]:
        folded = FoldedPost(post)
        terms = {where: self._found(text) for where, text in folded.texts.items()}
        terms[Where.ANY] = set().union(*(terms[where] for where in places(Where.ANY)))
        found = _Found(folded, terms)
        waiting = [self._waiting[term] for term in terms[Where.ANY] | terms[Where.REPLY] if term in self._waiting]
        names = [name for name in self._always.union(*waiting) if self._judges[name](found)]
        return sorted(names, key=self._rank.__getitem__)

    def _found(self, text: str) -> set[str]:
        if self._automaton is None or not text:
            return set()
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return {self._patterns[index] for index, _, _ in hits}


def judge(node: Node) -> _Judge:
    """`holds` of a node as one function, made once: a list of terms is one look at a set."""
    match node:
        case Term(_, where):
            term = node.folded
            return lambda found: term in found.terms[where]
        case Not(child):
            inner = judge(child)
            return lambda found: not inner(found)
        case And(children):
            return _all([judge(child) for child in children])
        case Or(children):
            terms: dict[Where, list[str]] = {}
            for child in children:
                if isinstance(child, Term):
                    terms.setdefault(child.where, []).append(child.folded)
            listed = [_any_of(where, frozenset(words)) for where, words in terms.items()]
            return _any([*listed, *(judge(child) for child in children if not isinstance(child, Term))])
        case _:
            return lambda found: holds(node, found.post, found.has)


def _any_of(where: Where, words: frozenset[str]) -> _Judge:
    return lambda found: not words.isdisjoint(found.terms[where])


def _all(judges: list[_Judge]) -> _Judge:
    return lambda found: all(each(found) for each in judges)


def _any(judges: list[_Judge]) -> _Judge:
    if len(judges) == 1:
        return judges[0]
    return lambda found: any(each(found) for each in judges)


def needs(node: Node) -> set[str] | None:
    """Folded terms of which at least one must be there for the node to hold; None: it may hold without any."""
    match node:
        case Term():
            return {node.folded}
        case Near(left, right):
            return min(({term.folded for term in side} for side in (left, right)), key=len)
        case And(children):
            sets = [found for found in map(needs, children) if found is not None]
            return min(sets, key=len) if sets else None
        case Or(children):
            union: set[str] = set()
            for child in children:
                found = needs(child)
                if found is None:
                    return None
                union |= found
            return union
        case _:
            return None
