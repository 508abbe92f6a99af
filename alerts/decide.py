"""Must we tell this recipient of this incident now? Pure: the clock is given, the answer is a named reason."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum

from archive.post import CHINA

COOLDOWN = timedelta(hours=12)
GROWTH = 1.5  # an update is worth a mail once the posts are half as many again
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
LEAST_GRAVE = 4


class Reason(Enum):
    """Why a mail goes out, later, or not at all; the value is what people read."""

    FIRST = "首次预警"
    ESCALATED = "级别升高"
    RAISED = "建议级别升高"
    HIT = "即报方案有新命中"
    OVERDUE = "时限已过，尚未完成"
    GREW = "信息量明显增加"
    QUIET = "一般级别夜间不打扰，7:00 送"
    COOLING = "刚告知过，冷却期满后一并告知"
    UNCHANGED = "没有明显变化"
    WAITING = "上一封尚未送出，内容并入其中"
    NOT_WANTED = "收件人未启用或不收预警"
    BELOW = "低于收件人的最低级别"
    PAUSED = "已暂停提醒，期满后一并告知"
    OVER = "舆情已办结或存档"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a recipient wants. `least_level`: told of this level and graver ones (1 is the gravest)."""

    wants_alerts: bool
    least_level: int


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an incident stands: level 1 to 4, number of posts. `raised`: the suggested level, where it has risen above
    the one a person confirmed since they did. `hit`: an immediate list was hit by what nobody was told of; `overdue`: a
    deadline has just ended without being met."""

    level: int
    posts: int
    open: bool = True
    paused_until: datetime | None = None
    raised: int | None = None
    hit: bool = False
    overdue: bool = False

    @property
    def gravest(self) -> int:
        return self.level if self.raised is None else min(self.level, self.raised)


@dataclass(frozen=True, slots=True)
class Told:
    """The last mail for this recipient about this incident: when it goes or went, and the gravest level and the posts
    it tells of. `waiting`: it has not been tried yet."""

    at: datetime
    level: int
    posts: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`at` is when to send, or None: do not send. With WAITING, the mail that waits takes the new content, at `at`.
    `why` is what an update gives for its reason: not that it waits, but what it tells."""

    reason: Reason
    at: datetime | None = None
    why: Reason | None = field(default=None, compare=False)


def decide(wish: Wish, now_is: Situation, told: Told | None, now: datetime) -> Decision:
    """A graver level, confirmed or newly suggested, is told at once, whatever the cool-down, the pause or the hour of
    a mail that waits. What grows meanwhile is told in one mail when the cool-down and the pause are over."""
    if not wish.wants_alerts:
        return Decision(Reason.NOT_WANTED)
    if not now_is.open:
        return Decision(Reason.OVER)
    if now_is.gravest - now_is.overdue > wish.least_level:  # what is not answered in time goes one level up
        return Decision(Reason.BELOW)
    if now_is.hit:
        # At once means at any hour, and as often as there is a hit.
        return Decision(_hit(told), now, Reason.FIRST if told is None else Reason.HIT)
    if told is not None and now_is.gravest < told.level:
        graver = Reason.ESCALATED if now_is.level < told.level else Reason.RAISED
        return Decision(Reason.WAITING if told.waiting else graver, _send_at(now_is.gravest, now), graver)
    if told is not None and told.waiting:
        return Decision(Reason.WAITING, max(told.at, _send_at(now_is.gravest, now)), Reason.GREW)
    paused = now_is.paused_until if now_is.paused_until is not None and now < now_is.paused_until else now
    if now_is.overdue and told is not None:
        return Decision(Reason.OVERDUE, _send_at(now_is.gravest, paused), Reason.OVERDUE)
    if told is None:
        at = _send_at(now_is.gravest, paused)
        waits = Reason.PAUSED if paused > now else Reason.FIRST if at == now else Reason.QUIET
        return Decision(waits, at, Reason.FIRST)
    if now_is.posts < told.posts * GROWTH:
        return Decision(Reason.UNCHANGED)
    at = _send_at(now_is.gravest, max(paused, told.at + COOLDOWN))
    if paused > now:
        return Decision(Reason.PAUSED, at, Reason.GREW)
    if now < told.at + COOLDOWN:
        return Decision(Reason.COOLING, at, Reason.GREW)
    return Decision(Reason.GREW if at == now else Reason.QUIET, at, Reason.GREW)


def _hit(told: Told | None) -> Reason:
    if told is None:
        return Reason.FIRST
    return Reason.WAITING if told.waiting else Reason.HIT


def _send_at(level: int, now: datetime) -> datetime:
    """Now, or 07:00 of Asia/Shanghai for the least grave level at night."""
    local = now.astimezone(CHINA)
    if level < LEAST_GRAVE or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return morning if local.time() < QUIET_UNTIL else morning + timedelta(days=1)
