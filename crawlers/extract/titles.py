"""The title: the government's own meta tag, the heading that <title> confirms, or <title> less its suffixes."""

import re
from collections.abc import Iterable
from typing import Any, Final

from crawlers.extract.headline import squeezed
from crawlers.extract.labels import label, values
from crawlers.extract.lines import Line, hint_of, tidy
from crawlers.extract.meta import said

MAX_TITLE: Final = 300
_SHORT: Final = 8
_COLUMN_LENGTH: Final = 14
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
# What is a column's name (公示) and an article's too, where it is its heading.
_NOTICE: Final = re.compile(r"(?:招聘|招标|采购|中标|成交|更正|拍卖|录用|任前|人事|环评|征地)?(?:公告|公示|通知|通告)")
# 来源：… 作者：… 浏览：…, in an element that its maker calls article-title-info.
_FACTS: Final = re.compile(r"(?:来源|作者|时间|日期|浏览|点击|点击量|编辑|阅读|字号|字体)\s?[:：]")
_LABEL: Final = label("标题", "名称", "信件标题", "来信标题", "信件主题", "文件名称", "文件标题", "信息名称")
# A <title> that is never closed runs on into the page.
_MARKUP: Final = re.compile(r"<\s?/?(?:html|head|body|meta|link|script|style|div|p|table)\b", re.I)
# Names of columns and of templates: 政务要闻, 图片新闻, 文章正文, 详情页 … None of them is the title of an article.
_OF_WHAT: Final = (
    "政务|政府|政策|政民|时政|部门|本地|本市|本区|本县|市县|县区|区县|区市县|乡镇|镇街|街道|基层|国务院|全国|全省|全市|省内|市内|国内|国际|外地|最新|今日"
    "|重要|重点|热点|热门|综合|图片|图文|视频|专题|新闻|资讯|要闻|头条|信息|工作|行业|机关|党建|党务|社会|民生|财经|经济|科技|教育|文化|体育|旅游|健康|文旅"
    "|水务|媒体|舆情|公共|公示|公告|通知|通告|人事|招聘|招标|采购|领导|法规|法律|规范性|文件|文章|内容|网站|页面|栏目|互动|回应|关注|详细|新|公开|信箱|来信"
)
_COLUMN: Final = (
    "要闻|新闻|动态|公告|公示|通知|通告|信息|资讯|快讯|简讯|快报|头条|焦点|聚焦|速递|播报|报道|关注|热点|文件|法规|解读|回应|公开|专栏|栏目|专题|之窗|风采"
    "|交流|互动|发布|详情|详细|明细|正文|内容|细览|浏览|阅读|查看|展示|显示|页|列表"
)
_GENERIC: Final = re.compile(
    rf"(?:(?:{_OF_WHAT}){{0,3}}(?:{_COLUMN}){{1,2}}(?:页面?|列表|栏目|专栏|中心)?|首页|主页|网站首页|当前位置|新闻中心|信息公开(?:目录|指南)?"
    r"|(?:市长|县长|区长|书记|省长|局长|厅长|部门|领导|网上)信箱(?:信件|来信)?(?:内容|详情|查看)?|(?:信件|来信|留言|咨询|投诉|问答)(?:内容|详情|查看|选登|公开|回复)"
    r"|无标题(?:文档|页)?|标题|文章|untitled(?:document|page)?|document|index|home|default|detail|details|article|content|news|title|newsdetail)"
)


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
    first = _confirmed(headings, whole, shared)
    confirmed = _confirmed(called, whole, shared)
    headed = first or confirmed
    chosen = (
        headed
        or _confirmed((line.text for line in lines if not line.linked), whole, "")
        or without_suffixes(shared)
        or said(data, "headline", "title")
        or without_suffixes(whole)
    )
    if chosen in headings and _NOTICE.fullmatch(chosen):
        return chosen
    nameless = not chosen or _generic(chosen) or _names_site(chosen, whole)
    if nameless and (tabled := _tabled(lines)):
        chosen = tabled
    elif nameless:
        chosen = _by_heading(headings, headings if headed else [*headings, *called], whole, chosen, bool(headed))
    elif not first:
        chosen = _less_column(tree, called, whole, chosen, bool(confirmed))
    return chosen[:MAX_TITLE]


def _less_column(tree: Any, called: list[str], whole: str, chosen: str, confirmed: bool) -> str:
    """The only heading that can be the article's, where what no <h1> confirms may be but a column's name."""
    headings = [tidy("".join(node.itertext())[:2_000]) for node in _some(tree.iter("h1"), 20) if not _is_link(node)]
    plain = [text for text in headings if not _names_site(text, text)]
    if _is_column(chosen, whole, tree):
        return _only(plain or headings, chosen, whole) or _only(called, chosen, whole) or chosen
    short = not confirmed and len(squeezed(chosen)) <= _SHORT
    return (_only(plain, chosen, whole) if short else "") or chosen


def _tabled(lines: list[Line]) -> str:
    """The title as the header table of a document or a letter has it."""
    return next((text for text in values(lines[:200], _LABEL, 160) if len(text) >= 6 and not _is_place(text)), "")


def _is_column(chosen: str, whole: str, tree: Any) -> bool:
    """Whether it names a column or a site: it is a link of the page's navigation, or <title> has no more."""
    parts = [part for piece in _SEPARATOR.split(whole) for part in (piece or "").split()]
    if parts and all(map(_is_place, parts)):
        return True
    return len(chosen) <= _COLUMN_LENGTH and any(
        tidy("".join(node.itertext())[:100]) == chosen for node in _some(tree.iter("a"), 500)
    )


def _is_place(part: str) -> bool:
    """Of <title>: where on the web the page stands, a site or a column."""
    return (len(part) <= 24 and bool(_SITE.search(part))) or _generic(part)


def _only(headings: list[str], chosen: str, whole: str) -> str:
    """The one heading that can be the article's, or "" where there is none or a choice."""
    own = {
        text
        for text in headings
        if max(len(chosen), _SHORT - 1) < len(text) <= 120
        and not _generic(text)
        and squeezed(text) not in squeezed(whole)
    }
    return own.pop() if len(own) == 1 else ""


def _is_link(node: Any) -> bool:
    """A heading that leads somewhere is the site's name above its navigation."""
    links = "".join("".join(link.itertext()) for link in _some(node.iter("a"), 5))
    return bool(links) and squeezed(links) == squeezed("".join(node.itertext()))


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
            if 4 <= len(text) <= 160 and not _FACTS.search(text):
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
        # 广元市人民政府 工作动态 TITLE: where spaces alone divide, all the others must be known for what they are.
        own = [part for part in whole.split() if not _is_place(part)]
        return own[0] if len(own) == 1 and len(own[0]) >= 4 else whole
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
    return bool(_GENERIC.fullmatch(squeezed(text)[:20]))
