"""A query's text as tokens. Every spelling of a sign is known here and nowhere else."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from archive.fold import fold_text
from archive.language.errors import QueryError

TEXT_FIELDS = ("标题", "正文", "答复")
FACT_FIELDS = ("来源", "地区", "情感", "类型")
ALL_FIELDS = frozenset(TEXT_FIELDS + FACT_FIELDS)
SCOPE_FIELDS = frozenset(("标题", "正文", "来源", "类型"))
MAX_DISTANCE = 1000

OPENING, CLOSING = "(（", ")）"
_LIST = ",，、"
_SIGNS = "|｜!！"
_QUOTES = {"“": "”", "「": "」", '"': '"', "＂": "＂", "”": "”", "」": "」"}
_NEAR = re.compile(r"[~～]\s*([0-9０-９]+)")
_FIELD = re.compile("(..)[:：]")
_LATIN = re.compile("[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]")


class Sign(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    FIELD = "field"
    AND = "and"
    OR = "or"
    LIST = "list"
    NOT = "not"
    NEAR = "near"
    OPEN = "open"
    CLOSE = "close"
    LINE = "line"


OPERATORS = frozenset((Sign.AND, Sign.OR, Sign.LIST, Sign.NOT, Sign.NEAR))
_WORD_OPERATORS = {
    "AND": Sign.AND, "且": Sign.AND, "OR": Sign.OR, "或": Sign.OR, "NOT": Sign.NOT, "非": Sign.NOT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """`value`: the word, phrase, field name or distance; `start`, `end`: where it stands in the query."""

    sign: Sign
    value: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Raises QueryError. Ends of lines that go on are left out, so that LINE always parts two alternatives."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in "\n\r":
            found.append(Token(Sign.LINE, "", position, position + 1))
            position += 1
        elif character.isspace() or not fold_text(character):
            position += 1
        else:
            token = _token(text, position)
            found.append(token)
            position = token.end
    return _joined_lines(found)


def _joined_lines(found: list[Token]) -> list[Token]:
    """Drop LINE beside an operator, at an end, beside a bracket's inner side, and where it follows another."""
    kept: list[Token] = []
    for index, token in enumerate(found):
        if token.sign is Sign.LINE:
            after = next((other for other in found[index:] if other.sign is not Sign.LINE), None)
            if not kept or kept[-1].sign in OPERATORS | {Sign.LINE, Sign.OPEN, Sign.FIELD}:
                continue
            if after is None or after.sign in OPERATORS or after.sign is Sign.CLOSE:
                continue
        kept.append(token)
    return kept


def _token(text: str, start: int) -> Token:
    character = text[start]
    if character in OPENING:
        return Token(Sign.OPEN, character, start, start + 1)
    if character in CLOSING:
        return Token(Sign.CLOSE, character, start, start + 1)
    if character in _QUOTES:
        return _phrase(text, start)
    if character in _LIST:
        return Token(Sign.LIST, character, start, start + 1)
    if character in "|｜":
        return Token(Sign.OR, character, start, start + 1)
    if character in "!！" or (character in "-－" and _after_gap(text, start)):
        return Token(Sign.NOT, character, start, start + 1)
    if character in "~～":
        return _near(text, start)
    if _plus_ends(text, start):
        return Token(Sign.AND, character, start, start + 1)
    field = _FIELD.match(text, start)
    if field and fold_text(field[1]) in ALL_FIELDS:
        return Token(Sign.FIELD, fold_text(field[1]), start, field.end())
    return _word(text, start)


def _after_gap(text: str, position: int) -> bool:
    """At the start, or after a space or a bracket."""
    return position == 0 or text[position - 1].isspace() or text[position - 1] in OPENING + CLOSING


def _before_gap(text: str, position: int) -> bool:
    return position == len(text) or text[position].isspace() or text[position] in OPENING + CLOSING


def _near(text: str, start: int) -> Token:
    match = _NEAR.match(text, start)
    if not match:
        raise QueryError("“~”后面要写相隔的字数，例如 停水 ~10 投诉", text, start, start + 1)
    distance = int(unicodedata.normalize("NFKC", match[1]))
    if len(match[1]) > 6 or distance > MAX_DISTANCE:
        raise QueryError(f"相隔的字数最大为 {MAX_DISTANCE}", text, match.start(1), match.end(1))
    return Token(Sign.NEAR, str(distance), start, match.end())


def _phrase(text: str, start: int) -> Token:
    """A quoted phrase; a doubled closing sign inside is one."""
    closing = _QUOTES[text[start]]
    position, phrase = start + 1, ""
    while (found := text.find(closing, position)) >= 0:
        phrase += text[position:found]
        if text[found + 1 : found + 2] != closing:
            break
        phrase += closing
        position = found + 2
    if found < 0 or set("\n\r") & set(phrase) or text[start] in "”」":
        raise QueryError("引号没有配对（一行之内要有前有后）", text, start, start + 1)
    if not fold_text(phrase).strip():
        raise QueryError("引号里是空的", text, start, found + 1)
    return Token(Sign.PHRASE, phrase, start, found + 1)


def _word(text: str, start: int) -> Token:
    end = start + 1
    while end < len(text) and not _ends_word(text, end):
        end += 1
    word = text[start:end]
    sign = _WORD_OPERATORS.get(word)
    if sign and _after_gap(text, start) and _before_gap(text, end):
        return Token(sign, word, start, end)
    return Token(Sign.WORD, word, start, end)


def _ends_word(text: str, position: int) -> bool:
    character = text[position]
    if character.isspace() or character in OPENING + CLOSING + _LIST + _SIGNS or character in _QUOTES:
        return True
    return _plus_ends(text, position) or _NEAR.match(text, position) is not None


def _plus_ends(text: str, position: int) -> bool:
    """Whether a + here is the operator: it is not inside a Latin word (A+B, 5+2) nor one of several after it (C++)."""
    if text[position] not in "+＋":
        return False
    first, last = position, position + 1
    while first > 0 and text[first - 1] in "+＋":
        first -= 1
    while last < len(text) and text[last] in "+＋":
        last += 1
    if first == 0 or not _LATIN.match(text[first - 1]):
        return True
    return last - first == 1 and not (last < len(text) and _LATIN.match(text[last]))
