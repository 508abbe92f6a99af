"""Page patterns of a source's URL.

`{1..3}` counts, `{1..}` counts on until nothing new comes, `{,_1,_2}` are alternatives (an empty one may be
among them). A pattern is a sequence of pages of one list, the newest first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"^(\d+)\.\.(\d*)$")
MOST_PAGES = 10_000


class PatternError(ValueError):
    """The pattern cannot be read; the message is Chinese. Raised by read_pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`head` + one of `values` + `tail`. `values` is None for a single page; `counting` goes on from `start`."""

    head: str
    tail: str = ""
    values: tuple[str, ...] | None = None
    start: int | None = None

    @property
    def counting(self) -> bool:
        return self.start is not None

    @property
    def first(self) -> str:
        return next(iter(self))

    def __iter__(self) -> Iterator[str]:
        if self.start is not None:
            for number in count(self.start):
                yield f"{self.head}{number}{self.tail}"
        elif self.values is None:
            yield self.head
        else:
            for value in self.values:
                yield f"{self.head}{value}{self.tail}"


def read_pattern(text: str) -> Pattern:
    """Raises PatternError."""
    groups = list(_BRACES.finditer(text))
    if text.count("{") != len(groups) or text.count("}") != len(groups):
        raise PatternError("花括号没有配对，正确的例如 index{,_1,_2}.html 或 ?page={1..5}")
    if not groups:
        return Pattern(text)
    if len(groups) > 1:
        raise PatternError("一个网址只能有一处 {…}；有几个栏目时，请把 url 写成列表，一行一个")
    inside, head, tail = groups[0][1], text[: groups[0].start()], text[groups[0].end() :]
    if found := _RANGE.match(inside):
        low = int(found[1])
        if not found[2]:
            return Pattern(head, tail, start=low)
        high = int(found[2])
        if high < low:
            raise PatternError(f"{{{inside}}} 的终点小于起点，应为 {{{high}..{low}}}")
        if high - low >= MOST_PAGES:
            raise PatternError(f"{{{inside}}} 超过 {MOST_PAGES} 页")
        width = len(found[1]) if found[1].startswith("0") and len(found[1]) > 1 else 0
        return Pattern(head, tail, values=tuple(f"{number:0{width}d}" for number in range(low, high + 1)))
    if ".." in inside:
        raise PatternError(f"{{{inside}}} 不是页码范围，正确的例如 {{1..5}}，或一直翻下去的 {{1..}}")
    if "," not in inside:
        raise PatternError(f"{{{inside}}} 只有一个选项，正确的例如 {{,_1,_2}} 或 {{1..5}}")
    return Pattern(head, tail, values=tuple(part.strip() for part in inside.split(",")))
