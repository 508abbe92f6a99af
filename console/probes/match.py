"""minsheng probe match QUERY: which posts of a file a query finds (COMMANDS.md)."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from archive.language import QueryError, parse
from archive.matcher import Matcher
from archive.post import Kind, Post
from console import jsonlines

HELP = "检索式匹配：从标准输入读 JSON 行（id、title、text），写出匹配的 id"
EXAMPLE = "minsheng probe match '(停水|供水) + 利州区' < posts.jsonl"
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # a query does not ask for times


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", metavar="检索式", help="监测方案的语言，例如 '(停水|供水) + 利州区'")


def run(options: dict[str, Any]) -> None:
    try:
        matcher = Matcher({"": parse(options["query"])})
    except QueryError as error:
        raise CommandError(error.pointed()) from error
    for number, line in enumerate(sys.stdin.buffer, 1):
        if line.strip():
            identity, post = read(line, number)
            if matcher.match(post):
                sys.stdout.write(jsonlines.written({"id": identity}))


def read(line: bytes, number: int) -> tuple[Any, Post]:
    """The id as it was given, and the post. Raises CommandError that names the line."""
    row = jsonlines.read(line, number)
    if not isinstance(row, dict) or "id" not in row:
        raise CommandError(f"第 {number} 行应是带有 id、title、text 的 JSON 对象")
    texts = {}
    for name in ("title", "text", "reply", "publisher", "region"):
        value = row.get(name, "")
        if value is not None and not isinstance(value, str):
            raise CommandError(f"第 {number} 行的 {name} 应是文字，现为 {value!r}")
        texts[name] = value or ""
    try:
        kind = Kind(row.get("kind") or Kind.POST)
    except ValueError as error:
        raise CommandError(f"第 {number} 行的 kind 不认识：{row['kind']!r}，应为 {'、'.join(Kind)} 之一") from error
    post = Post(
        id=str(row["id"]),
        url="",
        kind=kind,
        title=texts["title"],
        text=texts["text"],
        source="",
        collected_at=_ANY_TIME,
        publisher=texts["publisher"],
        region=texts["region"],
        reply=texts["reply"],
    )
    return row["id"], post
