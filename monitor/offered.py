"""Which posts a person is asked about first: those a judgement teaches most."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from archive.post import Kind, Post, Sentiment

RECENT = timedelta(days=14)
MOST = 2000  # posts looked at, the newest
OFFERED = 10
UNSURE = 0.25  # between the two likeliest; above it the engine is sure enough


def margin(felt: Sentiment) -> float:
    """How far the likeliest lies before the next: 0 for a toss-up."""
    first, second, _ = sorted((felt.p_neg, felt.p_neu, felt.p_pos), reverse=True)
    return first - second


def distance(one: Sentiment, other: Sentiment) -> float:
    """How far two opinions lie apart, 0 to 1 (total variation)."""
    pairs = ((one.p_neg, other.p_neg), (one.p_neu, other.p_neu), (one.p_pos, other.p_pos))
    return sum(abs(a - b) for a, b in pairs) / 2


def offered(
    posts: Iterable[Post], second: Mapping[str, Sentiment], judged: set[str], limit: int = OFFERED
) -> list[tuple[Post, str]]:
    """The posts to ask about and why (Chinese): first those of which the engines (`second`: the other's opinion by
    post) say different things, the farthest apart first, then the least sure. Copies and judged posts are left out."""
    apart: list[tuple[float, Post]] = []
    unsure: list[tuple[float, Post]] = []
    for post in posts:
        felt = post.marks.sentiment
        if felt is None or post.marks.copy_of or post.id in judged or post.kind not in (Kind.NEWS, Kind.POST):
            continue
        other = second.get(post.id)
        if other is not None and other.label != felt.label:
            apart.append((-distance(felt, other), post))
        elif margin(felt) < UNSURE:
            unsure.append((margin(felt), post))
    first = [(post, "两个引擎判断不同") for _, post in sorted(apart, key=_rank)]
    rest = [(post, "系统拿不准") for _, post in sorted(unsure, key=_rank)]
    return [*first, *rest][:limit]


def _rank(each: tuple[float, Post]) -> tuple[float, str]:
    return each[0], each[1].id
