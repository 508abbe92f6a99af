"""monitor.found: which onsets are told."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.found import LATEST, last_rises
from monitor.spikes import Onset

NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)


def onset(hours_ago: int, tier: int = 3, rise: bool = False) -> Onset:
    return Onset(NOW - timedelta(hours=hours_ago), tier, float(tier), 6, 5, 0.3, rise)


@pytest.mark.parametrize(
    ("onsets", "told", "why"),
    [
        ([onset(2)], [2], "a burst of today"),
        ([onset(5), onset(2, 4, rise=True)], [2], "it rose before anybody was told: once, at its height"),
        ([onset(40), onset(2)], [40, 2], "two bursts"),
        ([onset(30 * 24)], [], "the program was off for a month: history, no warning"),
        ([onset(30 * 24), onset(29 * 24), onset(2)], [2], "of all that was missed, only what is still of use"),
        ([onset(73), onset(3, 4, rise=True)], [3], "an old one that still rises is of today"),
    ],
)
def test_an_onset_is_told_once_and_while_it_is_of_use(onsets: list[Onset], told: list[int], why: str) -> None:
    given = last_rises(onsets, NOW)
    assert [round((NOW - each.hour) / timedelta(hours=1)) for each in given] == told, why


def test_what_is_told_is_as_late_as_for_an_immediate_list() -> None:
    assert timedelta(hours=72) == LATEST
