"""Numbers of a person's papers: identity cards, passports, bank cards."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from crawlers.finding import Finder, Span, before, digits, matches, outside_address

_CHECK_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GAP: Final = "[ -]?"
# The province, the year and the month stand in the pattern, so that rows of other figures are left at once.
_PLACE: Final = (
    rf"(?:1{_GAP}[1-5]|2{_GAP}[1-3]|3{_GAP}[1-7]|4{_GAP}[1-6]|5{_GAP}[0-4]|6{_GAP}[1-6]|7{_GAP}1|8{_GAP}[1-3])"
    rf"(?:{_GAP}\d){{4}}{_GAP}"
)
_MONTH: Final = rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}\d|3{_GAP}[01])"
_IDENTITY: Final = re.compile(
    rf"(?<![\dA-Za-z])(?P<x>{_PLACE}(?:1{_GAP}9|2{_GAP}0){_GAP}\d{_GAP}\d{_GAP}{_MONTH}(?:{_GAP}\d){{3}}{_GAP}[\dXx])(?![\dA-Za-z])"
)
_OLD_IDENTITY: Final = re.compile(
    rf"(?<![\dA-Za-z.])(?P<x>{_PLACE}\d{_GAP}\d{_GAP}{_MONTH}(?:{_GAP}\d){{3}})(?![\dA-Za-z])(?!\.\d)"
)
_HIDDEN_IDENTITY: Final = re.compile(
    rf"(?<![\dA-Za-z])(?P<x>{_PLACE}(?:(?:19|20)\d\d(?:{_MONTH})?)?[*xX×]{{4,12}}[\dXx]{{0,4}})(?![\dA-Za-z*])"
)
_IDENTITY_LABEL: Final = re.compile(r"身份证|身分证|证件号|公民身份")
_PAPER: Final = re.compile(
    r"(?:(?:护照|通行证|军官证|社保卡|医保卡|驾驶证|准考证)\s?(?:号码?)?|(?:社保|医保|学籍|学生证|出生(?:医学)?证明?)(?:编?号码?)|学号)"
    r"\s?[:为是]?\s?(?P<x>[A-Za-z]?\d{7,18}[A-Za-z]?)(?![\dA-Za-z])"
)
# Nobody writes a card in groups of two: rows of small figures are a table.
_CARD: Final = re.compile(r"(?<![\dA-Za-z.])(?P<x>(?P<first>\d{3,19})(?:[ -]\d{3,8}){0,6})(?![\dA-Za-z])(?!\.\d)")
_LABELLED_CARD: Final = re.compile(
    r"(?P<label>银行卡|储蓄卡|信用卡|借记卡|[\u4e00-\u9fff]行(?:的)?卡|工资卡|卡号|银行[账帐][号户]|[账帐][号户])"
    r"[^\d，。；,;\n电话]{0,8}?(?P<x>\d(?:[ -]?\d){14,20})(?![\dA-Za-z])(?!\.\d)"
)
_OFFICE_ACCOUNT: Final = re.compile(
    r"(?:局|政府|公司|中心|学校|学院|医院|协会|委员会|基金会|财政|专户|单位|对公|基本户)"
)
_FIRST_DIGITS: Final = re.compile(r"62|4|5[1-5]|3[47]|60|9558")


def _is_identity(text: str, match: re.Match[str]) -> bool:
    number = digits(match["x"])
    total = sum(int(digit) * weight for digit, weight in zip(number, _CHECK_WEIGHTS, strict=False))
    # With a slip of the pen it is a person's number all the same, if it is called one.
    return "10X98765432"[total % 11] == number[17] or bool(_IDENTITY_LABEL.search(before(text, match, 14)))


def _is_called_identity(text: str, match: re.Match[str]) -> bool:
    """What is left of one half hidden still tells where and when somebody was born."""
    return bool(_IDENTITY_LABEL.search(before(text, match, 14)))


def _is_persons(text: str, match: re.Match[str]) -> bool:
    """Offices and firms print the accounts to which one pays: 户名：清江市财政局 账号：…"""
    return "卡" in match["label"] or not _OFFICE_ACCOUNT.search(text[max(0, match.start() - 40) : match.start()])


def _cards(text: str, windows: Sequence[Span]) -> Iterator[Span]:
    """Numbers that are a card's by how they begin and by their check digit (Luhn), written in groups or whole."""
    at = 0
    for start, end in windows:
        at = max(at, start)
        while at <= end and (match := _CARD.search(text, at)):
            if match.start() > end:
                at = match.start()
                break
            last = _card_end(text, match) if outside_address(text, match) else None
            if last:
                yield match.start(), last
            at = last or match.end("first")


def _card_end(text: str, match: re.Match[str]) -> int | None:
    """Where the longest card that begins here ends."""
    ends = [match.start() + group.end() for group in re.finditer(r"\d+", match["x"])]
    for end in reversed(ends):
        number = digits(text[match.start() : end])
        if 16 <= len(number) <= 19 and _FIRST_DIGITS.match(number) and _luhn(number):
            return end
    return None


def _luhn(number: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (doubled + sum(map(int, number[-1::-2]))) % 10 == 0


find_identities: Final[Finder] = matches(_IDENTITY, outside_address, _is_identity)
find_hidden_identities: Final[Finder] = matches(_HIDDEN_IDENTITY, _is_called_identity)
find_old_identities: Final[Finder] = matches(_OLD_IDENTITY, outside_address)
find_papers: Final[Finder] = matches(_PAPER)
find_labelled_cards: Final[Finder] = matches(_LABELLED_CARD, _is_persons)
find_cards: Final[Finder] = _cards
