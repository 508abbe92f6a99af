"""A way to crawl the small site again and again that remembers between crawls what the console would."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.post import Post
from archive.store import Filter, open_store
from crawlers.declare import load
from crawlers.job import Job, Outcome
from crawlers.launch import run
from crawlers.speaker import live_periods
from tests.crawlers.small_site import Site

NOW = datetime(2024, 3, 2, 0, 0, tzinfo=UTC)


class Crawler:
    """Crawls one declared source again and again, as console.crawling does."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.archive = f"sqlite:///{folder / 'archive.sqlite3'}"
        self.whole, self.state = False, dict[str, Any]()
        self.since: datetime | None = None
        self.last: datetime | None = None
        self.lines: list[Mapping[str, Any]] = []

    def crawl(self, declaration: str, now: datetime = NOW, **more: Any) -> Outcome:
        declarations, faults = load(declaration.replace("SITE", self.site.address))
        assert not faults, [str(fault) for fault in faults]
        self.lines.clear()
        job = Job(
            **{
                "source": declarations[0].raw, "now": now, "archive": self.archive, "since": self.since,
                "whole": self.whole, "last": self.last, "state": self.state, "allowed": (self.site.address,),
                "speaker_keys": dict.fromkeys(map(str, live_periods(now)), "ab" * 32),
                "user_agent": "Minsheng-test", "lock": str(self.folder / "lock"), "seconds": 60.0, **more,
            }
        )  # fmt: skip
        outcome = run(job, self.lines.append)
        self.whole, self.since, self.state = outcome.whole, outcome.since, outcome.state
        self.last = now
        return outcome

    def killed(self, now: datetime) -> None:
        """As begin_crawl leaves it of a crawl that never ends."""
        self.whole, self.last = False, now

    def posts(self) -> dict[str, Post]:
        """Everything in the archive, by path."""
        store = open_store(self.archive)
        try:
            posts = store.get(store.ids(Filter(), 10_000)).values()
            return {post.url.removeprefix(f"http://{self.site.address}"): post for post in posts}
        finally:
            store.close()


def reasons(outcome: Outcome) -> dict[str, str]:
    """Code by the last part of the address."""
    return {trouble.where.rsplit("/", 1)[-1]: trouble.code for trouble in outcome.faults}
