"""All watchlists over a post at once: one pass finds the terms (Aho–Corasick), then the few candidates are judged."""

from collections.abc import Mapping

from ahocorasick_rs import AhoCorasick

from archive.language import Query
from archive.language.nodes import And, FoldedPost, Near, Node, Or, Term, Where, holds, places
from archive.language.tree import all_terms
from archive.post import Post


class Matcher:
    """`Matcher(queries).match(post)`: the names of the queries that match, in the order given.

    Gives what `query.matches` gives, for any number of queries. Stateless after construction; share it freely.
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._queries = dict(queries)
        self._rank = {name: rank for rank, name in enumerate(self._queries)}
        self._always: set[str] = set()
        self._waiting: dict[str, set[str]] = {}  # folded term -> queries it may make true
        folded = {term.folded for query in self._queries.values() for term in all_terms(query.root)}
        self._patterns = sorted(folded)
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None
        for name, query in self._queries.items():
            needed = needs(query.root)
            if needed is None:
                self._always.add(name)
            for term in needed or ():
                self._waiting.setdefault(term, set()).add(name)

    def match(self, post: Post) -> list[str]:
        folded = FoldedPost(post)
        found = {where: self._found(text) for where, text in folded.texts.items()}

        def has(term: Term) -> bool:
            return any(term.folded in found[where] for where in places(term.where))

        candidates = set(self._always)
        for term in found[Where.TITLE] | found[Where.BODY] | found[Where.REPLY]:
            candidates |= self._waiting.get(term, set())
        names = [name for name in candidates if holds(self._queries[name].root, folded, has)]
        return sorted(names, key=self._rank.__getitem__)

    def _found(self, text: str) -> set[str]:
        if self._automaton is None or not text:
            return set()
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return {self._patterns[index] for index, _, _ in hits}


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
