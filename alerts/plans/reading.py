"""A filled plan read as Markdown: raw HTML off, links to http(s) only, no pictures. As HTML for mails and as text."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from alerts.plans.escape import web_address

BLANK = re.compile(r"【待填[^】]*】")

# Mail programs drop style sheets: every element carries its own.
_STYLES = {
    "h1": "font-size:20px;line-height:1.4;margin:8px 0 12px;text-align:center",
    "h2": "font-size:18px;line-height:1.4;margin:20px 0 8px;padding-left:10px;border-left:4px solid #1457b8",
    "h3": "font-size:16px;margin:14px 0 6px",
    "p": "margin:8px 0",
    "ul": "margin:8px 0;padding-left:22px",
    "ol": "margin:8px 0;padding-left:22px",
    "li": "margin:4px 0",
    "table": "border-collapse:collapse;width:100%;margin:10px 0;font-size:15px",
    "th": "border:1px solid #dde3ea;padding:6px 8px;text-align:left;background:#f4f6f9",
    "td": "border:1px solid #dde3ea;padding:6px 8px;text-align:left;word-break:break-all",
    "a": "color:#1457b8",
}
_BLANK_STYLE = "background:#fff1a8;padding:0 2px"


def parse(text: str) -> list[Token]:
    return _READER.parse(text)


def html(text: str) -> str:
    """Self-contained HTML, each element with its style, 【待填】 highlighted."""
    return str(_READER.render(text))


def words(text: str) -> str:
    """The plan as plain text: what a reader without HTML sees."""
    lines: list[str] = []
    row: list[str] | None = None
    depth = 0
    for token in parse(text):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            lines.append("　".join(row))
            row = None
        elif token.type in {"bullet_list_open", "bullet_list_close"}:
            depth += token.nesting
        elif token.type == "inline":
            said = inline_words(token)
            if row is not None:
                row.append(said)
            else:
                lines.append(("- " if depth else "") + said)
        elif token.type in {"heading_open", "table_open", "table_close"}:
            lines.append("")
    return "\n".join(lines).strip() + "\n"


def inline_words(token: Token) -> str:
    """The text of an inline token; a link is followed by its address."""
    said, address = "", ""
    for child in token.children or ():
        if child.type == "link_open":
            address = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            said += f"（{address}）"
        else:
            said += " " if child.type in {"softbreak", "hardbreak"} else child.content
    return said


def _styled(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    token.attrs.pop("style", None)
    if style := _STYLES.get(token.tag):
        token.attrSet("style", style)
    if token.tag == "a":
        token.attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, env))


def _text(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    said = escape(tokens[index].content)
    return BLANK.sub(lambda found: f'<span style="{_BLANK_STYLE}">{found[0]}</span>', said)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    for name in ("heading", "paragraph", "bullet_list", "ordered_list", "list_item", "table", "th", "td", "link"):
        reader.add_render_rule(f"{name}_open", _styled)
    reader.add_render_rule("text", _text)
    reader.validateLink = lambda url: bool(web_address(url))  # type: ignore[method-assign]
    return reader


_READER = _reader()
