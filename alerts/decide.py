"""Must we tell this recipient of this incident now? Pure: the clock is given, the answer is a named reason."""

from dataclasses import dataclass
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
    GREW = "信息量明显增加"
    QUIET = "一般级别夜间不打扰，7:00 送"
    COOLING = "刚告知过，冷却期内不重复"
    UNCHANGED = "没有明显变化"
    WAITING = "上一封尚未送出，内容并入其中"
    NOT_WANTED = "收件人未启用或不收预警"
    BELOW = "低于收件人的最低级别"
    PAUSED = "已暂停提醒"
    OVER = "舆情已办结或存档"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a recipient wants. `least_level`: told of this level and graver ones (1 is the gravest)."""

    wants_alerts: bool
    least_level: int


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an incident stands: level 1 to 4, number of posts."""

    level: int
    posts: int
    open: bool = True
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The last mail made for this recipient about this incident. `waiting`: it has not been tried yet."""

    at: datetime
    level: int
    posts: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """`at` is when to send, or None: do not send. With WAITING, the mail that waits takes the new content, at `at`."""

    reason: Reason
    at: datetime | None = None


def decide(wish: Wish, now_is: Situation, told: Told | None, now: datetime) -> Decision:
    """A graver level is told at once, whatever the cool-down, the pause or the hour of a mail that waits."""
    if not wish.wants_alerts:
        return Decision(Reason.NOT_WANTED)
    if not now_is.open:
        return Decision(Reason.OVER)
    if now_is.level > wish.least_level:
        return Decision(Reason.BELOW)
    at = _send_at(now_is.level, now)
    if told is not None and told.waiting:
        return Decision(Reason.WAITING, at)
    if told is not None and now_is.level < told.level:
        return Decision(Reason.ESCALATED, at)
    if now_is.paused_until is not None and now < now_is.paused_until:
        return Decision(Reason.PAUSED)
    if told is None:
        return Decision(Reason.FIRST if at == now else Reason.QUIET, at)
    if now_is.posts < told.posts * GROWTH:
        return Decision(Reason.UNCHANGED)
    if now < told.at + COOLDOWN:
        return Decision(Reason.COOLING)
    return Decision(Reason.GREW if at == now else Reason.QUIET, at)


def _send_at(level: int, now: datetime) -> datetime:
    """Now, or 07:00 of Asia/Shanghai for the least grave level at night."""
    local = now.astimezone(CHINA)
    if level < LEAST_GRAVE or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return morning if local.time() < QUIET_UNTIL else morning + timedelta(days=1)
