"""A page parsed once: its tree, its lines, its scripts. Hostile markup ends in less text, never in an error."""

import logging
import re
from functools import cached_property
from typing import Any, Final

from lxml import etree

from crawlers.charset import decode
from crawlers.extract.lines import Line, lines_of

MAX_BYTES: Final = 8 * 1024 * 1024
# The general libraries, the last resort, take 50 times as long as our own reading.
LIBRARY_LIMIT: Final = 500_000
# Characters. Larger pages are large by their scripts and drawn-in pictures; without them few are.
LARGE: Final = 1_500_000

_DECLARATION = re.compile(r"^\s{0,1000}<\?xml[^>]{0,300}\?>")
_DATA_URI = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%\s]{200,}")
_FLAT = "html|head|body|title|meta|h[1-6]|p|br|li|script|style"
_WRAPPERS = re.compile(rf"</?(?!(?:{_FLAT})\b)[a-zA-Z][^<>]{{0,2000}}>", re.I)

Node = Any  # lxml ships no types


class Page:
    """`tree` is the root element, or None where nothing could be parsed; `html` at most 1.5 million characters."""

    def __init__(self, raw: bytes, url: str = "", content_type: str | None = None) -> None:
        self.url = url
        html, self.encoding = decode(raw[:MAX_BYTES], content_type)
        self.html = html if len(html) <= LARGE else lightened(html)
        self.tree: Node = parse(self.html)

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


def lightened(html: str) -> str:
    """Without scripts, styles and pictures written into the markup, then cut to LARGE characters."""
    html = _DATA_URI.sub("", html)
    for tag in ("script", "style", "svg"):
        html = _without(html, tag)
    return html[:LARGE]


def _without(html: str, tag: str) -> str:
    """Without these elements; one that is never closed takes the rest of the page. One pass, whatever the markup."""
    lower, kept, at = html.lower(), [], 0
    if len(lower) != len(html):  # İ and its like grow when lowered: positions would not fit
        return html
    while (start := lower.find(f"<{tag}", at)) >= 0:
        kept.append(html[at:start])
        end = lower.find(f"</{tag}", start)
        if end < 0:
            return "".join(kept)
        at = end + len(tag) + 2
    return "".join((*kept, html[at:]))


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


def quiet(*libraries: str) -> None:
    """What a library could not read of a page is no error of ours: it says so in English on stderr."""
    for name in libraries:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
