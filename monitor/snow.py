"""SnowNLP as an engine of sentiment. It lives in a child process of its own, because importing it costs 420 MB and
three seconds (FACTS: Sentiment), and dies with it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from archive.post import Kind, Sentiment
from monitor.sentiment import NEUTRAL, SentimentError

# Only the lead of a text is scored: SnowNLP's p runs to the extremes as texts grow, and its time grows with
# them (2 cores, board messages: 112 a second at 60 characters, 67 at 100, 38 at 200). So a first crawl of
# 7,000 messages takes two minutes.
LEAD = 100
BATCH = 200  # lines sent before any is read; their answers (25 bytes each) must fit a pipe


def three(p: float) -> Sentiment:
    """SnowNLP's one p (of being positive) as three that sum to 1, labelled positive above .6, negative below .4.

    p_neu is 1 − |2p − 1| as agreed (CONTRACTS). Beside it a plain p and 1 − p would call .6 to .67 neutral, as
    p_neu is .8 at p = .6; so the outer two are stretched by 4/3, which makes them meet it exactly at .6 and .4.
    """
    p_neg, p_neu, p_pos = (1 - p) * 4 / 3, 1 - abs(2 * p - 1), p * 4 / 3
    total = p_neg + p_neu + p_pos
    return Sentiment(p_neg / total, p_neu / total, p_pos / total)


def lead(text: str) -> str:
    return " ".join(text[: 2 * LEAD].split())[:LEAD]


class SnowNLP:
    """The child starts at the first text that needs it and ends with `close`, or when its parent dies: its
    standard input then ends."""

    name = "snownlp"
    command: Sequence[str] = (sys.executable, "-I", str(Path(__file__).with_name("snow_child.py")))

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def score(self, texts: Sequence[tuple[str, Kind]]) -> list[Sentiment]:
        leads = [lead(text) for text, _ in texts]
        wanted = [text for text in dict.fromkeys(leads) if text]
        found: dict[str, Sentiment] = {"": NEUTRAL}
        for at in range(0, len(wanted), BATCH):
            batch = wanted[at : at + BATCH]
            found.update(zip(batch, self._batch(batch), strict=True))
        return [found[text] for text in leads]

    def close(self) -> None:
        if self._child is None:
            return
        child, self._child = self._child, None
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            _close(pipe)

    def _ended(self) -> int | None:
        """How the child ended, where it ended by itself."""
        try:
            return self._child.wait(timeout=1) if self._child else None
        except subprocess.TimeoutExpired:
            return None

    def _batch(self, texts: list[str]) -> list[Sentiment]:
        """Asked of the child, and once more of a new one if it died: one death is no reason to lose a batch."""
        try:
            return self._ask(texts)
        except (OSError, ValueError):
            self.close()
        try:
            return self._ask(texts)
        except (OSError, ValueError) as error:
            code = self._ended()
            self.close()
            raise SentimentError(
                f"情感引擎 SnowNLP 的子进程两次中断（退出码 {code}，{error}）。请检查内存是否不足 1 GB、"
                "snownlp 是否装好；可设 MINSHENG_SENTIMENT=none 暂时停用"
            ) from error

    def _ask(self, texts: list[str]) -> list[Sentiment]:
        if self._child is None:
            self._child = subprocess.Popen(  # noqa: S603 - our own file, no input from outside in the command
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        stdin, stdout = cast(IO[str], self._child.stdin), cast(IO[str], self._child.stdout)
        # Escaped, so that no text can break a line or an encoding.
        stdin.write("".join(json.dumps(text) + "\n" for text in texts))
        stdin.flush()
        answers = []
        for _ in texts:
            line = stdout.readline()
            if not line:
                raise ValueError("没有回答")
            answers.append(three(float(line)))
        return answers


def _close(pipe: IO[str] | None) -> None:
    """Closing may flush what the dead child never read."""
    try:
        if pipe:
            pipe.close()
    except OSError:
        return
