"""How grave is it? A sum of named, capped contributions to a suggested level; a person confirms.

Volume alone never suggests more than Ⅲ: Ⅰ and Ⅱ need a named trigger, whatever the sum is. The evidence of a
contribution states counts; causes, motives and forecasts are a person's to write."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.risk_tables import FOUR_LEVELS, Level, Preset
from monitor.said import span, usual

_CASUALTIES = re.compile(
    r"(?:[0-9]+|[一二两三四五六七八九十数多]+)(?:名|人|位)?[^，。！？\n]{0,6}(?:死亡|遇难|身亡|丧生|受伤|失联|被困)|"
    r"致[^，。\n]{0,4}[0-9一二两三四五六七八九十]+人?死|人员伤亡(?!事故?隐患)"
)
_NO_CASUALTIES = re.compile(r"(?:无|没有|未造成|未发生|避免|防止|可能造成|会造成|一旦)[^，。！？\n]{0,10}$")
_ORDERED = re.compile(r"(?:挂牌|上级|省政府|省委|国务院|中央环保督察)[^，。！？\n]{0,6}督办|(?:挂牌)督办")
_HOT = re.compile(r"全国热搜|微博热搜|登上热搜|热搜榜")
FIELD_SHARE = 1 / 3  # of the titles must speak of a field for it to be theirs
COMPLAINING = ("投诉", "求助", "举报")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a matter. `observed` posts in `window_hours` against `expected` (None: no usual number is
    known); `speakers` has each post that names nobody as one of its own, `accounts` only those there are (None: the
    same); `matters` counts the citizens' messages by 诉求类型; `titles`, `publishers`, `news_texts` one a post."""

    window_hours: int
    observed: int
    expected: float | None
    total: int
    speakers: int
    sources: int
    days: int
    matters: Mapping[str, int] = field(default_factory=dict)
    titles: Sequence[str] = ()
    copies: int = 0
    publishers: Sequence[str] = ()
    news_texts: Sequence[str] = ()
    overdue: int = 0
    answered: int = 0
    accounts: int | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    name: str
    points: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Risk:
    """`score` is the sum of the contributions' points, not less than 0."""

    score: int
    level: Level
    contributions: tuple[Contribution, ...]
    triggers: tuple[str, ...]
    rule: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "level": self.level,
            "contributions": [{"name": c.name, "points": c.points, "evidence": c.evidence} for c in self.contributions],
            "trigger": "、".join(self.triggers),
            "rule": self.rule,
        }


def assess(situation: Situation, preset: Preset = FOUR_LEVELS) -> Risk:
    """The contributions, gravest first, their sum and the level it suggests under `preset`."""
    triggers: list[str] = []
    found = [
        _volume(situation),
        _complaints(situation),
        _field(situation, preset),
        _spread(situation),
        _persistence(situation),
        _unanswered(situation),
        _media(situation, preset, triggers),
        *_named(situation, triggers),
    ]
    capped = [
        Contribution(c.name, min(c.points, preset.cap(c.name)), c.evidence)
        for c in found
        if c is not None and c.points > 0
    ]
    total = sum(c.points for c in capped)
    if (relief := _answered(situation, preset, total)) is not None:
        capped.append(relief)
        total += relief.points
    capped.sort(key=lambda c: -c.points)
    level, rule = _level(total, triggers, preset)
    return Risk(total, level, tuple(capped), tuple(triggers), rule)


def _level(score: int, triggers: Sequence[str], preset: Preset) -> tuple[Level, str]:
    """The gravest level that score and triggers allow, and the rule in words."""
    level: Level = 4
    least = 0
    for band, bound in preset.bands:
        if score >= bound and (band >= 3 or triggers):
            level, least = band, bound
            break
    name = "ⅠⅡⅢⅣ"[level - 1]
    suggests = f"{least} 分以上建议 {name} 级" if least else f"{preset.bands[-2][1]} 分以下建议 {name} 级"
    named = "、".join(triggers) or "无"
    return level, f"{suggests}；Ⅰ、Ⅱ 级须有指定情形（中央或省级媒体、全国热搜、伤亡、上级督办）：{named}"


def _volume(s: Situation) -> Contribution | None:
    if s.observed < 1:
        return None
    if s.expected is None:
        return Contribution("信息量", round(6 * math.log10(s.observed + 1)), f"{span(s.window_hours)} {s.observed} 条")
    ratio = s.observed / max(s.expected, 0.25)
    points = 3 * math.log2(1 + ratio) + 3 * math.log10(s.observed)
    return Contribution("信息量", round(points), f"{span(s.window_hours)} {s.observed} 条 / {usual(s.expected)}")


def _complaints(s: Situation) -> Contribution | None:
    messages = sum(s.matters.values())
    counts = {matter: s.matters.get(matter, 0) for matter in COMPLAINING}
    complaining = sum(counts.values())
    if not complaining:
        return None
    # One complaint in a handful says little yet: the share is taken of at least five.
    share = complaining / max(messages, s.total, 5)
    points = round(12 * share) + min(4, counts["举报"])
    told = "、".join(f"{matter} {count} 条" for matter, count in counts.items() if count)
    return Contribution("诉求", max(1, points), f"{max(messages, s.total)} 条中{told}")


def _field(s: Situation, preset: Preset) -> Contribution | None:
    counts = Counter({f: sum(any(word in title for word in f.words) for title in s.titles) for f in preset.fields})
    best, count = max(counts.items(), key=lambda pair: (pair[1], pair[0].points), default=(None, 0))
    if best is None or not count or count < FIELD_SHARE * len(s.titles):
        return None
    return Contribution("领域", best.points, f"{best.name}（{len(s.titles)} 条标题中 {count} 条）")


def _spread(s: Situation) -> Contribution | None:
    points = 2 * (s.sources - 1) + min(4, s.copies // 5)
    copies = f"，同文 {s.copies} 条" if s.copies else ""
    return Contribution("扩散", points, f"{s.sources} 个信源{copies}")


def _persistence(s: Situation) -> Contribution | None:
    points = min(6, s.days // 7) + min(6, s.speakers // 5)
    accounts = s.speakers if s.accounts is None else s.accounts
    return Contribution("持续", points, f"{s.days} 天" + (f" {accounts} 个账号" if accounts else ""))


def _unanswered(s: Situation) -> Contribution | None:
    return Contribution("未答复", 2 * s.overdue, f"逾期未答复 {s.overdue} 条") if s.overdue else None


def _media(s: Situation, preset: Preset, triggers: list[str]) -> Contribution | None:
    central = sum(any(name in publisher for name in preset.central_media) for publisher in s.publishers)
    provincial = sum(any(name in publisher for name in preset.provincial_media) for publisher in s.publishers)
    if central:
        triggers.append("中央媒体")
        return Contribution(
            "媒体", 20, f"中央媒体 {central} 条" + (f"，省级媒体 {provincial} 条" if provincial else "")
        )
    if provincial:
        triggers.append("省级媒体")
        return Contribution("媒体", 14, f"省级媒体 {provincial} 条")
    return None


def _named(s: Situation, triggers: list[str]) -> list[Contribution]:
    """Triggers the posts speak of: only news is read for them, a complaint's "会死人的" is none."""
    found = []
    for name, says in (("伤亡", _has_casualties), ("上级督办", _ORDERED.search), ("全国热搜", _HOT.search)):
        count = sum(bool(says(text)) for text in s.news_texts)
        if count:
            triggers.append(name)
            found.append(Contribution(name, 20, f"{count} 条报道提到"))
    return found


def _has_casualties(text: str) -> bool:
    return any(
        not _NO_CASUALTIES.search(text[max(0, found.start() - 14) : found.start()])
        for found in _CASUALTIES.finditer(text)
    )


def _answered(s: Situation, preset: Preset, total: int) -> Contribution | None:
    """An answer takes off a little, never more than there is."""
    points = min(preset.cap("官方声音"), 2 * s.answered, total)
    return Contribution("官方声音", -points, f"已答复 {s.answered} 条") if points > 0 else None
