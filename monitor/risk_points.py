"""From a situation's numbers to points, and from points to a level. docs/decisions/0017-risk-points.md says why so.

Volume alone never suggests more than Ⅲ: Ⅰ and Ⅱ need a named trigger, whatever the sum is and whatever the table says.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.risk_counts import Counted
from monitor.risk_tables import NUMERALS, Level, Preset
from monitor.said import span, usual
from monitor.triggers import DEATH, HOT, HURT, NAMED, ORDER


@dataclass(frozen=True, slots=True)
class Contribution:
    name: str
    points: int
    evidence: str


def triggers_of(counted: Counted) -> tuple[str, ...]:
    """The named situations there are; only they open Ⅰ and Ⅱ."""
    media = [("中央媒体", counted.central), ("省级媒体", counted.provincial)]
    says = [(NAMED[name], counted.named.get(name, 0)) for name in (DEATH, HURT, ORDER, HOT)]
    return tuple(dict.fromkeys(name for name, number in [*media, *says] if number))


def level_of(score: int, triggers: Sequence[str], preset: Preset) -> tuple[Level, str]:
    """The gravest level that score and triggers allow, and the rule in words."""
    level: Level = 4
    least = 0
    for band, bound in preset.bands:
        if score >= bound and (band >= 3 or triggers):
            level, least = band, bound
            break
    name = NUMERALS[level - 1]
    suggests = f"{least} 分以上建议 {name} 级" if least else f"不足 {preset.bands[-2][1]} 分建议 {name} 级"
    named = "、".join(triggers) or "无"
    return level, f"{suggests}；Ⅰ、Ⅱ 级须有指定情形（中央或省级媒体、全国热搜、伤亡、上级督办）：{named}"


def contributions(c: Counted, preset: Preset) -> list[Contribution]:
    """Capped, gravest first; what takes off comes last and never takes more than there is."""
    found = [_volume(c), _complaints(c), _field(c, preset), _spread(c, preset), _persistence(c), _unanswered(c, preset)]
    found += [_media(c, preset), *_named(c, preset)]
    capped = [
        Contribution(part.name, min(part.points, preset.cap(part.name)), part.evidence)
        for part in found
        if part is not None and min(part.points, preset.cap(part.name)) > 0
    ]
    capped.sort(key=lambda part: -part.points)
    relief = _official(c, preset, sum(part.points for part in capped))
    return capped if relief is None else [*capped, relief]


def _volume(c: Counted) -> Contribution | None:
    if c.observed < 1:
        return None
    if c.expected is None:
        return Contribution("信息量", round(6 * math.log10(c.observed + 1)), f"{span(c.window_hours)} {c.observed} 条")
    ratio = c.observed / max(c.expected, 0.25)
    points = 3 * math.log2(1 + ratio) + 3 * math.log10(c.observed)
    return Contribution("信息量", round(points), f"{span(c.window_hours)} {c.observed} 条 / {usual(c.expected)}")


def _complaints(c: Counted) -> Contribution | None:
    """By their share and by their number: four of four are not as many as twenty of twenty-three."""
    complaining = sum(c.complaints.values())
    if not complaining:
        return None
    # One complaint in a handful says little yet: the share is taken of at least five.
    share = complaining / max(c.total, 5)
    points = round(6 * share + 6 * math.log10(1 + complaining)) + min(4, c.complaints.get("举报", 0))
    told = "、".join(f"{matter} {number} 条" for matter, number in c.complaints.items())
    return Contribution("诉求", max(1, points), f"{c.total} 条中{told}")


def _field(c: Counted, preset: Preset) -> Contribution | None:
    """The gravest field they speak of, and a little more where they speak of another besides."""
    if not c.fields:
        return None
    best = max((each for each, _ in c.fields), key=lambda each: each.points)
    points = best.points + preset.worth("另一领域") * (len(c.fields) > 1)
    told = "、".join(f"{each.name} {number} 条" for each, number in c.fields)
    return Contribution("领域", points, f"{c.total} 条标题中{told}")


def _spread(c: Counted, preset: Preset) -> Contribution | None:
    points = preset.worth("另一信源") * (c.sources - 1) + min(4, c.copies // 5)
    return Contribution("扩散", points, f"{c.sources} 个信源" + (f"，同文 {c.copies} 条" if c.copies else ""))


def _persistence(c: Counted) -> Contribution | None:
    points = min(6, c.days // 7) + min(6, c.speakers // 5)
    return Contribution("持续", points, f"{c.days} 天" + (f" {c.accounts} 个账号" if c.accounts else ""))


def _unanswered(c: Counted, preset: Preset) -> Contribution | None:
    """Those past their time, and a point for every four that wait at all: many who wait are a matter of their own."""
    points = preset.worth("逾期一条") * c.overdue + (c.waiting + c.overdue) // 4
    return Contribution("未答复", points, f"未答复 {c.waiting + c.overdue} 条，其中逾期 {c.overdue} 条")


def _media(c: Counted, preset: Preset) -> Contribution | None:
    told = [(name, number) for name, number in (("中央媒体", c.central), ("省级媒体", c.provincial)) if number]
    if not told:
        return None
    return Contribution(
        "媒体",
        max(preset.worth(name) for name, _ in told),
        "，".join(f"{name} {number} 条" for name, number in told),
    )


def _named(c: Counted, preset: Preset) -> Iterable[Contribution]:
    hurt = [(name, c.named.get(name, 0)) for name in (DEATH, HURT) if c.named.get(name, 0)]
    if hurt:
        points = max(preset.worth(name) for name, _ in hurt)
        told = "，".join(f"{number} 条报道说到{name}" for name, number in hurt)
        yield Contribution("伤亡", points, told)
    for name in (ORDER, HOT):
        if number := c.named.get(name, 0):
            yield Contribution(name, preset.worth(name), f"{number} 条报道提到")


def _official(c: Counted, preset: Preset, total: int) -> Contribution | None:
    """An answer, or the government's own word, takes off a little."""
    points = min(preset.cap("官方声音"), preset.worth("答复一条") * (c.answered + c.official), total)
    told = [f"已答复 {c.answered} 条"] if c.answered else []
    told += [f"官方发布 {c.official} 条"] if c.official else []
    return Contribution("官方声音", -points, "，".join(told)) if points > 0 else None
