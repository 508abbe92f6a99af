"""Labelled facts of a header line or table: 来源：…, 发布日期 …, 发文字号 …"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawlers.extract.lines import Line

# What ends a value when it runs on without white space.
STOPS: Final = re.compile(
    r"(?:作\s{0,3}者|撰\s{0,3}稿|责任编辑|责编|编\s{0,2}辑|审\s{0,2}核|记\s{0,3}者|发布|发表|时\s{0,3}间|日\s{0,3}期|浏览|阅读|点击|访问|人气|查看"
    r"|字体|字号|打印|收藏|分享|评论|跟帖|我要|保护视力|扫一扫|关注|微信|微博|手机|原创稿|主题分类|主题词|索\s{0,3}引\s{0,3}号|发文字号|发文机关|发文机构"
    r"|发布机构|成文|文\s{0,3}号|标\s{0,3}题|名\s{0,3}称|有\s{0,3}效\s{0,3}性|公开方式|公开范围|公开属性|分\s{0,3}类|来\s{0,3}源|http|javascript)"
    r"|(?:19|20)\d\d\s?[-/.年]|[|｜【\[［<>《▲▼]"
)
_LABEL_END = r"\s{0,3}(?:[:：]|\|)\s{0,5}"


def label(*names: str) -> re.Pattern[str]:
    """Matches one of the labels, its characters spaced or not (来　源：), up to where the value begins."""
    spaced = "|".join(r"\s{0,6}".join(map(re.escape, name)) for name in names)
    return re.compile(rf"(?:{spaced}){_LABEL_END}|(?:^|(?<=[\s|]))(?:{spaced})\s{{1,5}}(?=\S)")


def values(lines: Iterable[Line], pattern: re.Pattern[str], longest: int = 60, *, below: bool = True) -> Iterator[str]:
    """What stands behind the label: the rest of its piece, else (with `below`) the next line; stops cut it."""
    rows = list(lines)
    for index, line in enumerate(rows):
        match = pattern.search(line.spaced)
        if match is None:
            continue
        rest = line.spaced[match.end() :].strip()
        if below and not rest and index + 1 < len(rows) and len(rows[index + 1].text) <= longest:
            rest = rows[index + 1].spaced
        value = cut(rest)
        if value and len(value) <= longest:
            yield value


def cut(text: str) -> str:
    """The text up to the next label, date or bracket of furniture."""
    stop = STOPS.search(text)
    return (text[: stop.start()] if stop else text).strip(" \u3000:：,，;；·、-—－（(")
