"""Sentiment: the shipped heads on texts they have not seen, beside SnowNLP; their speed, load time and memory.

python -m bench.sentiment
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from archive.post import Kind, Polarity, Sentiment
from console.training.sentiment import HELD_BACK
from monitor.fitting import calibration_error, confusion, macro_f1, split_of
from monitor.heads import HEADS, Linear
from monitor.linear import Floats, Model
from monitor.shipped import FOLDER
from monitor.snow import BATCH, SnowNLP

DATA = Path(__file__).parents[2] / "shared" / "data" / "sentiment.jsonl"
# (set, what it is, kind, least macro-F1)
SETS = (
    ("smp_usual3", "posts", Kind.POST, 0.83),
    ("smp_virus3", "COVID posts", Kind.POST, 0.78),
    ("ccf_news3", "news", Kind.NEWS, 0.66),
)
ORDER = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]")
LONG = 1500  # characters
ROUNDS, SHORT_EACH, LONG_EACH, AHEAD = 5, 60, 4, 100  # AHEAD: as many texts more for the faster of the two
# The most memory by /proc: getrusage would count what the process was forked from.
LOAD = """
import re, sys, time
begun = time.perf_counter()
from archive.post import Kind
from monitor.heads import Linear
imported = time.perf_counter()
Linear().score([("好", Kind.POST), ("好", Kind.NEWS)])
done = time.perf_counter()
print(done - begun, done - imported, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""
SNOW_LOAD = """
import re, time
begun = time.perf_counter()
from snownlp.sentiment import classify
imported = time.perf_counter()
classify("好")
done = time.perf_counter()
print(done - begun, done - imported, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""


class WholeTexts(SnowNLP):
    """SnowNLP as it comes, on whole texts: ours gives it their leads."""

    def score(self, texts: Sequence[tuple[str, Kind]]) -> list[Sentiment]:
        given = [text.strip() or "，" for text, _ in texts]
        return [each for at in range(0, len(given), BATCH) for each in self._batch(given[at : at + BATCH])]


def run() -> str:
    if not DATA.exists():
        return f"skipped: {DATA} is absent"
    with DATA.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    held = {name: [row for row in rows if row["set"] == name and split_of(row["text"]) == HELD_BACK]
            for name, *_ in SETS}  # fmt: skip
    linear, snow = Linear({head: Model.load(FOLDER / f"{head}.npz") for head in HEADS}), WholeTexts()
    try:
        return "\n".join([*_scores(held, linear, snow), "", *_speeds(held["smp_usual3"], linear, snow), "", *_loads()])
    finally:
        snow.close()


def _scores(held: dict[str, list[dict[str, str]]], linear: Linear, snow: SnowNLP) -> list[str]:
    lines = [
        "## Sentiment",
        "",
        "Three-class macro-F1 of the shipped models on texts held back from them by a hash of each (a tenth), and of "
        "SnowNLP on the same; ± is the standard error over 200 resamples. Without emoticons: [泪] and the like, which "
        "tell the label in weibo sets, are taken out of what is judged.",
        "",
        "| texts | held back | wanted | linear | without emoticons | calibration error | SnowNLP | without emoticons |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, told, kind, least in SETS:
        truth = np.array([ORDER.index(Polarity(row["label"])) for row in held[name]])
        texts = [row["text"] for row in held[name]]
        bare = [EMOTICON.sub("", text) for text in texts]
        ours, ours_bare, peer, peer_bare = (
            _shares(engine.score([(text, kind) for text in each]))
            for engine, each in ((linear, texts), (linear, bare), (snow, texts), (snow, bare))
        )
        cells = [f"{_f1(truth, ours):.3f} ± {_error(truth, ours):.3f}", f"{_f1(truth, ours_bare):.3f}"]
        cells += [f"{calibration_error(ours, truth):.3f}", f"{_f1(truth, peer):.3f}", f"{_f1(truth, peer_bare):.3f}"]
        lines.append(f"| {told} | {len(texts):,} | {least} | {' | '.join(cells)} |")
    return lines


def _shares(scores: Sequence[Sentiment]) -> Floats:
    return np.array([(each.p_neg, each.p_neu, each.p_pos) for each in scores])


def _f1(truth: Floats, shares: Floats) -> float:
    return macro_f1(confusion(truth.astype(np.intp), shares.argmax(axis=1), len(ORDER)))


def _error(truth: Floats, shares: Floats) -> float:
    random = np.random.default_rng(1)
    drawn = [random.integers(0, len(truth), len(truth)) for _ in range(200)]
    return float(np.std([_f1(truth[each], shares[each]) for each in drawn]))


def _speeds(rows: list[dict[str, str]], linear: Linear, snow: SnowNLP) -> list[str]:
    texts = [row["text"] for row in rows]
    joined = "。".join(texts)
    long = [joined[at : at + LONG] for at in range(0, len(joined) - LONG, LONG)]
    lines = [
        f"Texts a second, in turns ({ROUNDS} rounds, median), one process, in the batches of a round:",
        "",
        "| texts | linear | SnowNLP | times |",
        "|---|---:|---:|---:|",
    ]
    for told, pool, each in (("posts", texts, SHORT_EACH), (f"{LONG:,} characters", long, LONG_EACH)):
        rates = [_turn(pool, each, at, linear, snow) for at in range(ROUNDS)]
        ours, peer = (median(column) for column in zip(*rates, strict=True))
        average = sum(map(len, pool)) / len(pool)
        lines.append(
            f"| {told} ({average:.0f} characters on average) | {ours:,.0f} | {peer:,.1f} | {ours / peer:,.0f} |"
        )
    return lines


def _turn(pool: list[str], each: int, at: int, linear: Linear, snow: SnowNLP) -> tuple[float, float]:
    """One engine, then the other; the faster gets more texts, or its clock would measure nothing."""
    few = [(pool[n % len(pool)], Kind.POST) for n in range(at * each, (at + 1) * each)]
    many = [(pool[n % len(pool)], Kind.POST) for n in range(at * each, at * each + AHEAD * each)]
    snow.score([("好", Kind.POST)])  # loaded before the clock runs
    rates = []
    for engine, texts, batch in ((snow, few, len(few)), (linear, many, 500)):
        begun = time.perf_counter()
        for start in range(0, len(texts), batch):
            engine.score(texts[start : start + batch])
        rates.append(len(texts) / (time.perf_counter() - begun))
    return rates[1], rates[0]


def _loads() -> list[str]:
    (ours, loading, memory), (peer, _, peer_memory) = _fresh(LOAD), _fresh(SNOW_LOAD)
    sizes = " and ".join(f"{(FOLDER / f'{head}.npz').stat().st_size / 2**20:.2f} MB" for head in HEADS)
    return [
        f"A fresh process, from nothing to its first scores (median of five): both heads {ours:.2f} s, "
        f"of which {loading:.2f} s after numpy and the rest were imported, and {memory:.0f} MB in all; SnowNLP "
        f"{peer:.1f} s, {peer_memory:.0f} MB. The files: {sizes}."
    ]


def _fresh(script: str) -> tuple[float, ...]:
    """(seconds, of them after the imports, MB at most)."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "console.settings"}
    told = [
        subprocess.run(
            [sys.executable, "-c", script], env=env, check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(5)
    ]
    return tuple(median(map(float, column)) for column in zip(*told, strict=True))


if __name__ == "__main__":
    print(run())
