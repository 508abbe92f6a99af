from datetime import UTC, date, datetime, timedelta

import pytest

from archive.post import CHINA
from console.pages import formats

NOW = datetime(2019, 8, 2, 8, 20, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("at", "says", "why"),
    [
        (datetime(2019, 8, 2, 7, 2, tzinfo=CHINA), "8月2日 07:02", "this year"),
        (datetime(2019, 8, 1, 23, 30, tzinfo=UTC), "8月2日 07:30", "always Asia/Shanghai"),
        (datetime(2018, 12, 31, 17, 0, tzinfo=UTC), "1月1日 01:00", "the year turns at midnight of Asia/Shanghai"),
        (datetime(2018, 12, 31, 15, 0, tzinfo=UTC), "2018年12月31日 23:00", "another year is named"),
        (None, "—", "not known"),
    ],
)
def test_moment(at: datetime | None, says: str, why: str) -> None:
    assert formats.moment(at, NOW) == says, why


@pytest.mark.parametrize(("precision", "says"), [("minute", "8月1日 09:12"), ("day", "8月1日"), ("none", "时间不详")])
def test_a_time_is_shown_no_more_exactly_than_it_is_known(precision: str, says: str) -> None:
    assert formats.published(datetime(2019, 8, 1, 9, 12, tzinfo=CHINA), precision, NOW) == says


@pytest.mark.parametrize(
    ("length", "says"),
    [
        (timedelta(seconds=30), "不到 1 分钟"),
        (timedelta(minutes=59, seconds=59), "59 分钟"),
        (timedelta(hours=9), "9 小时"),
        (timedelta(hours=3, minutes=42), "3 小时 42 分"),
        (timedelta(days=2, hours=3, minutes=9), "2 天 3 小时"),
    ],
)
def test_span(length: timedelta, says: str) -> None:
    assert formats.span(length) == says


@pytest.mark.parametrize(
    ("number", "says"),
    [(0, "0"), (12345, "12,345"), (0.3, "0.3"), (5.0, "5"), (2.14, "2.1"), (1.97, "2"), (0.04, "不到 0.1")],
)
def test_count(number: float, says: str) -> None:
    assert formats.count(number) == says


@pytest.mark.parametrize(("number", "says"), [(14, "+14"), (0, "0"), (-9, "−9")])
def test_signed(number: float, says: str) -> None:
    assert formats.signed(number) == says


def test_a_level_is_word_numeral_and_colour_together() -> None:
    assert [formats.level_words(level).text for level in (1, 2, 3, 4)] == [
        "Ⅰ 特别重大 红",
        "Ⅱ 重大 橙",
        "Ⅲ 较大 黄",
        "Ⅳ 一般 蓝",
    ]


def test_weekday_and_day() -> None:
    assert formats.weekday(date(2019, 8, 2)) == "星期五"
    assert formats.day(date(2018, 8, 2), NOW) == "2018年8月2日"
    assert [formats.day(kept, NOW) for kept in ("2019-08-02", "2018-08-02", "")] == ["8月2日", "2018年8月2日", ""]
    assert formats.day(datetime(2019, 8, 1, 17, 0, tzinfo=UTC), NOW) == "8月2日"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "//x.cn",
        "/x",
        "http:",
        "",
        None,
        "http://[x",
        7,
    ],
)
def test_what_is_no_web_address_is_no_link(url: object) -> None:
    assert formats.safe_url(url) == ""


@pytest.mark.parametrize("url", ["http://x.cn/1", "HTTPS://x.cn/", "http://x.cn/?a=javascript:"])
def test_a_web_address_is_one(url: str) -> None:
    assert formats.safe_url(url) == url
