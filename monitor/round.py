"""One monitoring round: read what is new, then look for bursts, events and slow burns, and write findings.

Idempotent: killed anywhere and run again at the same `now`, it leaves the same findings and marks. Every step is
either a marking the archive refuses to do twice, or one transaction of the state database with the mark of how far
it has come; nothing reads the archive inside a transaction that writes findings.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from archive.store import Store
from monitor import corrections, event_bursts, leases, policies, policy_found, risk_store, watchlists
from monitor.bursts import Watched, bursts
from monitor.engines import engine
from monitor.found import FINDINGS, Found, keep_state, rows, save, sifted
from monitor.models import Finding, RoundState, Source
from monitor.placing import Placing
from monitor.raising import complete, undescribed
from monitor.reading import Read, Reader


@dataclass(slots=True)
class RoundReport:
    """What a round did. `faults` (Chinese) are what kept a part of it from being done."""

    read: Read
    findings: dict[str, int] = field(default_factory=dict)  # by kind, new ones
    interpretations: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = sum(self.findings.values())
        parts = [f"读入 {self.read.read} 条，新发现 {told} 个"]
        if self.read.proposals:
            parts.append(f"待登记政策 {self.read.proposals} 个")
        if self.read.refused:
            parts.append(f"{self.read.refused} 条在处理时有更新，下轮再处理")
        if self.read.unscored:
            parts.append(f"{self.read.unscored} 条未打情感分，之后补打")
        if self.faults:
            parts.append(f"故障 {len(self.faults)} 处")
        return "，".join(parts)

    def as_dict(self) -> dict[str, Any]:
        names = ("read", "marked", "refused", "unscored", "proposals")
        return {
            **{name: getattr(self.read, name) for name in names},
            "findings": self.findings,
            "interpretations": self.interpretations,
            "faults": self.faults,
        }


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Without full collections: a round makes objects by the hundred thousand, and each time some are there Python
    would go through everything in memory for garbage (a sixth of the time). What is young is collected as ever."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, 1 << 30)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


@_seldom_collected()
def run_round(
    store: Store,
    now: datetime,
    *,
    sentiment: str | None = None,
    progress: Callable[[int], None] | None = None,
    urgent: Callable[[], None] | None = None,
) -> RoundReport:
    """Do a round at `now`. `sentiment` names the engine (default: MINSHENG_SENTIMENT); `progress` is told the number
    of posts read so far; `urgent` is called after each batch, for findings that must not wait for the round's end
    (threats to a life, described hits of immediate lists). Raises ArchiveError, and SentimentError for an engine that
    does not exist."""
    lists, faults = watchlists.compiled()
    registered, more = policies.compiled()
    watched = [*(Watched(row, query) for row, query in lists), *(Watched(row, query) for row, query in registered)]
    state, _ = RoundState.objects.get_or_create(pk=1)
    evaluated = state.evaluated or now  # the first round of all raises nothing for the past
    placing = Placing.load(store, now)
    names = dict(Source.objects.values_list("id", "name"))
    table = risk_store.in_force()

    def settle() -> None:
        """Also before the first batch, for what a round that was killed has left: it must be told before new hits,
        or a killed round would put into one finding what another tells in two."""
        if urgent is None:
            return
        if undescribed().exists():
            placing.save(whole=False)
            complete(store, names, now, table, all_marked=True)
        urgent()

    settle()
    with engine(sentiment or settings.SENTIMENT_ENGINE) as shipped:
        scorer = corrections.on_top(shipped)
        read = Reader(store, watched, scorer, now, progress, settle).run(placing)
    report = RoundReport(read, faults=[*faults, *more, *read.faults])
    placing.save()
    placing.settle(now)
    complete(store, names, now, table)
    report.interpretations = policy_found.note_interpretations(store, registered, now)
    policy_found.note_results(store, registered, now)
    found = [
        *bursts(store, watched, evaluated, now),
        *event_bursts.bursts(store, evaluated, now),
        *event_bursts.slow_burns(store, evaluated, now),
    ]
    report.findings = {"immediate": read.immediate, "life_threat": read.life_threats}
    told, left = sifted(found, now)
    _write(rows(store, told, names, now, table), told, left, report, now)
    return report


def _write(described: list[Finding], told: list[Found], left: list[Found], report: RoundReport, now: datetime) -> None:
    """All of a round's findings (`described`, of `told`), what is only kept in mind (`left`), and the mark that these
    hours are judged: together or not at all."""
    with transaction.atomic():
        leases.turn(FINDINGS)
        state = RoundState.objects.select_for_update().get(pk=1)
        for each in left:
            keep_state(each)
        for row, each in zip(described, told, strict=True):
            report.findings[row.kind] = report.findings.get(row.kind, 0) + save(row, each)
        state.evaluated = now if state.evaluated is None else max(state.evaluated, now)
        state.finished = now
        state.save()
