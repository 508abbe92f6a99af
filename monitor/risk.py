"""How grave is it? A sum of named, capped contributions to a suggested level; a person confirms.

The evidence of a contribution states counts (monitor.risk_counts.seen says of which posts); causes, motives and
forecasts are a person's to write."""

from dataclasses import dataclass
from typing import Any

from monitor.risk_counts import COMPLAINING, count
from monitor.risk_points import Contribution, contributions, level_of, triggers_of
from monitor.risk_tables import FOUR_LEVELS, Level, Preset
from monitor.situation import Quote, Situation, Voice
from monitor.triggers import NAMED
from monitor.what_if import Change, what_if

__all__ = ["COMPLAINING", "Contribution", "Risk", "Situation", "assess", "suggested"]


@dataclass(frozen=True, slots=True)
class Risk:
    """`score` is the sum of the contributions' points, not less than 0; `quotes` are the sentences behind the triggers,
    each with its post; `changes` what would lead to another level; `table` the version of the table."""

    score: int
    level: Level
    contributions: tuple[Contribution, ...]
    triggers: tuple[str, ...]
    rule: str
    quotes: tuple[tuple[Quote, Voice], ...]
    changes: tuple[Change, ...]
    table: int
    situation: Situation

    def as_dict(self) -> dict[str, Any]:
        """As JSON, without the situation it rests on."""
        return {
            "score": self.score,
            "level": self.level,
            "contributions": [{"name": c.name, "points": c.points, "evidence": c.evidence} for c in self.contributions],
            "trigger": "、".join(self.triggers),
            "rule": self.rule,
            "quotes": [
                {
                    "trigger": NAMED[quote.says],
                    "sentence": quote.sentence,
                    "post": voice.id,
                    "publisher": voice.publisher or voice.source,
                }
                for quote, voice in self.quotes
            ],
            "changes": [{"fact": c.fact, "level": c.level, "why": c.why} for c in self.changes],
            "table": self.table,
        }


def assess(situation: Situation, preset: Preset = FOUR_LEVELS) -> Risk:
    """The contributions, gravest first, their sum, the level it suggests under `preset`, and what would change it."""
    counted = count(situation, preset)
    parts = contributions(counted, preset)
    triggers = triggers_of(counted)
    score = sum(part.points for part in parts)
    level, rule = level_of(score, triggers, preset)
    said = tuple((quote, voice) for voice in situation.voices for quote in voice.quotes if quote.says in NAMED)
    changes = tuple(what_if(counted, preset))
    return Risk(score, level, tuple(parts), triggers, rule, said, changes, preset.version, situation)


def suggested(situation: Situation, preset: Preset) -> tuple[int, Level]:
    """Score and level alone: for trying a table on many situations."""
    counted = count(situation, preset)
    score = sum(part.points for part in contributions(counted, preset))
    return score, level_of(score, triggers_of(counted), preset)[0]
