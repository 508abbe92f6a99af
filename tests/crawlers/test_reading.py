"""Selectors, page patterns, times and numbers: what a declared source is read with."""

from datetime import UTC, datetime
from itertools import islice

import parsel
import pytest

from archive.post import Precision
from crawlers.item import number
from crawlers.pages import PatternError, read_pattern
from crawlers.selectors import compile_selector, html_text
from crawlers.speaker import live_periods, period_of, speaker
from crawlers.when import in_future, moves, read_time

NOW = datetime(2024, 3, 2, 4, 0, tzinfo=UTC)  # noon in China
HTML = """<ul><li><a href="/1" title="全名"> 甲 <b>乙</b></a><span></span><span>2024-03-01</span></li></ul>
<div id=x><p>一</p><script>no()</script><p>二<br>三</p></div>"""
JSON = {"data": [{"t": "题", "n": 3, "html": "<p>一</p><p>二</p>", "yes": True, "deep": {"x": "深"}}], "a<b": 1}


@pytest.mark.parametrize(
    ("selector", "value", "why"),
    [
        ("a@href", "/1", "an attribute"),
        ("a", "甲 乙", "text, white space collapsed"),
        ("span", "2024-03-01", "the first that is not empty"),
        ("//a/@title", "全名", "XPath to an attribute"),
        ("//a/text()", "甲", "XPath to text"),
        ("#x", "一\n二\n三", "a line a block, no script"),
        ("=常量", "常量", "a constant"),
        ("em", "", "nothing there"),
        ("$.data", "", "JSONPath finds nothing in a page"),
    ],
)
def test_selectors_on_a_page(selector: str, value: str, why: str) -> None:
    assert compile_selector(selector).value(parsel.Selector(text=HTML)) == value, why


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ("$.data[0].t", "题"),
        ("$.data[*].n", "3"),
        ("$.data[0].html", "一\n二"),
        ("$.data[0].deep.x", "深"),
        ("$.data[0].yes", ""),
        ("$.none", ""),
        ("a", ""),
    ],
)
def test_selectors_on_json(selector: str, value: str) -> None:
    assert compile_selector(selector).value(JSON) == value


def test_an_xpath_of_an_item_does_not_look_outside_it() -> None:
    items = compile_selector("//li").nodes(parsel.Selector(text="<ul><li><a>1</a></li><li>none</li></ul>"))
    assert [compile_selector("//a").value(item) for item in items] == ["1", ""]


def test_html_text_of_what_is_no_html_is_empty_or_text() -> None:
    assert html_text("") == ""
    assert html_text("甲 &lt; 乙") == "甲 < 乙"


@pytest.mark.parametrize(
    ("pattern", "pages"),
    [
        ("/a.html", ["/a.html"]),
        ("/{1..3}", ["/1", "/2", "/3"]),
        ("/{08..10}", ["/08", "/09", "/10"]),
        ("/i{,_1,_2}.html", ["/i.html", "/i_1.html", "/i_2.html"]),
        ("/?p={0..}", ["/?p=0", "/?p=1", "/?p=2", "/?p=3"]),
    ],
)
def test_page_patterns(pattern: str, pages: list[str]) -> None:
    assert list(islice(read_pattern(pattern), 4)) == pages


@pytest.mark.parametrize("pattern", ["{a..b}", "{1}", "{", "}", "{1..2}{1..2}", "{{1..2}}", "{1..99999}"])
def test_a_pattern_that_cannot_be_read_is_refused_in_chinese(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"[\u4e00-\u9fff]"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("text", "at", "precision", "why"),
    [
        ("2024-03-01 09:30", "2024-03-01T01:30", "minute", "Asia/Shanghai where no offset is given"),
        ("2024-03-01T09:30:00+08:00", "2024-03-01T01:30", "minute", "ISO"),
        ("2024年3月1日 9时30分", "2024-03-01T01:30", "minute", "Chinese"),
        ("发布时间：2024/3/1", "2024-02-29T16:00", "day", "a label before it"),
        ("2024-03-01 00:00:00", "2024-02-29T16:00", "day", "midnight sharp is a placeholder"),
        ("1709256600", "2024-03-01T01:30", "minute", "seconds since 1970"),
        ("1709256600000", "2024-03-01T01:30", "minute", "milliseconds"),
        ("20240301", "2024-02-29T16:00", "day", "compact"),
        ("Fri, 01 Mar 2024 01:30:00 GMT", "2024-03-01T01:30", "minute", "a feed's"),
        ("Fri, 01 Mar 2024 00:00:00 +0800", "2024-02-29T16:00", "day", "midnight where it was written"),
        ("Thu, 29 Feb 2024 16:00:00 GMT", "2024-02-29T16:00", "day", "our midnight, turned into GMT"),
        ("2024-02-29T16:00:00Z", "2024-02-29T16:00", "day", "our midnight, turned into UTC"),
        ("1709222400", "2024-02-29T16:00", "day", "our midnight, in seconds since 1970"),
        ("20240301000000", "2024-02-29T16:00", "day", "midnight, compact"),
        ("Fri, 01 Mar 2024 08:00:00 +0800", "2024-03-01T00:00", "minute", "not midnight where it was written"),
        ("Fri, 01 Mar 2024 09:30:00", "2024-03-01T01:30", "minute", "a feed's without offset"),
        ("01 Mar 24 09:30 +0800", "2024-03-01T01:30", "minute", "RFC 822 at its shortest"),
        ("Fri, 01 Mar 2024 01:30:00 -0000", "2024-03-01T01:30", "minute", "RFC 5322: no offset known, UTC"),
        ("Fri, 01 Mar 2024 09:30:00 CST", "2024-03-01T01:30", "minute", "China's time, not America's"),
        ("Fri Mar 01 09:30:00 CST 2024", "2024-03-01T01:30", "minute", "as Java writes it"),
        ("Fri, 01 Mar 2024 09:30:00 GMT+8", "2024-03-01T01:30", "minute", "a short offset"),
        ("星期五, 01 三月 2024 09:30:00 +0800", "2024-03-01T01:30", "minute", "as Java writes it in Chinese"),
        ("周五, 01 3月 2024 09:30:00 +0800", "2024-03-01T01:30", "minute", "and since Java 9"),
        ("2024-03-01 01:30:00 +0000", "2024-03-01T01:30", "minute", "an offset behind a space"),
        ("2024/3/1 09:30:00", "2024-03-01T01:30", "minute", "slashes"),
        ("2024年3月1日 下午3:30", "2024-03-01T07:30", "minute", "the afternoon"),
        ("２０２４－０３－０１　０９：３０", "2024-03-01T01:30", "minute", "full width"),
        ("2024-03-01 24:00", "2024-02-29T16:00", "day", "a clock that cannot be"),
        ("Published: 2024-03-01", "2024-02-29T16:00", "day", "an English label"),
        ("3小时前", "2024-03-02T01:00", "minute", "ago"),
        ("2天前", "2024-02-28T16:00", "day", "days ago, whatever the hour it is read at"),
        ("2024-03-01 09:30（1天前）", "2024-03-01T01:30", "minute", "the time itself before how long ago it was"),
        ("02-29", "2024-02-28T16:00", "day", "a leap day"),
        ("昨天 08:15", "2024-03-01T00:15", "minute", "a word"),
        ("02-28", "2024-02-27T16:00", "day", "no year"),
        ("12-31", "2023-12-30T16:00", "day", "no year, of last year"),
        ("2099-01-01", None, "none", "in the future"),
        ("2024-13-40", None, "none", "no date"),
        ("9" * 400, None, "none", "a number"),
        ("", None, "none", "nothing"),
    ],
)
def test_times(text: str, at: str | None, precision: str, why: str) -> None:
    found, how = read_time(text, NOW)
    assert (found.strftime("%Y-%m-%dT%H:%M") if found else None, how) == (at, Precision(precision)), why


@pytest.mark.parametrize(
    ("text", "moving"),
    [
        ("3小时前", True),
        ("1天前", True),
        ("昨天 08:15", True),
        ("02-28", True),
        ("2024-02-28", False),
        ("1709256600", False),
        ("Fri, 01 Mar 2024 01:30:00 GMT", False),
        ("2024-03-01 09:30（1天前）", False),
        ("无", False),
    ],
)
def test_a_time_that_says_another_when_it_is_read_at_another_is_known_to(text: str, moving: bool) -> None:
    assert moves(text, NOW) is moving


def test_only_a_time_later_than_a_day_from_now_is_in_the_future() -> None:
    assert in_future("2099-01-01", NOW) and not in_future("2024-03-03", NOW) and not in_future("无", NOW)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.2万", 12000),
        ("3k", 3000),
        ("10+", 10),
        ("多", None),
        ("9" * 30, None),
        ("9" * 400 + "万", None),
        ("9" * 5000, None),
    ],
)
def test_counts(text: str, value: int | None) -> None:
    assert number(text) == value


def test_a_speaker_is_known_again_within_a_period_and_not_beyond() -> None:
    keys = {str(period): f"{period % 256:02x}" * 32 for period in live_periods(NOW)}
    first, later = (datetime.fromtimestamp(period_of(NOW) * 30 * 86400 + days * 86400, UTC) for days in (1, 29))
    before = datetime.fromtimestamp(period_of(NOW) * 30 * 86400 - 86400, UTC)
    assert speaker(keys, "s", "甲", first) == speaker(keys, "s", "甲", later)
    assert speaker(keys, "s", "甲", first) != speaker(keys, "s", "甲", before)
    assert speaker(keys, "s", "甲", first) != speaker(keys, "t", "甲", first)
    assert speaker(keys, "s", "甲", datetime(2023, 1, 1, tzinfo=UTC)) is None  # its key is destroyed
    assert speaker(keys, "s", "  ", first) is None
