"""minsheng probe sentiment: JSON lines {text, kind} in, {p_neg, p_neu, p_pos, label} out, in the same order."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.management.base import CommandError

from archive.post import Kind, clean_text
from console import jsonlines
from console.probes import given
from monitor.engines import engine
from monitor.sentiment import SentimentError

HELP = "给文本打情感分：读入 JSON 行 {text, kind}，输出 p_neg、p_neu、p_pos、label"
EXAMPLE = "minsheng probe sentiment --engine linear < posts.jsonl"
CHUNK = 500


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--engine", default="linear", choices=("linear", "snownlp"), help="情感引擎，默认 linear")


def run(options: dict[str, Any]) -> None:
    texts = read(jsonlines.given())
    try:
        with engine(options["engine"]) as chosen:
            while chosen and (chunk := list(islice(texts, CHUNK))):
                for scored in chosen.score(chunk):
                    told = {name: round(getattr(scored, name), 4) for name in ("p_neg", "p_neu", "p_pos")}
                    sys.stdout.write(jsonlines.written({**told, "label": scored.label}))
    except SentimentError as error:
        raise CommandError(str(error)) from error


def read(lines: Iterable[str | bytes]) -> Iterator[tuple[str, Kind]]:
    """Raises CommandError, naming the line."""
    for number, row in jsonlines.rows(lines):
        fields = given.object_of(row, number, "text、kind")
        yield clean_text(given.needed_text(fields, "text", number)), given.kind(fields, number)
