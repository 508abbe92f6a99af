"""What a crawl is asked and what it answers, as JSON between the console and the subprocess."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

# requests: asked; not_modified: answered 304; failed: ended without a page; buried: kept out by a tombstone.
COUNTS = ("new", "updated", "unchanged", "outside", "buried", "failed", "requests", "not_modified", "masked", "faults")
MOST_FAULTS = 100
MOST_REQUESTS = 200
MOST_REMEMBERED = 5000
MOST_FAILED = 500


@dataclass(slots=True)
class Failed:
    """A page that failed. `next` None: not asked again. `item` is what its list said of it, masked, no user.

    `alone`: a crawl died while this was being read; it is read again when nothing else is.
    """

    reason: str
    tries: int
    next: datetime | None
    item: dict[str, str] = field(default_factory=dict)
    alone: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "next": self.next.isoformat() if self.next else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        at = data.get("next")
        again = datetime.fromisoformat(at) if at else None
        return cls(data["reason"], data["tries"], again, dict(data["item"]), bool(data.get("alone")))


@dataclass(slots=True)
class State:
    """What a source's crawls remember (Source.validators): validators of list pages, failed pages by URL,
    the ids (shortened) of posts that were seen and lie outside the scope, and how each list was left, by its first
    address: the start of the walk, and after how many pages its bound cut it off (0: it ended whole)."""

    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        failed = dict(list(self.failed.items())[-MOST_FAILED:])
        return {
            "pages": self.pages,
            "failed": {url: one.to_json() for url, one in failed.items()},
            "outside": self.outside[-MOST_REMEMBERED:],
            "lists": self.lists,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        failed = {url: Failed.from_json(one) for url, one in data.get("failed", {}).items()}
        return cls(dict(data.get("pages", {})), failed, list(data.get("outside", [])), dict(data.get("lists", {})))


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl of one source. `since`: the start of the last walk that ended whole; `whole`: the last one did;
    `last`: the start of the last one, however it ended.

    `speaker_keys`: key (hex) by 30-day period. `allowed`: host:port that may be asked though internal.
    `trial`: nothing is stored, at most `trial` posts are shown. `seconds`: after so long the walk winds up.
    """

    source: Mapping[str, Any]
    now: datetime
    archive: str
    since: datetime | None = None
    whole: bool = False
    last: datetime | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    speaker_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    user_agent: str = "Minsheng"
    lock: str = ""
    trial: int = 0
    seconds: float = 1500.0

    def dumps(self) -> str:
        data = asdict(self)
        data["now"] = self.now.isoformat()
        for name in ("since", "last"):
            data[name] = data[name].isoformat() if data[name] else None
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> Self:
        data = json.loads(text)
        data["now"] = datetime.fromisoformat(data["now"])
        for name in ("since", "last"):
            data[name] = datetime.fromisoformat(data[name]) if data[name] else None
        data["allowed"] = tuple(data["allowed"])
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong in a walk and did not stop it; `message` is Chinese."""

    code: str
    where: str
    message: str


@dataclass(slots=True)
class Outcome:
    """How a crawl ended. `ok`: its lists could be read. `requests`: [url, what came of it, ms], the last ones."""

    source: str
    ok: bool = True
    whole: bool = False
    since: datetime | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    faults: list[Trouble] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    robots: dict[str, Any] = field(default_factory=dict)
    started: datetime | None = None
    seconds: float = 0.0
    memory_mb: float = 0.0

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] += number

    def fault(self, code: str, where: str, message: str) -> None:
        """Each is kept once; beyond MOST_FAULTS they are only counted."""
        trouble = Trouble(code, where, message)
        if trouble in self.faults:
            return
        self.count("faults")
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(trouble)

    def request(self, url: str, result: str, milliseconds: int) -> None:
        self.count("requests")
        self.requests.append((url, result, milliseconds))
        del self.requests[:-MOST_REQUESTS]

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["since"] = self.since.isoformat() if self.since else None
        data["started"] = self.started.isoformat() if self.started else None
        return data

    def dumps(self) -> str:
        return json.dumps({"outcome": self.to_json()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        fields = dict(data)
        for name in ("since", "started"):
            fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
        fields["faults"] = [Trouble(**one) for one in fields["faults"]]
        fields["requests"] = [(url, result, int(took)) for url, result, took in fields["requests"]]
        return cls(**fields)
