"""Another risk table tried on what was found: which matters it would have graded otherwise, and why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.risk_counts import count
from monitor.risk_points import contributions, level_of, triggers_of
from monitor.risk_tables import NUMERALS, Level, Preset
from monitor.situation import Situation


@dataclass(frozen=True, slots=True)
class Graded:
    score: int
    level: Level
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One matter under the table in force and under the other; `why` (Chinese) says what makes the difference."""

    old: Graded
    new: Graded
    why: str

    @property
    def changed(self) -> bool:
        return self.old.level != self.new.level


def try_table(situation: Situation, old: Preset, new: Preset) -> Tried:
    before, after = grade(situation, old), grade(situation, new)
    return Tried(before, after, _why(before, after, old, new))


def grade(situation: Situation, preset: Preset) -> Graded:
    counted = count(situation, preset)
    parts = contributions(counted, preset)
    score = sum(part.points for part in parts)
    level, _ = level_of(score, triggers_of(counted), preset)
    return Graded(score, level, tuple((part.name, part.points) for part in parts))


def _why(before: Graded, after: Graded, old: Preset, new: Preset) -> str:
    """领域 12 → 18 分，合计 36 → 42 分; Ⅲ 级由 40 分改为 35 分"""
    was, now = dict(before.parts), dict(after.parts)
    names = [name for name in dict.fromkeys([*was, *now]) if was.get(name, 0) != now.get(name, 0)]
    said = [f"{name} {was.get(name, 0)} → {now.get(name, 0)} 分" for name in names]
    if before.score != after.score:
        said.append(f"合计 {before.score} → {after.score} 分")
    bands = (dict(old.bands), dict(new.bands))
    return "；".join(["，".join(said), *_moved(bands, sorted({before.level, after.level}))]).strip("；")


def _moved(bands: Sequence[dict[Level, int]], levels: Sequence[Level]) -> list[str]:
    old, new = bands
    lines = []
    for level in levels:
        if level == 4 or old.get(level) == new.get(level):
            continue
        told = [f"{least} 分" if least is not None else "没有" for least in (old.get(level), new.get(level))]
        lines.append(f"{NUMERALS[level - 1]} 级由 {told[0]}改为 {told[1]}")
    return lines
