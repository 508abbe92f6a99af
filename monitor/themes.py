"""Topics in regions as subjects of the spike detector: what bursts in a field of life though no watchlist names it.

A topic holds many matters, so that more is asked of it than of a watchlist (LOWEST), and what others have told already
is not told again (monitor.found.untold).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from archive.store import Filter, Store
from monitor.findings import reactions

LOWEST = 4
ANYWHERE = ""
JOINT = " · "


@dataclass(frozen=True, slots=True)
class Theme:
    """A topic in a region, or with ANYWHERE in all of them and where none is known."""

    topic: str
    region: str

    @property
    def kind(self) -> str:
        return "topic"

    @property
    def subject(self) -> str:
        return f"{self.topic}{JOINT}{self.region}" if self.region else self.topic

    @property
    def name(self) -> str:
        return f"「{self.subject}」"

    @property
    def scope(self) -> Filter:
        return Filter(topics=(self.topic,), regions=(self.region,) if self.region else ())

    @property
    def lowest(self) -> int:
        return LOWEST


def themes(store: Store, wanted: Filter) -> dict[Theme, dict[str, dict[datetime, int]]]:
    """The reactions of every topic and region, by source and hour, in one pass."""
    by_topic: dict[str, dict[str, dict[str, dict[datetime, int]]]] = defaultdict(lambda: defaultdict(dict))
    for (topic, region, source), hours in sorted(
        store.hours_by(reactions(wanted), "topic", "region", "source").items()
    ):
        if topic:
            by_topic[topic][region][source] = hours
    found: dict[Theme, dict[str, dict[datetime, int]]] = {}
    for topic, by_region in by_topic.items():
        found |= {Theme(topic, region): by_source for region, by_source in by_region.items() if region}
        if len(by_region) > 1 or ANYWHERE in by_region:
            found[Theme(topic, ANYWHERE)] = _together(list(by_region.values()))
    return found


def _together(parts: list[dict[str, dict[datetime, int]]]) -> dict[str, dict[datetime, int]]:
    whole: dict[str, Counter[datetime]] = defaultdict(Counter)
    for part in parts:
        for source, hours in part.items():
            whole[source].update(hours)
    return {source: dict(hours) for source, hours in whole.items()}


def theme_of(subject: str) -> Theme:
    """The theme whose `subject` this is."""
    topic, _, region = subject.partition(JOINT)
    return Theme(topic, region)
