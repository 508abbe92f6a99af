"""Sentiment: SnowNLP in a child process, its one p made three."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.post import Kind, Polarity
from monitor.engines import engine
from monitor.sentiment import NEUTRAL, SentimentError
from monitor.snow import BATCH, LEAD, SnowNLP, lead, three


@pytest.mark.parametrize(
    ("p", "label"),
    [
        (0.0, Polarity.NEGATIVE),
        (0.3999, Polarity.NEGATIVE),
        (0.4001, Polarity.NEUTRAL),
        (0.5, Polarity.NEUTRAL),
        (0.5999, Polarity.NEUTRAL),
        (0.6001, Polarity.POSITIVE),  # a plain p beside 1 - |2p - 1| would call this neutral
        (0.65, Polarity.POSITIVE),
        (1.0, Polarity.POSITIVE),
    ],
)
def test_the_label_turns_at_point_four_and_point_six(p: float, label: Polarity) -> None:
    assert three(p).label == label


@given(st.floats(0, 1))
def test_the_three_are_probabilities_and_mirror_each_other(p: float) -> None:
    scored, mirrored = three(p), three(1 - p)
    assert min(scored.p_neg, scored.p_neu, scored.p_pos) >= 0
    assert scored.p_neg + scored.p_neu + scored.p_pos == pytest.approx(1)
    assert scored.p_pos == pytest.approx(mirrored.p_neg)


def test_only_the_lead_is_scored_and_white_space_does_not_fill_it() -> None:
    assert lead("　\n" * 20 + "停水" * 300) == ("停水" * 300)[:LEAD]


def test_order_is_kept_across_batches_with_doubles_and_empty_texts() -> None:
    good, bad = "服务态度特别好，非常满意，谢谢", "太差了，非常失望，浪费时间"
    texts = [good, "", bad, good, "　\n"] + [f"{bad}{number}" for number in range(BATCH + 5)]
    with engine("snownlp") as chosen:
        assert chosen is not None
        scored = chosen.score([(text, Kind.POST) for text in texts])
        assert len(scored) == len(texts)
        assert scored[0] == scored[3] == chosen.score([(good, Kind.POST)])[0]
        assert scored[1] == scored[4] == NEUTRAL
        assert scored[0].label == Polarity.POSITIVE
        assert scored[2].label == Polarity.NEGATIVE
        assert {score.label for score in scored[5:]} == {Polarity.NEGATIVE}


def test_odd_texts_get_a_score() -> None:
    """`SnowNLP('')` raises ZeroDivisionError; line separators inside a text must not break the protocol."""
    odd = ["，。！", "的", "\x1b\x85\u2028", '"\\u0000"', "😀", "\ufeff", "\ud800"]
    with engine("snownlp") as chosen:
        assert chosen is not None
        alone = chosen.score([("好", Kind.POST)])
        assert chosen.score([(text, Kind.POST) for text in odd] + [("好", Kind.POST)])[len(odd) :] == alone


def test_the_memory_stays_out_of_the_parent() -> None:
    with engine("snownlp") as chosen:
        assert chosen is not None
        chosen.score([("好", Kind.POST)])
    assert "snownlp" not in sys.modules


def test_a_child_that_is_killed_is_replaced_and_nothing_is_lost() -> None:
    snow = SnowNLP()
    try:
        before = snow.score([("非常满意", Kind.POST)])
        assert snow._child is not None
        os.kill(snow._child.pid, signal.SIGKILL)
        snow._child.wait()
        assert snow.score([("非常满意", Kind.POST)]) == before
    finally:
        snow.close()


def test_a_child_that_dies_twice_gives_a_clear_error() -> None:
    snow = SnowNLP()
    snow.command = (sys.executable, "-c", "raise SystemExit(3)")
    with pytest.raises(SentimentError, match=r"两次中断（退出码 3"):
        snow.score([("好", Kind.POST)])


def test_an_engine_that_is_not_there_is_named() -> None:
    with pytest.raises(SentimentError, match=r"'bert'.*MINSHENG_SENTIMENT"), engine("bert"):
        pass
    with engine("none") as chosen:
        assert chosen is None


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import time\nfrom archive.post import Kind\nfrom monitor.snow import SnowNLP\n"
        "snow = SnowNLP()\nsnow.score([('好', Kind.POST)])\nprint(snow._child.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not _alive(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the engine's process outlived its parent")


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"  # a zombie waits for init only
