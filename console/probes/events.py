"""minsheng probe events: JSON lines with id, published_at, kind, title, text[, author] → id, event, copy_of."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError

from archive.post import CHINA, Kind, Post, Precision
from console import jsonlines
from monitor.events import EventIndex

HELP = (
    "把信息归入事件：标准输入每行一个 JSON（id、published_at、kind、title、text，可有 author），输出 id、event、copy_of"
)
EXAMPLE = "minsheng probe events < posts.jsonl"


def arguments(parser: ArgumentParser) -> None:
    """Standard input only."""


def run(options: dict[str, Any]) -> None:
    posts = list(read(sys.stdin))
    # Grouped in the order of time, told in the order given.
    told = {given.id: given for given in EventIndex().add(sorted(posts, key=lambda post: (post.collected_at, post.id)))}
    for post in posts:
        given = told[post.id]
        row = {"id": given.id, "event": given.event, "copy_of": given.copy_of}
        sys.stdout.write(jsonlines.written(row))


def read(lines: Iterable[str]) -> Iterator[Post]:
    """Posts of JSON lines, empty lines left out. Raises CommandError with the line's number."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = jsonlines.read(line, number)
        if not isinstance(row, dict) or not str(row.get("id") or "").strip():
            raise CommandError(f"第 {number} 行缺少 id")
        yield _post(row, number)


def _post(row: dict[str, Any], number: int) -> Post:
    try:
        at = datetime.fromisoformat(str(row.get("published_at")))
    except ValueError as error:
        raise CommandError(f"第 {number} 行的 published_at {row.get('published_at')!r} 不是 ISO 8601 时间") from error
    if not jsonlines.usual(at):
        raise CommandError(f"第 {number} 行的 published_at {row['published_at']!r} 的年份不对")
    at = at if at.tzinfo else at.replace(tzinfo=CHINA)
    try:
        kind = Kind(row.get("kind") or "post")
    except ValueError as error:
        raise CommandError(f"第 {number} 行的 kind {row['kind']!r} 应为 {'、'.join(Kind)} 之一") from error
    return Post(
        id=str(row["id"]),
        url="",
        kind=kind,
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        source="probe",
        collected_at=at,
        speaker=str(row["author"]) if row.get("author") else None,
        published_at=at,
        published_precision=Precision.MINUTE,
    )
