"""A text as counted terms: character pairs, Latin words and numbers, and the stems of the places it names.

A term is a number, its code: two Chinese characters side by side, of which a text has hundreds, are made and counted
as arrays. Words have a 32-bit hash for a code: of 50,000 words, less than one pair is taken for the same.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from archive.fold import fold_text
from monitor.codes import Codes
from monitor.places import stems_folded

_CODES = 1 << 35  # more than any code
WORD, PLACE = 1 << 33, 1 << 34  # bits of the codes of words, and of places, so that these are terms of their own
LONGEST = 1500  # characters of a text that are read
TITLE_WEIGHT = 2
_FIRST, _LAST = 0x3400, 0x9FFF  # Chinese characters
_NOISE = re.compile(
    r"https?://\S+|//@[^::]{1,30}[::]|@[\w\-·]{2,30}|收起全文d?|展开全文c?|o?网页链接|\[[^\[\]\s]{1,6}\]"
)
_NOISY = re.compile(r"[@\[]|https?:|收起全文|展开全文|网页链接")  # without any of these nothing is noise
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
# Pairs without a matter in them: how people address and plead.
_PLEAS = "我们 你们 他们 一个 这个 那个 没有 就是 不是 还是 可以 如果 但是 因为 所以 现在 已经 自己 什么 怎么"


class Terms(NamedTuple):
    """Distinct codes, ascending, and how often each stands in the text; what the title says counts twice."""

    codes: Codes
    counts: NDArray[np.int64]


def terms_of(title: str, text: str, known: Sequence[str] = ()) -> Terms:
    """`known`: names of places that count as they are wherever they stand."""
    return terms_of_folded([(fold_text(title), fold_text(text[:LONGEST]))], known)[0]


def terms_of_folded(texts: Sequence[tuple[str, str]], known: Sequence[str] = ()) -> list[Terms]:
    """`terms_of` of many at once, whose (title, text) are folded and cut already."""
    parts, words = [], []
    for number, (title, text) in enumerate(texts):
        for part, weight in ((title, TITLE_WEIGHT), (text, 1)):
            folded = _NOISE.sub(" ", part) if _NOISY.search(part) else part
            if folded:
                parts.append((number, weight, folded))
                words += [(number, weight, WORD | crc32(word.encode())) for word in _WORD.findall(folded)]
                stems = stems_folded(folded, known).items()
                words += [(number, weight * times, PLACE | code_of(stem)) for stem, times in stems]
    numbers, weights, codes = (
        np.array(column, np.int64) for column in (zip(*words, strict=True) if words else [()] * 3)
    )
    owners, loud, pairs = _pairs(parts)
    keys = np.concatenate((owners, numbers)) * _CODES + np.concatenate((pairs, codes))
    keys, counts = summed(keys, np.concatenate((loud, weights)))
    numbers, codes = np.divmod(keys, _CODES)
    matters = _COMMON.take(_COMMON.searchsorted(codes), mode="clip") != codes
    numbers, codes, counts = numbers[matters], codes[matters], counts[matters]
    cuts = numbers.searchsorted(np.arange(len(texts) + 1)).tolist()
    return [Terms(codes[begin:end], counts[begin:end]) for begin, end in pairwise(cuts)]


def code_of(term: str) -> int:
    """Of a pair of Chinese characters, or of a word."""
    if len(term) == 2 and all(_FIRST <= ord(character) <= _LAST for character in term):
        return ord(term[0]) << 16 | ord(term[1])
    return WORD | crc32(term.encode("utf-8", "replace"))


def codes_of(terms: Iterable[str]) -> Codes:
    return np.fromiter(map(code_of, terms), np.int64)


def _pairs(parts: Sequence[tuple[int, int, str]]) -> tuple[Codes, Codes, Codes]:
    """Every two Chinese characters side by side, and each that stands alone, by its own number: (whose, how often it
    counts, code) of each, of parts given as (whose, how often it counts, text)."""
    text = "\n".join([part for _, _, part in parts])  # between the parts stands no Chinese character
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    chinese = (points >= _FIRST) & (points <= _LAST)
    both = chinese[:-1] & chinese[1:]
    alone = chinese.copy()
    alone[1:] &= ~both
    alone[:-1] &= ~both
    pairs = points[:-1] << 16 | points[1:]
    places = np.concatenate((np.flatnonzero(both), np.flatnonzero(alone)))
    codes = np.concatenate((pairs[both], points[alone]))
    lengths = [len(part) + 1 for _, _, part in parts]
    owners, loud = (
        np.array(each, np.int64).repeat(lengths)[places]
        for each in ([n for n, _, _ in parts], [w for _, w, _ in parts])
    )
    return owners, loud, codes


def summed(keys: Codes, weights: Codes) -> tuple[Codes, Codes]:
    """Distinct keys, ascending, with the sum of the weights of each."""
    order = keys.argsort()
    keys, weights = keys[order], weights[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else order
    return keys[starts], sums(weights, starts)


def sums(values: Codes, starts: NDArray[np.int64]) -> Codes:
    """Of the stretches that begin at `starts`; none of them is empty."""
    if not len(starts):
        return np.empty(0, np.int64)
    found: Codes = np.add.reduceat(values, starts)
    return found


_COMMON = np.sort(codes_of(_PLEAS.split()))
