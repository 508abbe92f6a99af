"""The watchlist language, corner by corner: what is read, and with which strength."""

import pytest

from archive.language import SCOPE_FIELDS, Query, parse, quote
from archive.language.nodes import Term, Where
from tests.archive.makers import make_post

READ = [
    ("停水", "停水", "a word is a term"),
    ("停水 | 供水 | 自来水", "停水 | 供水 | 自来水", "| is OR"),
    ("停水｜供水", "停水 | 供水", "full-width ｜"),
    ("停水 OR 供水", "停水 | 供水", "OR in capitals"),
    ("停水 或 供水", "停水 | 供水", "或 between spaces"),
    ("停水，供水、自来水,水压", "停水 | 供水 | 自来水 | 水压", "a list means any of them"),
    ("停水， 供水", "停水 | 供水", "spaces round a list's comma are nothing"),
    ("停水 + 利州区", "停水 + 利州区", "+ is AND"),
    ("停水＋利州区", "停水 + 利州区", "full-width ＋"),
    ("停水 AND 利州区", "停水 + 利州区", "AND in capitals"),
    ("停水 且 利州区", "停水 + 利州区", "且 between spaces"),
    ("停水 利州区", "停水 + 利州区", "a space is AND"),
    ("停水\u3000利州区\t昭化区", "停水 + 利州区 + 昭化区", "so is any white space"),
    ("停水 !招聘", "停水 + !招聘", "! is NOT"),
    ("停水！招聘", "停水 + !招聘", "full-width ！, also without a space"),
    ("停水 -招聘", "停水 + !招聘", "- after a space is NOT"),
    ("停水 －招聘", "停水 + !招聘", "full-width －"),
    ("停水 - 招聘", "停水 + !招聘", "- between spaces"),
    ("(停水)-招聘", "停水 + !招聘", "- after a bracket"),
    ("-招聘 停水", "!招聘 + 停水", "- at the start"),
    ("停水 NOT 招聘", "停水 + !招聘", "NOT in capitals"),
    ("停水 非 招聘", "停水 + !招聘", "非 between spaces"),
    ("停水 !!招聘", "停水 + 招聘", "twice not is so"),
    ("(停水|供水) + 利州区 + !招聘", "(停水 | 供水) + 利州区 + !招聘", "brackets"),
    ("（停水｜供水）＋利州区", "(停水 | 供水) + 利州区", "full-width brackets"),
    ("停水(通知)", "停水 + 通知", "a bracket beside a word is AND"),
    ("!(停水|供水) 利州区", "!(停水 | 供水) + 利州区", "NOT of a bracket"),
    ("((停水))", "停水", "idle brackets"),
    ("COVID-19", "COVID-19", "- inside a word is text"),
    ("停水-供水", "停水-供水", "- inside a Chinese word too"),
    ("停水+-供水", '停水 + "-供水"', "- after an operator is neither after a space nor a bracket: text"),
    ("android ORacle", "android + ORacle", "operators inside a word are text"),
    ("停水 or 供水", "停水 + or + 供水", "or in small letters is a word"),
    ("停水或供水", "停水或供水", "或 inside a word is text"),
    ("是非", "是非", "非 inside a word is text"),
    ("C++", "C++", "+ after a Latin word is text where there are several"),
    ("C++|Java", "C++ | Java", "and an operator may follow"),
    ("A+B", "A+B", "+ inside a Latin word is text"),
    ("5+2 课后服务", "5+2 + 课后服务", "digits are Latin"),
    ("5G+利州区", "5G + 利州区", "+ between a Latin and a Chinese word is AND"),
    ("C++ + 招聘", "C++ + 招聘", "+ between spaces is AND after C++ too"),
    ("19:30", "19:30", "x: that is no field is text"),
    ("http://a.gov.cn/x?y=1", "http://a.gov.cn/x?y=1", "an address is text"),
    ("作者:张三", "作者:张三", "an unknown field is text"),
    ('"老旧小区 改造"', '"老旧小区 改造"', "straight quotes hold a phrase"),
    ("“老旧小区 改造”", '"老旧小区 改造"', "curly quotes"),
    ("「a|b」", '"a|b"', "corner brackets"),
    ('"停水"', "停水", "quotes that are not needed are not written"),
    ('"a""b"', '"a""b"', "a doubled quote is one"),
    ('"或"', '"或"', "a word operator in quotes is text"),
    ("停水 ~10 投诉", "停水 ~10 投诉", "proximity"),
    ("停水～１０投诉", "停水 ~10 投诉", "full-width signs and digits, no spaces"),
    ("(停水|断水) ~5 投诉", "(停水 | 断水) ~5 投诉", "an OR of terms as one side"),
    ("停水 ~5 投诉 + 利州区", "停水 ~5 投诉 + 利州区", "~ binds stronger than +"),
    ("停水 | 供水 ~5 投诉", "停水 | 供水 ~5 投诉", "and than |"),
    ("!(停水 ~5 投诉) 供水", "!(停水 ~5 投诉) + 供水", "NOT of a proximity in brackets"),
    ("标题:停水", "标题:停水", "title"),
    ("正文：停水", "正文:停水", "text, full-width colon"),
    ("答复:停水", "答复:停水", "reply"),
    ("標題:停水", "标题:停水", "a field's name in traditional characters"),
    ("标题: 停水", "标题:停水", "a space after the colon"),
    ("标题:(停水|供水) 投诉", "(标题:停水 | 标题:供水) + 投诉", "a field before a bracket is of all its terms"),
    ("标题:停水 ~3 投诉", "标题:停水 ~3 投诉", "a field on one side of ~"),
    ("来源:广元日报，四川日报 停水", "(来源:广元日报 | 来源:四川日报) + 停水", "a list is a field's value whole"),
    ("来源:广元日报，标题:停水", "来源:广元日报 | 标题:停水", "but not past the next field"),
    ('来源:"Site A"', '来源:"Site A"', "a phrase as a value"),
    ("情感:负面", "情感:负面", "feeling"),
    ("类型:问答", "类型:问答", "kind"),
    ("类型:question", "类型:问答", "kind by its name in the program"),
    ("停水\n供水", "停水 | 供水", "each line is an alternative"),
    ("停水 利州区\n供水", "(停水 + 利州区) | 供水", "the line binds weakest"),
    ("停水\n+利州区", "停水 + 利州区", "a line that begins with an operator goes on"),
    ("停水\n-招聘\n！广告", "停水 + !招聘 + !广告", "so with NOT"),
    ("停水\n~5 投诉", "停水 ~5 投诉", "so with ~"),
    ("停水\n或 供水", "停水 | 供水", "so with a word"),
    ("停水 +\n利州区", "停水 + 利州区", "a line that ends with an operator goes on"),
    ("\r\n\n停水\r\n\r\n供水\n ", "停水 | 供水", "empty lines and Windows line ends are nothing"),
    ("(停水\n供水) 利州区", "(停水 | 供水) + 利州区", "lines inside brackets"),
    ("\ufeff停水\u200b", "停水\u200b", "BOM before a query is nothing; inside a word it is folded away"),
    ("a + (b | !c)", "a + (b | !c)", "NOT inside an OR where something else is wanted"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical", "reason"), READ)
def test_reading(text: str, canonical: str, reason: str) -> None:
    assert str(parse(text)) == canonical, reason
    assert parse(canonical) == parse(text), reason


MATCHED = [
    ("停水", {"title": "停水", "text": ""}, True, "in the title"),
    ("停水", {"title": "停", "text": "水"}, False, "never across title and text"),
    ("停水", {"title": "", "text": "", "reply": "停水"}, False, "the reply only where it is named"),
    ("答复:停水", {"reply": "已停水"}, True, "reply"),
    ("标题:通知", {"title": "x", "text": "通知"}, False, "title only"),
    ("正文:通知", {"title": "通知", "text": "x"}, False, "text only"),
    ("停電", {"text": "停电"}, True, "traditional term, simplified text"),
    ("pm2.5", {"text": "ＰＭ２．５超标"}, True, "full-width text"),
    ("2.5", {"text": "205"}, False, "a point is a point"),
    ("停水 ~2 投诉", {"text": "投诉两次停水"}, True, "either order, exactly as far as allowed"),
    ("停水 ~1 投诉", {"text": "停水两次投诉"}, False, "one too far"),
    ("停水 ~0 投诉", {"text": "停水投诉"}, True, "side by side"),
    ("停水 ~9 水费", {"text": "停水费"}, False, "overlapping is not between"),
    ("投诉 ~9 投诉", {"text": "投诉"}, False, "a term is not near itself"),
    ("停水 ~9 投诉", {"title": "停水", "text": "投诉"}, False, "in the same field"),
    ("停水 ~3 投诉", {"text": "停水 \n\t 、，投诉"}, True, "counted in folded characters: a run of space is one"),
    ("来源:日报", {"publisher": "廣元日報"}, True, "publisher contains, folded"),
    ("地区:昭化", {"region": "昭化区"}, False, "region is exact"),
    ("地区:昭化區", {"region": "昭化区"}, True, "region, folded"),
    ("情感:中性", {}, False, "a post that is not scored has no feeling"),
    ("!停水 投诉", {"text": "投诉", "title": ""}, True, "not there"),
]


@pytest.mark.parametrize(("text", "fields", "matched", "reason"), MATCHED)
def test_meaning(text: str, fields: dict[str, str], matched: bool, reason: str) -> None:
    assert parse(text).matches(make_post(**fields)) is matched, reason


def test_terms_are_those_a_post_is_found_by() -> None:
    query = parse("(停水 | 标题:断水) + 投诉 ~5 供水 + !招聘 + !(广告 + !推广) + 停水 + 来源:日报")
    assert [term.text for term in query.terms()] == ["停水", "断水", "投诉", "供水", "推广"]
    assert query.terms()[1] == Term("断水", Where.TITLE)


@pytest.mark.parametrize(
    "title",
    [
        "关于印发《办法》的通知（试行）",
        "停水+供水|投诉！",
        '说"好"',
        "关于“放管服”的通知",
        "-开头",
        "标题:x",
        "两\n行",
        "~5",
        "或",
        "C++",
    ],
)
def test_a_quoted_title_is_one_exact_term(title: str) -> None:
    query = parse(quote(title))
    assert query.matches(make_post(title=f"转发：{title}。", text=""))
    assert isinstance(query.root, Term)


def test_a_blank_title_cannot_be_quoted() -> None:
    with pytest.raises(ValueError, match="blank"):
        quote(" \n")


def test_queries_are_equal_by_meaning_and_keep_what_was_written() -> None:
    assert parse("停水|供水") == parse("停水 OR 供水")
    assert len({parse("停水|供水"), parse("停水，供水")}) == 1
    assert parse("停水|供水").text == "停水|供水"
    assert parse("停水 供水") != parse("停水|供水")


def test_a_scope_may_use_its_four_fields() -> None:
    query: Query = parse("标题:广元 | 正文:广元 | 来源:广元 | 类型:新闻", fields=SCOPE_FIELDS)
    assert query.matches(make_post(title="广元"))
