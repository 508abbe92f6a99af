"""The core of the on-line grouping: events as centroids of terms, and which of them a new post joins.

What is kept are integers (counts) and the norms worked out from them at known moments, so that a state written down
and read again goes on exactly as the one that went on.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.terms import PLACE

DAY = 86_400
KEEP_TERMS, TRIM_AT = 300, 450
POST_TERMS = 150  # of a post, the weightiest
PROBES = 40  # terms that look for candidates
COMMON_EVENTS = 200  # a term in more events than this finds no candidates
CANDIDATES = 12
EPOCH = 500  # posts after which an event's norm is worked out anew
MOST_TERMS = 600_000
LEAST_TERMS = 3  # what says less joins nothing
# Looked up many thousand times a post: log(n + ½), and 1 + log n.
_TABLE = 4096
_LOG_HALF = [math.log(n + 0.5) for n in range(_TABLE)]
_LOUD = [0.0, *(1 + math.log(n) for n in range(1, _TABLE))]


@dataclass(frozen=True, slots=True)
class Rule:
    """A post joins the event with the greatest cos · exp(−gap/τ), if that is at least θ. `tau` in days."""

    theta: float
    tau: float
    places: float  # share of the places named in the similarity, where post and event both name some
    keep: int  # days after which an event nothing was added to is forgotten


@dataclass(slots=True)
class Cluster:
    """Times in seconds: `first` and `last` of its posts as they count, `touched` on the clock of collection."""

    counts: dict[str, int] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    touched: int = 0
    keep: int = 0  # days
    epoch: int = -1
    norm: float = 0.0
    place_norm: float = 0.0


class Grouping:
    def __init__(self) -> None:
        self.seen = 0
        self.frequency: dict[str, int] = {}
        self.clusters: dict[str, Cluster] = {}
        self._index: defaultdict[str, set[str]] = defaultdict(set)

    def place(self, identity: str, terms: Mapping[str, int], at: int, clock: int, rule: Rule) -> tuple[str, float]:
        """Put a post into the event it belongs to, or into one of its own named `identity`: (event, cosine)."""
        self.seen += 1
        for term in terms:
            self.frequency[term] = self.frequency.get(term, 0) + 1
        ranked = sorted(self._weigh(terms).items(), key=lambda pair: (-pair[1], pair[0]))
        vector = dict(ranked[:POST_TERMS])
        event, cosine = self._best(vector, at, rule) if len(vector) >= LEAST_TERMS else (None, 0.0)
        if event is None:
            event, cosine = identity, 1.0
            self.clusters[event] = Cluster(first=at, last=at)
        self._add(event, vector)
        self.touch(event, at, clock, rule)
        if len(self.frequency) > MOST_TERMS:
            self.frequency = {term: count for term, count in self.frequency.items() if count > 1}
        return event, cosine

    def touch(self, event: str, at: int, clock: int, rule: Rule) -> None:
        """The event is alive: a post of it (a copy, or one just placed) counts at `at` and was collected at `clock`."""
        cluster = self.clusters[event]
        cluster.first, cluster.last = min(cluster.first, at), max(cluster.last, at)
        cluster.touched = max(cluster.touched, clock)
        cluster.keep = max(cluster.keep, rule.keep)

    def gap(self, event: str, at: int) -> int:
        """Seconds between a time and the event's posts; 0 inside."""
        cluster = self.clusters[event]
        return max(0, at - cluster.last, cluster.first - at)

    def forget(self, clock: int) -> list[str]:
        """Drop the events that nothing can join any more; their ids."""
        gone = [event for event, c in self.clusters.items() if max(c.last, c.touched) < clock - c.keep * DAY]
        for event in gone:
            for term in self.clusters.pop(event).counts:
                self._unlist(term, event)
        return gone

    def idf(self, term: str) -> float:
        return max(0.0, math.log(self.seen + 1) - _log_half(self.frequency.get(term, 1)))

    def _weigh(self, counts: Mapping[str, int]) -> dict[str, float]:
        """(1 + log count) · idf, terms without weight left out."""
        most, frequency = math.log(self.seen + 1), self.frequency
        weights = {}
        for term, count in counts.items():
            weight = most - _log_half(frequency.get(term, 1))
            if weight > 0:
                weights[term] = weight * (_LOUD[count] if count < _TABLE else 1 + math.log(count))
        return weights

    def _best(self, vector: Mapping[str, float], at: int, rule: Rule) -> tuple[str | None, float]:
        norms = _norms(vector)
        best, chosen, chosen_cosine = 0.0, None, 0.0
        for event in self._candidates(vector):
            cluster = self.clusters[event]
            near = math.exp(-self.gap(event, at) / (rule.tau * DAY))
            if near <= max(best, rule.theta):
                continue
            cosine = self._cosine(vector, norms, cluster, rule.places)
            if cosine * near >= rule.theta and cosine * near > best:
                best, chosen, chosen_cosine = cosine * near, event, cosine
        return chosen, chosen_cosine

    def _candidates(self, vector: Mapping[str, float]) -> list[str]:
        """Events that share the post's weightiest terms, the most promising first. `vector` is in falling order."""
        rough: defaultdict[str, float] = defaultdict(float)
        for index, (term, weight) in enumerate(vector.items()):
            listed = self._index.get(term, ())
            if index >= PROBES:
                break
            if len(listed) <= COMMON_EVENTS:
                for event in listed:
                    rough[event] += weight
        return sorted(rough, key=lambda event: (-rough[event], event))[:CANDIDATES]

    def _cosine(self, vector: Mapping[str, float], norms: tuple[float, float], cluster: Cluster, share: float) -> float:
        """Of the words, mixed with that of the places where both name some."""
        counts = cluster.counts
        words = places = 0.0
        for term, weight in self._weigh({term: counts[term] for term in vector if term in counts}).items():
            if term[0] == PLACE:
                places += weight * vector[term]
            else:
                words += weight * vector[term]
        if cluster.epoch != self.seen // EPOCH:
            self._measure(cluster)
        cosine = words / (norms[0] * cluster.norm) if norms[0] and cluster.norm else 0.0
        if norms[1] and cluster.place_norm:
            return (1 - share) * cosine + share * places / (norms[1] * cluster.place_norm)
        return cosine

    def _measure(self, cluster: Cluster) -> None:
        cluster.epoch = self.seen // EPOCH
        cluster.norm, cluster.place_norm = _norms(self._weigh(cluster.counts))

    def _add(self, event: str, vector: Mapping[str, float]) -> None:
        cluster = self.clusters[event]
        counts = cluster.counts
        for term in vector:
            counts[term] = counts.get(term, 0) + 1
            self._index[term].add(event)
        if len(counts) > TRIM_AT:
            self._trim(event, cluster)
        cluster.epoch = -1  # to be measured when next compared

    def _trim(self, event: str, cluster: Cluster) -> None:
        ranked = sorted(cluster.counts, key=lambda term: (-cluster.counts[term] * self.idf(term), term))
        for term in ranked[KEEP_TERMS:]:
            del cluster.counts[term]
            self._unlist(term, event)

    def _unlist(self, term: str, event: str) -> None:
        listed = self._index[term]
        listed.discard(event)
        if not listed:
            del self._index[term]

    def state(self) -> dict[str, Any]:
        """JSON-ready; floats survive JSON to the last bit."""
        clusters = {
            event: [c.counts, c.first, c.last, c.touched, c.keep, c.epoch, c.norm, c.place_norm]
            for event, c in self.clusters.items()
        }
        return {"seen": self.seen, "frequency": self.frequency, "clusters": clusters}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Grouping":
        grouping = cls()
        grouping.seen, grouping.frequency = state["seen"], state["frequency"]
        for event, row in state["clusters"].items():
            grouping.clusters[event] = Cluster(*row)
            for term in row[0]:
                grouping._index[term].add(event)
        return grouping

    def top_terms(self, event: str) -> Counter[str]:
        """Pairs and words of an event with how many of its posts bear them; places left out."""
        counts = self.clusters[event].counts
        return Counter({term: count for term, count in counts.items() if term[0] != PLACE})


def _log_half(count: int) -> float:
    return _LOG_HALF[count] if count < _TABLE else math.log(count + 0.5)


def _norms(vector: Mapping[str, float]) -> tuple[float, float]:
    """Lengths of the words' part and of the places' part."""
    words = places = 0.0
    for term, weight in vector.items():
        if term[0] == PLACE:
            places += weight * weight
        else:
            words += weight * weight
    return math.sqrt(words), math.sqrt(places)
