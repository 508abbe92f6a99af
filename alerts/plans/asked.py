"""The facts of an incident as JSON (minsheng probe plan; CONTRACTS, Running): which plan, and filled from what."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from alerts import clocks
from alerts.levels import read_level
from alerts.plans import files
from alerts.plans.facts import (
    MAX_EVIDENCE,
    Counts,
    Deadline,
    Facts,
    is_day,
    moment,
    number,
    read_contributions,
    read_counts,
    read_item,
    read_items,
    read_words,
    time_of,
    whole,
)
from archive.post import YEARS

_COUNTED = (
    "total", "observed", "expected", "window_hours", "speakers", "copies", "answered", "unanswered", "sources",
)  # fmt: skip


class AskError(Exception):
    """The JSON names no plan we have, or a fact that cannot be read; the message (Chinese) says which, and what there
    is or how to write it. What is left out is no error: it is not known."""


def chosen(name: str, data: Mapping[str, Any]) -> files.Shipped:
    """The plan called `name`, or the one the facts name. Raises AskError."""
    wanted = name or _text(data.get("plan"))
    plan = files.find(wanted)
    if plan is None:
        known = "、".join(f"{slug}（{each.plan.name}）" for slug, each in files.shipped().items())
        raise AskError(f"没有名为 {wanted[:60]!r} 的预案；现有：{known}")
    return plan


def facts_from(data: Mapping[str, Any], now: datetime) -> Facts:
    """Facts from JSON of any quality; what is missing stays unknown. Without discovered_at it was found `now`.
    Raises AskError for a time, a level, a count, a yes or no that is there and cannot be: a plan with a guess in it
    would be signed as it stands."""
    discovered = moment_of(data, "discovered_at") or now
    for where, item in _items(data):
        _time(time_of(item), where)
    emergency = _yes_or_no(data.get("emergency"), "emergency")
    samples = read_items(data.get("samples"))
    evidence = read_items(data.get("evidence"), MAX_EVIDENCE) or samples
    unit, unit_phone = _named(data.get("unit"), "phone")
    policy, policy_url = _named(data.get("policy"), "url")
    counts = _counts(data.get("counts"))
    total = counts.total or len(evidence)
    return Facts(
        title=_text(data.get("title")),
        level=_level(data.get("level")),
        confirmed=_yes_or_no(data.get("confirmed"), "confirmed") or False,
        discovered_at=discovered,
        number=_text(data.get("number")),
        emergency=emergency,
        explanation=_text(data.get("explanation")),
        counts=counts,
        first=read_item(data.get("first")),
        samples=samples,
        evidence=evidence,
        evidence_total=max(total, len(evidence)),
        terms=read_words(data.get("terms")),
        deadlines=deadlines(discovered, emergency),
        contributions=read_contributions(data.get("contributions")),
        trigger=_text(data.get("trigger")),
        unit=unit,
        unit_phone=unit_phone,
        policy=policy,
        policy_url=policy_url,
        earlier=read_items(data.get("earlier")),
        watchlist=_text(data.get("watchlist")),
        office=_text(data.get("office")),
        office_phone=_text(data.get("office_phone")),
    )


def moment_of(data: Mapping[str, Any], key: str) -> datetime | None:
    """The time under `key`, None where it is not given; clocks run from it, so that a day is not enough.
    Raises AskError."""
    at = _time(data.get(key), key)
    if at and is_day(data[key]):
        raise AskError(f"{key} {data[key]!r} 只有日期：时限从时刻算起，请写到分，例如 2026-11-01T08:00:00+08:00")
    return at


def _time(value: Any, where: str) -> datetime | None:
    if value in (None, ""):
        return None
    at = moment(value)
    if at is None:
        raise AskError(f"{where} {_shown(value)} 不是 ISO 8601 时间，例如 2026-11-01T08:00:00+08:00")
    if at.year not in YEARS:
        raise AskError(f"{where} {_shown(value)} 的年份不对")
    return at


def _items(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every post in the facts, and where its time stands."""
    for key in ("first", "samples", "evidence", "earlier"):
        value = data.get(key)
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, Mapping):
                yield f"{key}[{index}].at" if isinstance(value, list) else f"{key}.at", item


def _yes_or_no(value: Any, key: str) -> bool | None:
    """None where nobody has said: clocks hang on the one, and who signs on the other."""
    if value in (None, "") or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    raise AskError(f"{key} {_shown(value)} 应为 true 或 false；没有认定的不写")


def _level(value: Any) -> int:
    if value in (None, ""):
        return 0
    if not (level := read_level(value, 0)):
        raise AskError(f"level {_shown(value)} 不是级别，应为 1 到 4，或 Ⅰ、Ⅱ、Ⅲ、Ⅳ，或 特别重大、重大、较大、一般")
    return level


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def deadlines(discovered_at: datetime, emergency: bool | None) -> tuple[Deadline, ...]:
    running = clocks.presets(emergency)
    return tuple(Deadline(each.name, each.basis, each.ends(discovered_at)) for each in running)


def _counts(value: Any) -> Counts:
    given = value if isinstance(value, Mapping) else {"total": value}
    for name in _COUNTED:
        if (number(given.get(name)) or 0) < 0:
            raise AskError(f"counts.{name} {_shown(given[name])} 应为不小于 0 的数")
    return read_counts(value) if isinstance(value, Mapping) else Counts(total=whole(value))


def _named(value: Any, other: str) -> tuple[str, str]:
    """(name, `other`) from a mapping or a bare name."""
    if isinstance(value, Mapping):
        return _text(value.get("name") or value.get("title")), _text(value.get(other))
    return _text(value), ""


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
