"""The core of the on-line grouping: events as centroids of terms, and which of them a new post joins.

What is kept are integers (counts) and the norms worked out from them at known moments, so that a state written down
and read again goes on exactly as the one that went on.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

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


Weighed: TypeAlias = tuple[str, float, float]  # term, rarity, weight
_term: Callable[[Weighed], str] = itemgetter(0)
_weight: Callable[[Weighed], float] = itemgetter(2)


class Grouping:
    def __init__(self) -> None:
        self.seen = 0
        self.frequency: dict[str, int] = {}
        self.clusters: dict[str, Cluster] = {}
        self._index: defaultdict[str, set[str]] = defaultdict(set)

    def place(self, identity: str, terms: Mapping[str, int], at: int, clock: int, rule: Rule) -> tuple[str, float]:
        """Put a post into the event it belongs to, or into one of its own named `identity`: (event, cosine)."""
        vector = self._weigh(terms)[:POST_TERMS]
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

    def _weigh(self, terms: Mapping[str, int]) -> list[Weighed]:
        """One more post is seen: its terms by falling weight, (1 + log count) · idf; those without weight left out."""
        self.seen += 1
        most, frequency = math.log(self.seen + 1), self.frequency
        weighed = []
        for term, count in terms.items():
            heard = frequency[term] = frequency.get(term, 0) + 1
            rarity = most - (_LOG_HALF[heard] if heard < _TABLE else math.log(heard + 0.5))
            if rarity > 0:
                weighed.append((term, rarity, rarity * (_LOUD[count] if count < _TABLE else 1 + math.log(count))))
        weighed.sort(key=_term)
        weighed.sort(key=_weight, reverse=True)  # equals keep their order
        return weighed

    def _best(self, vector: Sequence[Weighed], at: int, rule: Rule) -> tuple[str | None, float]:
        words = [each for each in vector if each[0][0] != PLACE]
        places = [each for each in vector if each[0][0] == PLACE]
        lengths = _length(words), _length(places)
        best, chosen, chosen_cosine = 0.0, None, 0.0
        for event in self._candidates(vector):
            cluster = self.clusters[event]
            near = math.exp(-self.gap(event, at) / (rule.tau * DAY))
            if near <= max(best, rule.theta):
                continue
            if cluster.epoch != self.seen // EPOCH:
                self._measure(cluster)
            cosine = _cosine(words, lengths[0], cluster.counts, cluster.norm)
            if lengths[1] and cluster.place_norm:
                shared = _cosine(places, lengths[1], cluster.counts, cluster.place_norm)
                cosine = (1 - rule.places) * cosine + rule.places * shared
            if cosine * near >= rule.theta and cosine * near > best:
                best, chosen, chosen_cosine = cosine * near, event, cosine
        return chosen, chosen_cosine

    def _candidates(self, vector: Sequence[Weighed]) -> list[str]:
        """Events that share the post's weightiest terms, the most promising first. `vector` is in falling order."""
        rough: defaultdict[str, float] = defaultdict(float)
        for term, _, weight in vector[:PROBES]:
            listed = self._index.get(term, ())
            if len(listed) <= COMMON_EVENTS:
                for event in listed:
                    rough[event] += weight
        if len(rough) > CANDIDATES:
            least = sorted(rough.values(), reverse=True)[CANDIDATES - 1]
            return _heaviest({event: weight for event, weight in rough.items() if weight >= least})[:CANDIDATES]
        return _heaviest(rough)

    def _measure(self, cluster: Cluster) -> None:
        """The norms of what `_weigh` gives; written out, as half of the grouping's time goes here."""
        cluster.epoch = self.seen // EPOCH
        most, heard = math.log(self.seen + 1), self.frequency.get
        words = places = 0.0
        for term, count in cluster.counts.items():
            frequency = heard(term, 1)
            rarity = most - (_LOG_HALF[frequency] if frequency < _TABLE else math.log(frequency + 0.5))
            if rarity > 0:
                weight = rarity * (_LOUD[count] if count < _TABLE else 1 + math.log(count))
                if term[0] == PLACE:
                    places += weight * weight
                else:
                    words += weight * weight
        cluster.norm, cluster.place_norm = math.sqrt(words), math.sqrt(places)

    def _add(self, event: str, vector: Sequence[Weighed]) -> None:
        cluster = self.clusters[event]
        counts = cluster.counts
        for term, _, _ in vector:
            if term in counts:
                counts[term] += 1
            else:
                counts[term] = 1
                self._index[term].add(event)
        if len(counts) > TRIM_AT:
            self._trim(event, cluster)
        cluster.epoch = -1  # to be measured when next compared

    def _trim(self, event: str, cluster: Cluster) -> None:
        weights = {term: count * self.idf(term) for term, count in cluster.counts.items()}
        for term in _heaviest(weights)[KEEP_TERMS:]:
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


def _heaviest(weights: Mapping[str, float]) -> list[str]:
    """The keys by falling weight, those of one weight by name (both sorts keep the order of equals)."""
    return sorted(sorted(weights), key=weights.__getitem__, reverse=True)


def _cosine(post: Sequence[Weighed], length: float, counts: Mapping[str, int], norm: float) -> float:
    """Of a post's terms, `length` long, and an event's counts, of which `norm` is the length."""
    if not length or not norm:
        return 0.0
    common = 0.0
    for term, rarity, weight in post:
        if term in counts:
            count = counts[term]
            common += rarity * (_LOUD[count] if count < _TABLE else 1 + math.log(count)) * weight
    return common / (length * norm)


def _length(terms: Sequence[Weighed]) -> float:
    total = 0.0
    for _, _, weight in terms:
        total += weight * weight
    return math.sqrt(total)


def _log_half(count: int) -> float:
    return _LOG_HALF[count] if count < _TABLE else math.log(count + 0.5)
