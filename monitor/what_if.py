"""Which single fact, were it another, would lead to another level: the least change of each kind that crosses a band.

Counted, not foretold: nothing is said of how likely it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.risk_counts import Counted
from monitor.risk_points import contributions, level_of, triggers_of
from monitor.risk_tables import NUMERALS, Level, Preset
from monitor.triggers import DEATH, HOT, HURT, NAMED, ORDER

MORE = 200  # complaints, that are looked ahead
WEEKS, SOURCES = 12, 20


@dataclass(frozen=True, slots=True)
class Change:
    """`fact` reads after 若: 再有 5 条投诉. `level` is the level then, `why` the sum and the band it crosses."""

    fact: str
    level: Level
    why: str


def what_if(now: Counted, preset: Preset) -> list[Change]:
    """What would raise the level, the gravest first, then what would lower it. Pure; named situations that lead to
    one level are told as one."""
    before = _level(now, preset)
    level = before[0]

    def changes(candidates: Iterable[tuple[str, Counted]]) -> list[Change]:
        told = [_change(fact, then, before, preset) for fact, then in candidates]
        return [each for each in told if each.level != level]

    opening = changes(_triggers(now))
    merged = [_any_of([each for each in opening if each.level == one]) for one in (1, 2, 3) if one < level]
    graver = [*changes(_growing(now, level, preset)), *(each for each in merged if each is not None)]
    return [*sorted(graver, key=lambda each: each.level), *changes(_lessening(now))]


def _any_of(changes: Sequence[Change]) -> Change | None:
    if len(changes) < 2:
        return changes[0] if changes else None
    facts = "、".join(each.fact for each in changes)
    level, name = changes[0].level, NUMERALS[changes[0].level - 1]
    return Change(f"有其一：{facts}", level, f"各有一项即为 {name} 级")


def _growing(now: Counted, level: Level, preset: Preset) -> Iterator[tuple[str, Counted]]:
    growing: tuple[tuple[int, Callable[[int], Counted], str], ...] = (
        (MORE, lambda n: _more_complaints(now, n), "再有 {} 条同类投诉"),
        (now.waiting, lambda n: replace(now, overdue=now.overdue + n, waiting=now.waiting - n), "其中 {} 条逾期未答复"),
        (SOURCES, lambda n: replace(now, sources=now.sources + n), "再有 {} 个信源登载"),
        (WEEKS, lambda n: replace(now, days=now.days + 7 * n), "再持续 {} 周"),
    )
    for most, made, word in growing:
        if least := _least(most, made, level, preset):
            yield word.format(least), made(least)


def _lessening(now: Counted) -> Iterator[tuple[str, Counted]]:
    """All answered; a trigger that proves to be of another matter: a person may find so."""
    if late := now.waiting + now.overdue:
        yield f"未答复的 {late} 条全部答复", replace(now, answered=now.answered + late, waiting=0, overdue=0)
    if now.central or now.provincial:
        yield "核实后不属“中央或省级媒体”", replace(now, central=0, provincial=0)
    for name in dict.fromkeys(NAMED[says] for says in (DEATH, HURT, ORDER, HOT) if now.named.get(says)):
        kept = {says: number for says, number in now.named.items() if NAMED[says] != name}
        yield f"核实后不属“{name}”", replace(now, named=kept)


def _least(most: int, made: Callable[[int], Counted], level: Level, preset: Preset) -> int:
    """The least number that leads to a graver level; 0 for none up to `most`. More never weighs less (a law), so that
    it can be halved for."""
    if most < 1 or _level(made(most), preset)[0] >= level:
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _level(made(middle), preset)[0] < level else (middle, high)
    return high


def _more_complaints(now: Counted, n: int) -> Counted:
    """Each of another writer, within the window, unanswered, of the field that the others are of."""
    complaints = {**now.complaints, "投诉": now.complaints.get("投诉", 0) + n}
    return replace(
        now,
        observed=now.observed + n,
        total=now.total + n,
        speakers=now.speakers + n,
        accounts=now.accounts + n,
        waiting=now.waiting + n,
        complaints=complaints,
        fields=tuple((each, number + n) for each, number in now.fields),
    )


def _triggers(now: Counted) -> Iterator[tuple[str, Counted]]:
    """One report each, where there is none yet."""
    if not now.central:
        if not now.provincial:
            yield "省级媒体报道", replace(now, provincial=1)
        yield "中央媒体报道", replace(now, central=1)
    for says, fact in (
        (HURT, "报道证实有人受伤"),
        (DEATH, "报道证实有人死亡"),
        (ORDER, "上级督办"),
        (HOT, "登上全国热搜"),
    ):
        if not now.named.get(says):
            yield fact, replace(now, named={**now.named, says: 1})


def _level(counted: Counted, preset: Preset) -> tuple[Level, int]:
    score = sum(part.points for part in contributions(counted, preset))
    return level_of(score, triggers_of(counted), preset)[0], score


def _change(fact: str, then: Counted, before: tuple[Level, int], preset: Preset) -> Change:
    (was, score), (level, new) = before, _level(then, preset)
    least = dict(preset.bands)[level]
    name = NUMERALS[level - 1]
    if level <= was:
        opened = level <= 2 and score >= least  # it was the trigger alone that was missing
        why = f"有了指定情形，{new} 分" if opened else f"由 {score} 分到 {new} 分"
        return Change(fact, level, f"{why}，{name} 级为 {least} 分以上")
    upper = min((bound for band, bound in preset.bands if band < level), default=0)
    if new < upper:
        return Change(fact, level, f"由 {score} 分到 {new} 分，不足 {upper} 分")
    return Change(fact, level, f"{new} 分，但已无指定情形，至多 {name} 级")
