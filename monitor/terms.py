"""A text as counted terms: character pairs, Latin words and numbers, and the stems of the places it names."""

import re
from collections import Counter
from collections.abc import Sequence

from archive.fold import fold_text
from monitor.places import stems

PLACE = "@"  # before the stem of a place, so that it is a term of its own
LONGEST = 1500  # characters of a text that are read
TITLE_WEIGHT = 2
_NOISE = re.compile(
    r"https?://\S+|//@[^::]{1,30}[::]|@[\w\-·]{2,30}|收起全文d?|展开全文c?|o?网页链接|\[[^\[\]\s]{1,6}\]"
)
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:\.[0-9]+)?")
# Pairs without a matter in them: how people address and plead.
_PLEAS = "我们 你们 他们 一个 这个 那个 没有 就是 不是 还是 可以 如果 但是 因为 所以 现在 已经 自己 什么 怎么"
_COMMON = frozenset(_PLEAS.split())


def terms_of(title: str, text: str, known: Sequence[str] = ()) -> Counter[str]:
    """Term → count; those of the title count twice. Terms that begin with PLACE are places."""
    counted: Counter[str] = Counter()
    for part, weight in ((title, TITLE_WEIGHT), (text[:LONGEST], 1)):
        folded = _NOISE.sub(" ", fold_text(part))
        found: list[str] = []
        for run in _RUN.findall(folded):
            if run[0].isascii() or len(run) == 1:
                found.append(run)
            else:
                found.extend(map(str.__add__, run, run[1:]))
        counted.update(found * weight)
        for stem, times in stems(folded, known).items():
            counted[PLACE + stem] += weight * times
    for pair in _COMMON:
        counted.pop(pair, None)
    return counted
