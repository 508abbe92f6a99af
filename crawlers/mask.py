"""Personal data out of a text before it is stored: numbers, addresses and names that lead to a private person.

What belongs to the matter stays: hotlines (12345, 110, 400-…), numbers of offices, document numbers, amounts,
dates, the compound and the building, officials in their acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawlers import homes, papers, phones
from crawlers.finding import Finder, Span, Spans
from crawlers.names import find_names

# One character for one, so that positions in the folded text are positions in the text.
_FOLD: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(char): ord(plain)
    for char, plain in {"\u3000": " ", "\xa0": " ", "—": "-", "–": "-", "－": "-", "‐": "-", "‑": "-"}.items()
}
_ROUNDS: Final = 12
# How far from what was masked a number may begin that it set free, and its label.
_REACH: Final = 80


@dataclass(frozen=True, slots=True)
class Masked:
    """`found`: how many of each kind were masked, by the kind's Chinese name."""

    text: str
    found: dict[str, int]


def mask(text: str) -> Masked:
    """The text with personal data replaced by its kind, 【手机号】. Masking a masked text changes nothing."""
    found: dict[str, int] = {}
    windows: list[Span] = [(0, len(text))]
    # A replacement can set its neighbour free (two numbers written as one word), so until nothing is found;
    # only there, or a text full of such numbers would be read again and again.
    for _ in range(_ROUNDS):
        spans = _find(text, windows)
        if not spans:
            break
        for _, _, kind in spans:
            found[kind] = found.get(kind, 0) + 1
        text, windows = _replaced(text, spans)
    return Masked(text, found)


def _find(text: str, windows: Sequence[Span]) -> list[tuple[int, int, str]]:
    """What is to be masked, in order and without overlaps: an earlier rule wins."""
    folded = text.translate(_FOLD)
    taken: list[tuple[int, int, str]] = []
    used = bytearray(len(text))
    for kind, finder in _FINDERS:
        for start, end in finder(folded, windows):
            if not any(used[start:end]):
                used[start:end] = b"\x01" * (end - start)
                taken.append((start, end, kind))
    return sorted(taken)


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> tuple[str, list[Span]]:
    """The text with the spans replaced, and the windows around them."""
    pieces: list[str] = []
    windows: list[Span] = []
    at = length = 0
    for start, end, kind in spans:
        pieces += [text[at:start], f"【{kind}】"]
        length += start - at
        first, last = max(0, length - _REACH), length + len(pieces[-1]) + _REACH
        if windows and first <= windows[-1][1]:
            first = windows.pop()[0]
        windows.append((first, last))
        length += len(pieces[-1])
        at = end
    return "".join((*pieces, text[at:])), windows


def _names(text: str, windows: Sequence[Span]) -> Spans:
    """Everywhere: a name that is set free is one wherever it stands."""
    return find_names(text)


_FINDERS: Final[tuple[tuple[str, Finder], ...]] = (
    ("电子邮箱", homes.find_mails),
    ("身份证号", papers.find_identities),
    ("身份证号", papers.find_hidden_identities),
    ("证件号", papers.find_papers),
    ("银行卡号", papers.find_labelled_cards),
    ("银行卡号", papers.find_cards),
    ("身份证号", papers.find_old_identities),
    ("QQ号", homes.find_qq),
    ("微信号", homes.find_wechat),
    ("网络账号", homes.find_accounts),
    ("手机号", phones.find_mobiles),
    ("手机号", phones.find_spelled),
    ("固定电话", phones.find_landlines),
    ("固定电话", phones.find_short_lines),
    ("车牌号", homes.find_plates),
    ("房号", homes.find_rooms),
    ("房号", homes.find_bare_rooms),
    ("房号", homes.find_dashed_rooms),
    ("门牌号", homes.find_doors),
    ("姓名", _names),
)
