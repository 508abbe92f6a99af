"""The core of the on-line grouping: events as centroids of terms, and which of them a new post joins.

All that is kept are whole numbers, and all sums are of whole numbers: so a state that is written down and read again
goes on exactly as the one that went on, and arrays may be added up in any order.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.codes import Ids
from monitor.postings import Postings
from monitor.terms import Terms, codes_of, summed, sums
from monitor.vocabulary import Ints, Vocabulary, loud

DAY = 86_400
KEEP_TERMS, TRIM_AT = 300, 450
POST_TERMS = 150  # of a post, the weightiest
PROBES = 40  # terms that look for candidates
COMMON_EVENTS = 200  # a term in more events than this finds no candidates
CANDIDATES = 12
LEAST_TERMS = 3  # what says less joins nothing
# Two messages from one compound need not be of one matter: its name speaks for it no more than so many times as loud
# as the other words do. From 6 to 12 the board's known matters stay whole (docs/decisions/0006-spike-constants.md).
PLACE_TIMES_WORDS = 7.0
_NEVER = -(1 << 62)
_NOTHING = np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True)
class Rule:
    """A post joins the event with the greatest cos · exp(−gap/τ), if that is at least θ. `tau` in days."""

    theta: float
    tau: float
    places: float  # share of the places named in the similarity, where post and event both name some
    keep: int  # days after which an event nothing was added to is forgotten

    @property
    def reach(self) -> int:
        """Seconds from an event beyond which nothing joins it, however like it is."""
        return int(self.tau * DAY * math.log(1 / self.theta))


@dataclass(slots=True)
class Cluster:
    """Terms by number, ascending, with how many of its posts bear each, and whether it is found by it; its place in
    the arrays of times."""

    slot: int
    ids: Ids
    counts: Ids
    finds: NDArray[np.bool_]

    @property
    def found_by(self) -> Ids:
        return self.ids[self.finds]


@dataclass(frozen=True, slots=True)
class _Vector:
    """A post's weightiest terms, by falling weight."""

    ids: Ids
    weights: Ints


class Grouping:
    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.clusters: dict[str, Cluster] = {}
        self._index = Postings()
        self._slots: list[str] = []
        # By slot, seconds: first and last of its posts as they count, last on the clock of collection; days to keep.
        self._times = np.zeros((4, 256), np.int64)
        self._scratch = np.zeros(1024, np.int64)

    def place(self, identity: str, terms: Terms, at: int, clock: int, rule: Rule) -> tuple[str, float]:
        """Put a post into the event it belongs to, or into one of its own named `identity`: (event, cosine)."""
        ids = self.vocabulary.numbers(terms.codes)
        self.vocabulary.count(ids)
        vector = self._vector(ids, terms)
        event, cosine = self._best(vector, at, rule) if len(vector.ids) >= LEAST_TERMS else (None, 0.0)
        if event is None:
            event, cosine = identity, 1.0
            self._begin(event, at)
        self._bear(self.clusters[event], vector)
        self.touch(event, at, clock, rule)
        self._prune()
        return event, cosine

    def touch(self, event: str, at: int, clock: int, rule: Rule) -> None:
        """The event is alive: a post of it (a copy, or one just placed) counts at `at` and was collected at `clock`."""
        slot = self.clusters[event].slot
        first, last, touched, keep = self._times[:, slot].tolist()
        self._times[:, slot] = min(first, at), max(last, at), max(touched, clock), max(keep, rule.keep)

    def span(self, event: str) -> tuple[int, int]:
        """Seconds of the first and the last of its posts."""
        first, last = self._times[:2, self.clusters[event].slot].tolist()
        return first, last

    def gap(self, event: str, at: int) -> int:
        """Seconds between a time and the event's posts; 0 inside."""
        first, last = self.span(event)
        return max(0, at - last, first - at)

    def forget(self, clock: int) -> list[str]:
        """Drop the events that nothing can join any more; their ids."""
        _, last, touched, keep = self._times[:, : len(self._slots)]
        over = np.maximum(last, touched) < clock - keep * DAY
        gone = [event for slot in np.flatnonzero(over).tolist() if (event := self._slots[slot]) in self.clusters]
        for event in gone:
            self._end(event)
        if len(self._slots) > 2 * len(self.clusters) + 256:
            self._close_ranks()
        return gone

    def supports(self, event: str, terms: Sequence[str]) -> Counter[str]:
        """Of these pairs and words those of the event, with how many of its posts bear each."""
        cluster = self.clusters[event]
        if not len(cluster.ids) or not terms:
            return Counter()
        ids = self.vocabulary.known(codes_of(terms))
        places = cluster.ids.searchsorted(ids)
        there = cluster.ids.take(places, mode="clip") == ids
        counts = np.where(there, cluster.counts.take(places, mode="clip"), 0).tolist()
        return Counter({term: count for term, count in zip(terms, counts, strict=True) if count})

    def shared_terms(self, event: str) -> bool:
        """Whether two of its posts have a term in common."""
        return bool((self.clusters[event].counts > 1).any())

    def add_up(self, event: str, posts: Iterable[tuple[Terms, int, Rule]], clock: int) -> None:
        """Make the event, known or new, one of exactly these posts, given as (terms, at, rule). They have been counted
        before: what is weighed stays as it is. Without any it is there until it is forgotten, and nothing joins it."""
        first, last, touched, keep = 0, 0, clock, 0
        if event in self.clusters:
            first, last, touched, keep = self._times[:, self.clusters[event].slot].tolist()
            self._end(event)
        for terms, at, rule in posts:
            if event not in self.clusters:
                self._begin(event, at)
            vector = self._vector(self.vocabulary.numbers(terms.codes), terms)
            self._bear(self.clusters[event], vector)
            self.touch(event, at, touched, rule)
        if event not in self.clusters:
            self._begin(event, first)
            self._times[:, self.clusters[event].slot] = first, last, touched, keep

    def _vector(self, ids: Ids, terms: Terms) -> _Vector:
        """The terms by falling weight, log (seen / heard) · (1 + log count); those without weight left out."""
        weights = self.vocabulary.rarity(ids) * loud(terms.counts)
        order = (-weights).argsort(kind="stable")[:POST_TERMS]  # equals by their code
        ids, weights = ids[order], weights[order]
        if len(weights) and not weights[-1]:
            some = int(np.count_nonzero(weights))
            ids, weights = ids[:some], weights[:some]
        return _Vector(ids, weights)

    def _best(self, vector: _Vector, at: int, rule: Rule) -> tuple[str | None, float]:
        slots = self._candidates(vector, at, rule)
        if not slots:
            return None, 0.0
        best, chosen, chosen_cosine = 0.0, None, 0.0
        spans = zip(*self._times[:2, slots].tolist(), strict=True)
        for slot, (first, last), cosine in zip(slots, spans, self._cosines(vector, slots, rule.places), strict=True):
            near = cosine * math.exp(-max(0, at - last, first - at) / (rule.tau * DAY))
            if near >= rule.theta and near > best:
                best, chosen, chosen_cosine = near, self._slots[slot], cosine
        return chosen, chosen_cosine

    def _candidates(self, vector: _Vector, at: int, rule: Rule) -> list[int]:
        """Slots of events within reach that share the post's weightiest terms, the most promising first."""
        probes = vector.ids[:PROBES]
        alive = self.vocabulary.alive[probes]
        asked = np.flatnonzero((alive > 0) & (alive <= COMMON_EVENTS))
        which, bearers = self._index.of(probes[asked])
        if not len(bearers):
            return []
        first, last = self._times[0, bearers], self._times[1, bearers]
        near = np.maximum(at - last, first - at) <= rule.reach
        slots, totals = summed(bearers[near], vector.weights[asked[which[near]]])
        if len(slots) > CANDIDATES:
            enough = np.flatnonzero(totals >= np.partition(totals, -CANDIDATES)[-CANDIDATES])
            slots, totals = slots[enough], totals[enough]
        best: list[int] = slots[np.lexsort((slots, -totals))][:CANDIDATES].tolist()
        return best

    def _cosines(self, vector: _Vector, slots: Sequence[int], places: float) -> list[float]:
        """Of the post with each event; the places named weigh `places` of it, where both name some."""
        clusters = [self.clusters[self._slots[slot]] for slot in slots]
        ids = np.concatenate([cluster.ids for cluster in clusters])
        starts = np.cumsum([0, *(len(cluster.ids) for cluster in clusters[:-1])])
        theirs = self.vocabulary.rarity(ids) * loud(np.concatenate([cluster.counts for cluster in clusters]))
        mine = self._lookup(vector, ids)
        named = self.vocabulary.place[ids]
        here = self.vocabulary.place[vector.ids]
        own = vector.weights * vector.weights
        here_length = float(own[here].sum()) if places else 0.0
        length = float(own[~here].sum())
        common, squares = mine * theirs, theirs * theirs
        words, norms = (sums(np.where(named, 0, each), starts) for each in (common, squares))
        found = _ratios(words, norms, length)
        if not places or not here_length:
            return found
        stems, norms = (sums(np.where(named, each, 0), starts) for each in (common, squares))
        shared = _ratios(stems, norms, here_length)
        return [
            (1 - places) * cosine + places * min(other, PLACE_TIMES_WORDS * cosine) if norm else cosine
            for cosine, other, norm in zip(found, shared, norms.tolist(), strict=True)
        ]

    def _lookup(self, vector: _Vector, ids: Ids) -> Ints:
        """The post's weight of each term."""
        if len(self._scratch) < len(self.vocabulary.heard):
            self._scratch = np.zeros(len(self.vocabulary.heard), np.int64)
        self._scratch[vector.ids] = vector.weights
        found: Ints = self._scratch[ids]
        self._scratch[vector.ids] = 0
        return found

    def _begin(self, event: str, at: int) -> None:
        slot = len(self._slots)
        self._slots.append(event)
        if slot == self._times.shape[1]:
            self._times = np.concatenate((self._times, np.zeros_like(self._times)), axis=1)
        self._times[:, slot] = at, at, _NEVER, 0
        self.clusters[event] = Cluster(slot, *_NOTHING)

    def _end(self, event: str) -> None:
        cluster = self.clusters.pop(event)
        self._unlist(cluster.found_by, cluster.slot)

    def _bear(self, cluster: Cluster, vector: _Vector) -> None:
        """One more post for the cluster. It is found by the terms its posts would look for others with."""
        ids = np.sort(vector.ids)
        places = cluster.ids.searchsorted(ids)
        there = cluster.ids.take(places, mode="clip") == ids if len(cluster.ids) else np.zeros(len(ids), np.bool_)
        cluster.counts[places[there]] += 1
        if not there.all():
            merged = np.concatenate((cluster.ids, ids[~there]))
            order = merged.argsort(kind="stable")
            more = len(merged) - len(cluster.ids)
            cluster.ids = merged[order]
            cluster.counts = np.concatenate((cluster.counts, np.ones(more, np.int32)))[order]
            cluster.finds = np.concatenate((cluster.finds, np.zeros(more, np.bool_)))[order]
        self._list(cluster, vector.ids[:PROBES])
        if len(cluster.ids) > TRIM_AT:
            self._trim(cluster)

    def _trim(self, cluster: Cluster) -> None:
        weights = cluster.counts * self.vocabulary.rarity(cluster.ids)
        order = np.lexsort((cluster.ids, -weights))
        gone, kept = order[KEEP_TERMS:], np.sort(order[:KEEP_TERMS])
        self._unlist(cluster.ids[gone[cluster.finds[gone]]], cluster.slot)
        cluster.ids, cluster.counts, cluster.finds = cluster.ids[kept], cluster.counts[kept], cluster.finds[kept]

    def _list(self, cluster: Cluster, ids: Ids) -> None:
        """Have the cluster found by these of its terms as well."""
        places = cluster.ids.searchsorted(ids)
        fresh = ~cluster.finds[places]
        cluster.finds[places] = True
        self._index.add(ids[fresh], cluster.slot)
        self.vocabulary.alive[ids[fresh]] += 1

    def _unlist(self, ids: Ids, slot: int) -> None:
        self._index.remove(ids, slot)
        self.vocabulary.alive[ids] -= 1

    def _prune(self) -> None:
        if not self.vocabulary.full:
            return
        fresh = self.vocabulary.renumber(_joined(cluster.ids for cluster in self.clusters.values()))
        self._scratch = np.zeros(len(self.vocabulary.heard), np.int64)
        for cluster in self.clusters.values():
            cluster.ids = fresh[cluster.ids]  # in the order they had
        self._close_ranks()

    def _close_ranks(self) -> None:
        """Slots without those of events that are over."""
        kept = [self.clusters[event] for event in self.clusters]
        kept.sort(key=lambda cluster: cluster.slot)
        names = [self._slots[cluster.slot] for cluster in kept]
        times = self._times[:, [cluster.slot for cluster in kept]]
        self._settle(names, times)

    def _settle(self, names: Sequence[str], times: NDArray[np.int64]) -> None:
        """Slots, times and index for these events, in this order."""
        self._slots = list(names)
        self._times = np.zeros((4, max(256, 2 * len(names))), np.int64)
        self._times[:, : len(names)] = times
        clusters = [self.clusters[name] for name in names]
        for slot, cluster in enumerate(clusters):
            cluster.slot = slot
        found_by = [cluster.found_by for cluster in clusters]
        terms = _joined(found_by)
        slots = np.arange(len(names), dtype=np.int32).repeat([len(each) for each in found_by])
        self._index.fill(terms, slots)
        self.vocabulary.alive[:] = np.bincount(terms, minlength=len(self.vocabulary.alive))

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """JSON-ready, and arrays."""
        clusters = sorted(self.clusters.items(), key=lambda pair: pair[1].slot)
        slots = [cluster.slot for _, cluster in clusters]
        vocabulary, arrays = self.vocabulary.state()
        arrays |= {
            "times": self._times[:, slots],
            "sizes": np.array([len(cluster.ids) for _, cluster in clusters], np.int64),
            "ids": _joined(cluster.ids for _, cluster in clusters),
            "counts": _joined(cluster.counts for _, cluster in clusters),
            "finds": np.concatenate([np.empty(0, np.bool_), *(cluster.finds for _, cluster in clusters)]),
        }
        return {"vocabulary": vocabulary, "events": [event for event, _ in clusters]}, arrays

    @classmethod
    def restore(cls, state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> "Grouping":
        grouping = cls()
        grouping.vocabulary = Vocabulary(arrays["codes"], arrays["heard"], **state["vocabulary"])
        ends = arrays["sizes"].cumsum().tolist()
        begin = 0
        for event, end in zip(state["events"], ends, strict=True):
            ids, counts, finds = (arrays[name][begin:end].copy() for name in ("ids", "counts", "finds"))
            grouping.clusters[event] = Cluster(0, ids, counts, finds)
            begin = end
        grouping._settle(state["events"], arrays["times"])
        return grouping


def _joined(arrays: Iterable[Ids]) -> Ids:
    return np.concatenate([np.empty(0, np.int32), *arrays])


def _ratios(common: Ints, squares: Ints, length: float) -> list[float]:
    """common / (length · norm) of each, 0 where nothing is measured."""
    pairs = zip(common.tolist(), squares.tolist(), strict=True)
    return [dot / math.sqrt(length * square) if length and square else 0.0 for dot, square in pairs]
