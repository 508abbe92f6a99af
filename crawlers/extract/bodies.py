"""The text of the article: the lines of its container, less what the site's template put around it."""

import re
from typing import Any, Final

from crawlers.extract.containers import container
from crawlers.extract.headline import squeezed
from crawlers.extract.lines import Line, hint_of, lines_of, tidy
from crawlers.extract.page import LIBRARY_LIMIT, Page, parse, quiet
from crawlers.extract.times import find_times

MAX_TEXT: Final = 500_000
_TOO_SHORT: Final = 40
_HEAD: Final = 12
_LONG_LINE: Final = 120

# Lines of the template wherever they stand.
_FURNITURE: Final = re.compile(
    r"^[\s（(【\[]{0,3}(?:责任编辑|责编|本文来源|文章来源|来源[:：]|编辑[:：]|校对[:：]|审核[:：]|初审|复审|终审|监制[:：]|值班编辑"
    r"|本期编辑)[^。！？]{0,60}$"
    r"|^[\s【\[]{0,3}(?:打印|关闭|收藏|分享|顶部|返回顶部|字号|大|中|小|下载|纠错|点赞|举报|复制链接)(?:本页|窗口|文章|此页|到)?"
    r"[\s】\]|：:]{0,3}$"
    r"|^[【\[]\s?(?:打印|关闭|字体|字号)[^。]{0,40}$|^(?:分享到|分享让更多人看到|扫一扫|微信扫一扫|扫码|长按识别|点击进入专题|点击查看更多)[^。]{0,40}$"
    r"|^(?:上一篇|下一篇|上一条|下一条|上一页|下一页)\s?[:：]?.{0,120}$"
    r"|^(?:字体|字号)[:：]?\s?[\[【]?\s?(?:大|小|特大).{0,20}$|^(?:点击数|浏览次数|阅读次数|访问量|点击量)[:：]?\s?\d{0,9}次?$"
    r"|^(?:\d+\s?){0,1}(?:人参与|条评论|次阅读|评论\(\d+\))$|^(?:javascript|var|function)\b.{0,200}$"
)
# From here on nothing belongs to the article any more.
_END: Final = re.compile(
    r"^[\s【\[（(>》■◆▼]{0,3}(?:相关(?:新闻|阅读|报道|链接|文章|稿件|附件下载|推荐|资讯)|延伸阅读|推荐阅读|更多精彩|热门推荐|猜你喜欢|为你推荐|相关推荐"
    r"|精彩推荐|为您推荐|最新评论|网友评论|发表评论|我要评论|新闻排行|热点排行|版权声明|免责声明|特别声明|郑重声明|凡本网"
    r"|凡注明|本网站转载|本文仅代表作者)[^。]{0,20}[:：】\]）)]?"
)
_BYLINE: Final = re.compile(
    r"来\s{0,4}源\s{0,3}[:：]|作\s{0,4}者\s{0,3}[:：]|发布(?:日期|时间)|(?:日期|时间)\s{0,3}[:：]|浏览|字体|字号|点击"
)
_DISCLAIMER: Final = re.compile(
    r"不代表.{0,14}(?:立场|观点)|版权归.{0,20}所有|未经.{0,12}(?:授权|许可|允许).{0,12}(?:转载|复制)|侵权.{0,12}(?:删除|联系)|投资者据此操作"
)


def body_of(page: Page, title: str, data: dict[str, Any]) -> tuple[str, Any]:
    """The text (paragraphs separated by a newline, at most 500,000 characters) and its element, or ("", None)."""
    if page.tree is None:
        return "", None
    node = container(page.tree, page.lines)
    text = "\n".join(cleaned(list(lines_of(node)), title)) if node is not None else ""
    return (text or _undrawn(page, data) or _by_library(page))[:MAX_TEXT], node


def _undrawn(page: Page, data: dict[str, Any]) -> str:
    """The text of a page that draws itself by script: JSON-LD's articleBody, or HTML kept in a <textarea>."""
    if body := data.get("articleBody"):
        return "\n".join(filter(None, map(tidy, str(body).splitlines())))
    for node in page.tree.iter("textarea"):
        if re.search(r"content|article|body|zhengwen", hint_of(node)) and len(node.text or "") > _TOO_SHORT:
            inner = parse(node.text)
            return "\n".join(cleaned(list(lines_of(inner)))) if inner is not None else ""
    return ""


def cleaned(lines: list[Line], title: str = "") -> list[str]:
    """Without headline and repeated title, furniture, lists of links at either end, and what follows the article."""
    kept: list[Line] = []
    lines = lines[headline_length(lines, title) :]
    rest, seen = sum(_own(line) for line in lines), 0
    for line in lines:
        rest -= _own(line)
        short = len(line.text) < 200
        if short and _END.search(line.text):
            if seen >= rest:
                break
            continue  # "相关新闻" in the middle of a text is but a line of its own
        if (short and _FURNITURE.search(line.text)) or (
            seen and len(line.text) < 400 and _DISCLAIMER.search(line.text)
        ):
            continue
        kept.append(line)
        seen += _own(line)
    start, end = 0, len(kept)
    while end > start and _is_links(kept[end - 1]):
        end -= 1
    while start < end and _is_links(kept[start]):
        start += 1
    return [line.text for line in kept[start:end]]


def headline_length(lines: list[Line], title: str) -> int:
    """How many of the first lines are breadcrumb, title, time and source rather than text."""
    wanted, length = squeezed(title), 0
    for index, line in enumerate(lines[:_HEAD]):
        heading = index == 0 or line.node.tag in ("h1", "h2", "h3")
        titled = heading and bool(wanted) and squeezed(line.text) == wanted
        if titled or (length == index and is_byline(line)):
            length = index + 1
        elif len(line.text) > _LONG_LINE:
            break
    return length


def is_byline(line: Line) -> bool:
    """A short line that is a time, with or without 来源 and 作者, and no sentence."""
    if len(line.text) > 90 or line.text.endswith("。"):
        return False
    found = next(find_times(line.text), None)
    if found is None:
        return bool(_BYLINE.match(line.text)) and len(line.text) < 40
    return bool(_BYLINE.search(line.text)) or (found.start <= 6 and found.stamp.to_minute and len(line.text) < 60)


def _own(line: Line) -> int:
    return len(line.text) - line.linked


def _is_links(line: Line) -> bool:
    """Nothing but links; a link in a short list of enclosures (附件) is part of a document."""
    return line.linked >= len(line.text.replace(" ", "")) - 4 and not line.text.startswith(("附件", "附："))


def _by_library(page: Page) -> str:
    """Trafilatura's reading, where no element holds prose."""
    if not _TOO_SHORT < len(page.html) < LIBRARY_LIMIT:
        return ""
    from trafilatura import extract as trafilatura_extract  # slow to import, seldom needed

    quiet("trafilatura", "htmldate", "justext", "courlan", "readability")
    return trafilatura_extract(page.html, include_comments=False, fast=True) or ""
