"""Sentiment through one interface: texts with their kinds in, three probabilities each out, whichever engine it is
(monitor.heads, monitor.snow; monitor.engines chooses)."""

from collections.abc import Sequence
from typing import Protocol

from archive.post import Kind, Sentiment

NEUTRAL = Sentiment(0.0, 1.0, 0.0)


class SentimentError(Exception):
    """The engine cannot be used or has failed; the message (Chinese) says what to do. Raised by `engine` and
    `score`; the round then leaves its posts unscored and scores them in a later one."""


class Engine(Protocol):
    name: str

    def score(self, texts: Sequence[tuple[str, Kind]]) -> list[Sentiment]:
        """One Sentiment a text, in their order. Raises SentimentError."""
