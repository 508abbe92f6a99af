"""The headline of an article: the lines around its title where sites print time, source and author."""

import re
from dataclasses import dataclass
from typing import Any, Final

from crawlers.extract.labels import paired
from crawlers.extract.lines import Line

_TODAY: Final = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?[\s,，(（\d:：]{0,14}(?:星期|周).[\s)）\d:：]{0,14}"
)
_EDITION: Final = re.compile(r"\d\s?版|版面|版次|第\s?\d+\s?期|[报刊]$")
ABOVE: Final = 5
BELOW: Final = 40
FOOT: Final = 25


def squeezed(text: str) -> str:
    """Letters, digits and Chinese only, lower case: for comparing titles."""
    return re.sub(r"[\W_]+", "", text).lower()


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines in the order of belief: `head` (after the title, then before it), `table` (all before the text),
    `foot` (after the text)."""

    head: tuple[Line, ...]
    table: tuple[Line, ...]
    foot: tuple[Line, ...]


def layout(lines: list[Line], title: str, body: Any) -> Layout:
    """Cut the page's lines by where its title and its text stand; either may be missing."""
    first, last = _span(lines, body)
    at = _title_line(lines, title, first)
    opening = _opening(lines[first:last], title) if body is not None else []
    if at is None:
        head = lines[max(0, first - ABOVE * 2) : first] + opening
    else:
        stop = min(at + 1 + BELOW, max(first, at + 1))
        if first <= at:
            stop = min(at + 1 + ABOVE, len(lines))
        head = lines[at + 1 : stop] + _above(lines[max(0, at - ABOVE) : at + 1]) + opening
        if first <= at:
            head += lines[max(0, first - ABOVE) : first]
    before = lines[max(0, first - 120) : first] + opening
    return Layout(_short(paired(head)), _short(paired(before)), _short(lines[last : last + FOOT]))


def _above(lines: list[Line]) -> list[Line]:
    """Without a day of the week that stands alone: a newspaper's own day there, any other site's clock."""
    paper = any(_EDITION.search(line.text) for line in lines)
    return [line for line in lines if paper or not _TODAY.fullmatch(line.text)]


def _span(lines: list[Line], body: Any) -> tuple[int, int]:
    """Indices of the body's first line and of the first after it."""
    if body is None:
        return len(lines), len(lines)
    inside = set(body.iter())
    places = [index for index, line in enumerate(lines) if line.node in inside]
    return (places[0], places[-1] + 1) if places else (len(lines), len(lines))


def _title_line(lines: list[Line], title: str, first: int) -> int | None:
    """Index of the last line before the text that is the title; else the first one inside it."""
    wanted = squeezed(title)
    if len(wanted) < 2:
        return None
    found = [index for index, line in enumerate(lines[: first + 12]) if _is_title(squeezed(line.text), wanted)]
    before = [index for index in found if index < first]
    if before:
        heads = [index for index in before if _in_heading(lines[index])]
        return (heads or before)[-1]
    return found[0] if found else None


def _is_title(text: str, wanted: str) -> bool:
    return text == wanted or (len(wanted) > 8 and wanted in text and len(text) < len(wanted) + 12)


def _in_heading(line: Line) -> bool:
    return line.node.tag in ("h1", "h2", "h3")


def _opening(lines: list[Line], title: str) -> list[Line]:
    """The first lines of the container, as long as they are a headline and not yet text."""
    found = []
    for line in lines[:8]:
        if len(line.text) > 120 or line.text.endswith(("。", "！", "？")):
            break
        found.append(line)
    return found if any(squeezed(line.text) == squeezed(title) for line in found) else found[:3]


def _short(lines: list[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if len(line.text) <= 400)
