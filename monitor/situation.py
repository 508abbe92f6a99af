"""What is known of a matter when its risk is assessed: counts, and each post as far as the rule looks at it. It is kept
with what it raised, so that another table can be tried on it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

TITLE = 120  # characters of a title that are kept
Answer = Literal["", "answered", "waiting", "overdue"]
_ANSWERS: tuple[Answer, ...] = ("", "answered", "waiting", "overdue")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a report that says something grave; `says` is one of monitor.triggers' names."""

    says: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Voice:
    """One post. `matter` is its 诉求类型 ("" for none), `publisher` that of news ("" for others), `answer` how a
    question stands ("" for what is none)."""

    id: str
    title: str = ""
    source: str = ""
    matter: str = ""
    publisher: str = ""
    copy: bool = False
    answer: Answer = ""
    quotes: tuple[Quote, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """What is not empty, as JSON."""
        told: dict[str, Any] = {
            name: value for name in ("id", "title", "source", "matter", "publisher", "copy", "answer")
            if (value := getattr(self, name))
        }  # fmt: skip
        if self.quotes:
            told["quotes"] = [[quote.says, quote.sentence] for quote in self.quotes]
        return told


@dataclass(frozen=True, slots=True)
class Situation:
    """`observed` posts in `window_hours` against `expected` (None: no usual number is known); `voices` are the matter's
    posts, over `days` days; `speakers` has each post that names nobody as one of its own, `accounts` only those there
    are (None: the same)."""

    window_hours: int
    observed: int
    expected: float | None
    speakers: int
    days: int
    voices: Sequence[Voice] = field(default=())
    accounts: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "window_hours": self.window_hours,
            "observed": self.observed,
            "expected": self.expected,
            "speakers": self.speakers,
            "days": self.days,
            "accounts": self.accounts,
            "voices": [voice.as_dict() for voice in self.voices],
        }


def read_situation(kept: Any) -> Situation | None:
    """The situation as it was kept; None where it was not (rows of an earlier version) or has another shape."""
    if not isinstance(kept, Mapping) or not isinstance(kept.get("voices"), list):
        return None
    counts = [kept.get(name) for name in ("window_hours", "observed", "speakers", "days")]
    expected, accounts = kept.get("expected"), kept.get("accounts")
    if not all(isinstance(count, int) for count in counts) or not isinstance(expected, int | float | None):
        return None
    voices = tuple(_voice(each) for each in kept["voices"] if isinstance(each, Mapping))
    window, observed, speakers, days = (int(count or 0) for count in counts)
    return Situation(
        window, observed, expected, speakers, days, voices, accounts if isinstance(accounts, int) else None
    )


def _voice(kept: Mapping[str, Any]) -> Voice:
    quotes = (pair for pair in kept.get("quotes") or () if isinstance(pair, list) and len(pair) == 2)
    answer: Answer = next((each for each in _ANSWERS if each == kept.get("answer")), "")
    return Voice(
        id=str(kept.get("id") or ""),
        title=str(kept.get("title") or ""),
        source=str(kept.get("source") or ""),
        matter=str(kept.get("matter") or ""),
        publisher=str(kept.get("publisher") or ""),
        copy=bool(kept.get("copy")),
        answer=answer,
        quotes=tuple(Quote(str(says), str(sentence)) for says, sentence in quotes),
    )
