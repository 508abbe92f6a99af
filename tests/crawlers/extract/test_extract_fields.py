"""Title, source, author and document number, each by the ways in which pages give them."""

import pytest

from crawlers.extract import extract
from crawlers.extract.titles import without_suffixes
from tests.crawlers.extract.maker import TEXT, page

OWN = "清江市更换供水管网"
LONG = "清江市人民政府办公室关于印发清江市供水管网改造工作方案的通知"
TITLES = [
    (page(title=f"{OWN}_通知公告_清江市人民政府"), OWN, "h1 found in <title>"),
    (
        page(title="另一个标题", head=f'<meta name="articletitle" content="{OWN}二期">'),
        OWN + "二期",
        "ArticleTitle first",
    ),
    (
        page(title="清江市人民政府", head='<meta name="ArticleTitle" content="null">'),
        OWN,
        "<title> names the site, the heading speaks",
    ),
    (f"<title>{LONG}_清江市人民政府</title><body>{TEXT}".encode(), LONG, "<title> less its suffix"),
    (f"<title>{LONG}-清江市人民政府门户网站</title><body>{TEXT}".encode(), LONG, "a dash"),
    (f"<title>{LONG} - 清江日报 - 清江网</title><body>{TEXT}".encode(), LONG, "two suffixes"),
    (f"<title>清江网</title><meta property='og:title' content='{LONG}'><body>{TEXT}".encode(), LONG, "og:title"),
    (
        f"<title>{LONG}_清江网</title><body><p>{LONG[:17]}</p><p>{LONG[17:]}</p>{TEXT}".encode(),
        LONG,
        "a heading broken in two is not its first line",
    ),
    (f"<title>清江新闻--{LONG}</title><body><div class=t>{LONG}</div>{TEXT}".encode(), LONG, "the site in front"),
    (f"<title>{OWN}</title><body><h1>清江新闻网</h1><h2>{OWN}</h2>{TEXT}".encode(), OWN, "h1 is the site's name"),
    (f"<body><h1>{OWN}</h1>{TEXT}".encode(), OWN, "no <title>"),
    (f"<title>详情</title><body><h1>{OWN}</h1>{TEXT}".encode(), OWN, "<title> says nothing"),
    (
        "<title>5G-A基站建设-清江日报</title><body>没有标题的正文，只有这一句话，别无其他。".encode(),
        "5G-A基站建设",
        "a dash inside stays",
    ),
]


BEGUN = "东坝片区供水管网改造工程开工"
COLUMN = "<div><a href='/'>首页</a> &gt; <a href='/y'>水务要情</a></div>"


def headed(title: str, headings: str, above: str = "") -> bytes:
    """A page whose <title> and headings are given, with a clock above them."""
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><div>今天是2026年11月27日 星期五</div>"
        f"{above}{headings}<div>2023-06-10 08:15 来源：市水务局</div><div class=con>{TEXT}</div>"
    ).encode()


COLUMNS = [
    *(
        (headed(title, f"<h1>{BEGUN}</h1>"), BEGUN, "<title> names a column only")
        for title in (
            *(
                "政务要闻_清江市人民政府",
                "要闻",
                "图片新闻-清江市水务局",
                "详情页",
                "文章正文",
                "清江市水务局-政务要闻",
            ),
            *("清江市水务局 政务要闻", "区县动态--清江新闻网", "正文_清江市人民政府", "信息详情 - 清江市政府门户网站"),
        )
    ),
    (headed("水务要情_清江市水务局", f"<h1>{BEGUN}</h1>", COLUMN), BEGUN, "a column is a link of the navigation"),
    (headed("水务要情_清江市水务局", f"<h1>{BEGUN}</h1>"), BEGUN, "short, and one heading that is longer"),
    (headed("政务要闻_清江市人民政府", f"<h1>政务要闻</h1><h2>{BEGUN}</h2>"), BEGUN, "the column is a heading too"),
    (headed("水务要情_清江市水务局", f"<div class=title>{BEGUN}</div>", COLUMN), BEGUN, "no h1"),
    (headed("停水通知_清江市水务局", "<h1>通知公告</h1><p>停水通知</p>"), "停水通知", "the column is the heading"),
    (headed("停水通知_清江市水务局", "<h1>清江市水务局</h1><h2>停水通知</h2>"), "停水通知", "the site is the heading"),
    (
        headed("停水通知_清江市水务局", "<h1><a href='/'>爱在清江生活每一天</a></h1><p>停水通知</p>"),
        "停水通知",
        "a heading that leads to the front page",
    ),
    (headed("停水通知_清江市水务局", "<h1>清江好消息天天有</h1><h1>爱在清江生活每一天</h1>"), "停水通知", "a choice"),
    (headed("水务要情_清江市水务局", f"<h1>{OWN}</h1>", COLUMN), OWN, "a title that ends like a site's name (网)"),
    (headed("停水通知_清江市水务局", ""), "停水通知", "no heading at all"),
    (
        headed("招聘公告-清江市水务局", "<h1>招聘公告</h1><h3>关于做好供水工作的报告</h3>"),
        "招聘公告",
        "a column's name may be a title, where it is the heading",
    ),
    (
        headed(f"清江市人民政府 工作动态 {BEGUN}", f"<td class=title>{BEGUN}"),
        BEGUN,
        "site and column in front, by spaces",
    ),
    (
        headed("市长信箱-信件内容", "<h1>市长信箱</h1><table><tr><td>信件标题<td>北街停水何时解决</table>"),
        "北街停水何时解决",
        "the title stands in a table",
    ),
    (
        headed("政策文件", "<ul><li><b>名　称</b>清江市供水管理办法的通知</ul>"),
        "清江市供水管理办法的通知",
        "the title stands in a list",
    ),
    (
        headed("文章正文", f"<div class=title-info>来源：市水务局 浏览：12</div><h2>{BEGUN}</h2>"),
        BEGUN,
        "a byline called title is none",
    ),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), TITLES + COLUMNS)
def test_finds_the_title(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).title == expected, reason


@pytest.mark.parametrize("title", ["清江日报", "停水", "", "_", "关于停水——致市民", "A|B"])
def test_suffixes_never_take_the_whole_title(title: str) -> None:
    assert bool(without_suffixes(title)) == bool(title)


SOURCES = [
    (page(head='<meta name="ContentSource" content="市水务局">'), "市水务局", "the government's meta tag"),
    (
        page(head='<meta name="ContentSource" content="来源："><meta name="CONTENTSOURCE" content="市水务局">'),
        "市水务局",
        "an empty label is skipped",
    ),
    (
        page(head='<meta name="source" content="来源：清江日报 原创稿">'),
        "清江日报",
        "label and addition inside the tag",
    ),
    (page("<div>2023-06-10 08:15　来源：清江日报　作者：王某　浏览：12</div>"), "清江日报", "a headline line"),
    (page("<div>2023-06-10 08:15来源：清江日报作者：王某</div>"), "清江日报", "nothing between the facts"),
    (
        page("<div><span>来 源：</span><a href='x'>清江广播电视台</a><span>【字体：大】</span></div>"),
        "清江广播电视台",
        "in pieces",
    ),
    (page("<div>来源：</div><div>清江发布</div>"), "清江发布", "on the next line"),
    (page("<div>来源：清江发布 发布时间：2023-06-10</div>"), "清江发布", "a name that ends like a label"),
    (page("<div>信息来源：市水务局 | 2023-06-10 08:15</div>"), "市水务局", "信息来源"),
    (page("<div>文章出处：清江晚报</div>"), "清江晚报", "出处"),
    (
        page("<div><span>2023-06-10 08:15</span> <span>清江日报</span></div>"),
        "清江日报",
        "an organisation beside the time",
    ),
    (page("<p>王某/清江晚报</p><p>2023-06-10 08:15</p>"), "清江晚报", "an organisation above the time"),
    (page("<div class='info'><i class='source'>清江说事</i></div>"), "清江说事", "a piece that is called source"),
    (page(foot="<div>本文来源：清江日报 责任编辑：郑某</div>"), "清江日报", "the foot of the page"),
    (
        page("<div>2023-06-10 08:15</div>", text="<p>图片来源：清江摄影网</p>" + TEXT),
        "",
        "where a picture is from is not asked",
    ),
    (page("<div>2023-06-10 08:15 来源：未知</div>"), "", "unknown is nobody"),
    (
        page("<div>2023-06-10 08:15 来源：市发展改革委（市能源局）</div>"),
        "市发展改革委（市能源局）",
        "a bracket of the name",
    ),
    (
        page(head='<meta name="ContentSource" content="市发展改革委(市能源局)">'),
        "市发展改革委(市能源局)",
        "the same in the meta tag",
    ),
    (page("<div>来源：“学习清江”学习平台</div>"), "“学习清江”学习平台", "a quotation in the name"),
    (page("<dl><dt>信息来源</dt><dd>市水务局</dd></dl>"), "市水务局", "a list of definitions"),
    (page("<div>2023-06-10 08:15（来源：清江日报）</div>"), "清江日报", "a bracket around the label"),
    (page("<div>发表于 <span title='2024-8-9 07:06:05'>3 天前</span></div>"), "", "发表于 is no name"),
    (
        page("<table><tr><td>发布机构</td><td>市水务局</td><td>发文日期</td><td>2023-05-03</td></tr></table>"),
        "",
        "who issued a document is another fact",
    ),
    (page("<div>2023-06-10 08:15 来源：</div>"), "", "nothing filled in"),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), SOURCES)
def test_finds_the_source(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).source == expected, reason


NUMBERS = [
    (
        page("<table><tr><td>发文字号：</td><td>清府办函〔2023〕7号</td></tr></table>"),
        "清府办函〔2023〕7号",
        "the header table",
    ),
    (page("<table><tr><td>文 号</td><td>：</td></tr></table>"), "", "an empty cell"),
    (
        page("<table><tr><td>文　　号：</td><td>清府办函〔2023〕7号</td><td>有 效 性：</td><td>有效</td></tr></table>"),
        "清府办函〔2023〕7号",
        "a label drawn out",
    ),
    (
        page("<table><tr><td>文号</td><td>清府办函〔2023〕7号</td><td>有效性</td><td>有效</td></tr></table>"),
        "清府办函〔2023〕7号",
        "no colons: the next label ends the value",
    ),
    (
        page("<table><tr><th>文号</th><th>有效性</th></tr><tr><td>清府办函〔2023〕7号</td><td>有效</td></tr></table>"),
        "清府办函〔2023〕7号",
        "labels above their values",
    ),
    (page(text="<p>清府发[2023] 12 号</p>" + TEXT), "清府发〔2023〕12号", "the opening, brackets put right"),
    (page(text="<p>根据清府发〔2019〕3号文件，改造供水管网。</p>" + TEXT), "", "another document is mentioned"),
    (page(text=TEXT * 8 + "<p>清府发〔2023〕12号</p>"), "", "too far down"),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), NUMBERS)
def test_finds_the_document_number(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).doc_number == expected, reason


AUTHORS = [
    (page("<div>作者：王某　2023-06-10</div>"), "王某", "printed"),
    (page(head='<meta name="author" content="清江网">', title=f"{OWN}_清江网"), "", "the site is not the author"),
    (page(head='<meta name="author" content="104363">'), "", "a number is not"),
    (page("<div>文/王某　2023-06-10</div>"), "王某", "in short"),
    (page("<table><tr><td>文　　号：</td><td>清府办发〔2023〕12号</td></tr></table>"), "", "文　　号 is another label"),
    (page("<div>正文：清江市</div>"), "", "正文 is another word"),
    (page("<div>【文/清江网专栏作者 王某某】　2023-06-10</div>"), "王某某", "what he is stands before the name"),
    (page("<div>清江日报记者 陈文 周小河</div>"), "陈文 周小河", "reporters on a line of their own"),
    (page(text="<p>清江网6月10日讯（记者陈文 整合）" + TEXT[3:]), "陈文", "in the dateline"),
    (page(text="<p>清江网讯（记者 陈文 通讯员 周小河）" + TEXT[3:]), "陈文", "the reporter before who helped"),
    (page(text="<p>清江网讯（记者站供稿）" + TEXT[3:]), "", "记者站 is an office"),
    (page(text=TEXT * 4 + "<p>有人问（记者 陈文 摄）" + TEXT[3:]), "", "who took a picture further down"),
    (
        page(head='<script type="application/ld+json">{"headline": "x", "author": {"name": "陈文"}}</script>'),
        "陈文",
        "JSON-LD",
    ),
    (page("<div>作者：</div><div>清江市更换供水管网相关图片</div>"), "", "an empty label does not take the next line"),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), AUTHORS)
def test_finds_the_author(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).author == expected, reason


ISSUERS = [
    (
        page("<table><tr><td>发布机构</td><td>市水务局</td><td>发文日期</td><td>2023-05-03</td></tr></table>"),
        "市水务局",
        "no colons: the next label ends the value",
    ),
    (
        page("<table><tr><td>发文机关：</td><td>市水务局</td><td>成 文 日 期：</td><td>2023-05-03</td></tr></table>"),
        "市水务局",
        "colons",
    ),
    (
        page("<table><tr><th>发布机构</th><th>发文日期</th></tr><tr><td>市水务局</td><td>2023-05-03</td></tr></table>"),
        "市水务局",
        "labels above their values",
    ),
]


@pytest.mark.parametrize(("raw", "expected", "reason"), ISSUERS)
def test_finds_the_issuer(raw: bytes, expected: str, reason: str) -> None:
    assert extract(raw).issuer == expected, reason
