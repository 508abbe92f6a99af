"""The engines of sentiment by name."""

from collections.abc import Iterator
from contextlib import contextmanager

from monitor.heads import Linear
from monitor.sentiment import Engine, SentimentError
from monitor.snow import SnowNLP

ENGINES = ("linear", "snownlp", "none")


@contextmanager
def engine(name: str) -> Iterator[Engine | None]:
    """The engine MINSHENG_SENTIMENT names, closed at the end; None for "none". Raises SentimentError."""
    if name == "none":
        yield None
    elif name == "linear":
        yield Linear()
    elif name == "snownlp":
        snow = SnowNLP()
        try:
            yield snow
        finally:
            snow.close()
    else:
        raise SentimentError(f"不认识的情感引擎 {name!r}，可用：{'、'.join(ENGINES)}；请检查 MINSHENG_SENTIMENT")
