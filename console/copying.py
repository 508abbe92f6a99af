"""Moving an archive: copied whole, then every watchlist and policy counted in both."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.copying import PAGE, Progress, copy
from archive.store import Filter, Store, Watermark
from monitor import policies, watchlists

OTHERS_CLOCKS = timedelta(minutes=10)  # by which the clock of a machine that crawls may be behind


@dataclass(frozen=True, slots=True)
class Counted:
    """What a filter counts in each of the two."""

    name: str
    source: int
    target: int

    @property
    def alike(self) -> bool:
        return self.source == self.target


class Marker:
    """Where a copy that was broken off goes on, in a file beside the other data; gone when the copy is complete."""

    def __init__(self, folder: Path, source: str, target: str) -> None:
        name = hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()[:16]  # an address may hold a password
        self._file = folder / f"copy-archive-{name}.json"
        self._begun = folder / f"copy-archive-{name}.begun"

    def read(self) -> Progress:
        try:
            return Progress(**json.loads(self._file.read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError, TypeError):
            return Progress()

    def write(self, progress: Progress) -> None:
        self._keep(self._file, json.dumps(asdict(progress)))

    def begun(self, now: datetime) -> datetime:
        """When the copy that is gone on with was begun; `now` where this is a new one."""
        try:
            return datetime.fromisoformat(self._begun.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            self._keep(self._begun, now.isoformat())
            return now

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)
        self._begun.unlink(missing_ok=True)

    def _keep(self, file: Path, text: str) -> None:
        fresh = file.with_suffix(".new")
        fresh.write_text(text, encoding="ascii")
        fresh.replace(file)


def move(source: Store, target: Store, marker: Marker, tell: Callable[[Progress], None]) -> Progress:
    begun = marker.read()

    def done(progress: Progress) -> None:
        marker.write(progress)
        tell(progress)

    end = copy(source, target, begun, done)
    marker.clear()
    return end


def compared(source: Store, target: Store, begun: datetime) -> Iterator[Counted]:
    """The whole archive, every enabled watchlist and every registered policy; then what changed since the copy was
    `begun`, if anything did: an answer that came to a post already copied moves no other count."""
    wanted = [("全部信息", Filter())]
    wanted += [(f"监测方案「{row.name}」", Filter(query=query)) for row, query in watchlists.compiled()[0]]
    wanted += [(f"政策《{row.title}》", Filter(query=query)) for row, query in policies.compiled()[0]]
    for name, each in wanted:
        yield Counted(name, source.count(each), target.count(each))
    since, same = _changed(source, target, begun - OTHERS_CLOCKS)
    if since:
        yield Counted("复制期间有变动的信息", since, same)


def _changed(source: Store, target: Store, since: datetime) -> tuple[int, int]:
    """How many posts of the source were changed since, and how many of them the target has as they are now."""
    mark = Watermark(since)
    total = same = 0
    while posts := source.new_since(mark, PAGE):
        there = target.get([post.id for post in posts])
        total += len(posts)
        same += sum(post.id in there and there[post.id].revision == post.revision for post in posts)
        mark = Watermark(posts[-1].changed_at or since, posts[-1].id)
    return total, same
