"""Which of a matter's posts stand for it: each text once, every source heard, people before news, critical first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from archive.post import CHINA, Kind, Polarity, Post
from monitor.risk import COMPLAINING

SAMPLES = 8
PEOPLE = (Kind.QUESTION, Kind.POST)
EXCERPT = 120  # characters


def samples(posts: Sequence[Post], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """At most 8, as JSON: title, source, url, at, matter, excerpt, kind, copies (同文 of it among the posts)."""
    families: dict[str, list[Post]] = {}
    for post in posts:
        if not post.marks.double:
            families.setdefault(post.marks.copy_of or post.id, []).append(post)
    told = {_speaks(family).id: (_speaks(family), len(family) - 1) for family in families.values()}
    ranked = _by_turns([post for post, _ in told.values()])
    return [sample(post, names) | {"copies": told[post.id][1]} for post in ranked[:SAMPLES]]


def sample(post: Post, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": post.title,
        "source": names.get(post.source, post.source),
        "url": post.url,
        "at": post.counted_at.astimezone(CHINA).isoformat(),
        "matter": post.marks.matter or "",
        "excerpt": " ".join(post.text.split())[:EXCERPT],
        "kind": str(post.kind),
    }


def critical(post: Post) -> bool:
    """Whether a post finds fault: by its 诉求类型, else by its sentiment (which is not told of a message)."""
    if post.marks.matter or post.kind is Kind.QUESTION:
        return post.marks.matter in COMPLAINING
    return post.marks.sentiment is not None and post.marks.sentiment.label is Polarity.NEGATIVE


def _speaks(family: Sequence[Post]) -> Post:
    """The original, else the first of its copies."""
    return min(family, key=lambda post: (post.marks.copy_of is not None, post.counted_at, post.id))


def _by_turns(posts: Sequence[Post]) -> list[Post]:
    """One of each source, then a second of each; in a turn people before news, the critical first, then the newest."""
    by_source: defaultdict[str, list[Post]] = defaultdict(list)
    for post in sorted(posts, key=_forward):
        by_source[post.source].append(post)
    turns = [(turn, *_forward(post), post) for kept in by_source.values() for turn, post in enumerate(kept)]
    return [row[-1] for row in sorted(turns, key=lambda row: row[:-1])]


def _forward(post: Post) -> tuple[bool, bool, float, str]:
    return post.kind not in PEOPLE, not critical(post), -post.counted_at.timestamp(), post.id
