"""A post as the risk rule looks at it."""

from collections.abc import Mapping
from datetime import datetime

from archive.post import CHINA, Kind, Post
from monitor.matters import Matter
from monitor.overdue import due_at
from monitor.situation import TITLE, Answer, Voice
from monitor.triggers import quotes


def voice(post: Post, names: Mapping[str, str], now: datetime) -> Voice:
    """`names` are the sources' names by id."""
    said = {"title": post.title, "text": post.text, "publisher": post.publisher, "reply": post.reply}
    about = {"source": names.get(post.source, post.source), "kind": str(post.kind), "matter": post.marks.matter or ""}
    copy, day = post.marks.copy_of is not None, post.published_at or post.collected_at
    return voice_of(post.id, {**said, **about}, copy=copy, asked=post.counted_at, day=day, now=now)


def voice_of(
    identity: str, said: Mapping[str, str], *, copy: bool, asked: datetime, day: datetime, now: datetime
) -> Voice:
    """`said`: title, text, publisher, reply, source (its name), kind and matter. `asked` is when it counts, `day` when
    it was published. Only news has a publisher and says what opens the gravest levels."""
    news = said["kind"] == Kind.NEWS
    return Voice(
        id=identity,
        title=(said["title"] or said["text"][:40])[:TITLE],
        source=said["source"],
        matter=said["matter"],
        publisher=(said["publisher"] or said["source"]) if news else "",
        copy=copy,
        answer=_answer(said, asked, now),
        quotes=quotes(said["title"], said["text"], day.astimezone(CHINA).date()) if news else (),
    )


def _answer(said: Mapping[str, str], asked: datetime, now: datetime) -> Answer:
    if said["kind"] != Kind.QUESTION:
        return ""
    if said["reply"]:
        return "answered"
    if said["matter"] == Matter.THANKS:  # it asks for nothing
        return ""
    return "overdue" if due_at(asked, said["matter"]) <= now else "waiting"
