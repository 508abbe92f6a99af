"""A situation in numbers, as a table sees it, and which posts each number counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.fold import fold_text
from monitor.risk_media import names_first, speaks_officially
from monitor.risk_tables import Field, Preset
from monitor.situation import Situation, Voice
from monitor.triggers import NAMED

FIELD_SHARE = 1 / 3  # of the titles must speak of a field for it to be theirs
COMPLAINING = ("投诉", "求助", "举报")


@dataclass(frozen=True, slots=True)
class Counted:
    """A situation in numbers, as a table sees it: all that the score depends on. `fields`: those at least a third of
    the titles speak of, with their counts, the one with the most first."""

    window_hours: int
    observed: int
    expected: float | None
    total: int
    speakers: int
    accounts: int
    days: int
    complaints: Mapping[str, int] = field(default_factory=dict)
    fields: tuple[tuple[Field, int], ...] = ()
    sources: int = 1
    copies: int = 0
    overdue: int = 0
    waiting: int = 0
    answered: int = 0
    official: int = 0
    central: int = 0
    provincial: int = 0
    named: Mapping[str, int] = field(default_factory=dict)  # monitor.triggers: how many reports say so


def count(situation: Situation, preset: Preset) -> Counted:
    voices = situation.voices
    answers = Counter(voice.answer for voice in voices)
    matters = Counter(voice.matter for voice in voices)
    return Counted(
        window_hours=situation.window_hours,
        observed=situation.observed,
        expected=situation.expected,
        total=len(voices),
        speakers=situation.speakers,
        accounts=situation.speakers if situation.accounts is None else situation.accounts,
        days=situation.days,
        complaints={matter: matters[matter] for matter in COMPLAINING if matters[matter]},
        fields=fields_of([voice.title for voice in voices], preset),
        sources=max(1, len({voice.source for voice in voices if voice.source})),
        copies=sum(voice.copy for voice in voices),
        overdue=answers["overdue"],
        waiting=answers["waiting"],
        answered=answers["answered"],
        official=sum(speaks_officially(voice.publisher, preset.official) for voice in voices),
        central=sum(names_first(voice.publisher, preset.central_media) for voice in voices),
        provincial=sum(names_first(voice.publisher, preset.provincial_media) for voice in voices),
        named=Counter(quote.says for voice in voices for quote in voice.quotes if quote.says in NAMED),
    )


def seen(situation: Situation, preset: Preset) -> dict[str, list[str]]:
    """The ids of the posts each contribution counts, by its name."""
    fields = fields_of([voice.title for voice in situation.voices], preset)
    words = [fold_text(word) for each, _ in fields for word in each.words]
    media = (*preset.central_media, *preset.provincial_media)
    found: dict[str, list[str]] = {}

    def note(name: str, counts: bool, voice: Voice) -> None:
        if counts and voice.id:
            found.setdefault(name, []).append(voice.id)

    for voice in situation.voices:
        note("诉求", voice.matter in COMPLAINING, voice)
        note("领域", bool(words) and any(word in fold_text(voice.title) for word in words), voice)
        note("扩散", voice.copy, voice)
        note("未答复", voice.answer in ("waiting", "overdue"), voice)
        note("媒体", names_first(voice.publisher, media), voice)
        official = voice.answer == "answered" or speaks_officially(voice.publisher, preset.official)
        note("官方声音", official, voice)
        for says in {NAMED[quote.says] for quote in voice.quotes if quote.says in NAMED}:
            note(says, True, voice)
    return found


def fields_of(titles: Sequence[str], preset: Preset) -> tuple[tuple[Field, int], ...]:
    folded = [fold_text(title) for title in titles]
    words = [(each, tuple(map(fold_text, each.words))) for each in preset.fields]
    counts = [(each, sum(any(word in title for word in known) for title in folded)) for each, known in words]
    shared = [(each, number) for each, number in counts if number and number >= FIELD_SHARE * len(titles)]
    return tuple(sorted(shared, key=lambda pair: (-pair[1], -pair[0].points)))
