"""Posts as they come, put into events: what is a copy, what a double, what belongs together.

Replaying the archive in the order of `turn` gives the same index, byte for byte; a snapshot saves the replay.
"""

import io
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from archive.post import Kind, Post, order_of
from monitor.grouping import DAY, Grouping, Rule
from monitor.keyterms import key_terms
from monitor.near import NearIndex, letters_of
from monitor.signatures import Signatures
from monitor.terms import terms_of

VERSION = 2
Speakers = Callable[[Sequence[str]], Mapping[str, str | None]]  # who wrote these posts; asked of the archive
# bench/events.py and bench/board_events.py measure these; FACTS.md has θ .12 for complaints, .16 is purer here.
STREAM = Rule(theta=0.2, tau=3, places=0.0, keep=35)
COMPLAINTS = Rule(theta=0.16, tau=90, places=0.5, keep=190)
DOUBLE_WITHIN = 7 * DAY
SAMPLES = 5
TITLE_FROM = 40  # characters of a text without a title that stand for one


class SnapshotError(Exception):
    """The snapshot cannot be read by this version; whoever loads it replays the archive instead."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What became of a post. `event` is the id of the event's first post; `copy_of` is an earlier post nearly the
    same; `double`: its speaker said so before, within 7 days."""

    id: str
    event: str
    copy_of: str | None = None
    double: bool = False


@dataclass(frozen=True, slots=True)
class EventInfo:
    """`terms` are five key words; `first_at` and `last_at` those of counted_at; doubles and copies count in `size`."""

    id: str
    title: str
    terms: tuple[str, ...]
    size: int
    first_at: datetime
    last_at: datetime
    first_id: str


@dataclass(slots=True)
class _Face:
    """How an event is shown; `closeness` is the cosine with which the title's post joined."""

    title: str
    closeness: float
    size: int
    samples: list[str]


class EventIndex:
    """Grows with what is alive: events nothing was added to for `Rule.keep` days are forgotten (they stay in the
    archive and the state, and no post joins them any more)."""

    def __init__(self, known_places: Sequence[str] = ()) -> None:
        self._known = tuple(known_places)
        self._grouping = Grouping()
        self._near = NearIndex()
        self._faces: dict[str, _Face] = {}
        self._members: dict[str, Assignment] = {}  # of live events
        # speaker → what (its first post, or its letters) → when, in which post
        self._said: dict[str, dict[str, tuple[int, str]]] = {}
        self._clock = 0
        self._swept = 0
        self._watermark: tuple[datetime, str] | None = None

    @property
    def watermark(self) -> tuple[datetime, str] | None:
        """(collected_at, id) of the last post added: a replay goes on behind that time."""
        return self._watermark

    def add(self, posts: Iterable[Post]) -> list[Assignment]:
        """Assign posts given in the order of `turn`, in the same order. A post of a live event that is added
        again keeps its assignment; whoever has marked it before need not add it."""
        return [self._members.get(post.id) or self._add(post) for post in posts]

    def info(self, event: str) -> EventInfo:
        """Raises KeyError for an event that is unknown or forgotten."""
        cluster, face = self._grouping.clusters[event], self._faces[event]
        terms = key_terms(self._grouping.top_terms(event), self._grouping.idf, [face.title, *face.samples])
        first, last = (datetime.fromtimestamp(at, UTC) for at in (cluster.first, cluster.last))
        return EventInfo(event, face.title, tuple(terms), face.size, first, last, event)

    def __contains__(self, event: str) -> bool:
        return event in self._faces

    def _add(self, post: Post) -> Assignment:
        collected, at = int(post.collected_at.timestamp()), int(post.counted_at.timestamp())
        self._tick(collected)
        rule = COMPLAINTS if post.kind is Kind.QUESTION else STREAM
        whole = f"{post.title}\n{post.text}"
        original = self._near.add(post.id, whole, post.collected_at)
        double = self._says_again(post, original or post.id, whole, at)
        earlier = self._members.get(original) if original else None
        # A copy of what was said years ago (history collected late) is not of that event any more.
        if earlier is not None and self._grouping.gap(earlier.event, at) <= rule.keep * DAY:
            given = Assignment(post.id, earlier.event, original, double)
            self._grouping.touch(given.event, at, collected, rule)
        else:
            terms = terms_of(post.title, post.text, self._known)
            event, closeness = self._grouping.place(post.id, terms, at, collected, rule)
            given = Assignment(post.id, event, None, double)
            self._show(event, post, closeness)
        self._faces[given.event].size += 1
        self._members[post.id] = given
        self._watermark = (post.collected_at, post.id)
        return given

    def _show(self, event: str, post: Post, closeness: float) -> None:
        """Give the event its face, or a better title: that of the post nearest to the centre, once there is one."""
        title = title_of(post)
        face = self._faces.get(event)
        if face is None:
            self._faces[event] = _Face(title, 0.0, 0, [title])
            return
        central = closeness > face.closeness and len(face.samples) > 1
        if title and (central or not face.title):
            face.title, face.closeness = title, closeness
        if title and len(face.samples) < SAMPLES:
            face.samples.append(title)

    def _says_again(self, post: Post, original: str, whole: str, at: int) -> bool:
        if not post.speaker:
            return False
        letters = "".join(letters_of(whole))
        what = original if original != post.id or len(letters) >= NearIndex.shortest else "=" + letters
        said = self._said.setdefault(post.speaker, {})
        before = said.get(what)
        said[what] = (at, post.id) if before is None else max(before, (at, post.id))
        return before is not None and abs(at - before[0]) <= DOUBLE_WITHIN

    def _tick(self, clock: int) -> None:
        """Forget what is over, once a day on the clock of collection."""
        self._clock = max(self._clock, clock)
        if self._clock - self._swept < DAY:
            return
        self._swept = self._clock
        gone = set(self._grouping.forget(self._clock))
        for event in gone:
            del self._faces[event]
        if gone:
            self._members = {i: given for i, given in self._members.items() if given.event not in gone}
        oldest = self._clock - DOUBLE_WITHIN - DAY
        for speaker in list(self._said):
            recent = {what: last for what, last in self._said[speaker].items() if last[0] >= oldest}
            if recent:
                self._said[speaker] = recent
            else:
                del self._said[speaker]

    def snapshot(self) -> bytes:
        """Everything, to go on from as if nothing had happened (`load`). No pickle: JSON and plain arrays, packed.

        Who spoke is not in it: it lies in the state database and its backups, and a speaker never leaves the archive.
        It says in which post something was said last, and `load` asks the archive who wrote that."""
        members = [[m.id, m.event, m.copy_of, m.double] for m in self._members.values()]
        mark = self._watermark
        state: dict[str, Any] = {
            "version": VERSION,
            "known": self._known,
            "grouping": self._grouping.state(),
            "near": self._near.state(),
            "faces": {event: [f.title, f.closeness, f.size, f.samples] for event, f in self._faces.items()},
            "members": members,
            "said": [[what, *last] for said in self._said.values() for what, last in said.items()],
            "clock": self._clock,
            "swept": self._swept,
            "watermark": [mark[0].isoformat(), mark[1]] if mark else None,
        }
        keys, numbers = self._near.signatures.arrays()
        text = np.frombuffer(json.dumps(state, ensure_ascii=False).encode(), np.uint8)
        packed = io.BytesIO()
        np.savez(packed, state=text, keys=keys, numbers=numbers)
        return zlib.compress(packed.getvalue(), 3)

    @classmethod
    def load(cls, blob: bytes, speakers: Speakers) -> "EventIndex":
        """Raises SnapshotError if the blob is broken or of another version."""
        try:
            with np.load(io.BytesIO(zlib.decompress(blob)), allow_pickle=False) as packed:
                state = json.loads(packed["state"].tobytes())
                signatures = Signatures(packed["keys"], packed["numbers"])
        except (zlib.error, ValueError, KeyError, OSError, EOFError) as error:
            raise SnapshotError("事件索引的快照已损坏，将从档案库重建") from error
        if state.get("version") != VERSION:
            raise SnapshotError(f"事件索引的快照是第 {state.get('version')} 版，当前为第 {VERSION} 版，将从档案库重建")
        index = cls(state["known"])
        index._grouping = Grouping.restore(state["grouping"])
        index._near = NearIndex.restore(state["near"], signatures)
        index._faces = {event: _Face(*row) for event, row in state["faces"].items()}
        index._members = {row[0]: Assignment(*row) for row in state["members"]}
        index._clock, index._swept = state["clock"], state["swept"]
        wrote = speakers([identity for _, _, identity in state["said"]])
        for what, at, identity in state["said"]:
            if speaker := wrote.get(identity):
                index._said.setdefault(speaker, {})[what] = (at, identity)
        if state["watermark"]:
            at, identity = state["watermark"]
            index._watermark = (datetime.fromisoformat(at), identity)
        return index


def turn(post: Post) -> tuple[datetime, int, str]:
    """Sorts posts as they are placed: by collection, what was collected at once as it was published. So a history that
    comes in one crawl grows as it once grew, whatever the addresses are from which ids are made."""
    return post.collected_at, order_of(post.id, post.counted_at), post.id


def title_of(post: Post) -> str:
    """The post's title, else the beginning of its text."""
    return post.title.strip() or " ".join(post.text.split())[:TITLE_FROM]
