"""The words that name an event, put together again from its counted character pairs."""

import re
from collections.abc import Callable, Mapping, Sequence

from archive.fold import fold_text

LONGEST_WORD = 6
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_LATIN_LEAST = 2


def key_terms(
    pairs: Mapping[str, int], idf: Callable[[str], float], samples: Sequence[str], wanted: int = 5
) -> list[str]:
    """At most `wanted` words of the samples, those borne by most of the event's posts and by fewest others first.

    `pairs`: character pair or Latin word → how many posts of the event bear it. A word of n characters is as common as
    the rarest of its pairs.
    """
    found: dict[str, float] = {}
    for sample in samples:
        for run in _RUN.findall(fold_text(sample)):
            parts = _pairs(run)
            supports = [pairs.get(part, 0) for part in parts]
            rarities = [idf(part) if support else 0.0 for part, support in zip(parts, supports, strict=True)]
            for word, begin, end in _words(run):
                if support := min(supports[begin:end]):
                    found[word] = support * sum(rarities[begin:end]) ** 0.7
    chosen: list[str] = []
    used: set[str] = set()
    for word in sorted(found, key=lambda word: (-found[word], word)):
        # Words that share a pair, or overlap by a character, say one thing twice.
        if used.isdisjoint(_pairs(word)) and not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
            used.update(_pairs(word))
        if len(chosen) == wanted:
            break
    return chosen


def _words(run: str) -> list[tuple[str, int, int]]:
    """The words a run may hold, each with where its pairs begin and end among the run's."""
    if run[0].isascii():
        return [(run, 0, 1)] if len(run) >= _LATIN_LEAST and not run.isdigit() else []
    return [
        (run[i : i + length], i, i + length - 1)
        for length in range(2, LONGEST_WORD + 1)
        for i in range(len(run) - length + 1)
    ]


def _pairs(word: str) -> list[str]:
    return [word] if word[0].isascii() else [word[i : i + 2] for i in range(len(word) - 1)]


def _overlap(word: str, other: str) -> bool:
    return word[-1] == other[0] or word[0] == other[-1]
