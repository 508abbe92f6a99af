"""A text as counted terms: character pairs, Latin words and numbers, and the stems of the places it names.

A term is a number, its code: two Chinese characters side by side, of which a text has hundreds, are made and counted
as arrays. Words have a 32-bit hash for a code: of 50,000 words, less than one pair is taken for the same.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from archive.fold import fold_text
from monitor.places import stems_folded

Codes = NDArray[np.int64]
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
    return terms_of_folded(fold_text(title), fold_text(text[:LONGEST]), known)


def terms_of_folded(title: str, text: str, known: Sequence[str] = ()) -> Terms:
    """`terms_of` of what is folded already."""
    found: list[Codes] = []
    for part, weight in ((title, TITLE_WEIGHT), (text, 1)):
        folded = _NOISE.sub(" ", part) if _NOISY.search(part) else part
        if not folded:
            continue
        words = [WORD | crc32(word.encode()) for word in _WORD.findall(folded)]
        for stem, times in stems_folded(folded, known).items():
            words += [PLACE | code_of(stem)] * times
        found += [_pairs(folded), np.array(words, np.int64)] * weight
    if not found:
        return Terms(np.empty(0, np.int64), np.empty(0, np.int64))
    codes, counts = np.unique(np.concatenate(found), return_counts=True)
    matters = _COMMON.take(_COMMON.searchsorted(codes), mode="clip") != codes
    return Terms(codes[matters], counts[matters])


def code_of(term: str) -> int:
    """Of a pair of Chinese characters, or of a word."""
    if len(term) == 2 and all(_FIRST <= ord(character) <= _LAST for character in term):
        return ord(term[0]) << 16 | ord(term[1])
    return WORD | crc32(term.encode("utf-8", "replace"))


def codes_of(terms: Iterable[str]) -> Codes:
    return np.fromiter(map(code_of, terms), np.int64)


def _pairs(text: str) -> Codes:
    """Every two Chinese characters side by side, and each that stands alone, by its own number."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    chinese = (points >= _FIRST) & (points <= _LAST)
    both = chinese[:-1] & chinese[1:]
    alone = chinese.copy()
    alone[1:] &= ~both
    alone[:-1] &= ~both
    pairs = points[:-1] << 16 | points[1:]
    found: Codes = np.concatenate((pairs[both], points[alone]))
    return found


_COMMON = np.sort(codes_of(_PLEAS.split()))
