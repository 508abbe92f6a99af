"""What leads to a door or to an account: e-mail, QQ and WeChat, licence plates, rooms, house numbers."""

import re
from typing import Final

from crawlers.finding import Finder, before, matches, outside_address

_MAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<x>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"
)
_GLUE: Final = r"(?:号码|账号|帐号|同号|群号|群|号|联系|添加|加|请|我|聊|:|=|是|为|\s){0,5}"
_QQ: Final = re.compile(rf"(?:Q\s?Q|扣扣|企鹅号?){_GLUE}(?P<x>[1-9]\d{{4,10}})(?!\d)(?!\s?[元万亿年月日人])", re.I)
_WECHAT: Final = re.compile(
    rf"(?:微信|薇信|威信|卫星号|V信|weixin|wechat|(?<![A-Za-z])[vw]x|(?:加|\+)我?\s?(?:[vV](?![A-Za-z])|[薇威微]信?)){_GLUE}"
    r"(?P<x>[A-Za-z][A-Za-z0-9_-]{5,19}|1[3-9]\d{9}|[1-9]\d{5,10}(?![元万亿年月日人.]))(?![A-Za-z0-9_-])",
    re.I,
)
_ACCOUNT: Final = re.compile(
    r"(?:抖音|快手|小红书|微博|B站|支付宝|陌陌|钉钉|贴吧)\s?(?:账号|帐号|账户|帐户|用户名|ID|号)\s?[:是为]?\s?"
    r"(?P<x>[A-Za-z0-9][A-Za-z0-9_.-]{4,29})(?![A-Za-z0-9_@-])",
    re.I,
)
_PLATE: Final = re.compile(
    r"(?P<x>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][·•.\s-]?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{6}|[A-HJ-NP-Za-hj-np-z0-9]{5}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳]))(?![A-Za-z0-9])"
    r"(?!\s?(?:项目|工程|标段|地块|宗地|号地|文件|线路|线|路|基站|台区|开关|编号))"
)
_COUNT: Final = r"[0-9A-Za-z一二三四五六七八九十]"
_NOT_A_ROOM: Final = r"(?![\dA-Za-z年月日元平米人层楼个户间套栋幢座多余来万亿吨辆亩级台处把张位名只%.㎡])"
_NOT_A_SHOP: Final = r"(?!\s?(?:门面|商铺|铺面|门店|店|楼|线))"
_ROOM: Final = re.compile(
    # 2单元5楼501室, 二单元五楼八号, 2单元501, 1单元18-3
    rf"(?P<x>(?<!{_COUNT}){_COUNT}{{1,3}}\s?(?:单元|门洞)\s?[-,，、]?\s?(?:{_COUNT}{{1,3}}\s?[楼层]\s?)?"
    rf"(?:{_COUNT}{{1,5}}(?:-\d{{1,4}})?\s?(?:号房|室|户|号|房)|\d{{3,4}}{_NOT_A_ROOM}|\d{{1,2}}-\d{{1,2}}(?!-){_NOT_A_ROOM})"
    # behind the building: 3栋-2-501, 3栋501室, 3栋-501, 3栋5楼8号
    rf"|(?<=[栋幢座楼#])\s?-?\s?\d{{1,2}}\s?-\s?\d{{3,4}}(?:室|号|房)?(?!\d)"
    rf"|(?<=[栋幢座楼#])\s?-?\s?\d{{3,4}}\s?(?:室|号房|号|房)|(?<=[栋幢座#])-\d{{3,4}}{_NOT_A_ROOM}"
    rf"|(?<=[栋幢座楼]){_COUNT}{{1,3}}[楼层]\s?\d{{1,4}}(?:室|号房|号|户)){_NOT_A_SHOP}"
)
# 5栋1806, 3号楼1805, 3#1502: without a sign the number may be a count.
_BARE_ROOM: Final = re.compile(
    rf"(?:[\dA-Za-z一二三四五六七八九十]\s?[栋幢]|[\dA-Za-z]\s?座|\d\s?(?:号楼|\#楼?))\s?(?P<x>\d{{3,4}}{_NOT_A_ROOM}(?!\s?[号室房])){_NOT_A_SHOP}"
)
_COUNTED: Final = re.compile(r"(?:共|共有|[新改修已在]?建|总计|合计|约|计划|有|完成|拆除?|多)\s?$")
# 清江花园12-3-1502, 清江小区3-1502
_DASHED_ROOM: Final = re.compile(
    r"(?:小区|家园|花园|公寓|雅苑|新村|宿舍|家属院|国际|[苑城园府庭湾郡居庄邸庐院])\s?\d{1,2}"
    rf"(?P<x>(?:-\d{{1,2}})?-\d{{3,4}}(?:室|号房?|房)?)(?!-){_NOT_A_ROOM}"
)
_AT_HOME: Final = r"家住|住在|住址|家庭地址|我家在|现住"
# A home by a street number, unless the number is a compound's or a firm's (清江路66号清江城).
_DOOR: Final = re.compile(
    rf"(?:[村社组]\s?|(?:{_AT_HOME})[^，。；！？\n]{{0,30}}?)"
    r"(?P<x>(?<![\d.月])\d{1,4}(?:-\d{1,4}){0,2}号(?:附\d{1,3}号)?)(?![楼线院文令桥路口]|公告)"
    r"(?!\s?[\u4e00-\u9fff]{1,8}(?:小区|苑|城|花园|家园|公寓|大厦|厂|站|公司|园|里))"
)
_HOME: Final = re.compile(rf"{_AT_HOME}|[\d一二三四五六七八九十]组\s?$|[村社组]\s?$")
# An office stands right before its own building; one that was told of somebody's home stands further off.
_OFFICE_ROOM: Final = re.compile(
    r"(?:行政中心|政府|局|委员会|政务(?:服务)?中心|办公[楼区室]?|法院|教学楼|服务大厅|会议中心|医院|派出所|信访局?|住院部|门诊部?|写字楼|窗口)"
    r"[\dA-Za-z一二三四五六七八九十栋幢座号楼层区院大厦主副东南西北附单元综合办公内\s#（(-]{0,14}$"
)
_PUBLIC_ACCOUNT: Final = re.compile(r"公众号|官方|服务号|订阅号|官微")


def _is_account(text: str, match: re.Match[str]) -> bool:
    """微信Windows版 names no account: one has a digit or a sign, or stands behind 号, 是, 加 or a colon."""
    between = text[match.start() : match.start("x")]
    if _PUBLIC_ACCOUNT.search(before(text, match, 16)):
        return False
    called = bool(re.search(r"[:号是为加=]", between))
    return called or (not match["x"].isdigit() and bool(re.search(r"[\d_-]", match["x"])))


def _is_own_account(text: str, match: re.Match[str]) -> bool:
    """Offices tell their accounts too: 官方抖音号 …"""
    return not _PUBLIC_ACCOUNT.search(text[max(0, match.start() - 12) : match.start("x")])


def _is_plate(text: str, match: re.Match[str]) -> bool:
    return len(re.findall(r"\d", match["x"])) >= 3


def _is_private_mail(text: str, match: re.Match[str]) -> bool:
    return not match["x"].lower().endswith((".gov.cn", ".gov"))


def _is_home(text: str, match: re.Match[str]) -> bool:
    return not _OFFICE_ROOM.search(before(text, match, 24))


def _is_no_count(text: str, match: re.Match[str]) -> bool:
    """共建5栋1806 tells how many."""
    return not _COUNTED.search(text[max(0, match.start() - 6) : match.start()])


def _is_door(text: str, match: re.Match[str]) -> bool:
    return bool(_HOME.search(text[match.start() : match.start("x")]))


find_mails: Final[Finder] = matches(_MAIL, _is_private_mail)
find_qq: Final[Finder] = matches(_QQ)
find_wechat: Final[Finder] = matches(_WECHAT, _is_account)
find_accounts: Final[Finder] = matches(_ACCOUNT, _is_own_account)
find_plates: Final[Finder] = matches(_PLATE, _is_plate, outside_address)
find_rooms: Final[Finder] = matches(_ROOM, _is_home)
find_bare_rooms: Final[Finder] = matches(_BARE_ROOM, _is_home, _is_no_count)
find_dashed_rooms: Final[Finder] = matches(_DASHED_ROOM, _is_home)
find_doors: Final[Finder] = matches(_DOOR, _is_door)
