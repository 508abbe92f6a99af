"""People's judgements of posts: kept one by one, taken over into the post's marks, and respected by later rounds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.post import Marks, Polarity, Post, Sentiment
from archive.store import Store
from monitor.models import Judgement

About = Judgement.About
# As Sentiment has them.
FEELINGS = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
RELEVANT, IRRELEVANT = "relevant", "irrelevant"
TRIES = 5  # times a round may come in between


class JudgementError(Exception):
    """What was judged cannot be kept; the message (Chinese) says why."""


def judge(
    store: Store, post_id: str, about: str, value: str, by: User, now: datetime, *, topics: Iterable[str] = (),
    watchlist: str = "",
) -> Judgement:  # fmt: skip
    """Keep a judgement (it replaces an older one about the same) and mark the post so. `topics` are those there are.
    Raises JudgementError."""
    post = store.get([post_id]).get(post_id)
    if post is None:
        raise JudgementError("这条信息已不在档案库中")
    said = _said(post, about, watchlist)
    if value not in _choices(post, about, topics, watchlist):
        raise JudgementError("没有这一项判断，请重新选择")
    with transaction.atomic():
        known = Judgement.objects.filter(about=about, post_id=post_id, watchlist=watchlist).first()
        machine = known.machine if known else said
        made, _ = Judgement.objects.update_or_create(
            about=about, post_id=post_id, watchlist=watchlist,
            defaults={"value": value, "machine": machine, "by": by.get_username(), "at": now},
        )  # fmt: skip
        details = {"about": about, "value": value, "before": known.value if known else "", "machine": machine}
        audit.record(now, by, "判断信息", "post", post_id, details | ({"watchlist": watchlist} if watchlist else {}))
    _mark(store, post)
    return made


def withdraw(
    store: Store, judgement: Judgement, by: User, now: datetime, score: Callable[[Post], Sentiment | None]
) -> None:
    """Forget a judgement and mark the post as the machine has it again: nobody says any more what was taken back.
    `score`: the engine's sentiment of a post. Raises what `score` raises, with nothing forgotten."""
    post = store.get([judgement.post_id]).get(judgement.post_id)
    machine: dict[str, Any] = {}
    if post is not None and judgement.about == About.SENTIMENT:
        machine = {"sentiment": score(post)}
    elif judgement.about == About.TOPIC:
        machine = {"topic": judgement.machine or None}
    with transaction.atomic():
        details = {"about": judgement.about, "value": judgement.value, "watchlist": judgement.watchlist}
        audit.record(now, by, "撤回判断", "post", judgement.post_id, details)
        judgement.delete()
    if post is not None:
        _mark(store, post, machine)


def judged(posts: Iterable[str]) -> dict[str, list[Judgement]]:
    """By post."""
    found: dict[str, list[Judgement]] = {}
    for row in Judgement.objects.filter(post_id__in=list(posts)):
        found.setdefault(row.post_id, []).append(row)
    return found


def respected(marks: Marks, judgements: Iterable[Judgement]) -> Marks:
    """The marks as people judged them: certain where they said something."""
    for each in judgements:
        if each.about == About.SENTIMENT:
            shares = [float(feeling == each.value) for feeling in FEELINGS]
            marks = replace(marks, sentiment=Sentiment(*shares))
        elif each.about == About.TOPIC:
            marks = replace(marks, topic=each.value or None)
    return marks


def _said(post: Post, about: str, watchlist: str) -> str:
    """What the machine says of the post."""
    if about == About.SENTIMENT:
        return str(post.marks.sentiment.label) if post.marks.sentiment else ""
    if about == About.TOPIC:
        return post.marks.topic or ""
    return RELEVANT if watchlist in post.marks.watchlists else ""


def _choices(post: Post, about: str, topics: Iterable[str], watchlist: str) -> set[str]:
    if about == About.SENTIMENT:
        return {str(feeling) for feeling in FEELINGS}
    if about == About.TOPIC:
        return {*topics, ""}
    return {RELEVANT, IRRELEVANT} if about == About.RELEVANCE and watchlist in post.marks.watchlists else set()


def _mark(store: Store, post: Post, machine: Mapping[str, Any] | None = None) -> None:
    """The post as judged, over `machine` (fields of its marks). A post without marks is left to the next round, which
    asks for judgements itself."""
    for _ in range(TRIES):
        if post.stale:
            return
        wanted = respected(replace(post.marks, **(machine or {})), judged([post.id]).get(post.id, []))
        if wanted == post.marks or not store.annotate([(post.id, post.revision, wanted)]):
            return
        again: Mapping[str, Post] = store.get([post.id])
        if post.id not in again:
            return
        post = again[post.id]
