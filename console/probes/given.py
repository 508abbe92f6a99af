"""The fields of the probes' JSON lines, read with errors that name line and field."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from archive.post import Kind

_SHOWN = 60


def object_of(row: Any, number: int, names: str) -> Mapping[str, Any]:
    """Raises CommandError where the line holds something else."""
    if not isinstance(row, Mapping):
        raise CommandError(f"第 {number} 行应是带有 {names} 的 JSON 对象，现为 {shown(row)}")
    return row


def identity(row: Mapping[str, Any], number: int) -> str | int:
    """A number is one too, 0 as well. Raises CommandError."""
    given = row.get("id")
    if given is None or (isinstance(given, str) and not given.strip()):
        raise CommandError(f"第 {number} 行缺少 id")
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise CommandError(f"第 {number} 行的 id 应是文字或整数，现为 {shown(given)}")
    return given


def text(row: Mapping[str, Any], name: str, number: int) -> str:
    """ "" where it is left out or null. Raises CommandError for what is no text."""
    given = row.get(name)
    if given is not None and not isinstance(given, str):
        raise CommandError(f"第 {number} 行的 {name} 应是文字，现为 {shown(given)}")
    return given or ""


def needed_text(row: Mapping[str, Any], name: str, number: int) -> str:
    """Raises CommandError where there is none; it may be empty."""
    if row.get(name) is None:
        raise CommandError(
            f"第 {number} 行没有 {name}" if name not in row else f"第 {number} 行的 {name} 是空的（null）"
        )
    return text(row, name, number)


def kind(row: Mapping[str, Any], number: int) -> Kind:
    """A post where it is left out or null. Raises CommandError."""
    given = row.get("kind")
    if given is None or given == "":
        return Kind.POST
    if not isinstance(given, str) or given not in set(Kind):
        raise CommandError(f"第 {number} 行的 kind 应为 {'、'.join(Kind)} 之一，现为 {shown(given)}")
    return Kind(given)


def shown(value: Any) -> str:
    """As it stands in the line."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "…"
