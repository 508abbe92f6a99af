"""The title: the government's own meta tag, the heading that <title> confirms, or <title> less its suffixes."""

import re
from collections.abc import Iterable
from typing import Any, Final

from crawlers.extract.headline import squeezed
from crawlers.extract.lines import Line, hint_of, tidy, words
from crawlers.extract.meta import said

MAX_TITLE: Final = 300
_SITE: Final = re.compile(
    r"(?:网|网站|门户|平台|频道|专栏|栏目|政府|新闻|委员会|(?<!通知)公开|中心|客户端|日报|晚报|首页|局|厅|委|办公室|医院|大学|学院|论坛|社区|APP"
    r"|\.(?:com|cn|net|org)|news|online)$",
    re.I,
)
_SEPARATOR: Final = re.compile(
    r"\s*(?:__|--|——|[_|｜丨–«»>])\s*|\s+[-—]\s+|(?<=[\u4e00-\u9fff）》”])-(?=[\u4e00-\u9fffA-Z])"
)
_HEADING: Final = re.compile(
    r"(?:^|[-_\s])(?:title|tit|bt|biaoti|headline|h1|subject|thread_subject|arti[-_]?title|newstitle)", re.I
)
# A <title> that is never closed runs on into the page.
_MARKUP: Final = re.compile(r"<\s?/?(?:html|head|body|meta|link|script|style|div|p|table)\b", re.I)
_GENERIC: Final = words("""
    详情 正文 内容 首页 新闻中心 信息公开 政务公开 当前位置 文章详情 新闻详情 详细信息 内容页 细览页 无标题文档
    政府信息公开 政府信息公开专栏 通知公告 文章内容 untitled document index
""")


def title_of(tree: Any, lines: list[Line], tags: dict[str, str], data: dict[str, Any]) -> str:
    """The title of the page, at most 300 characters, or ""."""
    for name in ("articletitle", "arttitle", "article:title"):
        if name in tags and not _generic(tags[name]):
            return tags[name][:MAX_TITLE]
    whole = tidy("".join(node.text or "" for node in tree.iter("title") if _in_head(node))[: MAX_TITLE * 4])
    whole = _MARKUP.split(whole, maxsplit=1)[0]
    headings = [tidy("".join(node.itertext())[:2_000]) for node in _some(tree.iter("h1"), 20)]
    shared = tags.get("og:title") or tags.get("twitter:title") or tags.get("weibo: article:title") or ""
    called = _called_title(tree)
    headed = _confirmed(headings, whole, shared) or _confirmed(called, whole, shared)
    chosen = (
        headed
        or _confirmed((line.text for line in lines if not line.linked), whole, "")
        or without_suffixes(shared)
        or said(data, "headline", "title")
        or without_suffixes(whole)
    )
    if not chosen or _generic(chosen) or _names_site(chosen, whole):
        chosen = _by_heading(headings, headings if headed else [*headings, *called], whole, chosen, bool(headed))
    return chosen[:MAX_TITLE]


def _by_heading(headings: list[str], texts: list[str], whole: str, chosen: str, headed: bool) -> str:
    """<title> may name the site only: then a heading speaks for itself, unless it names a site too."""
    own = [text for text in texts if 4 <= len(text) <= 120 and not _generic(text)]
    own = [text for text in own if squeezed(text) not in squeezed(whole)]
    plain = [text for text in own if not _names_site(text, text)]
    if plain or (own and not headed):
        return (plain or own)[0]
    return chosen or next((text for text in headings if text), "")


def _some(nodes: Iterable[Any], most: int) -> list[Any]:
    return [node for node, _ in zip(nodes, range(most), strict=False)]


def _in_head(node: Any) -> bool:
    """Not the <title> of a drawing."""
    parent = node.getparent()
    return parent is not None and parent.tag in ("head", "html", "body")


def _called_title(tree: Any) -> list[str]:
    """Texts of other headings, and of elements that are called title."""
    found: list[str] = []
    for node in tree.iter("h2", "h3", "div", "p", "span", "td", "strong"):
        if len(found) >= 40:
            break
        if node.tag in ("h2", "h3") or _HEADING.search(hint_of(node)):
            text = tidy("".join(piece for piece, _ in zip(node.itertext(), range(12), strict=False)))
            if 4 <= len(text) <= 160:
                found.append(text)
    return found


def _confirmed(texts: Iterable[str], whole: str, shared: str) -> str:
    """The longest of the texts that <title> (or og:title) begins with, ends with, or nearly is."""
    best = ""
    for text in texts:
        own = squeezed(text) if len(text) <= MAX_TITLE else ""
        if len(own) < 4 or len(text) <= len(best) or _generic(text):
            continue
        if any(stands_whole(own, full) for full in (whole, shared)) and not _is_suffix(text, whole):
            best = text
    return best


def stands_whole(own: str, full: str) -> bool:
    """Whether the squeezed text stands in `full` between separators: the first line of a broken title does not."""
    places = [index for index, char in enumerate(full) if squeezed(char)]
    start = "".join(squeezed(full[index]) for index in places).find(own)
    if start < 0 or start + len(own) > len(places):
        return False
    before, end = full[: places[start]], places[start + len(own) - 1] + 1
    return _is_edge(before[-1:]) and _is_edge(full[end:].lstrip("！？!?。.…”》）)】\"'")[:1])


def _is_edge(char: str) -> bool:
    return not char or char.isspace() or char in "_-|｜丨—–«»><:：·,，/【《“(（\"'"


def _is_suffix(text: str, whole: str) -> bool:
    """Whether the text is but the site's or the column's name in <title>, or a small part of it."""
    own, full = squeezed(text), squeezed(whole)
    if own == full:
        return False
    if full.startswith(own):
        return bool(_SITE.search(text)) and len(own) < len(full) / 2
    return bool(_SITE.search(text)) or len(own) < len(squeezed(without_suffixes(whole))) * 0.6


def without_suffixes(whole: str) -> str:
    """<title> without the names of column and site behind (or before) it."""
    if not whole:
        return ""
    parts = [part for part in _SEPARATOR.split(whole) if part and part.strip()]
    if len(parts) < 2:
        return whole
    kept = list(parts)
    while len(kept) > 1 and (_SITE.search(kept[-1]) or len(kept[-1]) <= 6 or len(kept[-1]) < len(kept[0]) / 2):
        kept.pop()
    while len(kept) > 1 and _SITE.search(kept[0]) and len(kept[0]) < len(kept[-1]):
        kept.pop(0)
    start = whole.find(kept[0])
    end = whole.rfind(kept[-1]) + len(kept[-1])
    return whole[start:end].strip()


def _names_site(chosen: str, whole: str) -> bool:
    return (
        chosen == whole and len(chosen) <= 24 and bool(_SITE.search(chosen)) and not re.search("[，。！？：]", chosen)
    )


def _generic(text: str) -> bool:
    return squeezed(text) in _GENERIC
