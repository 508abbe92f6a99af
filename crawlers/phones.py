"""Private telephone numbers: every mobile, and the landlines that are said to be somebody's home."""

import re
from typing import Final

from crawlers.finding import Finder, before, matches, outside_address

_MOBILE: Final = re.compile(
    r"(?<!\d)(?<!\d[.])(?<!\d-)(?P<x>(?:(?:\+|00)?86[ -]?)?"
    r"(?:1[ -]?[3-9](?:[ -]{0,2}\d){9}|\(1[3-9]\d\)[ -]?\d{4}[ -]?\d{4}|1[3-9]\d(?P<sign>[.·•_/~])\d{4}(?P=sign)\d{4})"
    r"|1[3-9]\d[*xX×]{4,8}\d{0,4})(?!\d)(?!\.\d|-\d|\s?[元万亿])"
)
_SPELLED: Final = re.compile(
    r"(?<![零〇一二三四五六七八九幺])(?P<x>[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9})(?![零〇一二三四五六七八九幺])"
)
_LANDLINE: Final = re.compile(
    r"(?<![\d.-])(?P<x>(?:\(0\d{2,3}\)|0\d{2,3})[ -]{0,2}[2-8]\d{6,7}(?:[ -]?转?\s?\d{1,4})?)(?![\d.])"
)
_SHORT_LINE: Final = re.compile(r"(?<![\d.-])(?P<x>[2-8]\d{6,7})(?![\d.-])(?!\s?[元万亿户人吨度个㎡平号])")
# Nothing but words for a telephone between the owner and the number: 家庭医生签约电话 and 我的建议是致电 are no home's.
_OWNER: Final = re.compile(
    r"(?:我家|我们家|俺家|家里|家中|家庭|住宅|宅电|私人|个人|我的|俺的|本人|我|俺)(?:里|中|人)?(?:的)?"
    r"(?P<device>(?:固定|联系|座机|电话|号码|号|方式|固话){0,3})\s?[:是为]?\s?[:(]?\s?$"
)
_TO_ME: Final = re.compile(
    r"\)?\s?(?:找我|联系我|打给我|通知我|回复我|是我)(?![们局委办院中单站所处科厅市县区镇乡街社公部队校司行馆段大支])"
)
_DIALLED: Final = re.compile(r"(?:电话|座机|号码|固话|拨打|致电|打)\s?[:是为]?\s?\(?$")


def _is_private_line(text: str, match: re.Match[str]) -> bool:
    """Of the landlines in posts and answers nearly all are offices': one is private if it is said to be."""
    return bool(_OWNER.search(before(text, match, 20)) or _TO_ME.match(text, match.end("x")))


def _is_private_short_line(text: str, match: re.Match[str]) -> bool:
    """Seven digits may be anything: they need a word for a telephone too."""
    said = before(text, match, 20)
    owner = _OWNER.search(said)
    return bool((owner and owner["device"]) or (_DIALLED.search(said) and _TO_ME.match(text, match.end("x"))))


find_mobiles: Final[Finder] = matches(_MOBILE, outside_address)
find_spelled: Final[Finder] = matches(_SPELLED)
find_landlines: Final[Finder] = matches(_LANDLINE, _is_private_line)
find_short_lines: Final[Finder] = matches(_SHORT_LINE, _is_private_short_line)
