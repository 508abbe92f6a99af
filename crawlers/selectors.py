"""Selectors of a declared source: CSS, `a@href`, XPath (`/…`), JSONPath (`$…`), `=constant`.

`compile_selector` checks one; `Selector.nodes` gives what it finds, `Selector.value` the first as text.
A node is a parsel Selector (HTML) or a decoded JSON value.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import parsel
from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse as parse_jsonpath
from lxml import etree

_ATTRIBUTE = re.compile(r"^(?P<css>[^@]*?)\s*@(?P<name>[A-Za-z_][\w:.-]*)$")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd"})
_UNSEEN = frozenset({"script", "style", "noscript", "template"})
_MARKUP = re.compile(r"</?(?:p|br|div|span|a|b|strong|em|img|table|font|h\d|ul|li)\b[^<>]*>", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST = 1000


class SelectorError(ValueError):
    """The selector cannot be read; the message is Chinese. Raised by compile_selector and
    Selector.nodes."""


class Form(StrEnum):
    CSS = "CSS"
    XPATH = "XPath"
    JSONPATH = "JSONPath"
    CONSTANT = "常量"


@dataclass(frozen=True, slots=True)
class Selector:
    """A checked selector. `attribute` is the part after @ of a CSS selector."""

    text: str
    form: Form
    css: str = ""
    attribute: str = ""
    jsonpath: Any = field(default=None, repr=False, compare=False)

    def nodes(self, node: Any) -> list[Any]:
        """What it finds in `node`, in document order; an XPath is taken relative to `node`.

        Raises SelectorError where it can be read but not followed: a function there is none of, a broken regex.
        """
        try:
            return self._nodes(node)
        except (ValueError, TypeError, LookupError, AttributeError, re.error) as error:
            said = " ".join(str(error).split())[:80]
            raise SelectorError(f"选择器 {self.text[:80]!r} 无法执行（{said}），请改正") from error

    def _nodes(self, node: Any) -> list[Any]:
        if self.form is Form.CONSTANT:
            return [self.text[1:]]
        if self.form is Form.JSONPATH:
            return [] if isinstance(node, parsel.Selector) else [found.value for found in self.jsonpath.find(node)]
        if not isinstance(node, parsel.Selector):
            return []
        if self.form is Form.XPATH:
            return list(node.xpath("." + self.text))
        return list(node.css(self.css)) if self.css else [node]

    def value(self, node: Any) -> str:
        """The first non-empty thing found, as text; "" where there is none."""
        return next((text for found in self.nodes(node) if (text := self._text(found))), "")

    def _text(self, found: Any) -> str:
        if not isinstance(found, parsel.Selector):
            return json_text(found)
        if self.attribute:
            return (found.attrib.get(self.attribute) or "").strip()
        root = found.root
        return root.strip() if isinstance(root, str) else element_text(root)


def compile_selector(text: str) -> Selector:
    """Raises SelectorError."""
    text = text.strip()
    if not text:
        raise SelectorError("选择器是空的")
    if len(text) > LONGEST or _CONTROL.search(text):
        raise SelectorError(f"选择器 {text[:40]!r} 太长（至多 {LONGEST} 个字符）或含有控制字符")
    if text.startswith("="):
        return Selector(text, Form.CONSTANT)
    if text.startswith("$"):
        try:
            return Selector(text, Form.JSONPATH, jsonpath=parse_jsonpath(text))
        except (JSONPathError, re.error) as error:  # sub(/…/) compiles at once what stands in it
            raise SelectorError(f"JSONPath {text!r} 读不懂，正确的例如 $.data[*] 或 $.title") from error
    if text.startswith("/"):
        try:
            etree.XPath("." + text)
        except etree.XPathSyntaxError as error:
            raise SelectorError(f"XPath {text!r} 读不懂，正确的例如 //ul/li/a/@href") from error
        return Selector(text, Form.XPATH)
    found = _ATTRIBUTE.match(text)
    css, attribute = (found["css"], found["name"]) if found else (text, "")
    try:
        if css:
            parsel.css2xpath(css)
    except (ValueError, SyntaxError) as error:  # cssselect's SelectorError is a SyntaxError
        raise SelectorError(f"CSS 选择器 {text!r} 读不懂，正确的例如 ul.list li 或 a@href") from error
    return Selector(text, Form.CSS, css=css, attribute=attribute)


def json_text(value: Any) -> str:
    """A JSON scalar as text; HTML in it is reduced to its text. Objects and lists have none."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ""
    text = str(value).strip()
    return html_text(text) if _MARKUP.search(text) else text


def html_text(markup: str) -> str:
    """The text of an HTML fragment, a line a block."""
    root = parsel.Selector(text=markup, type="html").root
    return element_text(root) if isinstance(root, etree._Element) else ""


def element_text(root: Any) -> str:
    """The text of an lxml element without scripts, a line a block, white space collapsed."""
    pieces: list[str] = []
    skip: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skip is None and (name in _UNSEEN or not name):
                skip = element
            if skip is None:
                pieces.append(("\n" if name in _BLOCKS else "") + (element.text or ""))
        else:
            if skip is element:
                skip = None
            elif skip is None and name in _BLOCKS:
                pieces.append("\n")
            if skip is None and element is not root:
                pieces.append(element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
