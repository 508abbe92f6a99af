"""The text without what the template puts around it."""

import pytest

from crawlers.extract import extract
from tests.crawlers.extract.maker import TEXT, page

FIRST, LAST = (
    "为保障居民用水安全，6月1日起对城区老旧供水管网进行改造，每次停水不超过8小时。",
    "改造涉及38个小区，施工单位将提前三天公告，请居民提前储水，感谢理解和支持。",
)
CLEAN = f"{FIRST}\n{LAST}"
NAV = "<ul>" + "<li><a href='x'>关于做好清江市供水保障工作的通知，请遵照执行</a></li>" * 30 + "</ul>"
TEXTS = [
    (page(), CLEAN, "as it is"),
    (
        page(text=f"<h1>清江市更换供水管网</h1><p>2023-06-10 08:15 来源：清江日报</p>{TEXT}"),
        CLEAN,
        "title and headline inside the container",
    ),
    (page(text=f"{TEXT}<p>（责任编辑：郑某）</p><p>【打印】【关闭】</p>"), CLEAN, "what stands below"),
    (page(text=f"{TEXT}<p>相关新闻</p><ul><li><a>甲新闻</a></li><li>清江大桥限行</li></ul>"), CLEAN, "related news"),
    (page(text=f"<p>相关新闻：</p>{TEXT}"), CLEAN, "related news above the text does not end it"),
    (
        page(text=f"{TEXT}<script>document.write('x')</script><style>.a{{}}</style><noscript>请启用脚本</noscript>"),
        CLEAN,
        "scripts and styles",
    ),
    (page(text=f"{TEXT}<p style='display: none'>看不见的字，看不见的字。</p>"), CLEAN, "what is not shown"),
    (page(text=f"{TEXT}<p>上一篇：<a>甲</a></p><p>下一篇：<a>乙</a></p>"), CLEAN, "neighbours"),
    (page(text=f"{TEXT}<p>声明：本文仅代表作者个人观点，不代表本网立场。</p>"), CLEAN, "disclaimers"),
    (page(foot=NAV), CLEAN, "a long list of links is no text"),
    (page(text=TEXT.replace("</p><p>", "<br><br>")), CLEAN, "lines by <br>"),
    (page(text=TEXT.replace("城区", "<span>城</span><b>区</b>")), CLEAN, "inline markup joins"),
    (page(text=f"<section><section>{TEXT}</section></section>"), CLEAN, "nested sections"),
    (page(text=TEXT.replace("用水", "用\u200b水\xa0").replace("水\xa0", "水")), CLEAN, "invisible characters"),
    (
        page(
            text="<table><tr><td>小区</td><td>停水时间</td></tr><tr><td>北街一号</td><td>8时至18时</td></tr></table>"
            + TEXT
        ),
        f"小区 停水时间\n北街一号 8时至18时\n{CLEAN}",
        "rows of a table are lines",
    ),
    (
        page(text="", foot=f"<textarea class='article-content'>{TEXT.replace('<', '&lt;')}</textarea>"),
        CLEAN,
        "text that waits for a script",
    ),
    (b"<html><body>" + TEXT.encode(), CLEAN, "never closed"),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), TEXTS)
def test_reads_the_text_and_nothing_else(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).text == expected, reason


CONTAINERS = ["UCAP-CONTENT", "zoom", "vsb_content_501", "ivs_content", "js_content", "artibody", "rwb_zw", "endText"]
CLASSES = [
    "TRS_Editor",
    "v_news_content",
    "view TRS_UEDITOR trs_paper_default",
    "rm_txt_con cf",
    "news_txt",
    "xxgk_content",
]
COMMENTS = (
    "<div><p>我家也停水三天了，打电话没有人接，什么时候才能来水，请有关部门给个说法，不要总是拖着不解决。</p></div>"
)


def beside_comments(attribute: str, comments: str) -> bytes:
    return (
        "<title>清江市更换供水管网</title><body><div class=wrap>"
        f"<div><div {attribute}>{TEXT}</div></div><div>{comments}</div></div>"
    ).encode()


@pytest.mark.parametrize("attribute", [f'id="{name}"' for name in CONTAINERS] + [f'class="{name}"' for name in CLASSES])
def test_knows_the_containers_of_content_systems(attribute: str) -> None:
    assert extract(beside_comments(attribute, COMMENTS * 6)).text == CLEAN


@pytest.mark.parametrize("name", ["article-content", "news_text", "con-detail", "post-body", "zhengwen"])
def test_a_likely_name_weighs_more_than_a_somewhat_longer_text(name: str) -> None:
    assert extract(beside_comments(f'class="{name}"', COMMENTS * 3)).text == CLEAN
    assert extract(beside_comments('class="x"', COMMENTS * 3)).text != CLEAN


def test_an_unlikely_name_weighs_less_than_a_shorter_text() -> None:
    raw = f"<title>清江市更换供水管网</title><body><div><div>{TEXT}</div></div><div class='comment-list'>{COMMENTS * 6}"
    assert extract(raw.encode()).text == CLEAN
