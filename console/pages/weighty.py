"""Why a post is called positive or negative: the sentences that weigh most, and what the other engine says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from archive.post import Kind, Polarity, Post
from monitor.heads import Linear
from monitor.second import differing
from monitor.sentiment import SentimentError

Pieces = list[tuple[str, bool]]  # of a text, in order; True: points out a sentence that weighs


@dataclass(frozen=True, slots=True)
class Told:
    """A text with its sentences pointed out; `other`: what another engine calls it, where that differs."""

    title: Pieces
    text: Pieces
    other: Polarity | None = None

    @property
    def weighed(self) -> bool:
        return any(points for _, points in (*self.title, *self.text))


def of_post(post: Post, *, judged: bool = False) -> Told:
    """`judged`: a person said what its sentiment is; nothing of that is the machine's to explain."""
    felt = post.marks.sentiment if post.kind is not Kind.QUESTION and not judged else None
    other = differing({post.id: felt.label}).get(post.id) if felt else None
    return told(post.title, post.text, post.kind, felt.label if felt else None, other)


def of_evidence(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Told]:
    """Of snapshots (alerts.evidence) by the posts' ids. A citizen's message shows no sentiment."""
    labels = {identity: _label(snapshot) for identity, snapshot in kept.items()}
    others = differing({identity: label for identity, label in labels.items() if label})
    return {
        identity: told(each.get("title") or "", each.get("text") or "", each.get("kind") or "", labels[identity],
                       others.get(identity))
        for identity, each in kept.items()
    }  # fmt: skip


def told(title: str, text: str, kind: str, label: Polarity | None, other: Polarity | None) -> Told:
    """Nothing is pointed out of what is neutral, or was judged by another engine than the one that can say why."""
    spans: list[tuple[int, int]] = []
    if label in (Polarity.POSITIVE, Polarity.NEGATIVE) and kind in set(Kind) and settings.SENTIMENT_ENGINE == "linear":
        try:
            spans = Linear().weighty(f"{title}\n{text}", Kind(kind), label)
        except SentimentError:  # the doctor says so; the page is there without it
            spans = []
    body = len(title) + 1
    return Told(
        pieces(title, [(start, min(end, len(title))) for start, end in spans]),
        pieces(text, [(max(0, start - body), end - body) for start, end in spans]),
        other,
    )


def pieces(text: str, spans: list[tuple[int, int]]) -> Pieces:
    """The text cut at these spans, of which those that are empty or outside are left out."""
    cut, at = [], 0
    for start, end in sorted(spans):
        if at <= start < end:
            cut += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [(piece, points) for piece, points in [*cut, (text[at:], False)] if piece]


def _label(snapshot: Mapping[str, Any]) -> Polarity | None:
    given = snapshot.get("sentiment")
    shown = not snapshot.get("matter") and snapshot.get("kind") != Kind.QUESTION
    return Polarity(given) if shown and given in set(Polarity) else None
