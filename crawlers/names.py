"""Where a text gives a private person's name: 我叫王小明, 联系人：李四, 业主赵某某. Officials in their acts stay.

A name is only recognised by what stands around it. Guessing names from the characters alone would black out
half of the street names, and the matter with them.
"""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

# The 120 most frequent surnames, and the double ones: nine of ten people.
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文殷施洪樊兰阮庞齐"
    "向凌俞翟倪严牛温芦季葛柳鲍章岳霍焦左祁耿聂关卫柏符卓骆"
)
_DOUBLE: Final = "欧阳|上官|司马|诸葛|司徒|东方|尉迟|皇甫|慕容|令狐|公孙|夏侯"
# Those that hardly begin another word: needed where only a role stands before the name (业主张伟说).
_PLAIN: Final = (
    "王李张刘陈杨赵吴徐孙朱郭罗宋郑韩冯董萧肖曹袁邓傅沈彭吕卢蒋蔡贾魏薛阎闫潘姜姚谭廖邹熊郝崔邱秦侯邵孟龚赖黎尹汪"
)
_HAN: Final = "[\u4e00-\u9fff]"
_MOST: Final = 30
_END: Final = r"(?=[，。、；：！？,.;:!?\s（）()\[\]【】“”\"'/]|\d|$)"

_NAME: Final = rf"(?:(?:{_DOUBLE}){_HAN}{{1,2}}|[{_SURNAMES}]{_HAN}{{1,2}})"
_POLITE: Final = r"(?:女士|先生|小姐|大爷|大妈|阿姨|师傅|同学|老师|某某|某|××|XX|xx|\*{1,2})"

_LABELLED: Final = re.compile(
    r"(?:联\s?系\s?人|姓\s?名|投诉人|举报人|反映人|来信人|来电人|信访人|留言人|申请人|申诉人|当事人|户主|收件人|收货人|受害人|受害者|原告|署名"
    r"|写信人|反映者|诉求人|业主姓名|患者姓名|学生姓名|家长姓名|本人姓名|孩子姓名|父亲|母亲|丈夫|妻子|儿子|女儿)"
    rf"\s?[:：]\s{{0,3}}(?P<name>{_NAME}|[{_SURNAMES}](?=(?:女士|先生|小姐|某)))"
)
_OWN: Final = re.compile(
    rf"(?:我叫|我名叫|我的名字叫|我的名字是|本人叫|本人名叫|本人姓名是?|名叫|俺叫|化名为)\s?(?P<name>{_NAME})"
    rf"|(?:本人|我是)\s?(?P<named>(?:(?:{_DOUBLE}){_HAN}|[{_SURNAMES}]){_HAN}{{1,2}}?){_END}"
)
_ROLE: Final = re.compile(
    r"(?:业主|居民|村民|市民|网友|患者|家长|住户|租户|租客|购房者|消费者|老人|群众|受害人|死者|伤者|司机|乘客|房东|邻居|投诉人|举报人|反映人)"
    rf"(?P<name>[{_SURNAMES}]某{{1,2}}{_HAN}?(?<=某)|[{_PLAIN}]{_HAN}{{1,2}}?)"
    r"(?=[，。、；：！？,.;:!?\s（）()\[\]【】“”\"'/]|\d|$|说|称|表示|反映|告诉|家|的|等人|向|介绍|质疑|投诉|来电|来信|及|和|与|因)"
)
# Characters that end the name before them rather than belong to it.
_AFTER: Final = frozenset("在是的来住家今现有从去也已于和与因被把为电说向要想就男女系曾自")
# A name does not end so: 高中生, 王局长, 安置户, 周边, 陈述 …
_NO_NAME_END: Final = frozenset(
    "生户人员者工民客长师友迷族们家主兵厂司店部局校院所村县市区镇乡街路园处科委办组队网站社会号楼栋里边面时候了着过吗呢吧啊呀"
)
_NO_NAMES: Final = frozenset(
    re.findall(
        r"\w+",
        """周一 周二 周三 周四 周五 周六 周日 周末 周围 周边 张贴 张开 张罗 陈述
        陈旧 陈列 程序 曾经 何时 何地 何处 于是 高中 高考 高龄 方面 方便 白天
        黄金 常年 常住 时常 严重 万分 任何 许多 许可 金额 文明 文化 文件 石油
        马上 马路 江边 高速 田地 温馨 向来 左右 关于 关注 关系 卫生 毛坯 易地
        龙头 武装 洪水 施工 白班 叶片 史上 段时间 余下 钱款 顾客 康复 任务 任职
        方案 林业 林场 胡乱 谢谢 杜绝 明确 孙子 孙女 石灰嘴""",
    )
)
_NOT_PERSONS: Final = re.compile(r"(?:公司|政府|小区|中心|协会|学校|医院|银行|物业|集团)")


_DATED: Final = re.compile("[于自](?:去|今|前|昨|当|本|上|近|同|此|是|[一二三四五六七八九十])")


def find_names(text: str) -> Iterator[Span]:
    """Spans of names given as the writer's or a private person's; they may overlap.

    A name of three characters or more, once given, is one wherever it stands in the text.
    """
    names: set[str] = set()
    for start, end in _given(text):
        yield start, end
        if end - start >= 3 and len(names) < _MOST:
            names.add(text[start:end])
    if names:
        again = re.compile("|".join(map(re.escape, sorted(names))))
        yield from (match.span() for match in again.finditer(text))


def _given(text: str) -> Iterator[Span]:
    for match in _LABELLED.finditer(text):
        start, end = match.span("name")
        yield from _checked(text, start, _trim(text, start, end))
    for match in _OWN.finditer(text):
        sure = match["name"] is not None
        start, end = match.span("name" if sure else "named")
        yield from _checked(text, start, _trim(text, start, end) if sure else end)
    for match in _ROLE.finditer(text):
        yield from _checked(text, *match.span("name"))


def _trim(text: str, start: int, end: int) -> int:
    """The end of the name, without a last character that begins the next word (我叫王明来自…), title or 女士."""
    if end - start >= 3 and (
        text[end - 1] in _AFTER or text[end - 1 : end + 1] in ("女士", "先生", "电话", "手机", "联系")
    ):
        return end - 1
    if text[start + 1 : end] in ("女士", "先生", "小姐"):
        return start + 1
    return end


def _checked(text: str, start: int, end: int) -> Iterator[Span]:
    name = text[start:end]
    # What runs on into an office or a firm is no person: 联系人：江城物业公司.
    if _NOT_PERSONS.match(text, end) or _NOT_PERSONS.search(text[start : end + 1]):
        return
    if (
        name in _NO_NAMES
        or _DATED.match(name)
        or (len(name) > 1 and name[-1] in _NO_NAME_END)
        or text[end : end + 1] in ("局", "长", "科")
    ):
        return
    yield start, end
