"""From one archive into another, post by post as they are kept; goes on where it was broken off."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.store import Store

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy has come: the order of the last post, the last tombstone, and how many of each this time."""

    order: int = -1
    grave: str = ""
    posts: int = 0
    graves: int = 0


def copy(source: Store, target: Store, begun: Progress, done: Callable[[Progress], None]) -> Progress:
    """Copy everything behind `begun`. `done` is told after each page, whose posts are then safely written: what it
    keeps is where a broken copy goes on. A page written twice is written once."""
    at = Progress(begun.order, begun.grave)
    while ids := source.graves(at.grave, PAGE):
        target.bury(ids)
        at = Progress(at.order, ids[-1], at.posts, at.graves + len(ids))
        done(at)
    while True:
        kept, last = source.dump(at.order, PAGE)
        if not kept:
            return at
        target.load(kept)
        at = Progress(last, at.grave, at.posts + len(kept), at.graves)
        done(at)
