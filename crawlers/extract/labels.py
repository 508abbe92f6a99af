"""Labelled facts of a header line or table: 来源：…, 发布日期 …, 发文字号 …"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawlers.extract.lines import Line


def _drawn_out(names: str) -> str:
    """A pattern of these words, their characters spaced or not."""
    return "|".join(r"\s{0,3}".join(name) for name in names.split())


# The cells of a document's header table, with or without a colon behind them.
_CELLS: Final = _drawn_out("""
    索引号 文号 发文字号 标题 名称 分类 主题分类 组配分类 体裁分类 服务对象 主题词 关键词 有效性
    效力状态 时效性 发文机关 发文机构 发文单位 发布机构 发布机关 发布单位 公开单位 制发机关 信息来源 来源
    责任部门 公开方式 公开范围 公开属性 公开形式 公开时限 公开类别 信息类别 成文日期 发文日期 发布日期
    发布时间 生成日期 公开日期 公开时间 印发日期 签发日期 施行日期 实施日期 生效日期 失效日期 废止日期
    有效期
""")
CELL: Final = re.compile(rf"(?:{_CELLS})\s{{0,3}}[:：]?")
# What ends a value when it runs on without white space.
STOPS: Final = re.compile(
    r"(?:作\s{0,3}者|撰\s{0,3}稿|责任编辑|责编|编\s{0,2}辑|审\s{0,2}核|记\s{0,3}者|时\s{0,3}间|日\s{0,3}期|来\s{0,3}源|文\s{0,3}号|标\s{0,3}题"
    r"|名\s{0,3}称|分\s{0,3}类|索\s{0,3}引\s{0,3}号|有\s{0,3}效\s{0,3}性|主题词|发文机[关构]|公开方式|公开范围|公开属性|成文日期|字\s{0,3}[体号])"
    r"\s{0,3}(?=[:：|]|$)"
    r"|(?:发布|发表|更新|上传|录入)\s?(?=时间|日期|人|于|机构|单位|[:：]|\d)|(?:阅读|浏览|点击|访问|查看)\s?(?=[:：\d量次数人（(]|$)|人气\s?[:：]"
    r"|(?:分享|转发)(?=到|至|[:：]|$)|(?:跟帖|评论|收藏|举报|打印|纠错)\s?(?=[:：\d（(\s]|$)|我要|保护视力|扫一扫|关注我们|微信扫|原创稿"
    r"|https?:|javascript|(?:19|20)\d\d\s?[-/.年]|[|｜【\[［<>▲▼]"
    rf"|(?<=\s)(?:{_CELLS})(?=[\s:：]|$)"
)
_LABEL_END = r"\s{0,3}(?:[:：]|\|)\s{0,5}"


def label(*names: str) -> re.Pattern[str]:
    """Matches one of the labels, its characters spaced or not (来　源：), up to where the value begins."""
    spaced = "|".join(r"\s{0,6}".join(map(re.escape, name)) for name in names)
    return re.compile(rf"(?:{spaced}){_LABEL_END}|(?:^|(?<=[\s|]))(?:{spaced})\s{{1,5}}(?=\S)")


def paired(lines: Iterable[Line]) -> list[Line]:
    """The lines, where labels that stand over their values (a row over a row, <dt> over <dd>) lead each its own."""
    found: list[Line] = []
    for row in lines:
        above = found[-1].parts if found else ()
        cells = row.parts if len(above) > 1 else (row.text,)
        alike = len(above) == len(cells) and len(row.text) <= 200 and not CELL.fullmatch(cells[0])
        if alike and all(map(CELL.fullmatch, above)):
            pairs = [f"{name.rstrip('：: ')}：{value}" for name, value in zip(above, cells, strict=True)]
            found[-1:] = [Line(pair, (pair,), row.node, hints=("",)) for pair in pairs]
        else:
            found.append(row)
    return found


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
