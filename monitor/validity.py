"""What a policy's dates say about it today: its validity (有效性), and what is due when. Pure.

A day is a day of Asia/Shanghai. `expires_on` is the first day without force, `consulted_until` the last day on which
opinions are taken.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from archive.post import CHINA
from monitor.models import Policy

RESULT_AFTER = 1  # months from a consultation's end until its result is due


class Validity(StrEnum):
    PLANNED = "拟发布"
    CONSULTING = "征求意见中"
    CONSULTED = "征求意见结束"
    PENDING = "尚未施行"
    IN_FORCE = "有效"
    EXPIRED = "失效"
    REPEALED = "已废止"


@dataclass(frozen=True, slots=True)
class Dates:
    planned_on: date | None = None
    released_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    consulted_from: date | None = None
    consulted_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`why` says in Chinese on which date it rests; `by_hand`: a person has set it."""

    validity: Validity
    why: str
    by_hand: bool = False

    @property
    def over(self) -> bool:
        return self.validity in (Validity.EXPIRED, Validity.REPEALED)


@dataclass(frozen=True, slots=True)
class Due:
    """Something that must be published by the end of the day `on`. `late`: whole days past it; of what is done, the
    days it came late, of what is not, the days until today."""

    on: date
    done_on: date | None
    late: int

    @property
    def overdue(self) -> bool:
        return self.done_on is None and self.late > 0


def day_of(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def dates_of(policy: Policy) -> Dates:
    return Dates(
        planned_on=policy.planned_on,
        released_on=day_of(policy.released_at) if policy.released_at else None,
        effective_on=policy.effective_on,
        expires_on=policy.expires_on,
        consulted_from=policy.consulted_from,
        consulted_until=policy.consulted_until,
    )


def standing(policy: Policy, now: datetime) -> Standing:
    """What a person has set comes before what the dates say."""
    if policy.validity:
        return Standing(Validity(policy.validity), policy.validity_reason, by_hand=True)
    return by_dates(dates_of(policy), day_of(now))


def by_dates(dates: Dates, today: date) -> Standing:
    if dates.released_on is None or today < dates.released_on:
        return _before_release(dates, today)
    if dates.expires_on and today >= dates.expires_on:
        return Standing(Validity.EXPIRED, f"{told(dates.expires_on)}起失效")
    if dates.effective_on and today < dates.effective_on:
        return Standing(Validity.PENDING, f"{told(dates.effective_on)}起施行")
    if dates.effective_on:
        until = f"，至 {told(dates.expires_on - timedelta(days=1))}" if dates.expires_on else ""
        return Standing(Validity.IN_FORCE, f"{told(dates.effective_on)}起施行{until}")
    return Standing(Validity.IN_FORCE, f"没有登记施行日期，按 {told(dates.released_on)}发布之日起算")


def _before_release(dates: Dates, today: date) -> Standing:
    if dates.consulted_until and today > dates.consulted_until:
        return Standing(Validity.CONSULTED, f"征求意见 {told(dates.consulted_until)}截止，尚未发布")
    if dates.consulted_until and (dates.consulted_from is None or today >= dates.consulted_from):
        return Standing(Validity.CONSULTING, f"征求意见至 {told(dates.consulted_until)}")
    planned = dates.released_on or dates.planned_on
    return Standing(Validity.PLANNED, f"拟于 {told(planned)}发布" if planned else "没有登记发布日期")


def faults(dates: Dates) -> dict[str, str]:
    """What cannot be, by the name of the date that is to be looked at (Chinese). An effective date before the release
    is no fault: there are policies that apply to what was before them."""
    found = {}
    if dates.expires_on and dates.effective_on and dates.expires_on <= dates.effective_on:
        found["expires_on"] = "失效日期应晚于施行日期"
    if dates.expires_on and dates.released_on and dates.expires_on <= dates.released_on:
        found["expires_on"] = "失效日期应晚于发布日期"
    if dates.consulted_from and dates.consulted_until is None:
        found["consulted_until"] = "填了征求意见的开始，还要填截止"
    if dates.consulted_from and dates.consulted_until and dates.consulted_until < dates.consulted_from:
        found["consulted_until"] = "征求意见的截止不能早于开始"
    return found


def interpretation_due(policy: Policy, now: datetime) -> Due | None:
    """An interpretation is published with its policy, the same day. None before that and where none is needed."""
    released = day_of(policy.released_at) if policy.released_at else None
    if released is None or released > day_of(now) or not policy.needs_interpretation:
        return None
    return _due(released, policy.interpreted_at, now)


def result_due(policy: Policy, now: datetime) -> Due | None:
    """What became of the opinions is published within a month of the consultation's end. None while it goes on."""
    if policy.consulted_until is None or day_of(now) <= policy.consulted_until:
        return None
    return _due(months_after(policy.consulted_until, RESULT_AFTER), policy.result_at, now)


def _due(on: date, done_at: datetime | None, now: datetime) -> Due:
    done_on = day_of(done_at) if done_at else None
    return Due(on, done_on, max(0, ((done_on or day_of(now)) - on).days))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: 1月31日 and one month are 2月28日."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def told(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
