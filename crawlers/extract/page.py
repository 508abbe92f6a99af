"""A page parsed once: its tree, its lines, its scripts. Hostile markup ends in less text, never in an error."""

import re
from functools import cached_property
from typing import Any, Final

from lxml import etree

from crawlers.charset import decode
from crawlers.extract.lines import Line, lines_of

MAX_BYTES: Final = 8 * 1024 * 1024
# Beyond this a page is no article, and the costly readers are left out.
LARGE: Final = 1_500_000

_DECLARATION = re.compile(r"^\s{0,1000}<\?xml[^>]{0,300}\?>")
_FLAT = "html|head|body|title|meta|h[1-6]|p|br|li|script|style"
_WRAPPERS = re.compile(rf"</?(?!(?:{_FLAT})\b)[a-zA-Z][^<>]{{0,2000}}>", re.I)

Node = Any  # lxml ships no types


class Page:
    """`tree` is the root element, or None where nothing could be parsed; `html` at most 8 MB of the page."""

    def __init__(self, raw: bytes, url: str = "", content_type: str | None = None) -> None:
        self.url = url
        self.html, self.encoding = decode(raw[:MAX_BYTES], content_type)
        self.tree: Node = parse(self.html)

    @property
    def large(self) -> bool:
        return len(self.html) > LARGE

    @cached_property
    def lines(self) -> list[Line]:
        """Every line a reader sees, in reading order."""
        return list(lines_of(self.tree)) if self.tree is not None else []

    @cached_property
    def scripts(self) -> str:
        """What scripts say, for facts that stand nowhere else; at most 600,000 characters."""
        if self.tree is None:
            return ""
        return "\n".join((node.text or "")[:300_000] for node in self.tree.iter("script"))[:600_000]


def parse(html: str) -> Node:
    """The root element, or None. Entities are not expanded beyond HTML's own and nothing is fetched."""
    html = _DECLARATION.sub("", html, count=1).replace("\x00", "")
    if not html.strip():
        return None
    tree, cut = _try(html)
    if cut:
        # libxml2 stops at 256 levels and drops the rest; without its wrappers the text is still all there.
        tree, _ = _try(_WRAPPERS.sub("\n", html))
    return tree


def _try(html: str) -> tuple[Node, bool]:
    """The tree, and whether the parser gave up before the end of the page."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=False, recover=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        tree = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    return tree, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
