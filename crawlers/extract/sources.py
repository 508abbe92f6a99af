"""Where the page says it has its text from (来源), which organ issued it, and who wrote it."""

import re
from collections.abc import Iterable
from typing import Any, Final

from crawlers.extract.headline import Layout
from crawlers.extract.labels import cut, label, values
from crawlers.extract.lines import Line
from crawlers.extract.meta import filled, said
from crawlers.extract.reporters import reporter_of
from crawlers.extract.times import find_times

_SOURCE: Final = label("来源", "出处", "来自", "供稿单位", "转自", "稿源")
_FOOT: Final = label("本文来源", "文章来源", "信息来源", "稿件来源", "新闻来源", "原文来源", "来源", "稿源")
_PICTURE: Final = re.compile(r"(?:图片|图|数据|资料|视频|封面|素材)\s?来源")
_ISSUER: Final = label(
    "发文机关", "发布机构", "发文机构", "发文单位", "发布单位", "公开单位", "制发机关", "信息提供单位", "公开责任部门"
)
# 文：张三 or 文/张三; 文　　号 is another label, and 正文 or 图文 none.
_AUTHOR: Final = re.compile(
    label("作者", "撰稿", "撰文", "记者", "供稿").pattern
    + r"|(?<![\u4e00-\u9fff])文\s{0,3}[:：|/]\s{0,5}(?=[\u4e00-\u9fff])"
)
_ORGANISATION: Final = re.compile(
    r"(?:网|报|社|台|日报|晚报|早报|时报|周刊|新闻|频道|发布|委|局|办|厅|院|政府|杂志|客户端|公司|中心|传媒|融媒体|电视台|集团|在线|News|协会|大学)$"
    r"|^(?:新华|人民|央视|中新|澎湃|界面|观察者)"
)
_CALLED: Final = re.compile(
    r"(?:^|[-_\s])(?:source|sour|laiyuan|media-?_?name|mp-name|from|publisher|account|nickname|profile_nickname)"
)
_JUNK: Final = re.compile(
    r"^(?:本站编辑|佚名|admin|管理员|网络整理|点击|更多|首页|返回|来源|未知|不详|暂无|无|\W*)$", re.I
)
# Rows of a document's header table: the organ in them is the issuer.
_TOLD_OTHERWISE: Final = re.compile(r"评论|阅读|浏览|时间|日期|字号|字体|编辑|作者|发布|发表|分享|更新|打印|来源")
_TABLE: Final = re.compile(r"(?:成文|发文|生成|公开)日期|发[文布]机[关构]|发文字号|索\s{0,3}引\s{0,3}号")
_LONGEST: Final = 40


def source_of(tree: Any, tags: dict[str, str], data: dict[str, Any], where: Layout) -> str:
    """来源, at most 40 characters, or ""."""
    for name in ("contentsource", "content-source", "mediaid", "source", "article:source", "og:source", "infosource"):
        if value := clean_source(tags.get(name, "")):
            return value
    return (
        _account(tree)
        or _printed(where.head)
        or _printed(where.table)
        or _called(where.head)
        or _beside_time(where.head)
        or _foot(where.foot)
        or clean_source(tags.get("article:author", "") if _ORGANISATION.search(tags.get("article:author", "")) else "")
        or _last_resort(data)
    )


def clean_source(text: str) -> str:
    """Without its label, its brackets, its additions; "" for what is no name."""
    text = _SOURCE.sub("", filled(text), count=1)
    text = re.sub(r"\s{0,3}(?:原创稿|综合|整理)?\s{0,3}$", "", cut(text) or text)
    first = _unwrapped(text.split("  ")[0])
    if first.count(" ") and re.search("[\u4e00-\u9fff] [\u4e00-\u9fff]", first):
        first = first.split(" ")[0]
    if not re.search(r"[A-Za-z\u4e00-\u9fff]", first) or _JUNK.match(first) or len(first) > _LONGEST:
        return ""
    return "" if re.match(r"https?:|www\.", first) else first


def _unwrapped(text: str) -> str:
    """Without the signs and brackets around it; （市能源局） at the end of a name is part of it."""
    text = text.strip(" 　:：|\"'")
    for opening, closing in ("（）", "()", "[]", "【】", "《》", "“”"):
        while text.startswith(opening) and (closing not in text or text.find(closing) == len(text) - 1):
            text = text[1:]
        if text.count(closing) > text.count(opening):
            text = text.rstrip(closing) if text.endswith(closing) else text
        if text.count(opening) > text.count(closing) and text.endswith(opening):
            text = text.rstrip(opening)
        text = text.strip(" 　:：|\"'")
    return text


def _printed(lines: Iterable[Line]) -> str:
    plain = [line for line in lines if not _PICTURE.search(line.text)]
    return next((name for value in values(plain, _SOURCE) if (name := clean_source(value))), "")


def _foot(lines: Iterable[Line]) -> str:
    plain = [line for line in lines if not _PICTURE.search(line.text)]
    return next((name for value in values(plain, _FOOT, _LONGEST) if (name := clean_source(value))), "")


def _called(lines: Iterable[Line]) -> str:
    """A piece of the headline that the page itself calls source."""
    for line in lines:
        for part, hint in zip(line.parts, line.hints, strict=True):
            if _CALLED.search(hint) and len(part) <= _LONGEST and not next(find_times(part), None):
                name = clean_source(part)
                if name and not re.search(r"来源|分享|评论|关注", name):
                    return name
    return ""


def _beside_time(lines: tuple[Line, ...]) -> str:
    """An organisation printed on the line of the time, or on the line before or after it."""
    dated = [
        index
        for index, line in enumerate(lines)
        if len(line.text) < 80 and not _TABLE.search(line.text) and next(find_times(line.spaced), None)
    ]
    for index in dated[:2]:
        line = lines[index]
        around = [near for near in lines[max(0, index - 1) : index + 2] if near.linked * 2 <= len(near.text)]
        for part in (*line.parts, *(part for near in around for part in near.parts)):
            for piece in re.split(r"[/／·|]|\s{1,4}", _without_times(part)):
                name = clean_source(piece)
                if 3 <= len(name) <= 16 and _ORGANISATION.search(name) and not re.search(r"[\d：:]", name):
                    return name
        if len(line.parts) > 1 and len(line.text) < 40 and not _TOLD_OTHERWISE.search(line.text):
            # Two pieces, the time and one more: 2023-06-10 · 清江说事.
            named = [name for part in line.parts if len(name := clean_source(_without_times(part))) >= 3]
            if len(named) == 1:
                return named[0]
    return ""


def _without_times(text: str) -> str:
    for found in reversed(list(find_times(text))):
        text = text[: found.start] + " " + text[found.end :]
    return text.strip()


def _account(tree: Any) -> str:
    """The public account of a WeChat page."""
    node = next((node for node in tree.iter("a", "strong", "span") if node.get("id") in ("js_name", "profileBt")), None)
    return clean_source("".join(node.itertext())) if node is not None else ""


def _last_resort(data: dict[str, Any]) -> str:
    name = clean_source(said(data, "sourceOrganization", "provider"))
    return name if _ORGANISATION.search(name) else ""


def issuer_of(where: Layout) -> str:
    """发文机关 as the header table of a document gives it."""
    return next((value for value in values(where.table, _ISSUER, _LONGEST) if not _JUNK.match(value)), "")


def author_of(tree: Any, tags: dict[str, str], data: dict[str, Any], where: Layout, source: str, text: str) -> str:
    """作者 as printed, else as the text says, else by the meta tag or JSON-LD, where it is neither the site nor a
    number. It may be a person."""
    for value in values(where.head, _AUTHOR, 20, below=False):
        name = re.split("作者|记者", value)[-1].strip("（）()【】[] 　/:：") or value.strip("（）() 　/")
        if name and not _JUNK.match(name):
            return name
    if name := reporter_of((line.spaced for line in where.head), text):
        return name
    name = tags.get("author", "") or said(data, "author")
    plain = name and not re.search(r"\d|@|https?:|网$|\.(?:com|cn|net)", name, re.I)
    # The site's own name is in <title> too, behind the article's.
    sites = (tags.get("sitename", ""), tags.get("og:site_name", ""), source, tree.findtext(".//title") or "")
    return name if plain and len(name) <= 20 and not any(name in site for site in sites) else ""
