"""Labelled facts of a header line or table: 来源：…, 发布日期 …, 发文字号 …"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawlers.extract.lines import Line

# What ends a value when it runs on without white space.
STOPS: Final = re.compile(
    r"(?:作\s{0,3}者|撰\s{0,3}稿|责任编辑|责编|编\s{0,2}辑|审\s{0,2}核|记\s{0,3}者|时\s{0,3}间|日\s{0,3}期|来\s{0,3}源|文\s{0,3}号|标\s{0,3}题"
    r"|名\s{0,3}称|分\s{0,3}类|索\s{0,3}引\s{0,3}号|有\s{0,3}效\s{0,3}性|主题词|发文机[关构]|公开方式|公开范围|公开属性|成文日期|字\s{0,3}[体号])"
    r"\s{0,3}(?=[:：|]|$)"
    r"|(?:发布|发表|更新|上传|录入)\s?(?=时间|日期|人|于|机构|单位|[:：]|\d)|(?:阅读|浏览|点击|访问|查看)\s?(?=[:：\d量次数人（(]|$)|人气\s?[:：]"
    r"|(?:分享|转发)(?=到|至|[:：]|$)|(?:跟帖|评论|收藏|举报|打印|纠错)\s?(?=[:：\d（(\s]|$)|我要|保护视力|扫一扫|关注我们|微信扫|原创稿"
    r"|https?:|javascript|(?:19|20)\d\d\s?[-/.年]|[|｜【\[［<>▲▼]"
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
