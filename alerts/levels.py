"""The four levels as people read them: word, numeral and colour together, never colour alone."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """One level's words. `ink` and `tint` are CSS colours; `signers` says who leads and signs (PLAN.md)."""

    number: int
    numeral: str
    word: str
    colour: str
    ink: str
    tint: str
    signers: str
    within: str

    @property
    def full(self) -> str:
        """Ⅲ 较大 · 黄色"""
        return f"{self.numeral} {self.word} · {self.colour}色"

    @property
    def tag(self) -> str:
        """Ⅲ较大·黄, for a subject line"""
        return f"{self.numeral}{self.word}·{self.colour}"


_HIGH = "宣传部门牵头，报市委、市政府审核，由新闻发言人发布"


class Levels(Enum):
    I = Look(1, "Ⅰ", "特别重大", "红", "#b3121f", "#fdecee", _HIGH, "主要负责人签发")  # noqa: E741
    II = Look(2, "Ⅱ", "重大", "橙", "#c2570c", "#fdf0e4", _HIGH, "主要负责人签发")
    III = Look(
        3, "Ⅲ", "较大", "黄", "#8a6a00", "#fbf5d9", "宣传部门牵头，会同涉事责任单位研究，联合回应", "分管负责人签发"
    )
    IV = Look(4, "Ⅳ", "一般", "蓝", "#1457b8", "#e8f0fc", "由属地县区或涉事责任单位回应", "办公室签发")


def look(level: int) -> Look:
    """The look of level 1 (gravest) to 4."""
    return list(Levels)[level - 1].value


_READINGS = {
    name: member.value.number for member in Levels for name in (member.name, member.value.numeral, member.value.word)
}
_READINGS |= {str(number): number for number in range(1, 5)} | dict(zip("红橙黄蓝", range(1, 5), strict=True))
_READINGS |= dict(zip("一二三四", range(1, 5), strict=True))


def read_level(value: Any, default: int = 4) -> int:
    """A level however it was written (3, "III", "Ⅲ", "较大", "黄色"); `default` where it cannot be told."""
    text = "" if value is None else str(value).strip().upper().removesuffix("级").removesuffix("色").strip()
    if text in _READINGS:
        return _READINGS[text]
    first = text.split()[0] if text.split() else ""
    return _READINGS.get(first, default)
