"""A filled plan as HTML: Markdown without raw HTML, links only to http and https, 【待填】 set off."""

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from alerts.plans.reading import BLANK
from console.pages.formats import safe_url

_TITLE = "# 应对处置方案\n"
_TABLE_OPEN = '<div class="scroll" tabindex="0" role="region" aria-label="表格（可左右滚动）"><table>\n'


def _heading(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Two levels down, because the page has its own h1 and h2."""
    tokens[index].tag = f"h{min(6, int(tokens[index].tag[1]) + 2)}"
    return str(self.renderToken(tokens, index, options, env))


def _link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, env))


def _text(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return BLANK.sub(lambda found: f'<mark class="fill">{found[0]}</mark>', escape(tokens[index].content))


def _reader() -> MarkdownIt:
    # Pictures are off: nothing is fetched from another site.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.add_render_rule("heading_open", _heading)
    reader.add_render_rule("heading_close", _heading)
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("text", _text)
    reader.add_render_rule("table_open", lambda *_: _TABLE_OPEN)
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    # Anything but http and https stays text (markdown-it itself refuses only the worst).
    reader.validateLink = lambda url: bool(safe_url(url))  # type: ignore[method-assign]
    return reader


_READER = _reader()


def plan_html(text: str) -> Markup:
    """Without the paper's own title, which the page says already."""
    return Markup(_READER.render(text.lstrip().removeprefix(_TITLE)))  # noqa: S704 - made with html off; every text is escaped


def fills(text: str) -> int:
    """How many places a person must still write."""
    return len(BLANK.findall(text))
