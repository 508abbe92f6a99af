"""What is masked, what stays, each with its reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.mask import mask

# text, expected, reason. Numbers and names are invented; the identity numbers have right check digits by design.
MASKED = [
    ("请联系13812345678", "请联系【手机号】", "a mobile number"),
    ("138 1234 5678或者138-1234-5678", "【手机号】或者【手机号】", "written in groups"),
    ("电话１３８１２３４５６７８。", "电话【手机号】。", "full-width digits"),
    ("+86 13812345678", "【手机号】", "with the country code"),
    ("电话138****5678", "电话【手机号】", "half hidden still helps to find a person"),
    ("电话一三八一二三四五六七八", "电话【手机号】", "spelled in characters to slip through"),
    ("【求助】13812345678", "【求助】【手机号】", "after a heading in brackets"),
    ("家里电话0839-3261234", "家里电话【固定电话】", "a landline at home"),
    ("可拨打（0839）3261234找我", "可拨打【固定电话】找我", "area code in brackets"),
    ("我家座机3261234", "我家座机【固定电话】", "local number, said to be at home"),
    ("身份证号510802199003070010", "身份证号【身份证号】", "18 digits with a right check digit"),
    ("身份证 510802 19900307 0010，", "身份证 【身份证号】，", "written in groups"),
    ("５１０８０２１９９００３０７００１０", "【身份证号】", "full-width"),
    ("身份证510802199003070018", "身份证【身份证号】", "mistyped, but called an identity card"),
    ("老身份证510802560101123", "老身份证【身份证号】", "15 digits"),
    ("护照号E12345678", "护照号【证件号】", "a passport"),
    ("卡号6222 0212 3456 7890 128", "卡号【银行卡号】", "called a card"),
    ("退到4111111111111111", "退到【银行卡号】", "passes Luhn and begins like a card"),
    ("发到zhang.san@example.com谢谢", "发到【电子邮箱】谢谢", "an e-mail address"),
    ("QQ：123456789", "QQ：【QQ号】", "a QQ number"),
    ("加我微信号zhangsan_88", "加我微信号【微信号】", "a WeChat account"),
    ("vx: abc12345", "vx: 【微信号】", "its nickname"),
    ("车牌川H12345违停", "车牌【车牌号】违停", "a licence plate"),
    ("川H·D12345占用车位", "【车牌号】占用车位", "a green plate with its dot"),
    ("我住清江花园3栋2单元501室", "我住清江花园3栋【房号】", "the compound and building stay"),
    ("清江花园3栋2单元501", "清江花园3栋【房号】", "room without 室"),
    ("清江花园3号楼501室漏水", "清江花园3号楼【房号】漏水", "no unit"),
    ("清江花园3栋-2-501", "清江花园3栋【房号】", "in short"),
    ("清江花园三栋二单元五楼八号", "清江花园三栋【房号】", "in characters"),
    ("家住清江村3组12号", "家住清江村3组【门牌号】", "a house in a village"),
    ("家住人民路128号", "家住人民路【门牌号】", "a house said to be a home"),
    ("我叫王小明，", "我叫【姓名】，", "the writer's name"),
    ("我叫王明来自清江", "我叫【姓名】来自清江", "the next word is not the name's"),
    ("本人张三，家住城东", "本人【姓名】，家住城东", "the writer's name"),
    ("我是李建国，今年60岁", "我是【姓名】，今年60岁", "the writer's name"),
    ("联系人：李四", "联系人：【姓名】", "labelled"),
    ("联系人：欧阳小文 电话13812345678", "联系人：【姓名】 电话【手机号】", "double surname"),
    ("联系人：李女士", "联系人：【姓名】女士", "surname only"),
    ("业主赵某某反映", "业主【姓名】反映", "already shortened by the writer"),
    ("村民王大力家的房子", "村民【姓名】家的房子", "a private person by role"),
    ("我叫王小明，请王小明的邻居作证", "我叫【姓名】，请【姓名】的邻居作证", "named again"),
    ("家里座机（0839-3261234）", "家里座机（【固定电话】）", "brackets stay whole"),
    ("姓名：张伟联系电话：13812345678", "姓名：【姓名】联系电话：【手机号】", "labels run together"),
]
KEPT = [
    ("请拨打12345或110、119、12315", "public short numbers"),
    ("客服热线400-820-8820", "a hotline"),
    ("400 820 8820", "a hotline in groups"),
    ("咨询电话：0839-3261234", "an office's number"),
    ("市住建局0839-3261234", "an office's number"),
    ("川办发〔2019〕13812号", "a document number"),
    ("索引号：000014349/2018-00204", "an index number"),
    ("共计13812345678.50元", "an amount"),
    ("投资13812345678元", "an amount"),
    ("13,812,345,678元", "an amount with commas"),
    ("2019-07-15 10:20:30", "a time"),
    ("20190715102030", "a time without signs"),
    ("统一社会信用代码91510800MA6ABCDE1X", "an organisation's code"),
    ("订单2019071512345678901234", "longer than any of them"),
    ("510802199003070018", "wrong check digit and no label"),
    ("qjxf@qingjiang.gov.cn", "an office's mailbox"),
    ("关注微信公众号清江发布", "an official account"),
    ("微信Windows版", "a program"),
    ("清江花园3栋电梯坏了", "a building is the matter"),
    ("3单元电梯坏了三天", "a unit is the matter"),
    ("市行政中心2号楼305室", "an office"),
    ("人民路128号的餐馆油烟大", "a place of business"),
    ("单位座机（0839-3261234）", "an office's number"),
    ("如有疑问请联系0839-3261234", "landlines in answers are offices'"),
    ("交房时间是18栋3单元，2019年1月", "a year behind a unit"),
    ("第一单元一住户", "no room is named"),
    ("共有10栋460户", "a count"),
    ("3栋105号门面油烟大", "a shop"),
    ("家住汇金路777号汇金城小区", "the compound's own number"),
    ("住在这里，12月23号停水", "a day of the month"),
    ("市博物馆微信公众号（微信号：qjsbwg）", "an official account"),
    ("本人于去年，买房", "begins like a surname"),
    ("我是常客了，", "begins like a surname"),
    ("业主孙子、外孙入学", "begins like a surname"),
    ("10号线2号口", "a metro exit"),
    ("副市长王小明主持召开会议", "an official in an official act"),
    ("联系人：王局长", "an office, not a name"),
    ("联系人：清江市住建局", "an office"),
    ("我是高中生，想咨询", "begins like a surname"),
    ("本人周末，加班", "begins like a surname"),
    ("业主张贴通知", "begins like a surname"),
    ("居民安全的保障", "begins like a surname"),
    ("市民朋友，大家好", "no name"),
    ("我是一名业主，", "no name"),
    ("车长13.8米，车牌照没办", "no number"),
    ("苏宁易购", "begins like a plate"),
    ("2019年1月至6月完成123456789吨", "a quantity"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), MASKED)
def test_masks_what_leads_to_a_person(text: str, expected: str, reason: str) -> None:
    assert mask(text).text == expected, reason


@pytest.mark.parametrize(("text", "reason"), KEPT)
def test_keeps_what_belongs_to_the_matter(text: str, reason: str) -> None:
    assert mask(text).text == text, reason
    assert mask(text).found == {}


def test_counts_what_it_masked_by_kind() -> None:
    masked = mask("我叫王小明，电话13812345678，妻子：李红梅，13912345678")
    assert masked.found == {"姓名": 2, "手机号": 2}


FRAGMENTS = (
    [text for text, _, _ in MASKED] + [text for text, _ in KEPT] + list("0123456789X一二栋单元室号我叫王李川A@.-：， ")
)
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=12).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    again = mask(once.text)
    assert again.text == once.text
    assert again.found == {}


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_grows_by_no_more_than_its_signs(text: str) -> None:
    masked = mask(text)
    assert len(masked.text) <= len(text) + 6 * sum(masked.found.values())


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "13812345678 ",
        "a",
        "a.",
        "a@",
        "0839-",
        "我叫",
        "我叫王",
        "联系人：",
        "QQ",
        "QQ号 ",
        "微信加",
        "住在",
        "村",
        "3栋",
        "1单元",
        " ",
        "川A",
        "(",
        "一",
    ],
)
def test_ends_on_long_repetitions(unit: str) -> None:
    """100,000 characters: a pattern that backtracks over the whole text would not come back."""
    text = unit * (100_000 // len(unit))
    assert isinstance(mask(text).text, str)
