"""minsheng probe mask: what masking does to texts, JSON lines on standard input and output."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from console.jsonlines import read, written
from crawlers.mask import mask

HELP = "遮盖文字中的个人信息：标准输入每行一个 JSON（text），输出 text 和 found"
EXAMPLE = "minsheng probe mask < texts.jsonl"


def arguments(parser: ArgumentParser) -> None:
    """None: it reads standard input."""


def run(options: dict[str, Any]) -> None:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        masked = mask(_text(line, number))
        sys.stdout.write(written({"text": masked.text, "found": masked.found}))


def _text(line: str, number: int) -> str:
    item = read(line, number)
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise CommandError(f"第 {number} 行没有字符串字段 text")
    return str(item["text"])
