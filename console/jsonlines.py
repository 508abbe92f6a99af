"""JSON lines in and out, whatever they hold: a line that is none is named, a lone surrogate stops nothing."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError

FIRST_YEAR, LAST_YEAR = 1900, 2200  # beyond, no conversion between time zones is sure


def read(line: str | bytes, number: int) -> Any:
    """Raises CommandError with the line's number."""
    try:
        return json.loads(line if isinstance(line, str) else line.decode("utf-8", "replace"))
    except ValueError as error:
        raise CommandError(f"第 {number} 行不是 JSON：{error}") from error
    except RecursionError as error:
        raise CommandError(f"第 {number} 行不是 JSON：括号套得太深") from error


def written(data: Any) -> str:
    """One line, with its end. What UTF-8 cannot carry is written as JSON's escapes."""
    line = json.dumps(data, ensure_ascii=False, default=str)
    if not line.isascii() and any("\ud800" <= character <= "\udfff" for character in line):
        line = json.dumps(data, default=str)
    return line + "\n"


def usual(at: datetime) -> bool:
    return FIRST_YEAR <= at.year <= LAST_YEAR
