"""minsheng probe mask: what masking does to texts, JSON lines on standard input and output."""

import sys
from argparse import ArgumentParser
from typing import Any

from console import jsonlines
from console.probes.given import needed_text, object_of
from crawlers.mask import mask

HELP = "遮盖文字中的个人信息：标准输入每行一个 JSON（text），输出 text 和 found"
EXAMPLE = "minsheng probe mask < texts.jsonl"


def arguments(parser: ArgumentParser) -> None:
    """None: it reads standard input."""


def run(options: dict[str, Any]) -> None:
    for number, row in jsonlines.rows(jsonlines.given()):
        masked = mask(needed_text(object_of(row, number, "text"), "text", number))
        sys.stdout.write(jsonlines.written({"text": masked.text, "found": masked.found}))
