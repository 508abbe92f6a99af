"""Why an incident has the level it has: the sum, the sentences behind a trigger, and what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.history import signed
from alerts.models import Incident, IncidentStep
from monitor import risk_store
from monitor.risk_counts import seen
from monitor.situation import read_situation

_COUNTING = frozenset({"诉求", "领域", "未答复", "媒体", "伤亡", "上级督办", "全国热搜", "官方声音"})


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution; `linked`: the posts it counts can be shown."""

    name: str
    points: float
    evidence: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """The contributions; `total` is their sum, so that a clerk can check it. `level` is what they come to now, None
    where an earlier version did not say; `confirmed` the last step that confirmed a level, with its person's name."""

    rows: list[Part]
    total: float
    trigger: str
    rule: str
    level: int | None
    quotes: tuple[dict[str, str], ...]
    changes: tuple[dict[str, Any], ...]
    table: int
    confirmed: list[tuple[IncidentStep, str]]


def why(incident: Incident) -> Why | None:
    """None where nothing is known of its risk."""
    risk: Mapping[str, Any] = incident.risk or {}
    rows = [_part(each, bool(incident.situation)) for each in risk.get("contributions", [])]
    if not rows:
        return None
    added = sum(row.points for row in rows)
    score = float(risk.get("score", added))
    if score != added:
        rows.append(Part("下限", score - added, "合计不低于 0"))
    level = risk.get("level")
    return Why(
        rows=rows,
        total=score,
        trigger=str(risk.get("trigger") or ""),
        rule=str(risk.get("rule") or ""),
        level=level if isinstance(level, int) else None,
        quotes=tuple(risk.get("quotes") or ()),
        changes=tuple(risk.get("changes") or ()),
        table=int(risk.get("table") or 0),
        confirmed=signed(incident.steps.filter(act="confirm").order_by("-id")[:1]),
    )


def posts_counted(incident: Incident, name: str) -> list[str]:
    """The ids of the posts that the contribution of that name counts; empty where it is not known."""
    situation = read_situation(incident.situation)
    if situation is None or name not in _COUNTING:
        return []
    table = risk_store.table_of(int((incident.risk or {}).get("table") or 0)) or risk_store.in_force()
    return seen(situation, table).get(name, [])


def _part(part: Mapping[str, Any], known: bool) -> Part:
    name = str(part.get("name", ""))
    return Part(name, float(part.get("points", 0)), str(part.get("evidence", "")), known and name in _COUNTING)
