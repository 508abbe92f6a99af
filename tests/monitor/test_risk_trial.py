"""Another table tried on a situation: what differs, and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from monitor.risk import suggested
from monitor.risk_tables import FOUR_LEVELS, THREE_LEVELS, Preset
from monitor.risk_trial import try_table
from monitor.situation import Situation
from tests.monitor.test_risk import PARKING, news, presets, situations, with_news

GRAVE = with_news(PARKING, news("新华社"))  # 72 points
HOUSING = replace(
    FOUR_LEVELS, fields=tuple(replace(f, points=2) if f.name == "住房" else f for f in FOUR_LEVELS.fields)
)


@pytest.mark.parametrize(
    ("situation", "new", "levels", "why"),
    [
        (PARKING, replace(FOUR_LEVELS, bands=((1, 80), (2, 55), (3, 52), (4, 0))), (3, 4), "Ⅲ 级由 40 分改为 52 分"),
        (PARKING, HOUSING, (3, 3), "领域 12 → 2 分，合计 51 → 41 分"),
        (GRAVE, replace(HOUSING, bands=((1, 80), (2, 65), (3, 40), (4, 0))), (2, 3),
         "领域 12 → 2 分，合计 72 → 62 分；Ⅱ 级由 55 分改为 65 分"),
        (GRAVE, replace(FOUR_LEVELS, bands=((1, 70), (2, 55), (3, 40), (4, 0))), (2, 1), "Ⅰ 级由 80 分改为 70 分"),
        (GRAVE, replace(FOUR_LEVELS, central_media=("央视",)), (2, 3), "媒体 20 → 0 分，合计 72 → 52 分"),
        (PARKING, FOUR_LEVELS, (3, 3), ""),
    ],
)  # fmt: skip
def test_the_reason_names_the_parts_and_bands_that_differ(
    situation: Situation, new: Preset, levels: tuple[int, int], why: str
) -> None:
    tried = try_table(situation, FOUR_LEVELS, new)
    assert (tried.old.level, tried.new.level) == levels
    assert tried.why == why
    assert tried.changed is (levels[0] != levels[1])


@settings(max_examples=50)
@given(situations, presets)
def test_it_grades_as_a_round_does(situation: Situation, preset: Preset) -> None:
    tried = try_table(situation, preset, THREE_LEVELS)
    assert (tried.old.score, tried.old.level) == suggested(situation, preset)
    assert (tried.new.score, tried.new.level) == suggested(situation, THREE_LEVELS)
