"""What judgements change in a shipped model, and what they must not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.correction import LEAST, CorrectionError, corrected, learn
from monitor.linear import Model

NAMES = ("negative", "neutral", "positive")
# A turn of phrase of this city that the shipped model takes for praise; the office knows better.
LOCAL = [f"第{number}次来问还是那句“正在走流程”，走了{number}年" for number in range(40)]
PLAIN = [f"{number}路公交车明天起改走滨江路，请市民注意" for number in range(40)]


def shipped(count: int, row: tuple[float, float, float]) -> np.ndarray:
    return np.tile(row, (count, 1))


def learned(texts: list[str], labels: list[str], shares: np.ndarray) -> tuple[Model, dict[str, object]]:
    model, compared = learn(texts, shares, labels, NAMES)
    return model, compared.as_dict()


def test_what_people_say_again_and_again_is_learned_and_the_figures_say_so() -> None:
    texts = LOCAL + PLAIN
    shares = np.vstack([shipped(40, (0.2, 0.2, 0.6)), shipped(40, (0.1, 0.8, 0.1))])
    model, told = learned(texts, ["negative"] * 40 + ["neutral"] * 40, shares)
    assert told["judged"] == 80
    assert told["right_before"] == 40
    assert isinstance(told["right_after"], int) and told["right_after"] >= 78
    new = ["第99次来问还是那句“正在走流程”，走了99年", "9路公交车明天起改走滨江路，请市民注意"]
    after = corrected(np.array([[0.2, 0.2, 0.6], [0.1, 0.8, 0.1]]), new, model)
    assert [NAMES[place] for place in after.argmax(axis=1)] == ["negative", "neutral"]


def test_what_was_not_judged_like_is_left_nearly_as_it_was() -> None:
    shares = np.vstack([shipped(40, (0.2, 0.2, 0.6)), shipped(40, (0.1, 0.8, 0.1))])
    model, _ = learned(LOCAL + PLAIN, ["negative"] * 40 + ["neutral"] * 40, shares)
    before = np.array([[0.05, 0.05, 0.9]])
    after = corrected(before, ["蓝天白云，樱花开得正好"], model)
    assert after.argmax() == 2


def test_judgements_that_agree_with_the_model_are_no_improvement() -> None:
    _, compared = learn(PLAIN + LOCAL, shipped(80, (0.1, 0.8, 0.1)), ["neutral"] * 70 + ["negative"] * 10, NAMES)
    assert not compared.better or compared.right_after > compared.right_before


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["neutral"] * (LEAST - 1), "至少要有 50 条判断"),  # too few to hold any back
        (["neutral"] * LEAST, "两类"),  # one label teaches nothing
        (["neutral"] * (LEAST - 3) + ["negative"] * 3, "两类"),  # three of the other are chance
    ],
)
def test_too_little_is_said(labels: list[str], said: str) -> None:
    texts = [f"第{number}条" for number in range(len(labels))]
    with pytest.raises(CorrectionError, match=said):
        learn(texts, shipped(len(labels), (0.3, 0.4, 0.3)), labels, NAMES)


def test_learning_twice_gives_the_same() -> None:
    shares = shipped(80, (0.3, 0.4, 0.3))
    labels = ["negative"] * 40 + ["neutral"] * 40
    one, two = learn(LOCAL + PLAIN, shares, labels, NAMES)[0], learn(LOCAL + PLAIN, shares, labels, NAMES)[0]
    assert np.array_equal(one.weights, two.weights)
    assert np.array_equal(one.bias, two.bias)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda row: sum(row) > 0.1), st.text(max_size=40))
def test_an_empty_correction_changes_nothing(row: list[float], text: str) -> None:
    empty = Model(NAMES, np.zeros(0, np.uint32), np.zeros((0, 3), np.int8), 1.0, np.zeros(3))
    shares = np.array([row]) / sum(row)
    assert np.allclose(corrected(shares, [text], empty), shares, atol=1e-4)
