"""minsheng probe events: JSON lines with id, published_at, kind, title, text[, author] → id, event, copy_of."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from archive.post import CHINA, Post, Precision
from console import jsonlines
from console.probes import given
from monitor.events import EventIndex

HELP = (
    "把信息归入事件：标准输入每行一个 JSON（id、published_at、kind、title、text，可有 author），"
    "输出 id、event、copy_of；没有时间的按上一行的时间"
)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # where no line has one
EXAMPLE = "minsheng probe events < posts.jsonl"


def arguments(parser: ArgumentParser) -> None:
    """Standard input only."""


def run(options: dict[str, Any]) -> None:
    posts = read(jsonlines.given())
    ids = {post.id: identity for identity, post in posts}
    # Grouped in the order of time, told in the order given.
    in_time = sorted((post for _, post in posts), key=lambda post: (post.collected_at, post.id))
    told = {each.id: each for each in EventIndex().add(in_time)}
    for identity, post in posts:
        each = told[post.id]
        row = {"id": identity, "event": ids[each.event], "copy_of": ids[each.copy_of] if each.copy_of else None}
        sys.stdout.write(jsonlines.written(row))


def read(lines: Iterable[str | bytes]) -> list[tuple[str | int, Post]]:
    """Ids as they were given, and posts. A post without a time stands where its line does: at the time of the line
    before it. Raises CommandError with the line's number."""
    rows = [
        (number, given.object_of(row, number, "id、published_at、title、text")) for number, row in jsonlines.rows(lines)
    ]
    times = [_published(fields, number) for number, fields in rows]
    before = next(filter(None, times), _NO_TIME)
    found: list[tuple[str | int, Post]] = []
    for (number, fields), at in zip(rows, times, strict=True):
        before = at or before
        identity = given.identity(fields, number)
        found.append((identity, _post(fields, number, str(identity), at, before)))
    return found


def _published(row: Mapping[str, Any], number: int) -> datetime | None:
    value = row.get("published_at")
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CommandError(f"第 {number} 行的 published_at {given.shown(value)} 不是 ISO 8601 时间") from error
    if not jsonlines.usual(at):
        raise CommandError(f"第 {number} 行的 published_at {given.shown(value)} 的年份不对")
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def _post(row: Mapping[str, Any], number: int, identity: str, at: datetime | None, collected: datetime) -> Post:
    author = row.get("author")
    return Post(
        id=identity,
        url="",
        kind=given.kind(row, number),
        title=given.text(row, "title", number),
        text=given.text(row, "text", number),
        source="probe",
        collected_at=collected,
        speaker=None if author in (None, "") else str(author),
        published_at=at,
        published_precision=Precision.MINUTE if at else Precision.NONE,
    )
