"""When a page was published: each trap of real pages once."""

import logging
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.post import CHINA, Precision
from crawlers.extract import extract
from crawlers.extract.times import read_time
from tests.crawlers.extract.maker import TEXT, page


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def told(raw: bytes, url: str = "", now: datetime | None = None) -> str | None:
    article = extract(raw, url=url, now=now)
    if article.published is None:
        return None
    assert article.published.utcoffset() == datetime(2023, 1, 1, tzinfo=CHINA).utcoffset()
    return article.published.strftime("%Y-%m-%d" if article.precision is Precision.DAY else "%Y-%m-%d %H:%M")


CASES = [
    (page(head=meta("PubDate", "2023-05-06 09:30")), "2023-05-06 09:30", "the government's meta tag"),
    (
        page(head=meta("pubdate", "") + meta("PUBDATE", "2023-05-06 09:30")),
        "2023-05-06 09:30",
        "first that is not empty",
    ),
    (
        page("<p>2023-05-06 16:40</p>", head=meta("PubDate", "2023-05-06 00:00")),
        "2023-05-06 16:40",
        "00:00 is a placeholder",
    ),
    (page(head=meta("PubDate", "2023-05-06 00:00")), "2023-05-06", "00:00 alone is a day"),
    (
        page("<p>2023-05-06 15:15</p>", head=meta("PubDate", "2023-05-06 03:15")),
        "2023-05-06 15:15",
        "a template's 12-hour clock",
    ),
    (
        page("<p>2023-05-07 15:15</p>", head=meta("PubDate", "2023-05-06 03:15")),
        "2023-05-06 03:15",
        "another day is no such clock",
    ),
    (
        page(
            "<table><tr><td>成文日期：</td><td>2023年3月1日</td><td>发布日期：</td><td>2023年3月9日</td></tr></table>"
        ),
        "2023-03-09",
        "the header table, not 成文日期",
    ),
    (page("<table><tr><td>成文日期：</td><td>2023年3月1日</td></tr></table>"), None, "成文日期 alone is not used"),
    (page("<div>发　布　日　期 ：2023-03-09</div>"), "2023-03-09", "a label drawn out by spaces"),
    (page("<div>2023年06月10日08:15 | 来源：清江日报</div>"), "2023-06-10 08:15", "a headline line"),
    (
        page("<div>更新时间：2023-06-12 10:00</div><div>发布时间：2023-06-10 08:15</div>"),
        "2023-06-10 08:15",
        "publication before a change",
    ),
    (page("<div>更新时间：2023-06-12 10:00</div>"), "2023-06-12 10:00", "the change where nothing else is said"),
    (
        page(
            "<div>2023-06-10 08:15</div>",
            head='<meta property="article:published_time" content="2023-06-10T09:40:00+08:00">',
        ),
        "2023-06-10 08:15",
        "shown time before a later og time",
    ),
    (
        page(head='<meta property="article:published_time" content="2023-06-10T01:40:00Z">'),
        "2023-06-10 09:40",
        "UTC is turned into Asia/Shanghai",
    ),
    (
        page(
            head='<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle",'
            '"datePublished":"2023-06-10T08:15:00+08:00"}]}</script>'
        ),
        "2023-06-10 08:15",
        "JSON-LD in a graph",
    ),
    (page(foot="<div>发布时间：2023-06-10 08:15</div>"), "2023-06-10 08:15", "the foot of the page"),
    (
        page(foot="<div><p>路人：没水</p><span>2023-06-13 22:01</span></div><script>var ct = '1686384900';</script>"),
        "2023-06-13 22:01",
        "a foot with a bare time",
    ),
    (page(foot='<script>var x=1; var ct = "1686384900";</script>'), "2023-06-10 16:15", "WeChat's ct"),
    (
        page(foot='<script>{"publishTime":1686384900000}</script>', head=""),
        None,
        "a number without quotes is not guessed at",
    ),
    (
        page("<div>2023 <em>06</em>/<em>12</em> <b>17:05:31</b></div>".replace("2023 ", "<i>2023</i> ")),
        "2023-06-12 17:05",
        "one box a part",
    ),
    (
        page(
            text="<p>大桥建成于2009年，2009年5月1日通车，日均车流量三万辆，今年进行维修，公交线路照常运行。</p>" + TEXT
        ),
        None,
        "a year in the text is no date of publication",
    ),
    (
        page("<div>活动时间：2023-07-01 09:00</div><div>发布：2023-06-10 08:15</div>"),
        "2023-06-10 08:15",
        "the time of an event",
    ),
    (page("<div>2023年13月45日 来源：清江日报</div>"), None, "an impossible date"),
    (page(text="<p>无日期</p>"), None, "no date at all"),
    (page('<div class="date">成文日期：2023-03-01</div>'), None, "成文日期 in an element that is called date"),
    (page("<div>成文日期：</div><div class='date'>2023-03-01</div>"), None, "成文日期, its value on the next line"),
    (page("<div>成文日期：<time datetime='2023-03-01'>2023-03-01</time></div>"), None, "成文日期 as a <time>"),
    (page("<div>成文日期：2023-03-01</div>", head=meta("date", "2023-03-01")), None, "a library's guess equals it"),
    (page(foot='<div class="time">成文日期：2023-03-01</div>'), None, "成文日期 at the foot"),
    (
        page("<table><tr><th>成文日期<th>发布日期</tr><tr><td>2023-03-01<td>2023-03-09</tr></table>"),
        "2023-03-09",
        "labels above their values",
    ),
    (page("<div>今天是2026年11月27日 星期五</div>"), None, "the page's clock"),
    (page("<div>您好！现在是：</div><div>2026年11月27日 10:00</div>"), None, "the clock on the next line"),
    (page("<div>2026年11月27日 星期五 农历十月十九</div>"), None, "a clock by its lunar date"),
    (page("<div>今天是2026-11-27 10:01</div><div>2023-06-10 08:15</div>"), "2023-06-10 08:15", "clock and time"),
    (page(foot="<div>当前时间：2026-11-27 10:00</div>"), None, "a clock at the foot"),
    (
        page().replace(b"<h1>", "<div>2026年11月27日 星期五</div><h1>".encode()),
        None,
        "a bare day of the week above the title is a clock",
    ),
    (
        page().replace(b"<h1>", "<div>2026年11月27日 10:03:04 星期五</div><h1>".encode()),
        None,
        "the same with its hour",
    ),
    (page(foot="<span>1楼</span><span>2023-06-10 08:15</span>"), "2023-06-10 08:15", "the floor of a forum"),
    (
        page().replace(b"<h1>", "<div>2023年06月10日 星期六</div><div>第A01版：要闻</div><h1>".encode()),
        "2023-06-10",
        "but a newspaper's day",
    ),
    (page("<em>发表于 <span title='2024-8-9 07:06:05'>3&nbsp;天前</span></em>"), "2024-08-09 07:06", "Discuz"),
    (page("<time datetime='2024-08-09T07:06:05+08:00'>2小时前</time>"), "2024-08-09 07:06", "a time by its distance"),
    (page("<div>24-05-06 15:04</div>"), "2024-05-06 15:04", "a year of two digits"),
    (
        page(foot="<h4>相关阅读</h4><ul><li><a href='/1'>清江大桥封闭施工的通知</a> 2021-02-11</li></ul>"),
        None,
        "the day of another article in a list of links",
    ),
    (page("<div class='date'>24-05-06</div>"), None, "two digits and no clock: no guess at 2006"),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), CASES)
def test_takes_the_best_of_what_the_page_says(raw: bytes, expected: str | None, reason: str) -> None:
    assert told(raw) == expected, reason


ADDRESSES = [
    ("https://www.qingjiang.example/tzgg/202306/t20230610_12345.html", "TRS"),
    ("https://www.qingjiang.example/art/2023/6/10/art_1_2.html", "jcms"),
    ("https://www.qingjiang.example/n1/2023/0610/c1-2.html", "two and two"),
    ("https://www.qingjiang.example/2023-06/10/content_1.htm", "a newspaper"),
]


@pytest.mark.parametrize(("url", "reason"), ADDRESSES)
def test_reads_the_day_from_the_address(url: str, reason: str) -> None:
    assert told(page(), url=url) == "2023-06-10", reason


def test_libraries_say_nothing_on_stderr() -> None:
    """They log what they could not read as ERROR, in English, where an officer reads the command's messages."""
    extract(page("<div class='date'>24-05-06</div>"))
    extract("<html><body>{}".format("<a href='x'>清江新闻</a>" * 30).encode())
    assert not any(logging.getLogger(name).isEnabledFor(logging.ERROR) for name in ("htmldate.core", "trafilatura.x"))


def test_does_not_believe_the_future() -> None:
    now = datetime(2023, 6, 10, 12, tzinfo=CHINA)
    assert told(page("<p>2024-01-01 08:00</p>", head=meta("PubDate", "2023-06-12 12:01")), now=now) is None
    assert (
        told(page("<p>2023-06-09 08:00</p>", head=meta("PubDate", "2030-06-12 12:01")), now=now) == "2023-06-09 08:00"
    )
    assert told(page(head=meta("PubDate", "2023-06-11 11:59")), now=now) == "2023-06-11 11:59"


FORMS = [
    ("2023-06-10 08:15", "2023-06-10 08:15"),
    ("2023/6/10 8:15:01", "2023-06-10 08:15"),
    ("2023.06.10 08:15", "2023-06-10 08:15"),
    ("2023年6月10日 08时15分", "2023-06-10 08:15"),
    ("2023年6月10日08:15", "2023-06-10 08:15"),
    ("2023年6月10日 下午3:15", "2023-06-10 15:15"),
    ("2023-06-10（星期六）08:15", "2023-06-10 08:15"),
    ("2023-06-10 12:15 AM", "2023-06-10 00:15"),
    ("2023-06-10T00:15:00.000Z", "2023-06-10 08:15"),
    ("2023-06-10T08:15:00+0800", "2023-06-10 08:15"),
    ("20230610", "2023-06-10 00:00"),
    ("1686356100", "2023-06-10 08:15"),
    ("1686356100000", "2023-06-10 08:15"),
    ("2023-06-10 03:20:11 PM来源：清江日报", "2023-06-10 15:20"),
    ("2023-06-10 03:20 pm 来源", "2023-06-10 15:20"),
    ("2023-06-10T03:20:11Z来源", "2023-06-10 11:20"),
    ("2023-06-10 03:20:11 +0000来源", "2023-06-10 11:20"),
    ("2023-06-10 08:00-12:00", "2023-06-10 08:00"),  # opening hours, no zone
    ("2023-06-10 08:00-17:30", "2023-06-10 08:00"),
    ("2023年6月10日 中午1:20", "2023-06-10 13:20"),
    ("2023年6月10日 中午11:50", "2023-06-10 11:50"),
    ("2023年6月10日 凌晨12:30", "2023-06-10 00:30"),
    ("2023/6/10 上午12:30:00", "2023-06-10 00:30"),  # as browsers write half past midnight
    ("2023/6/10 下午12:30:00", "2023-06-10 12:30"),
    ("2023年6月10日晚上12:05", "2023-06-11 00:05"),  # the midnight that ends the day
    ("2023年6月10日深夜1点20分", "2023-06-11 01:20"),
    ("2023年6月10日晚8点15分", "2023-06-10 20:15"),
    ("2023年6月10日 晚上20:15", "2023-06-10 20:15"),
    ("2023年6月10日早上8:15", "2023-06-10 08:15"),
    ("2023年6月10日清晨6:15", "2023-06-10 06:15"),
    ("2023年6月10日傍晚6:15", "2023-06-10 18:15"),
    ("２０２３－０６－１０　０８：１５", "2023-06-10 08:15"),
    ("２０２３年６月１０日", "2023-06-10 00:00"),
    ("23-06-10 08:15", "2023-06-10 08:15"),
    ("发布时间：23-6-10", "2023-06-10 00:00"),
]
NO_TIMES = ["12-05-06", "电话0839-23-06-10 08:15", "比分23-06-10", "23-13-45 08:15", "2023-02-31"]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_reads_times_as_they_are_written(text: str, expected: str) -> None:
    stamp = read_time(text)
    assert stamp is not None
    assert stamp.at.strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.parametrize("text", NO_TIMES)
def test_reads_no_time_where_there_is_none(text: str) -> None:
    assert read_time(text) is None


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2099, 12, 30)))  # noqa: DTZ001
def test_reads_back_what_it_is_given(at: datetime) -> None:
    for form in ("%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y/%m/%dT%H:%M:%S"):
        stamp = read_time(at.strftime(form))
        assert stamp is not None
        assert stamp.at.replace(tzinfo=None) == at.replace(second=0, microsecond=0)


@given(st.text(max_size=80))
def test_never_raises(text: str) -> None:
    read_time(text)
