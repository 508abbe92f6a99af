"""Where an incident stands, as a row or a page shows it: level, clocks, next act. Pure over rows that were read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.clocks import remaining, until
from alerts.models import Clock, Incident, State
from console.pages.formats import LevelWords, level_words, span

# What a person does next about an incident in this state: (id of the form on its page, word on the button).
_NEXT = {
    State.FOUND: ("confirm", "研判"),
    State.CONFIRMED: ("assign", "交办"),
    State.HANDLING: ("answer", "登记回应"),
    State.ANSWERED: ("close", "办结"),
}
_FAR = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class ClockNow:
    """A deadline at this moment. `part` of 1000 has passed (1000 when over)."""

    name: str
    basis: str
    part: int
    ends: str  # 8月4日 07:02 前
    left: str  # 还剩 46 小时 42 分, 已超期 50 分, 已办，用时 9 小时
    late: bool
    met: bool  # or stopped: it does not run any more


@dataclass(frozen=True, slots=True)
class Standing:
    incident: Incident
    level: LevelWords
    clock: ClockNow | None  # the next one that is not met
    act: tuple[str, str] | None


def clock_now(clock: Clock, now: datetime) -> ClockNow:
    whole = (clock.ends_at - clock.starts_at).total_seconds() or 1
    at = clock.met_at or clock.stopped_at or now
    gone = (at - clock.starts_at).total_seconds()
    left = remaining(clock.ends_at, now)
    if clock.met_at:
        late = clock.met_at > clock.ends_at
        left = f"已办，用时 {span(clock.met_at - clock.starts_at)}" + ("（超期）" if late else "")
    else:
        late = at > clock.ends_at
        if clock.stopped_at:
            left = "已停" + (f"，当时{remaining(clock.ends_at, clock.stopped_at)}" if late else "，未超期")
    part = round(1000 * min(1.0, max(0.0, gone / whole)))
    return ClockNow(clock.name, clock.basis, part, until(clock.ends_at), left, late, not clock.running)


def level_of(incident: Incident) -> LevelWords:
    return level_words(incident.effective_level, suggested=incident.level is None)


def standing(incident: Incident, now: datetime) -> Standing:
    """Reads `incident.clocks`; prefetch it where there are many."""
    running = [clock for clock in incident.clocks.all() if clock.running]
    clock = clock_now(running[0], now) if running else None
    return Standing(incident, level_of(incident), clock, _NEXT.get(State(incident.state)))


def by_urgency(incidents: Iterable[Incident], now: datetime) -> list[Standing]:
    """The gravest first, of one level the deadline that ends first, then the oldest."""

    def rank(incident: Incident) -> tuple[int, datetime, datetime]:
        ends = [clock.ends_at for clock in incident.clocks.all() if clock.running]
        return (int(incident.effective_level), min(ends, default=now + _FAR), incident.discovered_at)

    return [standing(incident, now) for incident in sorted(incidents, key=rank)]
