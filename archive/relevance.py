"""How well posts answer a query: BM25 over the terms as they stand in the texts, the same for both stores. Pure."""

from collections.abc import Sequence
from math import log

from archive.fold import fold_text
from archive.language import Query
from archive.language.nodes import Where, places

POOL = 2000  # the newest hits that are ranked; older ones follow by time
_K1, _B = 1.2, 0.75
_TITLE = 3  # a word in the title counts as so many in the text


def scores(query: Query, texts: Sequence[tuple[str, str]]) -> list[float]:
    """One score for each (title, text), higher is better. How rare a term is, is judged within `texts`.

    Terms of the reply do not count; a query without terms scores 0 everywhere.
    """
    terms = {term.folded: set(places(term.where)) - {Where.REPLY} for term in query.terms()}
    folded = [(fold_text(title), fold_text(text)) for title, text in texts]
    lengths = [_TITLE * len(title) + len(text) + 1 for title, text in folded]
    mean = sum(lengths) / max(1, len(lengths))
    totals = [0.0] * len(folded)
    for term, where in terms.items():
        counts = [
            _TITLE * title.count(term) * (Where.TITLE in where) + text.count(term) * (Where.BODY in where)
            for title, text in folded
        ]
        having = sum(count > 0 for count in counts)
        rarity = log(1 + (len(folded) - having + 0.5) / (having + 0.5))
        for index, count in enumerate(counts):
            if count:
                norm = _K1 * (1 - _B + _B * lengths[index] / mean)
                totals[index] += rarity * count * (_K1 + 1) / (count + norm)
    return totals
