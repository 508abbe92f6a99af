"""The incidents of the last 90 days under another risk table, from what was kept with them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.models import Incident
from monitor.risk_tables import Level, Preset
from monitor.risk_trial import Tried, try_table
from monitor.situation import read_situation

SPAN = timedelta(days=90)
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Row:
    """An incident that would have another level. `level` is the one a person confirmed, None for none."""

    number: str
    title: str
    discovered_at: datetime
    level: int | None
    tried: Tried


@dataclass(slots=True)
class Trial:
    """`rows`: those that change, what rises first; `old` and `new` count all that were tried by level; `untried` have
    nothing kept to try it on (they are of an earlier version)."""

    rows: list[Row] = field(default_factory=list)
    old: Counter[int] = field(default_factory=Counter)
    new: Counter[int] = field(default_factory=Counter)
    untried: int = 0

    @property
    def tried(self) -> int:
        return sum(self.old.values())

    @property
    def levels(self) -> list[tuple[int, int, int]]:
        """(level, incidents under the table in force, under the other), the gravest first."""
        return [(level, self.old[level], self.new[level]) for level in LEVELS]


def try_on_incidents(old: Preset, new: Preset, now: datetime) -> Trial:
    """Grades every incident discovered in the last 90 days by both tables. Changes nothing."""
    trial = Trial()
    found = Incident.objects.filter(discovered_at__gte=now - SPAN, discovered_at__lte=now)
    columns = ("number", "title", "discovered_at", "level", "situation")
    for number, title, at, level, kept in found.order_by("-discovered_at", "-number").values_list(*columns):
        situation = read_situation(kept)
        if situation is None:
            trial.untried += 1
            continue
        tried = try_table(situation, old, new)
        trial.old[tried.old.level] += 1
        trial.new[tried.new.level] += 1
        if tried.changed:
            trial.rows.append(Row(number, title, at, level, tried))
    trial.rows.sort(key=lambda row: row.tried.new.level - row.tried.old.level)
    return trial
