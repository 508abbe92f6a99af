"""The first half of a round: every post that is new or changed gets its marks.

What is to be read the archive knows itself, in the order of collection: posts without marks, or with words that have
changed since (Store.unmarked). So nothing that is indexed late is missed and no overlap has to be guessed. A batch is
at most 500 posts; what must not be lost with it (immediate and life findings) is written before its marks are: killed
in between, the batch is read again and found already told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from archive.matcher import Matcher
from archive.post import Kind, Marks, Post, Sentiment
from archive.store import Store
from monitor import corrections, judging, leases, policy_found
from monitor.bursts import Watched
from monitor.found import FINDINGS
from monitor.late import YOUNG
from monitor.linear import ModelError
from monitor.matters import matter_of
from monitor.models import Judgement, KnownSource, Unscored, Watchlist
from monitor.placing import Placing
from monitor.raising import note_immediate, note_life_threats
from monitor.sentiment import Engine, SentimentError

BATCH = 500
SCORED = (Kind.NEWS, Kind.POST, Kind.QUESTION)
SPOKEN = (Kind.POST, Kind.QUESTION)


@dataclass(slots=True)
class Read:
    """What reading did: `refused` marks wait for the next round; `unscored` posts for an engine that works."""

    read: int = 0
    marked: int = 0
    refused: int = 0
    unscored: int = 0
    proposals: int = 0
    immediate: int = 0
    life_threats: int = 0
    faults: list[str] = field(default_factory=list)


class Reader:
    """One round's reading. `watched` are the watchlists and policies in force."""

    def __init__(
        self,
        store: Store,
        watched: Sequence[Watched],
        engine: Engine | None,
        now: datetime,
        progress: Callable[[int], None] | None = None,
        after_batch: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._engine, self._now, self._progress = store, engine, now, progress
        self._after_batch = after_batch
        self._watched: Mapping[str, Watched] = {f"{each.kind}:{each.subject}": each for each in watched}
        self._matcher = Matcher({key: each.query for key, each in self._watched.items()})
        first_read = dict(KnownSource.objects.values_list("id", "first_read"))
        self._known = set(first_read)
        self._young = {source for source, first in first_read.items() if first > now - YOUNG}
        self._unread = False  # whether the models of topics could not be read
        self._correction = corrections.active(judging.About.TOPIC)
        self.did = Read()

    def run(self, placing: Placing) -> Read:
        """Mark everything that has no marks or whose words have changed."""
        refused: set[str] = set()
        while waiting := [post for post in self._store.unmarked(BATCH + len(refused)) if post.id not in refused]:
            refused |= self._batch(waiting[:BATCH], placing)
        self._score_again(placing)
        self.did.refused = len(refused)
        return self.did

    def _batch(self, posts: list[Post], placing: Placing) -> set[str]:
        """Mark these; the ids whose marks were refused, because they have changed since they were read."""
        if not posts:
            return set()
        feelings = self._score([post for post in posts if post.kind in SCORED])
        fields = self._fields([post for post in posts if post.kind in SCORED])
        said = judging.judged(post.id for post in posts)
        placing.prepare([post for post in posts if post.marks.event is None])
        marked = [
            self._mark(
                post,
                replace(post.marks, sentiment=feelings.get(post.id), topic=fields.get(post.id)),
                placing,
                said.get(post.id, ()),
            )
            for post in posts
        ]
        with transaction.atomic():
            leases.turn(FINDINGS)
            self._note_sources(posts)
            self.did.proposals += policy_found.propose(posts, self._now)
            self.did.immediate += note_immediate(self._immediate(marked), self._young, self._now)
            self.did.life_threats += note_life_threats(marked, self._young, self._now)
        refused = set(self._store.annotate((post.id, post.revision, post.marks) for post in marked))
        self.did.read += len(posts)
        self.did.marked += len(posts) - len(refused)
        if self._progress:
            self._progress(self.did.read)
        self._after_batch()
        return refused

    def _mark(self, post: Post, judged: Marks, placing: Placing, said: Sequence[Judgement]) -> Post:
        """Sentiment before matching (情感: is part of the language), then the rest. What people judged stands."""
        felt = judging.respected(judged, said)
        scored = post if felt == post.marks else post.with_marks(felt)
        found = [self._watched[key] for key in self._matcher.match(scored)]
        place = post.marks
        if place.event is None:  # new words do not move a post to another event
            given = placing.place(post)
            place = Marks(event=given.event, copy_of=given.copy_of, double=given.double)
        return post.with_marks(
            Marks(
                # By our own order of words, not the database's: each collation has another.
                watchlists=tuple(sorted(each.subject for each in found if each.kind == "watchlist")),
                policies=tuple(each.subject for each in found if each.kind == "policy"),
                topic=felt.topic,
                matter=matter_of(post.title, post.text, post.kind) if post.kind in SPOKEN else None,
                sentiment=felt.sentiment,
                event=place.event,
                copy_of=place.copy_of,
                double=place.double,
            )
        )

    def _fields(self, posts: list[Post]) -> dict[str, str | None]:
        """Post → topic, None where the models are not sure."""
        if not posts or self._unread:
            return {}
        try:
            told = corrections.TopicBase().suggest(posts, self._correction)
        except ModelError as error:
            self._unread = True
            self.did.faults.append(str(error))
            return {}
        return {post.id: topic for post, topic in zip(posts, told, strict=True)}

    def _score(self, posts: list[Post]) -> dict[str, Sentiment]:
        if self._engine is None or not posts:
            return {}
        try:
            scores = self._engine.score([(f"{post.title}\n{post.text}", post.kind) for post in posts])
        except SentimentError as error:
            # Warning comes before scoring: the round goes on, a later one scores these.
            self._engine = None
            self.did.faults.append(str(error))
            self.did.unscored += len(posts)
            Unscored.objects.bulk_create([Unscored(post_id=post.id) for post in posts], ignore_conflicts=True)
            return {}
        return {post.id: score for post, score in zip(posts, scores, strict=True)}

    def _score_again(self, placing: Placing) -> None:
        """Score what an earlier round could not; its marks are made anew, as 情感: may now match."""
        while self._engine is not None and (ids := list(Unscored.objects.values_list("pk", flat=True)[:BATCH])):
            posts = [post for post in self._store.get(ids).values() if post.marks.sentiment is None]
            self._batch(posts, placing)
            if self._engine is not None:
                Unscored.objects.filter(pk__in=ids).delete()

    def _note_sources(self, posts: list[Post]) -> None:
        new = {post.source for post in posts} - self._known
        rows = [KnownSource(id=source, first_read=self._now) for source in sorted(new)]
        KnownSource.objects.bulk_create(rows, ignore_conflicts=True)
        self._known |= new
        self._young |= new

    def _immediate(self, marked: list[Post]) -> list[tuple[Watchlist, Post]]:
        return [
            (row, post)
            for post in marked
            for name in post.marks.watchlists
            if isinstance(row := self._watched[f"watchlist:{name}"].row, Watchlist)
        ]
