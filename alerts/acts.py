"""What people do with an incident: each act by a named person, its step and audit entry in the act's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from alerts import notify, running, wrongdoing
from alerts.filling import fill_plan
from alerts.history import step
from alerts.levels import look
from alerts.models import Incident, Level, State, Unit
from archive.post import CHINA

By = User | str
LONGEST = 2000  # characters of what a person writes


class ActError(Exception):
    """The act cannot be done now; the message (Chinese) says why. Nothing was changed."""


def confirm(incident: Incident, by: By, now: datetime, level: int, emergency: bool, reason: str = "") -> Incident:
    """Say its level (1 to 4) and whether it concerns an emergency of the two highest grades; may be said again while
    it is open. `reason` (of the level, may be empty) stands in the record. The clocks of an emergency replace the
    ordinary one. A graver level is told at once."""
    if level not in Level.values:
        raise ActError(f"级别应为 1 至 4，现为 {level}")
    with transaction.atomic():
        kept = _open(incident, by, "认定", (State.FOUND, State.CONFIRMED, State.HANDLING, State.ANSWERED))
        was = kept.level
        kept.level, kept.emergency, kept.raised_level = level, emergency, None
        if kept.state == State.FOUND:
            kept.state = State.CONFIRMED
        kept.save(update_fields=["level", "emergency", "raised_level", "state"])
        running.start(kept, now)
        changed = f"（原认定{look(was).full}）" if was is not None and was != level else ""
        said = "涉及特别重大、重大突发事件，启动 5 小时、24 小时时限" if emergency else "不涉及特别重大、重大突发事件"
        why = f"；理由：{reason.strip()[:LONGEST]}" if reason.strip() else ""
        what = f"认定为{look(level).full}{changed}；{said}{why}"
        details = {"level": level, "emergency": emergency, "was": was, "suggested": kept.suggested_level}
        step(kept, by, "confirm", what, now, details | {"reason": reason.strip()[:LONGEST]})
        fill_plan(kept, now)
        notify.tell(kept, now)
    return kept


def dismiss(incident: Incident, by: By, now: datetime, reason: str) -> Incident:
    """Kept, but not handled as 舆情. The clocks go; what was late stays."""
    with transaction.atomic():
        kept = _open(incident, by, "不作舆情处置", (State.FOUND, State.CONFIRMED, State.HANDLING))
        kept.state = State.DISMISSED
        kept.save(update_fields=["state"])
        why = _said(reason, "理由")
        running.drop(kept, now)
        step(kept, by, "dismiss", f"不作舆情处置（存档）：{why}", now, {"reason": why})
        notify.withdraw(kept, now)
    return kept


def assign(incident: Incident, by: By, now: datetime, unit: Unit) -> Incident:
    """Hand it to the unit responsible; again, to another one, while it is being handled. Never to one that
    what evidently is a report of wrongdoing among its posts names."""
    with transaction.atomic():
        kept = _open(incident, by, "交办", (State.CONFIRMED, State.HANDLING))
        if wrongdoing.names(wrongdoing.evidently_said_in(kept), unit.name):
            raise ActError(f"原文中有举报提到{unit.name}：举报不得交给被举报的单位，请改交其上级或纪检监察等单位")
        kept.unit, kept.state = unit, State.HANDLING
        kept.save(update_fields=["unit", "state"])
        step(kept, by, "assign", f"交办{unit.name}", now, {"unit": unit.name})
        fill_plan(kept, now)
    return kept


def answer(
    incident: Incident,
    by: By,
    now: datetime,
    what: str,
    link: str = "",
    *,
    when: datetime | None = None,
    press: bool = False,
) -> Incident:
    """An answer was given in public at `when` (None: now): the clocks of an answer stop there. `press`: by a press
    conference. Further answers (滚动发布) are added to the history."""
    when = when or now
    if when > now:
        raise ActError("回应时间不能晚于现在")
    if link and not link.startswith(("http://", "https://")):
        raise ActError("链接应以 http:// 或 https:// 开头")
    with transaction.atomic():
        kept = _open(incident, by, "登记回应", (State.HANDLING, State.ANSWERED))
        if when < kept.discovered_at:
            raise ActError("回应时间不能早于发现时间")
        kept.state = State.ANSWERED
        kept.answered_at = kept.answered_at or when
        kept.press_at = kept.press_at or (when if press else None)
        kept.save(update_fields=["state", "answered_at", "press_at"])
        met = running.meet(kept, [*running.ANSWERS, *(running.PRESS if press else ())], when)
        late = "、".join(clock.name for clock in met if clock.met_at and clock.met_at > clock.ends_at)
        how = "举行新闻发布会" if press else "回应"
        said = f"{when.astimezone(CHINA):%Y-%m-%d %H:%M} {how}：{_said(what, '回应内容')}"
        said += (f"（超期：{late}）" if late else "") + (f" {link}" if link else "")
        details = {"when": when.isoformat(), "link": link, "met": _slugs(clock.slug for clock in met)}
        step(kept, by, "answer", said, now, details)
        fill_plan(kept, now)
    return kept


def close(incident: Incident, by: By, now: datetime, summary: str) -> Incident:
    """Done: the summary is kept and the plan filled once more, with the figures of the end."""
    with transaction.atomic():
        kept = _open(incident, by, "办结", (State.ANSWERED,))
        kept.state = State.CLOSED
        kept.save(update_fields=["state"])
        running.stop(kept, now)
        step(kept, by, "close", f"办结：{_said(summary, '总结')}", now)
        notify.withdraw(kept, now)
        fill_plan(kept, now)
    return kept


def view(incident: Incident, by: By, now: datetime, address: str | None = None) -> None:
    """Every look at an incident is in the audit trail."""
    audit.record(now, by, "incident.view", "incident", incident.number, address=address)


_FIRST = {
    "交办": "须先认定级别",
    "登记回应": "须先交办责任单位",
    "办结": "须先登记回应",
}


def _open(incident: Incident, by: By, act: str, allowed: tuple[State, ...]) -> Incident:
    """The incident as the database has it now, locked. Raises ActError if nobody signs or the state forbids it."""
    if not (by.get_username() if isinstance(by, User) else by.strip()):
        raise ActError("须署名：请写明操作人")
    kept = Incident.objects.select_for_update().get(pk=incident.pk)
    if kept.state in allowed:
        return kept
    state = State(kept.state)
    hint = _FIRST.get(act, "") if state in (State.FOUND, State.CONFIRMED, State.HANDLING) else ""
    raise ActError(f"{kept.number} 现为“{state.label}”，不能{act}" + (f"：{hint}" if hint else ""))


def _said(text: str, name: str) -> str:
    said = text.strip()
    if not said:
        raise ActError(f"请填写{name}")
    return said[:LONGEST]


def _slugs(slugs: Iterable[str]) -> list[str]:
    return sorted(slugs)
