"""The linear model of text: groups of characters, weights in an .npz, the share of each character."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.fitting import calibration_error, confusion, fit, macro_f1, split_of
from monitor.linear import Model, ModelError, batches, grams, read

GOOD = ["谢谢你们，真好", "太好了，很满意", "非常满意，谢谢", "真是好消息", "办得又快又好，谢谢"] * 4
BAD = ["太差了，很生气", "臭味太大，投诉", "噪音太大，没人管", "一直没人管，太差", "投诉三次，没人理"] * 4


@pytest.fixture(scope="module")
def model() -> Model:
    return fit(GOOD + BAD, ["good"] * len(GOOD) + ["bad"] * len(BAD), strength=10)


def test_groups_stay_within_their_text_and_are_the_same_wherever_they_stand() -> None:
    alone, beside = grams(["甲乙丙"]), grams(["丁", "甲乙丙", "", "戊己"])
    assert sorted(alone.hashes) == sorted(beside.hashes[beside.texts == 1])
    assert [int((beside.texts == each).sum()) for each in range(4)] == [1, 6, 0, 3]
    assert len(set(alone.hashes)) == 6


@given(st.lists(st.text(max_size=8), max_size=5))
@settings(deadline=None)
def test_groups_count_by_length_and_begin_where_they_are(texts: list[str]) -> None:
    found = grams(texts)
    want = [sum(max(0, len(text) - size + 1) for size in (1, 2, 3)) for text in texts]
    assert [int((found.texts == at).sum()) for at in range(len(texts))] == want
    for hashed, owner, start in zip(found.hashes, found.texts, found.starts, strict=True):
        rest = texts[owner][start:]
        assert hashed in {int(h) for n in (1, 2, 3) for h in grams([rest[:n]]).hashes}


@given(st.lists(st.integers(0, 30), max_size=20), st.integers(1, 50))
@settings(deadline=None)
def test_batches_take_every_text_once_in_order(lengths: list[int], at_once: int) -> None:
    cut = list(batches(["x" * length for length in lengths], at_once))
    assert [at for first, last in cut for at in range(first, last)] == list(range(len(lengths)))


def test_fit_tells_apart_what_it_was_taught(model: Model) -> None:
    assert model.labels == ("bad", "good")
    told = model.probabilities(["谢谢，很满意", "没人管，投诉"])
    assert told[0, 1] > 0.7 and told[1, 0] > 0.7
    assert np.allclose(told.sum(axis=1), 1)


def test_fit_is_the_same_each_time(model: Model) -> None:
    again = fit(GOOD + BAD, ["good"] * len(GOOD) + ["bad"] * len(BAD), strength=10)
    assert np.array_equal(again.weights, model.weights) and again.temperature == model.temperature


EDGES = st.sampled_from([0, 1, 2**31, 2**32 - 2, 2**32 - 1]) | st.integers(0, 2**32 - 1)


@given(st.sets(EDGES, max_size=40), st.lists(EDGES, max_size=40))
@settings(deadline=None)
def test_groups_are_found_as_a_plain_look_up_would(held: set[int], asked: list[int]) -> None:
    hashes = np.array(sorted(held), np.uint32)
    made = Model(("bad", "good"), hashes, np.zeros((len(hashes), 2), np.int8), 1.0, np.zeros(2))
    at, known = made._find(np.array(asked + sorted(held), np.uint32))
    assert known.tolist() == [each in held for each in asked] + [True] * len(held)
    assert [int(hashes[place]) for place, there in zip(at, known, strict=True) if there] == [
        each for each in asked + sorted(held) if each in held
    ]


def test_a_model_of_one_label_is_refused() -> None:
    with pytest.raises(ValueError, match="two labels"):
        fit(["a", "b"], ["x", "x"])


def test_a_set_without_some_label_does_not_teach_that_it_is_rare() -> None:
    even = ["今天的事", "那天的事", "他的话"] * 20  # says nothing of its label
    labels = [("bad", "flat", "good")[n // 3 % 3] for n in range(len(even))]
    more, told = [f"{text}{n}" for n, text in enumerate(even * 5)], ["good", "bad"] * 150
    sets = ["a"] * len(even) + ["b"] * len(more)
    apart = fit(even + more, labels + told, sets=sets, balance=0).logits(["☃"])[0, 1]
    mixed = fit(even + more, labels + told, balance=0).logits(["☃"])[0, 1]
    assert apart > mixed + 0.3
    with pytest.raises(ValueError, match="no set has all"):
        fit(["a", "b"], ["x", "y"], sets=["1", "2"])


@pytest.mark.parametrize("text", ["", " ", "\u200b", "☃" * 50, "\ud800"], ids=["empty", "space", "zero", "odd", "half"])
def test_a_text_without_known_groups_has_what_the_bias_says(model: Model, text: str) -> None:
    assert np.allclose(model.logits([text])[0], model.bias)


def test_traditional_and_wide_characters_score_as_simplified(model: Model) -> None:
    assert np.array_equal(model.logits(["謝謝，滿意"]), model.logits(["谢谢，满意"]))


@given(st.lists(st.sampled_from([*GOOD[:5], *BAD[:5], "", "别的话"]), max_size=6))
@settings(max_examples=30, deadline=None)
def test_a_text_scores_the_same_alone_and_among_others(model: Model, texts: list[str]) -> None:
    together = model.logits(texts)
    assert together.shape == (len(texts), 2)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(model.logits([text])[0], row)


@given(st.text("谢满意太差没人管投诉好了，a", max_size=12))
@settings(deadline=None)
def test_the_shares_of_the_characters_sum_to_the_logit(model: Model, text: str) -> None:
    speaks = model.along(text, "bad")
    assert len(speaks) == max(0, len(read(text)) - 2)
    logits = model.logits([text])[0] - model.bias
    assert speaks.sum() == pytest.approx(logits[0] - logits.mean(), abs=1e-9)


def test_a_saved_model_is_the_same_and_keeps_its_card(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    replace(model, card={"data": "自造", "scores": {"f1": 0.9}}).save(path)
    read = Model.load(path)
    assert np.array_equal(read.logits(GOOD), model.logits(GOOD)) and read.labels == model.labels
    assert read.card == {"data": "自造", "scores": {"f1": 0.9}}


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04broken"], ids=["empty", "text", "half"])
def test_a_broken_file_is_told_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"m\.npz"):
        Model.load(path)


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"找不到.*gone\.npz"):
        Model.load(tmp_path / "gone.npz")


@pytest.mark.parametrize(
    ("change", "told"),
    [({"form": 99}, "格式"), ({"labels": ["one"]}, "不一致"), ({"scale": "wide"}, "损坏")],
    ids=["later form", "labels and weights differ", "no number"],
)
def test_a_file_that_contradicts_itself_is_refused(
    model: Model, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    path = tmp_path / "m.npz"
    model.save(path)
    with np.load(path) as file:
        parts = dict(file)
    about = json.loads(parts["about"].tobytes()) | change
    np.savez(path, **{**parts, "about": np.frombuffer(json.dumps(about).encode(), np.uint8)})
    with pytest.raises(ModelError, match=told):
        Model.load(path)


def test_a_pickle_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez(path, about=np.array([{"form": 1}], dtype=object), steps=np.zeros(1, np.uint32))
    with pytest.raises(ModelError, match="损坏"):
        Model.load(path)


def test_copies_fall_into_the_same_part() -> None:
    parts = [split_of(f"第{n}条") for n in range(500)]
    assert set(parts) == set(range(10))
    assert split_of("謝謝　你") == split_of("谢谢 你")


def test_macro_f1_is_the_mean_of_the_labels() -> None:
    table = confusion(np.array([1, 0, 1]), np.array([1, 0, 0]), 2)
    assert table.tolist() == [[1, 0], [1, 1]]
    assert macro_f1(table) == pytest.approx(2 / 3)


def test_the_calibration_error_is_nothing_where_sureness_is_how_often_it_is_right() -> None:
    shares = np.array([[0.75, 0.25]] * 4 + [[0.0, 1.0]] * 2)
    assert calibration_error(shares, np.array([0, 0, 0, 1, 1, 1])) == 0
    assert calibration_error(shares, np.array([0, 0, 0, 0, 1, 1])) == pytest.approx(4 * 0.25 / 6)


def test_what_fits_is_not_loaded_by_what_scores() -> None:
    code = "import sys, monitor.engines, monitor.fitting; sys.exit(bool({'sklearn', 'scipy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
