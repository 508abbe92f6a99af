"""minsheng probe mask: what masking does to texts, JSON lines on standard input and output."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

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
        sys.stdout.write(json.dumps({"text": masked.text, "found": masked.found}, ensure_ascii=False) + "\n")


def _text(line: str, number: int) -> str:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"标准输入第 {number} 行不是 JSON：{error}") from error
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise CommandError(f"标准输入第 {number} 行没有字符串字段 text")
    return str(item["text"])
