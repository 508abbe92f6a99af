"""What becomes of a post that comes a second time (CONTRACTS: Identity, Two writes). Pure; for both stores.

The first source stays, the longer text wins, an empty field never overwrites. Within the source that gave a field, the
newest wins; but a time only where it is known at least as exactly as the one kept: a list that says “1天前” today of
what it said the minute of yesterday knows no better. `collected_at`, `speaker` and the marks stay as they were.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from archive.post import Marks, Post, Precision

T = TypeVar("T")
_EXACT = {Precision.NONE: 0, Precision.DAY: 1, Precision.MINUTE: 2}


@dataclass(frozen=True, slots=True)
class Stored:
    """A post in the archive, and the source whose text it carries (the first source's may be shorter)."""

    post: Post
    text_source: str


def first(post: Post) -> Stored:
    """A post that is new to the archive: whatever it says of revisions and marks does not count."""
    new = replace(post, marks=Marks(), revision=1, marked_revision=None, changed_at=post.collected_at)
    return Stored(new, post.source)


def merge(old: Stored, new: Post) -> Stored:
    """`old` after `new` was put: equal to `old` if it brings nothing."""
    post = old.post
    same = new.source == post.source

    def choose(known: T, given: T) -> T:
        return given if given not in (None, "") and (same or known in (None, "")) else known

    takes_text = bool(new.text) and (new.source == old.text_source or len(new.text) > len(post.text))
    as_exact = _EXACT[new.published_precision] >= _EXACT[post.published_precision]
    takes_time = new.published_at is not None and (post.published_at is None or (same and as_exact))
    merged = replace(
        post,
        url=choose(post.url, new.url),
        kind=choose(post.kind, new.kind),
        title=choose(post.title, new.title),
        text=new.text if takes_text else post.text,
        publisher=choose(post.publisher, new.publisher),
        published_at=new.published_at if takes_time else post.published_at,
        published_precision=new.published_precision if takes_time else post.published_precision,
        region=choose(post.region, new.region),
        doc_number=choose(post.doc_number, new.doc_number),
        reply=choose(post.reply, new.reply),
        replied_at=choose(post.replied_at, new.replied_at),
        likes=choose(post.likes, new.likes),
        comments=choose(post.comments, new.comments),
        shares=choose(post.shares, new.shares),
    )
    text_source = new.source if takes_text and new.text != post.text else old.text_source
    return Stored(_revised(post, merged, new), text_source)


def _revised(old: Post, merged: Post, new: Post) -> Post:
    """`merged` with its revision raised where title, text, reply or times changed."""
    said = (old.title, old.text) != (merged.title, merged.text)
    if not said and _revising(old) == _revising(merged):
        return merged
    revision = old.revision + 1
    # What was marked by its words stays marked as long as the words do.
    marked = revision if not said and old.marked_revision == old.revision else None
    changed_at = max(new.collected_at, old.changed_at or old.collected_at)
    return replace(merged, revision=revision, marked_revision=marked, changed_at=changed_at)


def _revising(post: Post) -> tuple[object, ...]:
    return post.reply, post.replied_at, post.published_at, post.published_precision
