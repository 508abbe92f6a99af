"""A tree as the lines a reader sees, without recursion."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from lxml import etree

# A page with more is no article; what stands beyond is not read.
MAX_LINES: Final = 10_000
MAX_LINE: Final = 20_000


def words(text: str) -> frozenset[str]:
    """A set written as text, so that long lists stay readable."""
    return frozenset(text.split())


_BLOCKS: Final = words("""
    address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul
""")
_CELLS: Final = frozenset(("td", "th"))
_UNSEEN: Final = words("""
    audio button canvas datalist embed head iframe input map math noframes noscript object option script select style
    svg template textarea title video
""")
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.I)
_SPACE = re.compile(r"\s+")
# 3 天前, 昨天 07:06: as forums and portals show a time that they write out in an attribute.
_AGO: Final = re.compile(
    r"^\s*(?:刚刚|半\s?小时前|(?:昨|前|今)天(?:\s?\d{1,2}:\d\d)?|\d{1,3}\s?(?:个\s?)?(?:秒钟?|分钟?|小时|天|日|周|月|年)\s?前)\s*$"
)
_WRITTEN_OUT: Final = re.compile(r"^\s*(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """`parts` are the pieces of the line as the markup divides it; `node` is the block that it stands in.

    `linked`: how many of its characters are links. `hint`: class and id of the elements in it, lower case.
    """

    text: str
    parts: tuple[str, ...]
    node: Any
    linked: int = 0
    hints: tuple[str, ...] = ()

    @property
    def spaced(self) -> str:
        return " ".join(self.parts)


@dataclass(slots=True)
class _Open:
    """The line being read."""

    node: Any
    pieces: list[tuple[str, str]] = field(default_factory=list)
    size: int = 0
    linked: int = 0

    def add(self, text: str | None, hint: str, linked: bool) -> None:
        if text and self.size < MAX_LINE:
            if len(text) > 200:
                text = _SPACE.sub(" ", text)
            text = text[: MAX_LINE - self.size]
            self.pieces.append((text, hint))
            self.size += len(text)
            self.linked += len(text.strip()) if linked else 0

    @property
    def empty(self) -> bool:
        return not any(piece.strip() for piece, _ in self.pieces)

    def close(self) -> Line | None:
        text = tidy("".join(piece for piece, _ in self.pieces))
        if not text:
            return None
        parts = [(tidy(piece), hint) for piece, hint in self.pieces]
        kept = [(piece, hint) for piece, hint in parts if piece]
        return Line(text, tuple(piece for piece, _ in kept), self.node, self.linked, tuple(hint for _, hint in kept))


def tidy(text: str) -> str:
    """White space folded to single spaces, invisible characters gone."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def lines_of(root: Any) -> Iterator[Line]:
    """The lines under `root` in reading order, at most 10,000; no scripts, no fields, nothing that is not shown."""
    return islice(_lines(root), MAX_LINES)


def _lines(root: Any) -> Iterator[Line]:
    line = _Open(root)
    blocks = [root]
    links = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if node is not root and (not tag or tag in _UNSEEN or _is_hidden(node)):
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                if closed := line.close():
                    yield closed
                blocks.append(node)
                line = _Open(node)
            elif tag in _CELLS:
                # Cells of a row make one line (a table's label and its value); it then stands in the row.
                blocks.append(node)
                if line.empty:
                    line = _Open(node)
                else:
                    line.node = node.getparent()
                    line.add(" ", "", False)
            links += tag == "a"
            line.add(_shown(node), hint_of(node), links > 0)
            continue
        if tag and tag not in _UNSEEN and (node is root or not _is_hidden(node)):
            links -= tag == "a"
            if tag in _BLOCKS:
                if closed := line.close():
                    yield closed
                blocks.pop()
                line = _Open(blocks[-1])
            elif tag in _CELLS:
                blocks.pop()
        if node is not root:
            line.add(node.tail, hint_of(node.getparent()), links > 0)
    if closed := line.close():
        yield closed


def _shown(node: Any) -> str | None:
    """The element's text; of a time told by its distance from now the time itself, where the markup has it."""
    text: str | None = node.text
    if text and len(text) < 30 and _AGO.match(text):
        for name in ("title", "datetime", "data-time"):
            if _WRITTEN_OUT.match(exact := (node.get(name) or "")[:40]):
                return exact
    return text


def hint_of(node: Any) -> str:
    """Class and id, in lower case: what the maker of the page calls it."""
    return f"{node.get('class') or ''} {node.get('id') or ''}".lower()[:200] if node is not None else ""


def _is_hidden(node: Any) -> bool:
    style = node.get("style")
    return node.get("hidden") is not None or bool(style and _HIDDEN.search(style[:500]))
