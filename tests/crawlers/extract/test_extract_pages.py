"""Whole invented pages of the city of 清江, one a kind of site."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from archive.post import CHINA, Precision
from crawlers.extract import extract

PAGES = Path(__file__).parent.parent / "pages"
MINUTE, DAY = Precision.MINUTE, Precision.DAY


@dataclass(frozen=True)
class Case:
    page: str
    title: str
    at: datetime
    precision: Precision
    source: str
    starts: str
    ends: str
    absent: tuple[str, ...] = ()


def at(*parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=CHINA)


CASES = [
    Case(
        "gov_trs",
        "清江市2023年供水管网改造工作安排",
        at(2023, 5, 6, 9, 30),
        MINUTE,
        "市住房城乡建设局",
        "各县区人民政府",
        "张贴通知。",
        ("打印", "分享", "版权", "alert", "附件"),
    ),
    Case(
        "gov_table",
        "清江市人民政府办公室关于印发供水管理办法的通知",
        at(2023, 3, 9),
        DAY,
        "",
        "清江市人民政府办公室",
        "2023年3月1日",
        ("索", "主题分类"),
    ),
    Case(
        "gov_old_gbk",
        "我市启动秋季学期校园食品安全检查",
        at(2015, 9, 2, 8, 5),
        MINUTE,
        "本站原创",
        "9月1日",
        "公开整改结果。",
        ("上一篇", "版权", "点击数"),
    ),
    Case(
        "vsb",
        "学校召开校园安全工作会",
        at(2021, 11, 3, 16, 42),
        MINUTE,
        "",
        "本网讯",
        "向全校公布。",
        ("上一条", "机构设置"),
    ),
    Case(
        "news_people",
        "清江：38个小区换上新水管",
        at(2023, 6, 10, 8, 15),
        MINUTE,
        "人民网－四川频道",
        "人民网清江6月10日电",
        "水也清了。”",
        ("责编", "分享让", "推荐阅读"),
    ),
    Case(
        "news_xinhua",
        "清江市公布供水改造进展",
        at(2023, 6, 12, 17, 5),
        MINUTE,
        "新华网",
        "新华社成都",
        "提前三天公告。",
        ("责任编辑",),
    ),
    Case(
        "wechat",
        "明天起，清江这些小区停水",
        at(2023, 6, 14, 17, 0),
        MINUTE,
        "清江发布",
        "因管网改造施工",
        "供水服务热线。",
        ("var ct",),
    ),
    Case(
        "discuz",
        "北街片区连续三天停水，有人管吗？",
        at(2023, 6, 16, 21, 40),
        MINUTE,
        "",
        "北街片区从14号",
        "管一管。",
        ("顶楼主", "Powered"),
    ),
    Case(
        "portal_jsonld",
        "清江一小区加装电梯引争议",
        at(2023, 7, 1, 14, 58),
        MINUTE,
        "",
        "东坝片区一栋老楼",
        "公示七天。",
        ("2009", "版权"),
    ),
    Case(
        "portal_updated",
        "清江大桥限行方案公布",
        at(2023, 7, 2, 10, 12),
        MINUTE,
        "清江日报",
        "原标题",
        "照常运行。",
        ("责任编辑",),
    ),
    Case(
        "half_day_clock",
        "清江市开展燃气安全检查",
        at(2023, 8, 1, 15, 15),
        MINUTE,
        "市应急管理局",
        "市应急管理局会同",
        "排查进度。",
    ),
    Case(
        "templates_left",
        "元旦假期值班安排",
        at(2022, 1, 5, 14, 20),
        MINUTE,
        "市政务服务中心",
        "元旦假期政务服务大厅",
        "12345。",
        ("访问量",),
    ),
    Case(
        "question",
        "北街停水何时解决",
        at(2023, 6, 17, 9, 12),
        MINUTE,
        "",
        "北街片区停水三天",
        "感谢您的关注。",
        ("我要提问",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_reads_the_page(case: Case) -> None:
    article = extract((PAGES / f"{case.page}.html").read_bytes())
    assert article.title == case.title
    assert article.published is not None
    assert article.published.replace(second=0) == case.at
    assert article.precision is case.precision
    assert article.source == case.source
    assert article.text.startswith(case.starts)
    assert article.text.endswith(case.ends)
    assert [word for word in case.absent if word in article.text] == []


def test_reads_what_government_pages_say_of_themselves() -> None:
    article = extract((PAGES / "gov_trs.html").read_bytes())
    assert (article.site, article.column, article.column_type) == ("清江市人民政府", "通知公告", "政府信息公开")
    document = extract((PAGES / "gov_table.html").read_bytes())
    assert (document.doc_number, document.issuer) == ("清府办发〔2023〕12号", "清江市人民政府办公室")


def test_a_template_left_unfilled_says_nothing() -> None:
    article = extract((PAGES / "templates_left.html").read_bytes())
    assert (article.site, article.author) == ("", "")
