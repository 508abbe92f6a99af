"""Posts as they come, put into events: what is a copy, what a double, what belongs together.

Replaying the archive in the order of `turn` gives the same index, byte for byte; a snapshot saves the replay.
"""

import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from archive.fold import fold_text
from archive.post import Kind, Post, order_of
from monitor.grouping import DAY, Grouping, Rule
from monitor.keyterms import key_terms, parts_of
from monitor.near import NearIndex, Sketch, letters_of, sketches
from monitor.signatures import Signatures
from monitor.terms import LONGEST, Terms, terms_of, terms_of_folded

VERSION = 6
AT_ONCE = 500  # posts read together
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


@dataclass(frozen=True, slots=True)
class _Read:
    """A post as it is compared with others."""

    post: Post
    sketch: Sketch
    terms: Terms


class EventIndex:
    """Grows with what is alive: events nothing was added to for `Rule.keep` days are forgotten (they stay in the
    archive and the state, and no post joins them any more).

    What people decided by hand comes on top: posts of an event that was merged away (`redirect`) are told to be of the
    survivor, while its own centroid goes on finding them, so that undoing it is to stop; posts split out (`split`) get
    a centroid of their own, and what is near to them follows them."""

    def __init__(self, known_places: Sequence[str] = ()) -> None:
        self._known = tuple(known_places)
        self._grouping = Grouping()
        self._near = NearIndex()
        self._faces: dict[str, _Face] = {}
        self._members: dict[str, Assignment] = {}  # of live events, as they are grouped, before `redirect`
        # speaker → what (its first post, or its letters) → when, in which post
        self._said: dict[str, dict[str, tuple[int, str]]] = {}
        self._clock = 0
        self._swept = 0
        self._watermark: tuple[datetime, str] | None = None
        self._splits: dict[str, None] = {}  # those done
        self._prepared: dict[str, _Read] = {}
        self._redirect: Mapping[str, str] = {}  # not in the snapshot: whoever loads it knows what is decided

    @property
    def watermark(self) -> tuple[datetime, str] | None:
        """(collected_at, id) of the last post added: a replay goes on behind that time."""
        return self._watermark

    @property
    def splits(self) -> Collection[str]:
        """Keys of the splits that are done."""
        return self._splits.keys()

    def add(self, posts: Iterable[Post]) -> list[Assignment]:
        """Assign posts given in the order of `turn`, in the same order. A post of a live event that is added
        again keeps its assignment; whoever has marked it before need not add it."""
        wanted, given = list(posts), []
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            if len(some) > 1:
                self.prepare(some)
            given += [self._told(self._members.get(post.id) or self._add(post)) for post in some]
        return given

    def prepare(self, posts: Sequence[Post]) -> None:
        """Read posts that will be added one by one: many at once are quicker."""
        fresh = [post for post in posts if post.id not in self._members]
        self._prepared = {read.post.id: read for read in self._read(fresh)}

    def _read(self, posts: Sequence[Post]) -> Iterator[_Read]:
        folded = [(fold_text(post.title), fold_text(post.text)) for post in posts]
        made = sketches([letters_of(f"{title}\n{text}", folded=True) for title, text in folded])
        terms = terms_of_folded([(title, text[:LONGEST]) for title, text in folded], self._known)
        return map(_Read, posts, made, terms)

    def redirect(self, events: Mapping[str, str]) -> None:
        """Tell these events' posts to be of others from now on: merged away → survivor, which is in no key."""
        self._redirect = dict(events)

    def members(self, events: Collection[str]) -> list[Assignment]:
        """The posts of live events among these, whether they are told to be of others or not."""
        return [self._told(given) for given in self._members.values() if given.event in events]

    def grouped(self, post: str) -> str | None:
        """The event a live post was grouped into, before `redirect`."""
        given = self._members.get(post)
        return given.event if given else None

    def split(self, key: str, identity: str, ids: Sequence[str], posts: Mapping[str, Post]) -> None:
        """Take the posts `ids` out of their events into one of their own named `identity`, an id nothing is named by
        yet. `posts`: all live ones of the events of `ids` (`members`). Done once a `key`."""
        if key in self._splits:
            return
        self._splits[key] = None
        moving = [self._members[i] for i in dict.fromkeys(ids) if i in self._members and i in posts]
        if not moving or identity in self._faces:
            return
        sources = dict.fromkeys(given.event for given in moving)
        for given in moving:
            self._members[given.id] = replace(given, event=identity)
        for event in (*sources, identity):
            self._add_up(event, [given for given in self._members.values() if given.event == event], posts)

    def _add_up(self, event: str, members: Sequence[Assignment], posts: Mapping[str, Post]) -> None:
        """Centroid and face of an event anew, from its posts that are no copies of another of them."""
        own = {given.id for given in members}
        first = [posts[given.id] for given in members if given.id in posts and given.copy_of not in own]
        terms = [
            (terms_of(post.title, post.text, self._known), int(post.counted_at.timestamp()), rule_of(post))
            for post in first
        ]
        self._grouping.add_up(event, terms, self._clock)
        for given in members:
            if (post := posts.get(given.id)) is not None:
                self._grouping.touch(event, int(post.counted_at.timestamp()), 0, rule_of(post))
        titles = [title for post in first if (title := title_of(post))]
        self._faces[event] = _Face(titles[0] if titles else "", 0.0, len(members), titles[:SAMPLES])

    def info(self, event: str) -> EventInfo:
        """Of the event with all that was merged into it. Raises KeyError for one that is unknown or forgotten."""
        parts = [part for part in (event, *self.merged(event)) if part in self._faces]
        if not parts:
            raise KeyError(event)
        faces, spans = [self._faces[part] for part in parts], [self._grouping.span(part) for part in parts]
        face = next((face for face in faces if face.title), faces[0])
        words: tuple[str, ...] = ()
        if len(parts) > 1 or self._grouping.shared_terms(parts[0]):  # else no word stands in two of them
            samples = [sample for face in faces for sample in (face.title, *face.samples)]
            counted, asked = Counter[str](), parts_of(samples)
            for part in parts:
                counted.update(self._grouping.supports(part, asked))
            words = tuple(key_terms(counted, self._grouping.vocabulary.idf(list(counted)), samples))
        first, last = (datetime.fromtimestamp(at, UTC) for at in (min(spans)[0], max(last for _, last in spans)))
        return EventInfo(event, face.title, words, sum(face.size for face in faces), first, last, event)

    def merged(self, event: str) -> list[str]:
        """The events whose posts are told to be of this one."""
        return [gone for gone, survivor in self._redirect.items() if survivor == event]

    def __contains__(self, event: str) -> bool:
        return event in self._faces or any(gone in self._faces for gone in self.merged(event))

    def _told(self, given: Assignment) -> Assignment:
        survivor = self._redirect.get(given.event)
        return given if survivor is None else replace(given, event=survivor)

    def _add(self, post: Post) -> Assignment:
        collected, at = int(post.collected_at.timestamp()), int(post.counted_at.timestamp())
        self._tick(collected)
        rule, read = rule_of(post), self._prepared.pop(post.id, None)
        if read is None or read.post is not post:
            (read,) = self._read([post])
        original = self._near.add_sketch(post.id, read.sketch, collected)
        double = self._says_again(post, original or post.id, read.sketch.letters, at)
        earlier = self._members.get(original) if original else None
        # A copy of what was said years ago (history collected late) is not of that event any more.
        if earlier is not None and self._grouping.gap(earlier.event, at) <= rule.keep * DAY:
            given = Assignment(post.id, earlier.event, original, double)
            self._grouping.touch(given.event, at, collected, rule)
        else:
            event, closeness = self._grouping.place(post.id, read.terms, at, collected, rule)
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

    def _says_again(self, post: Post, original: str, letters: str, at: int) -> bool:
        if not post.speaker:
            return False
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
        grouping, arrays = self._grouping.state()
        state: dict[str, Any] = {
            "version": VERSION,
            "known": self._known,
            "grouping": grouping,
            "near": self._near.state(),
            "faces": {event: [f.title, f.closeness, f.size, f.samples] for event, f in self._faces.items()},
            "members": members,
            "said": [[what, *last] for said in self._said.values() for what, last in said.items()],
            "clock": self._clock,
            "swept": self._swept,
            "watermark": [mark[0].isoformat(), mark[1]] if mark else None,
            "splits": list(self._splits),
        }
        keys, numbers = self._near.signatures.arrays()
        text = np.frombuffer(json.dumps(state, ensure_ascii=False).encode(), np.uint8)
        small = np.frombuffer(zlib.compress(_packed({**arrays, "state": text}), 1), np.uint8)
        # Signatures are as good as random: there is nothing to compress.
        return _packed({"small": small, "bands": keys, "bearers": numbers.astype(np.int32)})

    @classmethod
    def load(cls, blob: bytes, speakers: Speakers) -> "EventIndex":
        """Raises SnapshotError if the blob is broken or of another version."""
        try:
            outer = _unpacked(blob)
            arrays = _unpacked(zlib.decompress(outer["small"].tobytes()))
            state = json.loads(arrays.pop("state").tobytes())
            signatures = Signatures(outer["bands"], outer["bearers"].astype(np.int64))
        except (BadZipFile, zlib.error, ValueError, KeyError, OSError, EOFError) as error:
            raise SnapshotError("事件索引的快照已损坏，将从档案库重建") from error
        if state.get("version") != VERSION:
            raise SnapshotError(f"事件索引的快照是第 {state.get('version')} 版，当前为第 {VERSION} 版，将从档案库重建")
        index = cls(state["known"])
        index._grouping = Grouping.restore(state["grouping"], arrays)
        index._near = NearIndex.restore(state["near"], signatures)
        index._faces = {event: _Face(*row) for event, row in state["faces"].items()}
        index._members = {row[0]: Assignment(*row) for row in state["members"]}
        index._clock, index._swept = state["clock"], state["swept"]
        index._splits = dict.fromkeys(state["splits"])
        wrote = speakers([identity for _, _, identity in state["said"]])
        for what, at, identity in state["said"]:
            if speaker := wrote.get(identity):
                index._said.setdefault(speaker, {})[what] = (at, identity)
        if state["watermark"]:
            at, identity = state["watermark"]
            index._watermark = (datetime.fromisoformat(at), identity)
        return index


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """No pickle, and no time of day in it: the same arrays give the same bytes."""
    into = io.BytesIO()
    np.savez(into, **arrays)  # type: ignore[arg-type]
    return into.getvalue()


def _unpacked(blob: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(blob), allow_pickle=False) as packed:
        return {name: packed[name] for name in packed.files}


def rule_of(post: Post) -> Rule:
    return COMPLAINTS if post.kind is Kind.QUESTION else STREAM


def turn(post: Post) -> tuple[datetime, int, str]:
    """Sorts posts as they are placed: by collection, what was collected at once as it was published. So a history that
    comes in one crawl grows as it once grew, whatever the addresses are from which ids are made."""
    return post.collected_at, order_of(post.id, post.counted_at), post.id


def title_of(post: Post) -> str:
    """The post's title, else the beginning of its text."""
    return post.title.strip() or " ".join(post.text.split())[:TITLE_FROM]
