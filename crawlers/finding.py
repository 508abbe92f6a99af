"""Finding by pattern what is to be masked, over a whole text or only near what was just masked."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

Span = tuple[int, int]
Spans = Iterator[Span]
# Looks for spans whose match begins in one of the windows; these are in order and do not overlap.
Finder = Callable[[str, Sequence[Span]], Spans]
Accept = Callable[[str, re.Match[str]], bool]

# A number with one of these behind it is the name of a file.
_FILE: Final = re.compile(r"[\w-]{0,40}\.(?:s?html?|aspx?|jsp|php|pdf|docx?|xlsx?|jpe?g|png|mp4)(?![A-Za-z])", re.I)
_ADDRESS: Final = re.compile(r"(?:://|www\.)[!-<>-~]{1,300}$")  # no =: what an address hands over is not its path


def matches(pattern: re.Pattern[str], *accept: Accept) -> Finder:
    """Spans of group `x` where all of `accept` agree; after a refusal the search goes on one character further."""

    def find(text: str, windows: Sequence[Span]) -> Spans:
        at = 0
        for start, end in windows:
            at = max(at, start)
            while at <= end and (match := pattern.search(text, at)):
                if match.start() > end:
                    at = match.start()
                elif all(agrees(text, match) for agrees in accept):
                    yield match.span("x")
                    at = max(match.end("x"), at + 1)
                else:
                    at = match.start() + 1

    return find


def before(text: str, match: re.Match[str], length: int) -> str:
    return text[max(0, match.start("x") - length) : match.start("x")]


def digits(number: str) -> str:
    return re.sub(r"[ -]", "", number).upper()


def outside_address(text: str, match: re.Match[str]) -> bool:
    """Content systems number their pages: …/20230503/13812345678.html is no telephone."""
    start = match.start("x")
    if text[start - 1 : start] in ("/", "_", "-") and _FILE.match(text, match.end("x")):
        return False
    return not _ADDRESS.search(before(text, match, 300))
