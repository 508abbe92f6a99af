"""When the page was published: the first believable of what it says, in the order that proved best (FACTS)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from archive.post import CHINA
from crawlers.extract.headline import Layout
from crawlers.extract.labels import label
from crawlers.extract.lines import Line, hint_of
from crawlers.extract.meta import said
from crawlers.extract.page import LIBRARY_LIMIT, Page, quiet
from crawlers.extract.times import Found, Stamp, believable, find_times, placeholder, read_time, to_day

_OWN: Final = (
    "pubdate", "publishdate", "pub_date", "publish_date", "publishtime", "pubtime", "dc.date", "firstpublishedtime",
)  # fmt: skip
_SHARED: Final = (
    "weibo: article:create_at", "weibo:article:create_at", "article:published_time", "bytedance:published_time",
    "datepublished", "og:published_time", "og:release_date", "apub:time", "_pubtime", "publishedtime", "og:time",
)  # fmt: skip
_PUBLISHED: Final = label(
    "发布日期",
    "发布时间",
    "公开日期",
    "公开时间",
    "发文日期",
    "发表时间",
    "发表日期",
    "上网时间",
    "上传时间",
    "信息时间",
)
# Written, signed, in force, ending, seen: not published.
_OTHER: Final = re.compile(
    r"(?:成文|生成|印发|签发|施行|实施|生效|失效|废止|截止|截至|有效|起草|制定|通过|出生|注册|登录|登陆|成立|开标|报名|活动|会议|回复|办结|答复)"
    r"(?:日期|时间|期|于|日)?[:：]?$"
)
# The clock of the page tells when somebody looked: 今天是2026年11月27日 星期五, 2026年11月27日 农历十月十九.
_CLOCK_BEFORE: Final = re.compile(
    r"(?:今天|今日|现在|当前|此刻|目前|系统|服务器|本地|北京)(?:是|时间|日期|时刻|为)*[:：]?(?:是|为)?[:：]?$"
)
_CLOCK_AFTER: Final = re.compile(r"[\s日]{0,3}(?:星期.|周.)?\s{0,3}(?:农历|阴历|天气|多云|晴|阴|小雨|-?\d{1,2}\s?[℃°])")
_UPDATED: Final = re.compile(r"(?:更新|修改|最后更新|编辑)(?:日期|时间|于)?[:：]?$")
_FOOT: Final = re.compile(r"(?:发布|发表|发稿|录入|上传|添加)?(?:日期|时间|于)[:：]$|\d楼$|^$")
_SCRIPT: Final = re.compile(
    r"""["']?(?:pub(?:lish|lished)?_?(?:time|date|at)|newsTime|ptime|create_?time|ct|svr_time|oriCreateTime)["']?\s{0,5}[:=]\s{0,5}"""
    r"""["'](\d{10}(?:\d{3})?|(?:19|20)\d\d[-/]\d\d?[-/]\d\d?[T ]?[\d:+.Z]{0,20})["']""",
    re.I,
)
# 2023 06/12 17:05:31, as headers with one box a part have it.
_SPREAD: Final = re.compile(r"(20\d\d)\s{1,3}([01]?\d)\s{0,3}/\s{0,3}([0-3]?\d)\s{1,3}(?=\d{1,2}:\d\d)")
_ADDRESS: Final = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[-/]?(?P<m>[01]\d)[-/]?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"/t(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)_"),
    re.compile(r"/(?P<y>20\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)(?=[/_.]|$)"),
    re.compile(r"/(?P<y>20\d\d)/(?P<m>\d\d?)/(?P<d>\d\d?)/"),
)


@dataclass(frozen=True, slots=True)
class _Clues:
    page: Page
    tags: dict[str, str]
    data: dict[str, Any]
    where: Layout


def published_of(
    page: Page, tags: dict[str, str], data: dict[str, Any], where: Layout, now: datetime | None
) -> Stamp | None:
    """The time of publication, or None. Nothing later than a day after `now` is believed."""
    headline = [stamp for stamp in headline_times(where.head) if believable(stamp, now)]
    said_so = False
    for stamp in _in_order(_Clues(page, tags, data, where), headline):
        said_so = said_so or stamp is not None
        if stamp is not None and believable(stamp, now):
            return refined(stamp, headline)
    # What a page says in plain words and is not believed is no reason to guess.
    guess = None if said_so else _by_library(page, now)
    return guess if guess and believable(guess, now) else None


def _in_order(clues: _Clues, headline: list[Stamp]) -> Iterator[Stamp | None]:
    tags, where = clues.tags, clues.where
    yield from (read_time(tags[name]) for name in _OWN if name in tags)
    yield from labelled(where.table, _PUBLISHED)
    yield from (stamp for stamp in headline if stamp.to_minute and not placeholder(stamp))
    for text in (said(clues.data, "datePublished", "pubDate"), *(tags.get(name, "") for name in _SHARED)):
        yield read_time(text) if text else None
    yield from headline
    yield from (found.stamp for found in _times(where.foot) if _FOOT.search(found.before))
    drawn = (*_undrawn(clues.page), *(match[1] for match in _SCRIPT.finditer(clues.page.scripts)))
    refused = list(_refused(clues.page)) if drawn else []
    for stamp in map(read_time, drawn):
        # A bare day that the page itself calls 成文日期 or its clock is told once more, and no better.
        yield None if stamp and not stamp.to_minute and any(map(stamp.same_day, refused)) else stamp
    yield _by_address(clues.page.url or tags.get("og:url", ""))


def refined(stamp: Stamp, headline: list[Stamp]) -> Stamp:
    """The minute that the headline knows for a day; noon mended where a template writes 12-hour times."""
    same = [other for other in headline if other.to_minute and not placeholder(other) and other.same_day(stamp)]
    if not stamp.to_minute or placeholder(stamp):
        return same[0] if same else to_day(stamp)
    later = [other for other in same if other.at - stamp.at == timedelta(hours=12)]
    return later[0] if later else stamp


def headline_times(lines: Iterable[Line]) -> list[Stamp]:
    """Times of the headline, those of a last change behind the others; of writing or coming into force none."""
    own: list[Stamp] = []
    updates: list[Stamp] = []
    for found in _times(lines):
        (updates if _UPDATED.search(found.before) else own).append(found.stamp)
    return own + updates


def labelled(lines: Iterable[Line], pattern: re.Pattern[str]) -> Iterator[Stamp]:
    """Times that stand right behind the label, on its line or the next."""
    rows = list(lines)
    for index, line in enumerate(rows):
        match = pattern.search(line.spaced)
        if match:
            rest = line.spaced[match.end() :] or (rows[index + 1].spaced if index + 1 < len(rows) else "")
            found = next(find_times(rest[:40]), None)
            if found and found.start <= 3:
                yield found.stamp


def _times(lines: Iterable[Line]) -> Iterator[Found]:
    """Those that may be the article's."""
    # A sentence that mentions a day is no headline.
    return (found for found in _dated(lines, 160) if not _is_refused(found))


def _dated(lines: Iterable[Line], longest: int = 2_000) -> Iterator[Found]:
    """Every time in lines of at most that length; a label may stand on the line before."""
    label = ""
    for line in lines:
        if len(line.text) <= longest:
            text = line.text if next(find_times(line.text), None) else _SPREAD.sub(r"\1-\2-\3 ", line.spaced)
            for found in find_times(text):
                yield replace(found, before=label) if not found.before else found
        label = _label_alone(line.text)


def _label_alone(text: str) -> str:
    """The line where it is nothing but the label of a time that is not the article's, else ""."""
    label = re.sub(r"\s+", "", text[:40])
    refused = _OTHER.search(label) or _CLOCK_BEFORE.search(label)
    return label if len(label) <= 10 and refused and re.search(r"(?:日期|时间|是|[:：])[:：]?$", label) else ""


def _is_refused(found: Found) -> bool:
    """Of writing, of coming into force, or the clock of the page."""
    return bool(_OTHER.search(found.before) or _CLOCK_BEFORE.search(found.before) or _CLOCK_AFTER.match(found.after))


def _undrawn(page: Page) -> Iterator[str]:
    """Times that wait in a <textarea> or an attribute for a script to draw them."""
    for node in page.tree.iter("textarea", "time"):
        if node.tag == "time":
            yield node.get("datetime") or ""
        elif re.search(r"time|date", hint_of(node)):
            yield (node.text or "")[:60]


def _by_address(url: str) -> Stamp | None:
    """The day in an address as content systems make it: /2019/09/07/, /201909/t20190907_1.html."""
    for pattern in _ADDRESS:
        match = pattern.search(url[:500])
        if match and (stamp := read_time("{y}-{m}-{d}".format(**match.groupdict()))):
            return to_day(stamp)
    return None


def _by_library(page: Page, now: datetime | None) -> Stamp | None:
    """Htmldate's guess, by meta tags and markup only: a year in the text is not taken for the date."""
    if page.tree is None or len(page.html) > LIBRARY_LIMIT:
        return None
    from htmldate import find_date  # slow to import, seldom needed

    quiet("htmldate")
    # Left to itself it would read the clock of the machine.
    latest = now + timedelta(days=1) if now else datetime(2100, 1, 1, tzinfo=CHINA)
    text = find_date(page.html, extensive_search=False, original_date=True, url=page.url or None, max_date=latest)
    guess = read_time(text) if text else None
    # It reads 24-05-06 as the 24th of May 2006, and knows neither 成文日期 nor the page's clock nor lists of others.
    if guess is None or str(guess.at.year) not in page.html:
        return None
    if any(map(guess.same_day, (*_refused(page), *_of_others(page)))):
        return None
    return guess


def _refused(page: Page) -> Iterator[Stamp]:
    """Days that the page names as those of something else."""
    return (found.stamp for found in _dated(page.lines) if _is_refused(found))


def _of_others(page: Page) -> Iterator[Stamp]:
    """Days on lines that hold little else but a link, as lists of other articles have them."""
    for line in page.lines:
        dates = list(_dated([line])) if line.linked else []
        said = len(line.text) - sum(found.end - found.start for found in dates)
        yield from (found.stamp for found in dates if line.linked * 2 > said)
