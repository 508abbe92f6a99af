"""A risk table written as JSON and read back, refused where it is wrong, with the field that is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from monitor.drafts import personal
from monitor.risk_tables import CAPS, NUMERALS, POINTS, POINTS_OF, Field, Level, Preset

MOST = 100  # points of anything
NAME, WORD = 40, 20  # characters
FIELDS, WORDS, MEDIA = 40, 100, 300  # how many
_LISTS = {"central_media": "中央媒体名单", "provincial_media": "省级媒体名单", "official": "官方发布名单"}
_LEVELS: tuple[Level, ...] = (1, 2, 3)
_RELIEF = "官方声音"  # taken off
_ALONE = "信息量"
_OPENING = ("媒体", "伤亡", "上级督办", "全国热搜")  # contributions that come with a named trigger


@dataclass(frozen=True, slots=True)
class Fault:
    """`field` is the key in the document: name, band-2, point-中央媒体, cap-诉求, field-3, central_media."""

    field: str
    message: str


class RiskTableError(Exception):
    """The table cannot be used; `faults` say why and where, in Chinese."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(fault.message for fault in faults))
        self.faults = list(faults)


def write_table(preset: Preset) -> dict[str, Any]:
    """{name, bands {"1": least, ...}, points, caps, fields [{name, points, words}], central_media, provincial_media,
    official}: what `read_table` reads. A level that does not exist has no band."""
    return {
        "name": preset.name,
        "bands": {str(level): least for level, least in preset.bands if level != 4},
        "points": dict(preset.points),
        "caps": dict(preset.caps),
        "fields": [{"name": each.name, "points": each.points, "words": list(each.words)} for each in preset.fields],
        **{name: list(getattr(preset, name)) for name in _LISTS},
    }


def read_table(kept: Mapping[str, Any], version: int = 0) -> Preset:
    """Raises RiskTableError with everything that is wrong."""
    faults: list[Fault] = []
    preset = Preset(
        name=_name(kept.get("name"), faults),
        bands=_bands(kept.get("bands"), faults),
        points=_numbers(kept.get("points"), [name for name, _ in POINTS], "point", "分值", faults),
        caps=_numbers(kept.get("caps"), [name for name, _ in CAPS], "cap", "封顶", faults),
        fields=_fields(kept.get("fields"), faults),
        central_media=_list(kept, "central_media", faults),
        provincial_media=_list(kept, "provincial_media", faults),
        official=_list(kept, "official", faults),
        version=version,
    )
    if not faults:
        faults += _together(preset)
    if faults:
        raise RiskTableError(faults)
    return preset


def same_rules(one: Preset, other: Preset) -> bool:
    """Whether two tables say the same, whatever their versions."""
    return replace(one, version=0) == replace(other, version=0)


def _together(preset: Preset) -> Iterable[Fault]:
    """What each number may be beside the others."""
    for name, worth in preset.points:
        if worth > preset.cap(POINTS_OF[name]):
            said = f"“{name}”{worth} 分，高于“{POINTS_OF[name]}”的封顶 {preset.cap(POINTS_OF[name])} 分"
            yield Fault(f"point-{name}", said)
    for number, each in enumerate(preset.fields, 1):
        if each.points > preset.cap("领域"):
            said = f"领域“{each.name}”{each.points} 分，高于“领域”的封顶 {preset.cap('领域')} 分"
            yield Fault(f"field-{number}", said)
    bounds = [(level, least) for level, least in preset.bands if level != 4]
    for (graver, more), (level, least) in pairwise(bounds):
        if more <= least:
            said = f"{NUMERALS[graver - 1]} 级 {more} 分应高于 {NUMERALS[level - 1]} 级 {least} 分"
            yield Fault(f"band-{graver}", said)
    plain = sum(cap for name, cap in preset.caps if name not in (_RELIEF, *_OPENING))
    whole = plain + sum(preset.cap(name) for name in _OPENING)
    for level, least in bounds:
        most = plain if level == 3 else whole
        if least > most:
            yield Fault(f"band-{level}", f"{NUMERALS[level - 1]} 级 {least} 分永远达不到：各项封顶合计只有 {most} 分")
        elif level == 3 and least <= preset.cap(_ALONE):
            said = f"Ⅲ 级 {least} 分不高于“{_ALONE}”的封顶 {preset.cap(_ALONE)} 分：条数一多就成 Ⅲ 级"
            yield Fault("band-3", said)


def _name(said: Any, faults: list[Fault]) -> str:
    name = " ".join(said.split()) if isinstance(said, str) else ""
    if not name:
        faults.append(Fault("name", "请给这张表起个名称"))
    elif len(name) > NAME:
        faults.append(Fault("name", f"名称最多 {NAME} 字，现有 {len(name)} 字"))
    return name


def _bands(said: Any, faults: list[Fault]) -> tuple[tuple[Level, int], ...]:
    given = said if isinstance(said, Mapping) else {}
    bands: list[tuple[Level, int]] = []
    for level in _LEVELS:
        text = given.get(str(level))
        if level == 1 and text in (None, ""):
            continue  # three levels
        least = _whole(text)
        if least is None or not 1 <= least <= 3 * MOST:
            faults.append(Fault(f"band-{level}", f"{NUMERALS[level - 1]} 级的分数应是 1 至 {3 * MOST} 的整数"))
        else:
            bands.append((level, least))
    return (*bands, (4, 0))


def _numbers(said: Any, names: Iterable[str], kind: str, word: str, faults: list[Fault]) -> tuple[tuple[str, int], ...]:
    given = said if isinstance(said, Mapping) else {}
    found: list[tuple[str, int]] = []
    for name in names:
        number = _whole(given.get(name))
        if number is None or not 0 <= number <= MOST:
            faults.append(Fault(f"{kind}-{name}", f"“{name}”的{word}应是 0 至 {MOST} 的整数"))
        else:
            found.append((name, number))
    return tuple(found)


def _fields(said: Any, faults: list[Fault]) -> tuple[Field, ...]:
    rows = said if isinstance(said, list) else []
    if not rows:
        faults.append(Fault("fields", "至少要有一个领域"))
    if len(rows) > FIELDS:
        faults.append(Fault("fields", f"领域最多 {FIELDS} 个，现有 {len(rows)} 个"))
    found: list[Field] = []
    for number, row in enumerate(rows[:FIELDS], 1):
        given = row if isinstance(row, Mapping) else {}
        name, points = str(given.get("name") or "").strip(), _whole(given.get("points"))
        words = _words(given.get("words"))
        label = f"领域“{name}”" if name else f"第 {number} 个领域"
        wrong = _wrong_words(words, label)
        if not name or len(name) > WORD:
            wrong.append(f"第 {number} 个领域的名称应为 1 至 {WORD} 字")
        elif any(name == each.name for each in found):
            wrong.append(f"{label}写了两次")
        if points is None or not 0 <= points <= MOST:
            wrong.append(f"{label}的分值应是 0 至 {MOST} 的整数")
        if not words:
            wrong.append(f"{label}没有词：至少要有一个")
        faults += [Fault(f"field-{number}", said) for said in wrong]
        if not wrong:
            found.append(Field(name, points or 0, words))
    return tuple(found)


def _list(kept: Mapping[str, Any], name: str, faults: list[Fault]) -> tuple[str, ...]:
    words = _words(kept.get(name))
    if len(words) > MEDIA:
        faults.append(Fault(name, f"{_LISTS[name]}最多 {MEDIA} 个，现有 {len(words)} 个"))
    faults += [Fault(name, said) for said in _wrong_words(words[:MEDIA], _LISTS[name], MEDIA, least=2)]
    return words


def _wrong_words(words: Sequence[str], label: str, most: int = WORDS, least: int = 1) -> list[str]:
    wrong = [f"{label}里的“{word[:WORD]}…”超过 {WORD} 字" for word in words if len(word) > WORD]
    wrong += [f"{label}里的“{word}”太短，至少 {least} 字" for word in words if len(word) < least]
    if len(words) > most:
        wrong.append(f"{label}的词最多 {most} 个，现有 {len(words)} 个")
    if kinds := personal("\n".join(words)):
        wrong.append(f"{label}里有{'、'.join(kinds)}：风险表针对事项，不针对个人")
    return wrong


_SEPARATORS = re.compile(r"[、，,；;\s|｜]+")


def _words(said: Any) -> tuple[str, ...]:
    """From a list, or from what somebody typed with any usual separator; each once."""
    parts = [str(each) for each in said] if isinstance(said, list | tuple) else _SEPARATORS.split(str(said or ""))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _whole(said: Any) -> int | None:
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return said
    text = str(said or "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None
