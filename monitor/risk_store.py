"""Which risk table is in force: the last version that was saved, or the one shipped. Every version is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from monitor import leases
from monitor.models import RiskTable
from monitor.risk_documents import RiskTableError, read_table, same_rules, write_table
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS, Preset

SHIPPED: Mapping[str, Preset] = {"four": FOUR_LEVELS, "three": THREE_LEVELS}


class StaleTableError(Exception):
    """Somebody saved another version meanwhile; the message (Chinese) says who. Nothing was changed."""


def in_force() -> Preset:
    """The table that rounds use now. A version that an older program wrote and that is no table any more is passed over
    for the one before it, so that a round never stops for it."""
    for row in RiskTable.objects.order_by("-version")[:20]:
        try:
            return read_table(row.table, row.version)
        except RiskTableError:
            continue
    return FOUR_LEVELS


def table_of(version: int) -> Preset | None:
    """The table of a version (0: the one shipped); None where there is none, or it cannot be read any more."""
    if version == 0:
        return FOUR_LEVELS
    row = RiskTable.objects.filter(version=version).first()
    try:
        return read_table(row.table, row.version) if row else None
    except RiskTableError:
        return None


def save(preset: Preset, *, note: str, base: int, by: User, now: datetime, address: str | None = None) -> RiskTable:
    """A new version, in force from the next round on. `base`: the version its writer started from. Raises
    StaleTableError where another has come meanwhile, and RiskTableError for a table that cannot be used."""
    checked = read_table(write_table(preset))
    with transaction.atomic():
        leases.turn("risk-table")
        last = RiskTable.objects.order_by("-version").first()
        before = in_force()
        if (last.version if last else 0) != base:
            who = last.by if last else ""
            raise StaleTableError(f"{who} 刚刚保存了第 {last.version if last else 0} 版，请先看新的一版再改。")
        if same_rules(checked, before):
            raise StaleTableError("与现用的表完全相同，没有保存。")
        version = base + 1
        who = by.get_username()[:150]
        row = RiskTable.objects.create(version=version, table=write_table(checked), note=note[:500], by=who, at=now)
        details: dict[str, Any] = {"version": version, "note": note[:500], "changed": differences(before, checked)}
        audit.record(now, by, "修改风险表", "risk_table", str(version), details, address)
    return row


def differences(before: Preset, after: Preset) -> list[str]:
    """What of the table was changed, a line each, in Chinese."""
    old, new = write_table(before), write_table(after)
    lines = [f"名称：{old['name']} → {new['name']}"] if old["name"] != new["name"] else []
    levels = {"1": "Ⅰ 级", "2": "Ⅱ 级", "3": "Ⅲ 级"}
    for key, said in levels.items():
        lines += _moved(said, old["bands"].get(key), new["bands"].get(key), "无")
    for kind, word in (("points", "分值"), ("caps", "封顶")):
        for name in new[kind]:
            lines += _moved(f"{name}{word}", old[kind].get(name), new[kind][name], "无")
    was, now_is = ({each["name"]: each for each in table["fields"]} for table in (old, new))
    for name in dict.fromkeys([*was, *now_is]):
        lines += _moved(f"领域“{name}”分值", _points(was, name), _points(now_is, name), "无")
        lines += _listed(f"领域“{name}”", _words(was, name), _words(now_is, name))
    for name, said in (("central_media", "中央媒体"), ("provincial_media", "省级媒体"), ("official", "官方发布")):
        lines += _listed(said, old[name], new[name])
    return lines


def _moved(said: str, before: Any, after: Any, none: str) -> list[str]:
    told = [none if value is None else str(value) for value in (before, after)]
    return [f"{said}：{told[0]} → {told[1]}"] if before != after else []


def _listed(said: str, before: list[str], after: list[str]) -> list[str]:
    more = [word for word in after if word not in before]
    less = [word for word in before if word not in after]
    lines = [f"{said}增加：{'、'.join(more)}"] if more else []
    return [*lines, f"{said}去掉：{'、'.join(less)}"] if less else lines


def _points(fields: Mapping[str, Any], name: str) -> Any:
    return fields[name]["points"] if name in fields else None


def _words(fields: Mapping[str, Any], name: str) -> list[str]:
    return list(fields[name]["words"]) if name in fields else []
