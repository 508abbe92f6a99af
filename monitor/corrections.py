"""Corrections learned from judgements: made, compared, put in force, undone. The model itself is monitor.correction."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.post import Kind, Post, Sentiment
from archive.store import Store
from monitor.correction import CorrectionError, corrected, learn
from monitor.judging import FEELINGS, IRRELEVANT, RELEVANT, About
from monitor.linear import Floats, Model
from monitor.models import Correction, Judgement
from monitor.sentiment import Engine
from monitor.topics import Suggestion, topics

MOST = 5000  # judgements a correction is learned from, the newest
LEARNED_ON = "linear"  # the sentiment engine corrections are for
# Everything a watchlist finds counts as relevant until people say otherwise.
TAKEN_FOR_RELEVANT = 0.7


class Base(Protocol):
    """A shipped model: what it calls its columns, and its probabilities (posts × names)."""

    @property
    def names(self) -> Sequence[str]: ...

    def shares(self, posts: Sequence[Post]) -> Floats: ...


class SentimentBase:
    names = tuple(str(feeling) for feeling in FEELINGS)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def shares(self, posts: Sequence[Post]) -> Floats:
        scored = self._engine.score([(text_of(post), post.kind) for post in posts])
        return np.array([(each.p_neg, each.p_neu, each.p_pos) for each in scored]).reshape(-1, 3)


class TopicBase:
    """Raises ModelError."""

    def __init__(self) -> None:
        self._topics = topics()

    @property
    def names(self) -> Sequence[str]:
        return self._topics.labels

    def shares(self, posts: Sequence[Post]) -> Floats:
        return self._topics.probabilities([(post.title, post.text) for post in posts])

    def suggest(self, posts: Sequence[Post], correction: Model | None) -> list[str | None]:
        """The topic of each, None where it is not sure; corrected, if the correction knows the same topics."""
        shares = self._shares([(post.title, post.text) for post in posts], correction)
        return [self._topics.told(row).topic for row in shares]

    def _shares(self, messages: Sequence[tuple[str, str]], correction: Model | None) -> Floats:
        shares = self._topics.probabilities(messages)
        if correction is None or correction.labels != tuple(self.names):
            return shares
        return corrected(shares, [f"{title}\n{text}" for title, text in messages], correction)

    def together(
        self, messages: Sequence[tuple[str, str]], said: Sequence[str], correction: Model | None
    ) -> Suggestion | None:
        """What several (title, text)s of one matter are about: by their mean, corrected as `suggest` is. `said`: what
        a person said of each, which is certain, "" where nobody named a topic. None for no message."""
        if not messages:
            return None
        shares = self._shares(messages, correction)
        for row, topic in enumerate(said):
            if topic in self.names:
                shares[row] = [float(name == topic) for name in self.names]
        return self._topics.told(shares.mean(axis=0))


class RelevanceBase:
    names = (RELEVANT, IRRELEVANT)

    def of(self, count: int) -> Floats:
        return np.tile([TAKEN_FOR_RELEVANT, 1 - TAKEN_FOR_RELEVANT], (count, 1))

    def shares(self, posts: Sequence[Post]) -> Floats:
        return self.of(len(posts))


def text_of(post: Post) -> str:
    return f"{post.title}\n{post.text}"


class Corrected:
    """A sentiment engine with a correction on top."""

    def __init__(self, engine: Engine, correction: Model) -> None:
        self._engine, self._correction = engine, correction
        self.name = engine.name

    def score(self, texts: Sequence[tuple[str, Kind]]) -> list[Sentiment]:
        if not texts:
            return []
        shares = np.array([(each.p_neg, each.p_neu, each.p_pos) for each in self._engine.score(texts)])
        rows = corrected(shares, [text for text, _ in texts], self._correction)
        return [Sentiment(*map(float, row)) for row in rows]


def active(about: str) -> Model | None:
    """The correction in force."""
    row = Correction.objects.filter(about=about, active=True).first()
    return Model.load(io.BytesIO(bytes(row.blob))) if row else None


def on_top(engine: Engine | None) -> Engine | None:
    """The engine with the correction in force, if that was learned on top of this one."""
    model = active(About.SENTIMENT) if engine and engine.name == LEARNED_ON else None
    return Corrected(engine, model) if engine and model else engine


def doubtful(texts: Mapping[str, str]) -> set[str]:
    """Those that, by this office's judgements, a watchlist more likely found by accident. Shown, never acted on."""
    model = active(About.RELEVANCE)
    if model is None or not texts:
        return set()
    shares = corrected(RelevanceBase().of(len(texts)), list(texts.values()), model)
    wrong = RelevanceBase.names.index(IRRELEVANT)
    return {identity for identity, row in zip(texts, shares, strict=True) if row[wrong] > 0.5}


def retrain(store: Store, about: str, base: Base, by: User, now: datetime) -> Correction:
    """Learn a correction from all judgements about this whose posts are still in the archive, and put it in force if
    it does better on judgements it has not seen; otherwise it is kept to be looked at. Raises CorrectionError, and
    what `base` raises."""
    posts, labels = _judged(store, about)
    model, compared = learn([text_of(post) for post in posts], base.shares(posts), labels, base.names)
    blob = io.BytesIO()
    model.save(blob)
    with transaction.atomic():
        row = Correction(about=about, blob=blob.getvalue(), compared=compared.as_dict(), by=by.get_username(), at=now)
        row.save()
        audit.record(now, by, "生成校正", "correction", str(row.pk), {"about": about, **compared.as_dict()})
        if compared.better:
            put_in_force(row, by, now)
    return row


@transaction.atomic
def put_in_force(row: Correction, by: User, now: datetime) -> None:
    before = Correction.objects.select_for_update().filter(about=row.about, active=True).exclude(pk=row.pk).first()
    if before:
        before.active = False
        before.save(update_fields=["active"])
    row.active, row.replaced = True, before
    row.save(update_fields=["active", "replaced"])
    audit.record(now, by, "启用校正", "correction", str(row.pk), {"replaced": before.pk if before else None})


@transaction.atomic
def undo(about: str, by: User, now: datetime) -> Correction | None:
    """Back to what was in force before: an older correction, or the shipped model alone. Returns what is now."""
    row = Correction.objects.select_for_update().filter(about=about, active=True).first()
    if row is None:
        raise CorrectionError("现在没有在用的校正")
    row.active = False
    row.save(update_fields=["active"])
    before = row.replaced
    if before:
        before.active = True
        before.save(update_fields=["active"])
    audit.record(now, by, "撤销校正", "correction", str(row.pk), {"now": before.pk if before else None})
    return before


def _judged(store: Store, about: str) -> tuple[list[Post], list[str]]:
    rows = list(Judgement.objects.filter(about=about).exclude(value="")[:MOST])
    held = store.get(list({row.post_id for row in rows}))
    known = [row for row in rows if row.post_id in held]
    return [held[row.post_id] for row in known], [row.value for row in known]
