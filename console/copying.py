"""Moving an archive: copied whole, then every watchlist and policy counted in both."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.copying import Progress, copy
from archive.store import Filter, Store
from monitor import policies, watchlists


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

    def read(self) -> Progress:
        try:
            return Progress(**json.loads(self._file.read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError, TypeError):
            return Progress()

    def write(self, progress: Progress) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(progress)), encoding="ascii")
        fresh.replace(self._file)

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)


def move(source: Store, target: Store, marker: Marker, tell: Callable[[Progress], None]) -> Progress:
    begun = marker.read()

    def done(progress: Progress) -> None:
        marker.write(progress)
        tell(progress)

    end = copy(source, target, begun, done)
    marker.clear()
    return end


def compared(source: Store, target: Store) -> Iterator[Counted]:
    """The whole archive, then every enabled watchlist and every registered policy."""
    wanted = [("全部信息", Filter())]
    wanted += [(f"监测方案「{row.name}」", Filter(query=query)) for row, query in watchlists.compiled()[0]]
    wanted += [(f"政策《{row.title}》", Filter(query=query)) for row, query in policies.compiled()[0]]
    for name, each in wanted:
        yield Counted(name, source.count(each), target.count(each))
