"""What is masked, what stays, each with its reason."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.mask import Masked, mask

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
    ("138.1234.5678", "【手机号】", "groups set off by points"),
    ("138·1234·5678", "【手机号】", "groups set off by middle points"),
    ("+86(138)12345678", "【手机号】", "the first three in brackets"),
    ("tel:13812345678", "tel:【手机号】", "behind a scheme"),
    ("电话/13812345678", "电话/【手机号】", "a slash alone makes no address"),
    ("https://x.example/?phone=13812345678", "https://x.example/?phone=【手机号】", "handed over, not a page's number"),
    ("我家电话：3261234", "我家电话：【固定电话】", "a local number, said to be at home"),
    ("我的电话是0839-3261234", "我的电话是【固定电话】", "my number"),
    ("本人家庭电话0839-3261234", "本人家庭电话【固定电话】", "two words for the owner"),
    ("打0839-3261234联系我，", "打【固定电话】联系我，", "to me, not to us"),
    ("电话3261234找我", "电话【固定电话】找我", "a local number to me"),
    ("加V：abc12345", "加V：【微信号】", "WeChat in one letter"),
    ("加薇abc12345", "加薇【微信号】", "WeChat in one character"),
    ("微信：123456789", "微信：【微信号】", "digits behind a colon"),
    ("Q Q：123456789", "Q Q：【QQ号】", "drawn out"),
    ("川H-12345", "【车牌号】", "a dash in the plate"),
    ("银行账号：6222021234567890128", "银行账号：【银行卡号】", "called a bank account"),
    ("建行卡6222021234567890", "建行卡【银行卡号】", "called by its bank, wrong check digit"),
    ("建行卡 6222 0212 3456 7890 128上", "建行卡 【银行卡号】上", "in groups"),
    ("2 4111 1111 1111 1111", "2 【银行卡号】", "a figure before the card"),
    ("4111 1111 1111 1111 138 1234 5678", "【银行卡号】 【手机号】", "a number behind the card"),
    ("清江花园5栋1806", "清江花园5栋【房号】", "no sign between building and room"),
    ("清江花园3号楼1805漏水", "清江花园3号楼【房号】漏水", "no sign behind 号楼"),
    ("清江花园3#楼1502", "清江花园3#楼【房号】", "3# for 3号"),
    ("12栋1单元18-3", "12栋【房号】", "floor and door"),
    ("请联系刘强13812345678", "请联系【姓名】【手机号】", "whose number it is"),
    ("方便联系13812345678", "方便联系【手机号】", "方便 is no name"),
    ("请联系王经理13812345678", "请联系王经理【手机号】", "a surname with an office leads to nobody"),
    ("李娟：13812345678", "【姓名】：【手机号】", "a name before its number"),
    ("张伟（身份证号510802199003070010）", "【姓名】（身份证号【身份证号】）", "a name before the identity number"),
    ("我叫阿依古丽·买买提，", "我叫【姓名】，", "a name with a middle point"),
    ("身份证:51080219900307****", "身份证:【身份证号】", "half hidden it tells place and day of birth"),
    ("抖音号：wang_12345", "抖音号：【网络账号】", "an account on a platform"),
    ("支付宝账号 zhang8888，", "支付宝账号 【网络账号】，", "an account to pay to"),
    ("学籍号G510802201203070010", "学籍号【证件号】", "a pupil's number holds an identity number"),
    ("社保号51080012345678", "社保号【证件号】", "the number of an insurance"),
    ("清江小区12-3-1502", "清江小区12【房号】", "building, unit and room by dashes"),
    ("我住清江苑3-1502，", "我住清江苑3【房号】，", "building and room by a dash"),
    ("5栋18层3号", "5栋【房号】", "层 for 楼"),
    ("政府家属院3栋2单元501", "政府家属院3栋【房号】", "homes that are called after an office"),
    ("向派出所报警，清江花园3栋2单元501", "向派出所报警，清江花园3栋【房号】", "an office that stands elsewhere"),
    ("联系人张三，电话13812345678", "联系人【姓名】，电话【手机号】", "no colon"),
    ("户主张三", "户主【姓名】", "no colon"),
    ("购房人张强", "购房人【姓名】", "no colon"),
    ("姓名刘芳", "姓名【姓名】", "no colon"),
    ("户名：张三", "户名：【姓名】", "of an account"),
    ("业主：李四", "业主：【姓名】", "labelled"),
    ("房主：王五", "房主：【姓名】", "labelled"),
    ("购房人：赵六", "购房人：【姓名】", "labelled"),
    ("法定代表人：陈刚", "法定代表人：【姓名】", "labelled"),
    ("联系人：宋爱民", "联系人：【姓名】", "民 ends names and other words"),
    ("姓名：张伟性别：男", "姓名：【姓名】性别：男", "labels run together"),
    ("联系人：张三、李四", "联系人：【姓名】、【姓名】", "the second of a pair"),
    ("业主张三和李四光反映", "业主【姓名】和【姓名】反映", "the second of a pair"),
    ("户主：李建民，妻：王芳，子：李小明", "户主：【姓名】，妻：【姓名】，子：【姓名】", "a household"),
    ("我儿子李小龙在清江上学", "我儿子【姓名】在清江上学", "a relation"),
    ("我妻子刘芳，", "我妻子【姓名】，", "a relation"),
    ("我爸王建国", "我爸【姓名】", "a relation in one character"),
    ("我丈夫黄伟因病去世", "我丈夫【姓名】因病去世", "a surname that is a word, a given name's character"),
    ("孩子叫李明明", "孩子叫【姓名】", "叫"),
    ("一名教师，叫张强", "一名教师，叫【姓名】", "叫, set off by a comma"),
    ("业主周敏反映", "业主【姓名】反映", "周 begins other words, 敏 is a name's"),
    ("居民何建军", "居民【姓名】", "何 begins other words"),
    ("市民林国栋称", "市民【姓名】称", "栋 ends other words"),
    ("村民李建民的房子", "村民【姓名】的房子", "民 ends other words"),
    ("我叫牟小玲，", "我叫【姓名】，", "a rare surname"),
    ("业主王芳说，王芳家漏水", "业主【姓名】说，【姓名】家漏水", "two characters, named again"),
    ("姓名：张伟联系电话：13812345678", "姓名：【姓名】联系电话：【手机号】", "labels run together"),
]
KEPT = [
    ("官方抖音号：qingjiang_fabu", "an office's account"),
    ("支付宝500000元、抖音直播间100人", "amounts beside a platform's name"),
    ("社保号怎么查，学号在哪里看", "no number"),
    ("身份证号510802开头的居民", "a region"),
    ("我叫不出哭不出·大华路", "a sentence with a middle point"),
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
    ("家住清江路66号清江城小区", "the compound's own number"),
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
    ("请致电0839-3261234联系我局", "to the office"),
    ("请致电0839-3261234联系我们", "to us, who are an office"),
    ("我的建议是致电0839-3261234咨询", "我的 belongs to the advice"),
    ("本人咨询了0839-3261234热线", "本人 asked"),
    ("家庭医生签约电话0839-3261234", "家庭 belongs to the doctor"),
    ("我家3261234元", "an amount"),
    ("/20230503/13812345678.html", "a page's number"),
    ("https://www.qingjiang.example/art/2023/5/3/13812345678", "a page's number"),
    ("https://www.qingjiang.example/2023/t20230503_4111111111111111.html", "a page's number"),
    ("居民王家坝", "a place"),
    ("村民李家沟，", "a place"),
    ("川AG12345项目", "a project"),
    ("儿子：高三", "a form at school"),
    ("业主：何时交房", "a question"),
    ("业主：高空抛物怎么办", "a question"),
    ("我妈高血压，", "an illness"),
    ("我儿子周末回家", "the end of the week"),
    ("业主曾多次反映", "曾 is an adverb"),
    ("学生曾表明，", "曾 is an adverb"),
    ("住户于清晨，", "于 is a preposition"),
    ("业主方同意", "方 is a side"),
    ("居民高度重视", "高度 is a word"),
    ("居民高达300人", "高达 is a word"),
    ("小区叫金色家园，", "a compound is called so"),
    ("法定代表人：清江市供水公司", "a firm"),
    ("户名：清江市财政局 账号：6222021234567890", "the account of an office"),
    ("借记卡业务电话：0839-3261234123456", "a number for telephoning, behind a word for a card"),
    ("共建5栋1806套", "a count"),
    ("新建3栋1200平米", "an area"),
    ("新修一座1200吨的水塔", "a quantity"),
    ("5栋2019年交房", "a year"),
    ("市政府3号楼1805", "an office"),
    ("微信支付：100000元", "an amount"),
    ("62 62 62 62 62 62 62 62", "small figures are no card"),
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


# Digits, groups and signs of numbers next to one another: what one masks must not set free another without end.
NUMBERS = st.lists(
    st.sampled_from(["6222 ", "4111111111111111", "138", "1234", "5678", " ", "-", ".", "0839-", "510802", "19900307"])
    | st.text("0123456789 -.Xx卡号栋单元室我家电话张三、联系人：业主", max_size=5),
    max_size=30,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(NUMBERS)
def test_masking_rows_of_numbers_twice_is_masking_them_once(text: str) -> None:
    once = mask(text)
    assert mask(once.text) == Masked(once.text, {})


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
        "62 ",
        "6 2 ",
        "6222 ",
        "6222-",
        "/1",
        "业主张",
        "张三、",
        "小区1-",
    ],
)
def test_ends_on_long_repetitions(unit: str) -> None:
    """100,000 characters: a pattern that backtracks over the whole text would not come back."""
    text = unit * (100_000 // len(unit))
    began = time.monotonic()
    mask(text)
    assert time.monotonic() - began < 8  # about half a second; the machine may be busy
