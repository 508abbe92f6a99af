"""minsheng probe topic: JSON lines {title, text} in, {topic, p, unit} out, in the same order."""

import sys
from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import CommandError

from alerts.units import DEFAULT_UNITS
from archive.post import clean_text
from console import jsonlines
from console.probes import given
from monitor.linear import ModelError
from monitor.topics import topics

HELP = "给来信建议领域和责任单位：读入 JSON 行 {title, text}，输出 topic、p、unit；没有把握时 topic 为 null"
EXAMPLE = "minsheng probe topic < messages.jsonl"
CHUNK = 500


def arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(_options: dict[str, Any]) -> None:
    try:
        pair = topics()
    except ModelError as error:
        raise CommandError(str(error)) from error
    messages = (
        (clean_text(given.text(fields, "title", number)), clean_text(given.text(fields, "text", number)))
        for number, fields in (
            (number, given.object_of(row, number, "title、text")) for number, row in jsonlines.rows(jsonlines.given())
        )
    )
    while chunk := list(islice(messages, CHUNK)):
        for told in pair.suggest(chunk):
            unit = DEFAULT_UNITS.get(told.topic) if told.topic else None
            sys.stdout.write(jsonlines.written({"topic": told.topic, "p": round(told.p, 4), "unit": unit}))
