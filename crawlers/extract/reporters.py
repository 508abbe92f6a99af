"""Who wrote a text, as the text itself says: 清江网3月4日讯（记者 李文）, or a line 清江日报记者 李文 before it."""

import re
from collections.abc import Iterable
from typing import Final

from crawlers.surnames import COMMON, DOUBLE, RARE

_NAME: Final = rf"(?:(?:{DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{COMMON}{RARE}][\u4e00-\u9fff]{{1,2}})"
_NAMES: Final = rf"(?P<names>{_NAME}(?:\s?[、，,&]\s?{_NAME}|\s{{1,3}}{_NAME}){{0,4}})"
_ROLE: Final = r"(?:记者|通讯员|特约撰稿人|撰稿人?|执笔)"
# 讯（记者陈智 整合）: what follows a name is a space or the end, or it may be half a word.
_DATELINE: Final = re.compile(rf"[（(][^（）()\n]{{0,14}}?{_ROLE}[\s:：/]{{0,3}}{_NAMES}(?=[\s）)；;])")
_LINE: Final = re.compile(rf"[\u4e00-\u9fffA-Za-z·]{{0,12}}{_ROLE}[\s:：/|]{{0,3}}{_NAMES}(?:\s.{{0,12}})?")
_OPENING: Final = 200
_LONGEST: Final = 40


def reporter_of(lines: Iterable[str], text: str) -> str:
    """Names joined by a space, or "". `lines`: those of the headline; the text's first ones are looked at too."""
    opening = text[:_OPENING]
    for line in (*lines, *opening.split("\n")[:3]):
        if len(line) <= _LONGEST and (match := _LINE.fullmatch(line.strip())):
            return _joined(match["names"])
    match = _DATELINE.search(opening)
    return _joined(match["names"]) if match else ""


def _joined(names: str) -> str:
    return " ".join(re.split(r"[\s、，,&]+", names.strip()))
