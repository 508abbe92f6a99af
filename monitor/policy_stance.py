"""For or against a policy, read by people: a random sample of what the public says about it, and what that tells of
the whole.

Posts come to be read in the order of their ids, which are hashes: so whoever reads the first hundred has read a hundred
at random, and their shares are those of all, give or take what `share` says.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.language import parse
from archive.post import Post
from archive.store import Store
from monitor.models import Policy, PolicyStance
from monitor.policy_report import PUBLIC, between, read
from monitor.policy_spans import since
from monitor.validity import dates_of, day_of

ENOUGH = 30  # readings from which on shares are told; fewer say hardly anything
AT_A_TIME = 10
_Z = 1.96  # of 95 %


@dataclass(frozen=True, slots=True)
class Sample:
    """`favor` + `against` + `none` = `size` posts read by people, of `of` that there are."""

    favor: int
    against: int
    none: int
    of: int

    @property
    def size(self) -> int:
        return self.favor + self.against + self.none

    @property
    def enough(self) -> bool:
        return self.size >= min(ENOUGH, self.of) > 0


def spoken(store: Store, policy: Policy, now: datetime) -> list[Post]:
    """What the public says of it since its release, each account's repetitions left out. Raises QueryError."""
    dates, today = dates_of(policy), day_of(now)
    wanted = between(parse(policy.query), since(dates, today), today, PUBLIC, now)
    return counted(read(store, wanted))


def counted(posts: Iterable[Post]) -> list[Post]:
    return [post for post in posts if not post.marks.double]


def to_read(policy: Policy, posts: Iterable[Post], count: int = AT_A_TIME) -> list[Post]:
    """The next ones of the random order that nobody has read."""
    known = set(PolicyStance.objects.filter(policy=policy).values_list("post_id", flat=True))
    return sorted((post for post in posts if post.id not in known), key=lambda post: post.id)[:count]


def last_read(policy: Policy, posts: Iterable[Post], count: int = AT_A_TIME) -> list[tuple[Post, str]]:
    """The posts read last and what they were read as, the latest first: who slipped can put it right."""
    held = {post.id: post for post in posts}
    rows = PolicyStance.objects.filter(policy=policy, post_id__in=held).order_by("-at", "-pk")[:count]
    return [(held[row.post_id], row.stance) for row in rows]


def sample(policy: Policy, posts: Sequence[Post]) -> Sample:
    """Readings of posts that still count: what has left the archive, or is found no more, is left out."""
    told = dict(PolicyStance.objects.filter(policy=policy).values_list("post_id", "stance"))
    counts = Counter(told[post.id] for post in posts if post.id in told)
    kinds = PolicyStance.Stance
    return Sample(counts[kinds.FAVOR], counts[kinds.AGAINST], counts[kinds.NONE], len(posts))


def note(policy: Policy, read_as: Mapping[str, str], *, by: User, now: datetime) -> int:
    """Keep what a person read in posts (id → stance); a later reading replaces an earlier one. How many were kept:
    what is no stance, or was read so already, is left out."""
    known = dict(PolicyStance.objects.filter(policy=policy, post_id__in=read_as).values_list("post_id", "stance"))
    stances = PolicyStance.Stance.values
    wanted = {post: said for post, said in read_as.items() if said in stances and known.get(post) != said}
    with transaction.atomic():
        for post, stance in wanted.items():
            values = {"stance": stance, "by": by.get_username(), "at": now}
            PolicyStance.objects.update_or_create(policy=policy, post_id=post, defaults=values)
        if wanted:
            told = {str(kind): count for kind, count in Counter(wanted.values()).items()}
            audit.record(now, by, "判读立场", "policy_stance", policy.title, told)
    return len(wanted)


def share(count: int, size: int, of: int) -> tuple[float, float]:
    """Between which shares `count` in `size` of `of` lies in 95 cases of 100 (Wilson, for a finite whole)."""
    if not size:
        return 0.0, 1.0
    if size >= of:
        return count / size, count / size
    z = _Z * math.sqrt((of - size) / max(1, of - 1))
    middle = (count + z * z / 2) / (size + z * z)
    reach = z / (size + z * z) * math.sqrt(count * (size - count) / size + z * z / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)
