"""Where a text gives a private person's name: 我叫王小明, 联系人：李四, 业主赵某某. Officials in their acts stay.

A name is only recognised by what stands around it. Guessing names from the characters alone would black out
half of the street names, and the matter with them.
"""

import re
from collections.abc import Iterator
from typing import Final

from crawlers.finding import Span
from crawlers.surnames import (
    COMMON,
    DOUBLE,
    GIVEN,
    KINDS_OF_PEOPLE,
    NO_NAME_END,
    NO_NAMES,
    NOT_PERSONS,
    PLACE_END,
    PLAIN,
    RARE,
    TITLES,
    WORDS,
)

_HAN: Final = "[\u4e00-\u9fff]"
_MOST: Final = 30
_STOP: Final = r"[，。、；：！？,.;:!?\s（）()\[\]【】“”\"'/]|\d|$"
_AT_STOP: Final = re.compile(_STOP)
_END: Final = rf"(?={_STOP})"
# What may follow a name in a sentence; words, so that 张强 is not cut out of a longer one.
_VERB: Final = (
    "反映|表示|告诉|介绍|质疑|投诉|来电|来信|认为|拨打|咨询|家|等人|夫妇|夫妻|一家|女士|先生|身份证|电话|手机|联系|现年|今年|因病|突发|死亡|受伤|去世"
    "|购买|居住|户口|[说称的向及和与因在是被从于等有现住男女已之就患系诉系名没]"
)
_AFTER_NAME: Final = rf"(?={_STOP}|{_VERB})"

_NAME: Final = rf"(?:(?:{DOUBLE}){_HAN}{{1,2}}|[{COMMON}]{_HAN}{{1,2}})"
_LAZY_NAME: Final = rf"(?:(?:{DOUBLE}){_HAN}{{1,2}}?|[{COMMON}{RARE}]{_HAN}{{1,2}}?)"
_ANY_NAME: Final = rf"(?:(?:{DOUBLE}){_HAN}{{1,2}}|[{COMMON}{RARE}]{_HAN}{{1,2}})"

_LABELLED: Final = re.compile(
    r"(?:联\s?系\s?人|姓\s?名|投诉人|举报人|反映人|来信人|来电人|信访人|留言人|申请人|申诉人|当事人|户主|收件人|收货人|受害人|受害者|原告|署名"
    r"|写信人|反映者|诉求人|求助人|控告人|业主姓名|患者姓名|学生姓名|家长姓名|本人姓名|孩子姓名|父亲|母亲|丈夫|妻子)"
    rf"\s?[:：]\s{{0,3}}(?P<name>{_NAME}|[{COMMON}](?=(?:女士|先生|小姐|某)))"
)
# After these a sentence may begin too (业主：何时交房), so that the name must end where it ends.
_WEAKLY_LABELLED: Final = re.compile(
    r"(?:户\s?名|业主|村民|居民|市民|住户|房主|车主|购房人|购买人|买受人|承租人|出租人|法定代表人|法人代表|法人|联系人|姓名|投诉人|举报人|反映人|申请人|当事人|户主|儿子|女儿|妻|夫|子|女|父|母|孩子|患者|学生)"
    rf"\s?[:：]\s{{0,3}}(?P<name>{_ANY_NAME}|[{COMMON}{RARE}](?=(?:女士|先生|小姐|某)))"
    rf"(?={_STOP}|电话|手机|联系|身份证|性别|女士|先生|小姐|某)"
)
_OWN: Final = re.compile(
    rf"(?:我叫|我名叫|我的名字叫|我的名字是|我名字叫|真名叫|本人叫|本人名叫|本人姓名是?|名叫|俺叫|化名为)\s?(?P<name>{_NAME})"
    rf"|(?:我叫|本人叫|名叫|俺叫)\s?(?P<rare>[{RARE}]{_HAN}{{1,2}}?){_END}"
    rf"|(?:本人|我是)\s?(?P<named>(?:(?:{DOUBLE}){_HAN}|[{COMMON}]){_HAN}{{1,2}}?){_END}"
)
_KIN: Final = (
    "儿子|女儿|儿媳|女婿|妻子|丈夫|老公|老婆|爱人|媳妇|父亲|母亲|爸爸|妈妈|老爸|老妈|爷爷|奶奶|外公|外婆|公公|婆婆|岳父|岳母|哥哥|弟弟|姐姐|妹妹|孩子|小孩"
    "|孙子|孙女|外孙女?|侄子|侄女|外甥女?|舅舅|叔叔|姑姑|姨妈|表[哥弟姐妹]|堂[哥弟姐妹]|前夫|前妻|男友|女友|未婚夫|未婚妻|男朋友|女朋友|亲戚|朋友|同事|同学|室友"
)
_OF_ME: Final = "我的?|本人的?|俺的?|他的?|她的?|其|咱的?"
_RELATED: Final = rf"(?:(?:{_KIN})|(?:{_OF_ME}|我们?家)(?:[爸妈爹娘哥弟姐妹儿叔姑舅姨婶])|(?:大|小|二)(?:儿子|女儿))"
_ROLES: Final = (
    "业主|居民|村民|市民|网友|患者|病人|家长|住户|租户|租客|购房者|购房人|购房户|消费者|老人|群众|受害人|死者|伤者|逝者|司机|乘客|房东|邻居|投诉人|举报人|反映人"
    "|联系人|户主|房主|车主|店主|摊主|经营者|商户|承租人|出租人|买受人|当事人|申请人|申诉人|求助人|信访人|来信人|来电人|留言人|诉求人|法定代表人|法人代表|法人|姓名"
    "|贫困户|低保户|五保户|残疾人|退役军人|农民工|员工|职工|学生|考生|男子|女子"
)
_BY_ROLE: Final = re.compile(
    rf"(?:{_ROLES}|{_RELATED})(?P<name>[{COMMON}{RARE}]某{{1,2}}{_HAN}?(?<=某)|(?:{DOUBLE}){_HAN}{{1,2}}?|[{COMMON}{RARE}]{_HAN}{{1,2}}?)"
    rf"{_AFTER_NAME}"
)
# 孩子叫李明明, 一名教师，叫张强; 小区叫金色家园 is no person.
_CALLED: Final = re.compile(
    rf"(?:{_ROLES}|{_RELATED}|教师|老师|小伙子?|姑娘|工人|农民|男孩|女孩|妇女|青年|一[名位][^，。；！？,;!?\n]{{1,8}})"
    rf"[，,]?(?:他|她|的?名字|姓名|名)?(?:叫做?|是叫|名为)\s?(?P<name>{_LAZY_NAME}){_AFTER_NAME}"
)
# 联系刘强13912345678, 张伟（身份证号…）: whose number it is. Numbers are masked before names are looked for again.
_NUMBERED: Final = re.compile(
    rf"(?:^|(?<=[，。、；：！？,.;:!?\s（(])|(?<=联系|打给|致电)|(?<=[找问]))"
    rf"(?!.(?:经理|主任|老师|师傅|书记|医生|大夫|老板|会计|警官|护士|[总工政]))(?P<name>{_LAZY_NAME})"
    rf"\s?[:：（(，,]?\s?(?:本人|联系)?(?:手机|电话|身份证)?(?:号码?)?\s?[:：]?\s?【(?:手机号|身份证号)】"
)
# 我叫阿依古丽·买买提
_DOTTED: Final = re.compile(
    rf"(?:我叫|本人叫?|名叫|(?:联系人|姓名|投诉人|申请人)\s?[:：]|{_ROLES})\s?"
    rf"(?P<name>(?![不没得了着]){_HAN}{{2,6}}[·•・]{_HAN}{{2,6}}?)(?={_STOP}|{_VERB})"
)
# The second of a pair: 联系人：张三、李四.
_NEXT: Final = re.compile(rf"\s?[、和及与/]\s?(?P<name>{_LAZY_NAME})(?={_STOP}|{_VERB})")
# Characters that end the name before them rather than belong to it.
_AFTER: Final = frozenset("在是的来住家今现有从去也已于和与因被把为电说向要想就男女系曾自")
_FOLLOWERS: Final = frozenset("女士 先生 电话 手机 联系 性别 身份 住址 年龄 籍贯 民族 出生 地址 反映 表示".split())
_DATED: Final = re.compile("[于自](?:去|今|前|昨|当|本|上|近|同|此|是|[一二三四五六七八九十])")
_ORGANS: Final = re.compile(rf"(?:{'|'.join(NOT_PERSONS)})")


def find_names(text: str) -> Iterator[Span]:
    """Spans of names given as the writer's or a private person's; they may overlap.

    A name of three characters or more, once given, is one wherever it stands in the text; a shorter one where
    its characters are those of names.
    """
    names: set[str] = set()
    for start, end in _given(text):
        yield start, end
        name = text[start:end]
        sure = len(name) >= 3 or (len(name) == 2 and name[0] in PLAIN and name[1] in GIVEN)
        if sure and len(names) < _MOST:
            names.add(name)
    if names:
        # The longer one first: 李明 is the beginning of 李明明.
        again = re.compile("|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))))
        yield from (match.span() for match in again.finditer(text))


def _given(text: str) -> Iterator[Span]:
    for start, end in _first_given(text):
        yield start, end
        while pair := _NEXT.match(text, end):
            span = _plausible(text, *pair.span("name"))
            if span is None:
                break
            yield span
            end = span[1]


def _first_given(text: str) -> Iterator[Span]:
    for match in _LABELLED.finditer(text):
        start, end = match.span("name")
        yield from _checked(text, start, _trim(text, start, end))
    for match in _WEAKLY_LABELLED.finditer(text):
        start, end = match.span("name")
        yield from _checked(text, start, _trim(text, start, end))
    for match in _OWN.finditer(text):
        group = next(name for name in ("name", "rare", "named") if match[name])
        start, end = match.span(group)
        yield from _checked(text, start, _trim(text, start, end) if group == "name" else end)
    yield from (match.span("name") for match in _DOTTED.finditer(text))
    for pattern in (_BY_ROLE, _CALLED, _NUMBERED):
        for match in pattern.finditer(text):
            if span := _plausible(text, *match.span("name")):
                yield span


def _trim(text: str, start: int, end: int) -> int:
    """The end of the name, without a last character that begins the next word (我叫王明来自…), title or 女士."""
    if text[start + 1 : end] in TITLES:
        return start + 1
    if _AT_STOP.match(text, end):
        return end
    if end - start >= 3 and (text[end - 1] in _AFTER or text[end - 1 : end + 1] in _FOLLOWERS):
        return end - 1
    return end


def _plausible(text: str, start: int, end: int) -> Span | None:
    """The span where only a role stands before it: a surname that begins other words needs a given name behind it."""
    name = text[start:end]
    sure = "某" in name or name[0] in PLAIN or name[:2] in DOUBLE.split("|")
    if text[start + 1 : end] in TITLES:
        end = start + 1
    elif not sure and not (all if name[0] in WORDS else any)(char in GIVEN for char in name[1:]):
        return None  # 周末, 何时, 高烧, 曾多次 …
    return next(_checked(text, start, end), None)


def _checked(text: str, start: int, end: int) -> Iterator[Span]:
    name = text[start:end]
    # What runs on into an office or a firm is no person: 联系人：江城物业公司.
    if _ORGANS.match(text, end) or _ORGANS.search(text[start : end + 1]):
        return
    if name in NO_NAMES or (len(name) > 2 and name[:2] in NO_NAMES and name[2] not in GIVEN):
        return
    if _DATED.match(name) or _ends_otherwise(name) or text[end : end + 1] in ("局", "长", "科"):
        return
    yield start, end


def _ends_otherwise(name: str) -> bool:
    """高中生, 安置户; 王家坝 is a place. 李建民 and 宋爱民 are persons."""
    if len(name) == 3 and name[1] == "家" and name[2] in PLACE_END:
        return True
    if len(name) == 3 and name[2] in GIVEN and (name[1] in GIVEN or name[2] in "民生友"):
        return name[1:] in KINDS_OF_PEOPLE
    return len(name) > 1 and name[-1] in NO_NAME_END
