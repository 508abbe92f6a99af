"""Watchlists: saved with versions, loaded from and written as YAML, compiled for the round."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml
from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.document import Nouns, read_entries
from archive.language import Query, QueryError, parse
from monitor.approvals import one_person, strangers
from monitor.drafts import APPROVERS, FIELDS, Draft, WatchlistError, approvers, check, draft_of
from monitor.models import Watchlist
from monitor.trials import Trial, try_query
from monitor.versions import keep_version

__all__ = [
    "Draft", "Loaded", "Trial", "WatchlistError", "compiled", "export_yaml", "load_yaml", "reports_at_once", "save",
    "try_query", "waiting",
]  # fmt: skip


def save(
    draft: Draft,
    *,
    by: User | str | None,
    now: datetime,
    known: bool = False,
    plans: Collection[str] | None = None,
) -> tuple[Watchlist, bool]:
    """The watchlist of that name, and whether anything changed. A change of query, purpose or immediacy is a new
    version; an edited query of an immediate list only waits as `proposed` (monitor.approvals), whatever names the draft
    gives: they agreed to another one. `known`: whoever agrees must have an account here, where there are accounts.
    `plans`: the ids a plan may have, where the caller knows them. Raises WatchlistError."""
    faults = check(draft, plans)
    names = approvers(draft.approved_by)
    if draft.immediate and not faults and one_person(names):
        faults.append("即报须有两个不同的人同意：所写的同意人是同一个账号")
    if draft.immediate and known and (unknown := strangers(names)):
        faults.append(f"同意人{'、'.join(unknown)}不是本系统启用的账号")
    if faults:
        raise WatchlistError(faults)
    values = {
        "purpose": draft.purpose.strip(),
        "query": draft.query.strip(),
        "immediate": draft.immediate,
        "approved_by": names,
        "enabled": draft.enabled,
        "plan": draft.plan,
    }
    with transaction.atomic():
        # Locked: two who save at once make two versions, one after the other.
        rows = Watchlist.objects.select_for_update()
        watchlist, new = rows.get_or_create(name=draft.name.strip(), defaults=values)
        if new:
            keep_version(watchlist, by, now)
            audit.record(now, by, "新建监测方案", "watchlist", watchlist.name, {"version": 1, **values})
            return watchlist, True
        values |= _proposal(watchlist, values)
        return watchlist, _change(watchlist, values, by, now)


def _proposal(watchlist: Watchlist, values: dict[str, Any]) -> dict[str, Any]:
    """What of an edit waits. Saving the query in force takes a waiting one back."""
    if not (watchlist.immediate and values["immediate"]) or values["query"] == watchlist.query:
        return {"proposed": "", "agreed": []}
    agreed = watchlist.agreed if watchlist.proposed == values["query"] else []
    in_force = {"query": watchlist.query, "approved_by": watchlist.approved_by}
    return {**in_force, "proposed": values["query"], "agreed": agreed}


def _change(watchlist: Watchlist, values: dict[str, Any], by: User | str | None, now: datetime) -> bool:
    """Write what differs, with its version and audit entry; whether anything does."""
    before = {name: getattr(watchlist, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(watchlist, name, value)
    if changed.keys() & {"query", "purpose", "immediate"}:
        watchlist.version += 1
        keep_version(watchlist, by, now)
    watchlist.save()
    was = {name: before[name] for name in changed}
    details = {"version": watchlist.version, "from": was, "to": changed}
    audit.record(now, by, "修改监测方案", "watchlist", watchlist.name, details)
    return True


def compiled() -> tuple[list[tuple[Watchlist, Query]], list[str]]:
    """Every enabled watchlist with its query, and the faults of those that no longer parse: a language that became
    stricter must not stop the round. In our own order of names, not the database's: findings are made and so incidents
    numbered in it, on whatever database."""
    found, faults = [], []
    for watchlist in sorted(Watchlist.objects.filter(enabled=True), key=lambda each: each.name):
        try:
            found.append((watchlist, parse(watchlist.query)))
        except QueryError as error:
            faults.append(f"监测方案「{watchlist.name}」的检索式有误，本轮未用：{error}")
    return found, faults


def reports_at_once(watchlist: Watchlist) -> bool:
    """Whether any hit is reported at once: marked so, and two people agreed."""
    return watchlist.immediate and len(approvers(watchlist.approved_by)) >= APPROVERS


@dataclass(slots=True)
class Loaded:
    """Names of what was saved and of what was the same already; `faults` (Chinese) name the entry each, `notes` what
    a person should look at: a query that waits for agreement, somebody who agreed and has no account here."""

    saved: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def load_yaml(text: str, *, by: User | str | None, now: datetime, plans: Collection[str] | None = None) -> Loaded:
    """Save every good watchlist of a file; a bad one does not stop the others. `plans`: see `save`."""
    entries, unread = read_entries(text, Nouns("监测方案", "name"))
    loaded = Loaded(faults=[str(each) for each in unread])
    names: set[str] = set()
    for entry in entries:
        label = f"第 {entry.line} 行"
        try:
            if entry.wrong:
                raise WatchlistError([each.message for each in entry.wrong])
            draft = draft_of(entry.values)
            label += f"「{draft.name}」"
            if draft.name in names:
                raise WatchlistError(["名称与前面的重复"])
            names.add(draft.name)
            watchlist, changed = save(draft, by=by, now=now, plans=plans)
        except WatchlistError as error:
            loaded.faults += [f"{label}：{fault}" for fault in error.faults]
            continue
        (loaded.saved if changed else loaded.unchanged).append(watchlist.name)
        if watchlist.proposed:
            loaded.notes.append(f"{label}：{waiting(watchlist)}")
        if watchlist.immediate and (unknown := strangers(watchlist.approved_by)):
            loaded.notes.append(f"{label}：同意人{'、'.join(unknown)}不是本系统启用的账号，请核实")
    return loaded


def waiting(watchlist: Watchlist) -> str:
    """What is said of an edit that is not in force yet."""
    agreed = f"（{'、'.join(watchlist.agreed)}已同意）" if watchlist.agreed else ""
    return f"即报方案的检索式已改，须两人重新同意{agreed}；此前仍按第 {watchlist.version} 版监测：{watchlist.query}"


def export_yaml() -> str:
    """Every watchlist, as `load_yaml` reads it."""
    entries = []
    for watchlist in Watchlist.objects.all():
        entry = {name: getattr(watchlist, name) for name in FIELDS}
        if entry["enabled"]:
            del entry["enabled"]  # the usual is left out
        entries.append(
            {name: value for name, value in entry.items() if value not in (False, [], "") or name == "enabled"}
        )
    return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000)
