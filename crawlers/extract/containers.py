"""Which element holds the text: by what makers of sites call it, and by where the prose stands.

Sure names come from the systems that government and news sites run on (UCAP, TRS, vsb, ivs, jcms, easysite,
WeChat, Discuz and large portals). Where none of them is found, every element is scored by the prose near it, as
readability does, and a likely or unlikely name weighs it up or down.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from crawlers.extract.labels import CELL
from crawlers.extract.lines import Line, hint_of, words

_SURE: Final = re.compile(
    r"(?:^|\s)(?:ucap-content|js_content|endtext|rwb_zw|artibody|vsb_content(?:_\d+)?|ivs_content|detailcontent|text_area"
    r"|left_zw|mp-editor|rm_txt_con|v_news_content|main_content-\w+|artical_real|easysite-news-text|wp_articlecontent"
    r"|xxgk_content|trs_editor|trs_editor_view|trs_ueditor|zoom|zoomcon|custom_unionstyle|trs_preappend|news_txt"
    r"|contenttext|syl-article-base|gsareacontextart|qq_articlecont|core-content|printcontent|rich_media_content)(?:\s|$)"
)
_FORUM: Final = re.compile(r"(?:^|\s)(?:t_f|postmessage_\d+|d_post_content)(?:\s|$)")
_LIKELY: Final = re.compile(
    r"article[-_]?(?:content|body|text|con|main|txt|detail)|(?:news|post|entry|detail|info|text|main|art|arti|view|read"
    r"|show|page)[-_]?(?:content|text|txt|body|con)(?![a-z])|(?:content|con|cont)[-_]?(?:text|txt|detail|article)"
    r"|neirong|zhengwen|(?:^|\s)(?:content|article|fontzoom|zw|nr|txt)(?:\s|$)|all-txt"
)
_UNLIKELY: Final = re.compile(
    r"comment|reply|sidebar|side[-_ ]|foot[-_ ]|(?:^|\s)foot|relat|recommend|breadcrumb|(?:^|\s|[-_])nav|copyright"
    r"|(?:^|[-_ ])(?:hot|rank|share|menu|banner|ads?|tie|pinglun|aside)(?:[-_ ]|$)|disclaimer|statement|bottom"
)
_TAGS: Final = words("div td article section ucapcontent founder-content main dd form p span body center ul tr")
_ENOUGH: Final = 20
_REACH: Final = (1.0, 1.0, 0.6, 0.36, 0.22, 0.13)
# Its colons are no sentence marks: 当前位置：…, 文　　号：…, 今天是…
_NO_PROSE: Final = re.compile(rf"^(?:您?的?(?:当前|现在|所在)?的?(?:所在)?位置|今天是|{CELL.pattern}\s{{0,3}}[:：])")
_STOPS = re.compile("[，。；！？、：,;!?]")


def prose(line: Line) -> float:
    """What a line weighs as text: characters that are no link, and its sentence marks; navigation weighs nothing."""
    own = len(line.text) - line.linked
    if own <= 0 or line.linked > own or (own < 80 and _NO_PROSE.match(line.text)):
        return 0.0
    stops = len(_STOPS.findall(line.text))
    return min(own, 400) * (0.2 if not stops and own < 25 else 1.0) + 10 * min(stops, 30)


def container(tree: Any, lines: list[Line]) -> Any:
    """The element that holds the text, or None where there is hardly any."""
    weights = {id(line): prose(line) for line in lines}
    near, total = _scores(lines, weights)
    forum = next((node for node in tree.iter("td", "div", "cc") if _FORUM.search(hint_of(node))), None)
    if forum is not None and total.get(forum, 0) >= _ENOUGH:
        return forum  # of a thread the first message is the article, however long the answers are
    sure = [node for node in tree.iter(*_TAGS) if _is_sure(node) and total.get(node, 0) >= _ENOUGH]
    if sure:
        return max(_outermost(sure, total), key=lambda node: total[node])
    scored = {node: score * _by_name(node) for node, score in near.items() if node.tag in _TAGS}
    return max(scored, key=lambda node: scored[node], default=None)


def _is_sure(node: Any) -> bool:
    return bool(_SURE.search(hint_of(node))) or (node.get("itemprop") or "").lower() == "articlebody"


def _by_name(node: Any) -> float:
    hint = hint_of(node)
    if _UNLIKELY.search(hint):
        return 0.2
    return 1.5 if node.tag == "article" or _LIKELY.search(hint) else 1.0


def _scores(lines: Iterable[Line], weights: dict[int, float]) -> tuple[dict[Any, float], dict[Any, float]]:
    """Element → prose near it (less the deeper it stands), and → all prose under it."""
    near: dict[Any, float] = {}
    total: dict[Any, float] = {}
    for line in lines:
        weight = weights[id(line)]
        if not weight:
            continue
        node, distance, unlikely = line.node, 0, 1.0
        while node is not None:
            total[node] = total.get(node, 0.0) + weight
            if distance < len(_REACH):
                near[node] = near.get(node, 0.0) + weight * _REACH[distance] * unlikely
                if distance < 4 and node.tag not in ("body", "p") and _UNLIKELY.search(hint_of(node)):
                    unlikely = 0.2
            node, distance = node.getparent(), distance + 1
    return near, total


def _outermost(nodes: list[Any], total: dict[Any, float]) -> list[Any]:
    """Those not inside another of them, unless the inner holds nearly all of the outer's prose."""
    kept: list[Any] = []
    for node in nodes:
        outer = next((above for above in kept if _inside(above, node)), None)
        if outer is None:
            kept.append(node)
        elif total[node] >= 0.9 * total[outer]:
            kept[kept.index(outer)] = node
    return kept


def _inside(outer: Any, inner: Any) -> bool:
    return any(parent is outer for parent in inner.iterancestors())
