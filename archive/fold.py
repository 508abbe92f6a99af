"""Folding: the one way in which texts and terms are made alike before they are compared.

Zero-width characters removed, NFKC, lower case, NFKC, traditional to simplified character by character, any run of
white space one space. (Zero-width characters go first: what they hold apart, NFKC would join the second time.)
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_ZERO_WIDTH = re.compile(
    "[\u00ad\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+"
)
_SPACES = re.compile(r"\s+")
_HANGUL_TAILS = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
# Runs that surely keep their length: ASCII, Chinese, their punctuation and full-width forms.
_PLAIN = re.compile("[\x21-\x7e\u4e00-\u9fff\u3001-\u3020\uff01-\uff5e“”‘’—·]+")


def _read_table() -> dict[int, str]:
    lines = files("archive.data").joinpath("t2s.txt").read_text(encoding="utf-8").splitlines()
    return {ord(line[0]): line[2] for line in lines if line and line[0] != "#"}


T2S = _read_table()
# A Python with another Unicode folds otherwise: the store then indexes anew.
FOLD_VERSION = f"1/{unicodedata.unidata_version}"


@dataclass(frozen=True, slots=True)
class Folded:
    """`positions[i]` is where in the original the folded character i came from; the last entry is its length."""

    text: str
    positions: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original the folded characters [start, end) stand; whole characters, never half of one."""
        last = self.positions[end - 1]
        while self.positions[end] == last and end + 1 < len(self.positions):
            end += 1
        return self.positions[start], self.positions[end]


@lru_cache(maxsize=1024)  # of a batch's texts, which are folded for the watchlists and again for their events
def fold_text(text: str) -> str:
    """The folded text alone: what is indexed and compared."""
    try:
        folded = "".join(map(_KNOWN.__getitem__, text))
    except KeyError:
        _learn(text)
        folded = _fold_characters(text)
    return _SPACES.sub(" ", folded)


def _fold_characters(text: str) -> str:
    """Everything but the white space."""
    text = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text)).lower()
    return unicodedata.normalize("NFKC", text).translate(T2S)


# What a character folds to whatever stands beside it; filled as characters are met. Five times as fast as folding.
_KNOWN: dict[str, str] = {}


def _learn(text: str) -> None:
    for character in text:
        if character in _KNOWN:
            continue
        # A capital sigma is lowered by its place in the word.
        if _ZERO_WIDTH.match(character) or not (_joins(character) or "Σ" in unicodedata.normalize("NFKC", character)):
            _KNOWN[character] = _fold_characters(character)


def fold(text: str) -> Folded:
    """The folded text with its map back to the original, for highlighting."""
    folded = fold_text(text)
    plain = _PLAIN.match(text)
    if not text or (plain and plain.end() == len(text)):
        return Folded(folded, range(len(text) + 1))
    positions: list[int] = []
    spaced = False
    for start, end, keeps_length in _pieces(text):
        if keeps_length:
            positions.extend(range(start, end))
            spaced = False
            continue
        for character in _fold_characters(text[start:end]):
            if not (spaced and character.isspace()):
                positions.append(start)
            spaced = character.isspace()
    if len(positions) != len(folded):  # no text known does this; a mark a little off is better than none
        positions = [min(i, len(text)) for i in range(len(folded))]
    return Folded(folded, [*positions, len(text)])


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """Pieces (start, end, keeps its length) that can be folded each by itself: plain runs, else a character with
    what joins it."""
    start = 0
    while start < len(text):
        plain = _PLAIN.match(text, start)
        end = plain.end() if plain else start + 1
        joined = end < len(text) and _joins(text[end])
        if plain and joined:
            end -= 1  # the last character goes with what joins it
        if plain and end > start:
            yield start, end, True
        else:
            end = start + 1
            while end < len(text) and _joins(text[end]):
                end += 1
            yield start, end, False
        start = end


@cache
def _joins(character: str) -> bool:
    """Whether normalising may join this character to the one before."""
    if _ZERO_WIDTH.match(character):
        return True
    first = unicodedata.normalize("NFKC", character)[0]
    return unicodedata.category(first)[0] == "M" or _HANGUL_TAILS.match(first) is not None
