"""The deadlines of an incident: presets as data, counted from discovery, never from confirmation (PLAN.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from archive.post import CHINA
from monitor.workdays import rest_day

When = Literal["ordinary", "emergency", "chosen"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A deadline. `when`: of any 政务舆情 that is no emergency, of an emergency of the two highest grades (which a
    person says), or only where the office chose it by its slug. Of `within` and `workdays` one is given."""

    slug: str
    name: str
    basis: str
    when: When
    within: timedelta = timedelta()
    workdays: int = 0

    def ends(self, discovered_at: datetime) -> datetime:
        """The moment the deadline ends; working days end with the last of them, at midnight of Asia/Shanghai."""
        if not self.workdays:
            return discovered_at + self.within
        day = discovered_at.astimezone(CHINA).date()
        left = self.workdays
        while left:
            day += timedelta(days=1)
            left -= not rest_day(day)
        return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)


PRESETS = (
    Preset("authoritative_5h", "发布权威信息（5 小时）", "国办发〔2016〕80号", "emergency", timedelta(hours=5)),
    Preset("press_24h", "举行新闻发布会（24 小时）", "国办发〔2016〕61号", "emergency", timedelta(hours=24)),
    Preset("answer_48h", "回应（48 小时）", "国办发〔2016〕61号", "ordinary", timedelta(hours=48)),
    Preset("sign_15m", "签收（15 分钟）", "本地预案", "chosen", timedelta(minutes=15)),
    Preset("first_report_1h", "首次报告（1 小时）", "本地预案", "chosen", timedelta(hours=1)),
    Preset("first_release_1h", "首次发布（1 小时）", "本地预案", "chosen", timedelta(hours=1)),
    Preset("proposals_2h", "报送处置建议（2 小时）", "本地预案", "chosen", timedelta(hours=2)),
    Preset("verification_2d", "核查报告（2 个工作日）", "本地预案", "chosen", workdays=2),
    Preset("suggestion_7d", "建议答复（7 个工作日）", "本地预案", "chosen", workdays=7),
    Preset("complaint_15d", "投诉答复（15 个工作日）", "本地预案", "chosen", workdays=15),
)


def presets(emergency: bool | None, chosen: Iterable[str] = ()) -> list[Preset]:
    """The deadlines that run. Until a person says that it concerns an emergency, it is an ordinary one."""
    wanted = set(chosen)
    own: When = "emergency" if emergency else "ordinary"
    return [preset for preset in PRESETS if preset.when == own or preset.slug in wanted]


def remaining(ends_at: datetime, now: datetime) -> str:
    """ "还剩 46 小时 42 分", "已超期 50 分", or "已到时限" in the minute it ends and the one after."""
    late = now > ends_at
    minutes = int(abs(ends_at - now).total_seconds()) // 60
    if not minutes:
        return "已到时限"
    days, rest = divmod(minutes, 24 * 60)
    hours, minute = divmod(rest, 60)
    if days > 3:
        text = f"{days} 天 {hours} 小时"
    else:
        hours += days * 24
        text = f"{hours} 小时 {minute} 分" if hours else f"{minute} 分"
    return f"已超期 {text}" if late else f"还剩 {text}"


def until(at: datetime) -> str:
    """ "8月4日 07:02 前" in Asia/Shanghai; the end of a day is told as that day's 24:00."""
    local = at.astimezone(CHINA)
    if (local.hour, local.minute) == (0, 0):
        local -= timedelta(days=1)
        return f"{local.month}月{local.day}日 24:00 前"
    return f"{local.month}月{local.day}日 {local:%H:%M} 前"
