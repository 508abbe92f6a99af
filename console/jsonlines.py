"""JSON lines in and out, whatever they hold: a line that is none is named, a lone surrogate stops nothing."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, TextIO

from django.core.management.base import CommandError

from archive.post import YEARS


def given() -> TextIO | BinaryIO:
    """Standard input, as bytes where it has them: what is no UTF-8 is then no traceback."""
    return getattr(sys.stdin, "buffer", sys.stdin)


def rows(lines: Iterable[str | bytes]) -> Iterator[tuple[int, Any]]:
    """Each line's number and what it holds; empty lines are left out. Raises CommandError with the line's number."""
    for number, line in enumerate(lines, 1):
        # Windows' editors put a mark before the first line; where files were joined, it stands further down.
        text = decoded(line).strip().removeprefix("\ufeff").strip()
        if text:
            yield number, read(text, f"第 {number} 行")


def read(text: str, where: str) -> Any:
    """Raises CommandError that says where it stops being JSON."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 个字符" if "\n" in text else f"第 {error.colno} 个字符"
        raise CommandError(f"{where}不是 JSON，{place}处读不下去：{text[error.pos :][:20]!r}") from error
    except ValueError as error:  # a number of thousands of digits
        raise CommandError(f"{where}不是 JSON：里面的数太长") from error
    except RecursionError as error:
        raise CommandError(f"{where}不是 JSON：括号套得太深") from error


def decoded(given: str | bytes) -> str:
    return given if isinstance(given, str) else given.decode("utf-8", "replace")


def written(data: Any) -> str:
    """One line, with its end. What UTF-8 cannot carry is written as JSON's escapes."""
    line = json.dumps(data, ensure_ascii=False, default=str)
    if not line.isascii() and any("\ud800" <= character <= "\udfff" for character in line):
        line = json.dumps(data, default=str)
    return line + "\n"


def usual(at: datetime) -> bool:
    return at.year in YEARS
