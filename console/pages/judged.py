"""What can be judged of a post, and the words for it."""

from typing import Any

from archive.names import POLARITY_NAMES
from archive.post import Kind, Polarity, Post
from monitor import judging
from monitor.judging import IRRELEVANT, RELEVANT, About
from monitor.linear import ModelError
from monitor.reading import SCORED
from monitor.topics import topics

RELEVANCE_NAMES = {RELEVANT: "相关", IRRELEVANT: "不相关"}
NONE_OF_THEM = "都不是"  # or hard to say
_WORDS = {**{str(each): name for each, name in POLARITY_NAMES.items()}, **RELEVANCE_NAMES}


def topic_names() -> tuple[str, ...]:
    """None where the models cannot be read; the round says so."""
    try:
        return topics().labels
    except ModelError:
        return ()


def word(value: str, nothing: str = NONE_OF_THEM) -> str:
    return _WORDS.get(value, value or nothing)


def choices(post: Post) -> list[dict[str, Any]]:
    """What can be judged of a post: the questions, their answers, and what was judged."""
    known = {(row.about, row.watchlist): row for row in judging.judged([post.id]).get(post.id, [])}
    feelings = [(str(each), POLARITY_NAMES[each]) for each in Polarity]
    asked: list[dict[str, Any]] = []
    if post.marks.sentiment and post.kind is not Kind.QUESTION:  # a citizen's message has its matter instead
        asked.append({"about": About.SENTIMENT, "watchlist": "", "title": "情感", "answers": feelings})
    if post.kind in SCORED:
        fields = [*((each, each) for each in topic_names()), ("", NONE_OF_THEM)]
        asked.append({"about": About.TOPIC, "watchlist": "", "title": "领域", "answers": fields})
    for name in post.marks.watchlists:
        answers = list(RELEVANCE_NAMES.items())
        asked.append({"about": About.RELEVANCE, "watchlist": name, "title": f"与“{name}”", "answers": answers})
    for each in asked:
        each["row"] = known.get((each["about"], each["watchlist"]))
    return asked
