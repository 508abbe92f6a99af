"""A situation is kept as JSON and read back the same, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from monitor.situation import Situation, Voice, read_situation
from tests.monitor.test_risk import PARKING, situations


@settings(max_examples=50)
@given(situations)
def test_it_reads_back_as_it_was_kept(situation: Situation) -> None:
    kept = json.loads(json.dumps(situation.as_dict(), allow_nan=False))
    assert read_situation(kept) == situation


def test_what_is_empty_of_a_post_takes_no_room() -> None:
    assert Voice("a").as_dict() == {"id": "a"}


@pytest.mark.parametrize(
    "kept",
    [{}, None, [], {"voices": {}}, {"voices": []}, PARKING.as_dict() | {"observed": "5"}, {"total": 5, "observed": 3}],
)
def test_rows_of_an_earlier_version_and_other_shapes_are_not_guessed(kept: Any) -> None:
    assert read_situation(kept) is None


def test_a_post_of_another_shape_is_read_as_far_as_it_goes() -> None:
    kept = PARKING.as_dict() | {
        "voices": ["x", {"id": 5, "answer": "perhaps", "quotes": [["a"], 3, ["人员死亡", "句"]]}]
    }
    situation = read_situation(kept)
    assert situation
    (voice,) = situation.voices
    assert (voice.id, voice.answer, [quote.says for quote in voice.quotes]) == ("5", "", ["人员死亡"])
