"""Personal data out of a text before it is stored: numbers, addresses and names that lead to a private person.

What belongs to the matter stays: hotlines (12345, 110, 400-…), numbers of offices, document numbers, amounts,
dates, the compound and the building, officials in their acts.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from crawlers.names import Span, find_names

# One character for one, so that positions in the folded text are positions in the text.
_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(char): ord(plain)
    for char, plain in {"\u3000": " ", "\xa0": " ", "—": "-", "–": "-", "－": "-", "‐": "-", "‑": "-"}.items()
}
_ROUNDS: Final = 12
_PROVINCES: Final = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83)
)
_CHECK_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Masked:
    """`found`: how many of each kind were masked, by the kind's Chinese name."""

    text: str
    found: dict[str, int]


def mask(text: str) -> Masked:
    """The text with personal data replaced by its kind, 【手机号】. Masking a masked text changes nothing."""
    found: dict[str, int] = {}
    # A replacement can set its neighbour free (two numbers written as one word), so until nothing is found.
    for _ in range(_ROUNDS):
        spans = _find(text)
        if not spans:
            break
        for _, _, kind in spans:
            found[kind] = found.get(kind, 0) + 1
        text = _replaced(text, spans)
    return Masked(text, found)


def _find(text: str) -> list[tuple[int, int, str]]:
    """What is to be masked, in order and without overlaps: an earlier rule wins."""
    folded = text.translate(_FOLD)
    taken: list[tuple[int, int, str]] = []
    used = bytearray(len(text))
    for kind, finder in _FINDERS:
        for start, end in finder(folded):
            if not any(used[start:end]):
                used[start:end] = b"\x01" * (end - start)
                taken.append((start, end, kind))
    return sorted(taken)


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, kind in spans:
        pieces += [text[at:start], f"【{kind}】"]
        at = end
    return "".join((*pieces, text[at:]))


def _matches(pattern: re.Pattern[str], accept: Callable[[str, re.Match[str]], bool]) -> Callable[[str], Iterator[Span]]:
    """Spans of group `x` where `accept` agrees; after a refusal the search goes on one character further."""

    def find(text: str) -> Iterator[Span]:
        at = 0
        while match := pattern.search(text, at):
            if accept(text, match):
                yield match.span("x")
                at = max(match.end("x"), at + 1)
            else:
                at = match.start() + 1

    return find


def _always(text: str, match: re.Match[str]) -> bool:
    return True


def _before(text: str, match: re.Match[str], length: int) -> str:
    return text[max(0, match.start("x") - length) : match.start("x")]


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"[ -]", "", match["x"]).upper()


# --- Identity cards, other papers, bank cards

_IDENTITY: Final = re.compile(r"(?<![\dA-Za-z])(?P<x>[1-9](?:[ -]?\d){16}[ -]?[\dXx])(?![\dA-Za-z])")
_OLD_IDENTITY: Final = re.compile(r"(?<![\dA-Za-z.])(?P<x>[1-9](?:[ -]?\d){14})(?![\dA-Za-z])(?!\.\d)")
_IDENTITY_LABEL: Final = re.compile(r"身份证|身分证|证件号|公民身份")
_PAPER: Final = re.compile(
    r"(?:护照|通行证|军官证|社保卡|医保卡|驾驶证|准考证)\s?(?:号码?)?\s?[:为是]?\s?(?P<x>[A-Za-z]?\d{7,18}[A-Za-z]?)(?![\dA-Za-z])"
)
_CARD: Final = re.compile(r"(?<![\dA-Za-z.])(?P<x>\d(?:[ -]?\d){15,18})(?![\dA-Za-z])(?!\.\d)")
_CARD_LABEL: Final = re.compile(r"卡号|银行卡|储蓄卡|信用卡|借记卡")


def _is_identity(text: str, match: re.Match[str]) -> bool:
    digits = _digits(match)
    if int(digits[:2]) not in _PROVINCES or not _is_day(digits[6:10], digits[10:12], digits[12:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _CHECK_WEIGHTS, strict=False))
    # With a slip of the pen it is a person's number all the same, if it is called one.
    return "10X98765432"[total % 11] == digits[17] or bool(_IDENTITY_LABEL.search(_before(text, match, 14)))


def _is_old_identity(text: str, match: re.Match[str]) -> bool:
    digits = _digits(match)
    return int(digits[:2]) in _PROVINCES and _is_day("19" + digits[6:8], digits[8:10], digits[10:12])


def _is_day(year: str, month: str, day: str) -> bool:
    return "1900" <= year <= "2099" and "01" <= month <= "12" and "01" <= day <= "31"


def _is_card(text: str, match: re.Match[str]) -> bool:
    digits = _digits(match)
    if _CARD_LABEL.search(_before(text, match, 14)):
        return True
    return bool(re.match(r"62|4|5[1-5]|3[47]|60|9558", digits)) and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


# --- Telephones

_MOBILE: Final = re.compile(
    r"(?<!\d)(?<!\d[.])(?<!\d-)(?P<x>(?:(?:\+|00)?86[ -]?)?1[ -]?[3-9](?:[ -]?\d){9}|1[3-9]\d[*xX×]{4,8}\d{0,4})"
    r"(?!\d)(?!\.\d|-\d|\s?[元万亿])"
)
_SPELLED: Final = re.compile(
    r"(?<![零〇一二三四五六七八九幺])(?P<x>[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9})(?![零〇一二三四五六七八九幺])"
)
_LANDLINE: Final = re.compile(
    r"(?<![\d.-])(?P<x>(?:\(0\d{2,3}\)|0\d{2,3})[ -]{0,2}[2-8]\d{6,7}(?:[ -]?转?\s?\d{1,4})?)(?![\d.])"
)
_LOCAL: Final = re.compile(
    r"(?:家里|家庭|住宅|宅电|我的|本人|私人|座机|家中)(?:的)?(?:联系)?(?:电话|座机|号码)?(?:号码)?\s?[:是为]?\s?(?P<x>[2-8]\d{6,7})(?!\d)"
)
_PERSONAL: Final = re.compile(r"我家|家里|家中|家庭|本人|我的|住宅|宅电|私人|我电话")
_TO_ME: Final = re.compile(r"\s?(?:找我|联系我|打给我|是我)")


def _is_private_line(text: str, match: re.Match[str]) -> bool:
    """Of the landlines in posts and answers nearly all are offices': one is private if it is said to be."""
    return bool(_PERSONAL.search(_before(text, match, 14)) or _TO_ME.match(text, match.end("x")))


# --- Accounts, plates, doors

_MAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<x>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"
)
_GLUE: Final = r"(?:号码|账号|帐号|同号|群号|群|号|联系|添加|加|请|我|:|=|是|为|\s){0,5}"
_QQ: Final = re.compile(rf"(?:QQ|扣扣|企鹅号){_GLUE}(?P<x>[1-9]\d{{4,10}})(?!\d)", re.I)
_WECHAT: Final = re.compile(
    rf"(?:微信|薇信|威信|V信|weixin|wechat|(?<![A-Za-z])[vw]x){_GLUE}(?P<x>[A-Za-z][A-Za-z0-9_-]{{5,19}}|1[3-9]\d{{9}})(?![A-Za-z0-9_-])",
    re.I,
)
_PLATE: Final = re.compile(
    r"(?P<x>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][·•.\s]?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{5}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳]))(?![A-Za-z0-9])"
)
_COUNT: Final = r"[0-9A-Za-z一二三四五六七八九十]"
_NOT_A_ROOM: Final = r"(?![\dA-Za-z年月日元平米人层楼个户%.])"
_ROOM: Final = re.compile(
    # 2单元5楼501室, 二单元五楼八号, 2单元501
    rf"(?P<x>(?<!{_COUNT}){_COUNT}{{1,3}}\s?(?:单元|门洞)\s?[-,，、]?\s?(?:{_COUNT}{{1,3}}\s?[楼层]\s?)?"
    rf"(?:{_COUNT}{{1,5}}(?:-\d{{1,4}})?\s?(?:号房|室|户|号|房)|\d{{3,4}}{_NOT_A_ROOM})"
    # behind the building: 3栋-2-501, 3栋501室, 3栋-501, 3栋5楼8号
    rf"|(?<=[栋幢座楼])\s?-?\s?\d{{1,2}}\s?-\s?\d{{3,4}}(?:室|号|房)?(?!\d)"
    rf"|(?<=[栋幢座楼])\s?-?\s?\d{{3,4}}\s?(?:室|号房|号|房)|(?<=[栋幢座])-\d{{3,4}}{_NOT_A_ROOM}"
    rf"|(?<=[栋幢座楼]){_COUNT}{{1,3}}楼\s?\d{{1,4}}(?:室|号房|号|户))(?!\s?(?:门面|商铺|铺面|门店|店|楼|线))"
)
_AT_HOME: Final = r"家住|住在|住址|家庭地址|我家在|现住"
# A home by a street number, unless the number is a compound's or a firm's (汇金路777号汇金城).
_DOOR: Final = re.compile(
    rf"(?:[村社组]\s?|(?:{_AT_HOME})[^，。；！？\n]{{0,30}}?)"
    r"(?P<x>(?<![\d.月])\d{1,4}(?:-\d{1,4}){0,2}号(?:附\d{1,3}号)?)(?![楼线院文令桥路口]|公告)"
    r"(?!\s?[\u4e00-\u9fff]{1,8}(?:小区|苑|城|花园|家园|公寓|大厦|厂|站|公司|园|里))"
)
_HOME: Final = re.compile(rf"{_AT_HOME}|[\d一二三四五六七八九十]组\s?$|[村社组]\s?$")
_OFFICES: Final = re.compile(
    r"行政中心|政府|局|委员会|政务|办公|法院|教学楼|服务大厅|会议|医院|派出所|信访|住院部|门诊|写字楼|窗口"
)
_PUBLIC_ACCOUNT: Final = re.compile(r"公众号|官方|服务号|订阅号|官微")


def _is_account(text: str, match: re.Match[str]) -> bool:
    """微信Windows版 names no account: one has a digit or a sign, or stands behind 号, 是, 加 or a colon."""
    between = text[match.start() : match.start("x")]
    if _PUBLIC_ACCOUNT.search(_before(text, match, 16)):
        return False
    return bool(re.search(r"[\d_-]", match["x"])) or bool(re.search(r"[:号是为加=]", between))


def _is_plate(text: str, match: re.Match[str]) -> bool:
    return len(re.findall(r"\d", match["x"])) >= 3


def _is_private_mail(text: str, match: re.Match[str]) -> bool:
    return not match["x"].lower().endswith((".gov.cn", ".gov"))


def _is_home(text: str, match: re.Match[str]) -> bool:
    return not _OFFICES.search(_before(text, match, 18))


def _is_door(text: str, match: re.Match[str]) -> bool:
    return bool(_HOME.search(text[match.start() : match.start("x")]))


_FINDERS: Final[tuple[tuple[str, Callable[[str], Iterator[Span]]], ...]] = (
    ("电子邮箱", _matches(_MAIL, _is_private_mail)),
    ("身份证号", _matches(_IDENTITY, _is_identity)),
    ("证件号", _matches(_PAPER, _always)),
    ("银行卡号", _matches(_CARD, _is_card)),
    ("身份证号", _matches(_OLD_IDENTITY, _is_old_identity)),
    ("QQ号", _matches(_QQ, _always)),
    ("微信号", _matches(_WECHAT, _is_account)),
    ("手机号", _matches(_MOBILE, _always)),
    ("手机号", _matches(_SPELLED, _always)),
    ("固定电话", _matches(_LANDLINE, _is_private_line)),
    ("固定电话", _matches(_LOCAL, _always)),
    ("车牌号", _matches(_PLATE, _is_plate)),
    ("房号", _matches(_ROOM, _is_home)),
    ("门牌号", _matches(_DOOR, _is_door)),
    ("姓名", find_names),
)
