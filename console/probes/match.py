"""minsheng probe match QUERY: which posts of a file a query finds (COMMANDS.md)."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from archive.language import QueryError, parse
from archive.matcher import Matcher
from archive.post import Post
from console import jsonlines
from console.probes import given

HELP = "检索式匹配：从标准输入读 JSON 行（id、title、text），写出匹配的 id"
EXAMPLE = "minsheng probe match '(停水|供水) + 利州区' < posts.jsonl"
_TEXTS = ("title", "text", "reply", "publisher", "region")
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # a query does not ask for times


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", metavar="检索式", help="监测方案的语言，例如 '(停水|供水) + 利州区'")


def run(options: dict[str, Any]) -> None:
    try:
        matcher = Matcher({"": parse(options["query"])})
    except QueryError as error:
        raise CommandError(error.pointed()) from error
    for number, row in jsonlines.rows(jsonlines.given()):
        identity, post = read(row, number)
        if matcher.match(post):
            sys.stdout.write(jsonlines.written({"id": identity}))


def read(row: Any, number: int) -> tuple[str | int, Post]:
    """The id as it was given, and the post. Raises CommandError that names the line."""
    row = given.object_of(row, number, "id、title、text")
    identity = given.identity(row, number)
    title, text, reply, publisher, region = (given.text(row, name, number) for name in _TEXTS)
    post = Post(
        id=str(identity),
        url="",
        kind=given.kind(row, number),
        title=title,
        text=text,
        source="",
        collected_at=_ANY_TIME,
        publisher=publisher,
        region=region,
        reply=reply,
    )
    return identity, post
