"""A text's sentences, and its parts: as many whole sentences as make about the length of a post."""

import re
from collections.abc import Iterator

PART = 200  # characters
_SENTENCE = re.compile(r"[^。！？!?；;…\n]*[。！？!?；;…\n]+[”’」』）)\]】]*\s*|[^。！？!?；;…\n]+")


def sentences(text: str, most: int = PART) -> list[tuple[int, int]]:
    """Where each sentence stands, [start, end), one after the other without a gap; what goes on for longer than
    `most` characters is cut there."""
    found = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        found += [(at, min(at + most, end)) for at in range(start, end, most)]
    return found


def parts(text: str, most: int = PART) -> Iterator[tuple[int, int]]:
    """Where the parts stand: neighbouring sentences together, up to `most` characters."""
    begin, last = 0, 0
    for start, end in sentences(text, most):
        if start > begin and end - begin > most:
            yield begin, start
            begin = start
        last = end
    if last > begin:
        yield begin, last
