"""What a report says that opens the two gravest levels: people killed or hurt, a superior's order, a hot search.

Only news is read, a citizen's "会死人的" is none; and of news only sentences that tell of something that happened,
here, of late: not what is denied, feared, drilled, remembered, rumoured, ruled in general or told of another country.
A headline alone does not count where the text does not say so too. Rules, so that a clerk can be shown the sentence.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from monitor.situation import Quote

DEATH, HURT, ORDER, HOT = "人员死亡", "人员受伤", "上级督办", "全国热搜"
# The named situations (DESIGN.md) that these are evidence of.
NAMED = {DEATH: "伤亡", HURT: "伤亡", ORDER: "上级督办", HOT: "全国热搜"}
OF_LATE = timedelta(days=60)  # what happened longer ago is no news of this matter
BARE = 40  # characters of text below which a headline stands for itself (feeds that bring no text)
SHOWN = 90  # characters of a sentence that are kept

_N = r"(?:[0-9]+|[一二两三四五六七八九十百]+|数)"
_ONE = (
    "男子|女子|男性|女性|男孩|女孩|男童|女童|男生|女生|孩子|儿童|小孩|幼儿|学生|师生|老人|工人|矿工|村民|居民|群众|市民|"
    "乘客|司机|驾驶员|游客|驴友|消防员|民警|员工|职工|患者|业主|骑手|小伙|孕妇|保安|女工|店员|父女|母女|母子|父子|"
    "夫妻|夫妇|兄弟|姐妹|家长|医生|护士|教师|老师"
)
_WHO = rf"(?:{_N}余?多?(?:名|位|个)?(?:人|{_ONE})|{_N}余?多?(?:名|位)|多(?:名|位)(?:人|{_ONE})?|{_ONE})"
_DIE = r"死亡|遇难|身亡|丧生|溺亡|坠亡|溺水身亡|去世|离世|遇害"
_SPEAKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        DEATH,
        re.compile(
            rf"{_WHO}[^，。；！？\n]{{0,12}}?(?:{_DIE})|"
            rf"(?:致|造成|导致)[^，。；\n]{{0,6}}?{_N}余?(?:名|位)?人?死|[0-9]+死[0-9]+伤|抢救无效|身亡|坠亡|溺亡|"
            rf"(?:死亡|遇难)(?:人数)?(?:已)?(?:升至|增至|上升至|达到?|为)?{_N}余?人"
        ),
    ),
    (
        HURT,
        re.compile(
            rf"{_WHO}[^，。；！？\n]{{0,12}}?(?:受伤|重伤|轻伤|烧伤|灼伤|被困|失联|失踪|送医|送往医院|(?:入院|住院)(?!患者|病人|医师|部|费|总)|中毒|不适(?!合|宜|用|应|当|龄))|"
            rf"{_N}死?[0-9]+伤|(?:造成|导致|致)了?(?:重大|严重|较大|多名)?人员伤亡"
        ),
    ),
    (
        ORDER,
        re.compile(
            r"(?:国务院|党中央|中央[^，。；\n]{0,12}督察组?|国家[^，。；\n]{1,12}(?:局|委)|(?:应急管理|生态环境|"
            r"住房和城乡建设|教育|公安|交通运输|水利|自然资源|农业农村)部|省委|省政府|省人民政府|省安委会|省纪委|"
            r"省[^，。；\n]{1,10}(?:厅|局|委|办|督察组)|上级)[^，。；\n]{0,14}?(?:挂牌督办|督办|交办|转办|作出批示|批示|约谈|通报批评)|"
            r"(?:被|予以|实施|进行|列为)(?:[^，。；\n]{0,6})?挂牌督办"
        ),
    ),
    (
        HOT,
        re.compile(r"全国热搜|(?:登上|冲上|登|上了|上|进入|位列|空降|引爆)了?[^，。；\n]{0,10}热搜|热搜榜?(?:第|首位|前)"),
    ),
)  # fmt: skip
# Nearly every sentence says none of it.
_HINT = re.compile(
    "[死亡伤毒]|遇难|丧生|去世|离世|遇害|被困|失联|失踪|送医|医院|住院|入院|不适|督办|交办|转办|批示|约谈|通报批评|热搜"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_DENIED = re.compile(
    r"(?:无(?!效)一?|否认|没有|没|未|未见|并非|零|不会|不存在|暂无|尚无|避免|防止|防范|预防|严防|杜绝|免于|减少|以免)[^，。；！？\n]{0,14}$"
)
_DENIED_AFTER = re.compile(
    r"^[^，。；\n]{0,6}?(?:为零|为0(?!\d)|人数为零|率|险|赔偿|补助|抚恤|证明|登记|的?(?:可能|风险|隐患|谣言|说法))"
)
_UNREAL = re.compile(
    # drilled, played
    r"演练|演习|推演|模拟|假设|假想|情景|剧情|影片|电影|电视剧|小说|话剧|脚本|"
    # rumoured
    r"网传|据传|传言|谣言|不实|辟谣|造谣|听说|网友称|疑似|未经证实|待核实|"
    # feared
    r"可能|或将|或会|如果|假如|倘若|一旦|若发生|容易(?:造成|导致|引发)|极易|轻则|重则|存在[^，。]{0,6}(?:风险|隐患)|"
    # ruled in general
    r"人以上|以上(?:人员)?(?:死亡|重伤)|的，(?:处|由|依法)|应当|有关规定|第[一二三四五六七八九十百]+条|等级划分|"
    # abroad
    r"当地时间|美国|日本|韩国|英国|法国|德国|意大利|俄罗斯|乌克兰|印度|巴基斯坦|土耳其|伊朗|伊拉克|以色列|加沙|"
    r"叙利亚|阿富汗|菲律宾|泰国|越南|缅甸|印尼|墨西哥|巴西|澳大利亚|加拿大|尼泊尔|孟加拉国|埃及|尼日利亚|马来西亚|哥伦比亚|特朗普|乌称|俄乌"
)
_NOT_OF_LATE = re.compile(
    r"去年|前年|上年|往年|历年|当年|那年|年前|年以来|累计|同比|环比|上半年|下半年|季度|全年|每年|平均|近年|近[几0-9一二两三四五六七八九十]+年|"
    r"历史上|上世纪|周年|纪念|悼念|公祭|烈士|回顾|曾经?(?:发生|造成|导致|有|被|登上)|此前曾|案例|警示|"
    r"被告人|判处|获刑|一审|二审|庭审|宣判|公诉"
)
_WHOLE = re.compile(
    r"演练|演习|警示教育|警示片|以案|案例|回顾|历史上的今天|纪念|周年|辟谣|谣言|不实|科普|提醒|知识|指南|判决|宣判|获刑"
)
_HYPE = re.compile(r"[?？]|网传|震惊|竟然|竟|惊现|揭秘|真相|疯传|吓人|惊呆|速看|传")
# A life that ended in its own time is no casualty.
_NATURAL = re.compile(r"享年|长寿|病逝|因病|病故|幸存者|讣告|遗体告别|脑死亡|渐冻症|癌症|艺术家|院士|演员|歌手|导演")
_RESCUED = re.compile(r"电梯|获救|脱困|救出|脱险|安全转移|平安")
_RULE_OF_ORDERS = re.compile(
    r"制度|办法|规定|条例|机制|细则|批示精神|指示批示|贯彻|学习|应急预案|将(?:对|实行|予以)|对[^，。]{1,12}的(?:单位|企业|问题|地方)"
)
_PROMOTION = re.compile(r"旅游|文旅|美食|景区|景点|打卡|出圈|点赞|好评|花海|赏花|博物馆|音乐节|旅行")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(?:([0-9]{1,2})月(?:([0-9]{1,2})日)?)?")
_MONTH = re.compile(r"(?<![0-9])([0-9]{1,2})月(?:([0-9]{1,2})日)?")


def quotes(title: str, text: str, published: date) -> tuple[Quote, ...]:
    """What a report published on that day (Asia/Shanghai) says, each thing once, with the first sentence to say it."""
    if _WHOLE.search(title):
        return ()
    found: dict[str, str] = {}
    for sentence in _sentences(title, text):
        if not _HINT.search(sentence):
            continue
        for says, form in _SPEAKS:
            if says not in found and _says(says, form, sentence, published):
                found[says] = sentence
    return tuple(Quote(says, _shown(sentence)) for says, sentence in found.items())


def _sentences(title: str, text: str) -> Iterator[str]:
    """Those of the text; the headline only where there is hardly a text, and it does not ask or shout."""
    body = text.strip()
    if len(body) < BARE and not _HYPE.search(title):
        yield title.strip()
    for each in _SENTENCE.findall(body):
        yield each.strip()


def _says(says: str, form: re.Pattern[str], sentence: str, published: date) -> bool:
    if _UNREAL.search(sentence) or _NOT_OF_LATE.search(sentence) or _long_ago(sentence, published):
        return False
    if says == DEATH and _NATURAL.search(sentence):
        return False
    if says == ORDER and _RULE_OF_ORDERS.search(sentence):
        return False
    if says == HOT and _PROMOTION.search(sentence):
        return False
    return any(_stands(says, sentence, match) for match in form.finditer(sentence))


def _stands(says: str, sentence: str, match: re.Match[str]) -> bool:
    said = match.group()
    if _DENIED.search(sentence[max(0, match.start() - 18) : match.start()]) or _DENIED_AFTER.search(
        sentence[match.end() :]
    ):
        return False
    if re.search(
        r"(?:无(?!效)|未|没有|零)[^，。]{0,8}(?:死亡|受伤|伤亡|热搜|督办|不适|中毒|被困|失联)", said
    ) or re.search(r"(?<![0-9])0(?:名|人|死)", said):
        return False
    return not (says == HURT and ("被困" in said or "失联" in said) and _RESCUED.search(sentence))


def _long_ago(sentence: str, published: date) -> bool:
    """Whether the sentence dates what it tells, and that was more than 60 days before."""
    for year, month, day in _YEAR.findall(sentence):
        last = _day(int(year), int(month) if month else 12, int(day) if day else 28)
        if last is None or last < published - OF_LATE:
            return True
    for month, day in _MONTH.findall(_YEAR.sub("", sentence)):
        at = _day(published.year, int(month), int(day) if day else 28)
        if at is not None and at > published + timedelta(days=31):
            at = _day(published.year - 1, int(month), int(day) if day else 28)
        if at is not None and at < published - OF_LATE:
            return True
    return False


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shown(sentence: str) -> str:
    line = " ".join(sentence.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
