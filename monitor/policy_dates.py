"""Dates that a policy's own text names: when it comes into force, how long it lasts, until when opinions are taken.

Suggestions only: each carries the words it rests on, and a person confirms it. Of several rules that speak, the last
one in the text counts (the closing article says it; an attachment or an older rule quoted before it does not). Pure.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from monitor.validity import months_after

YEARS = range(1949, 2101)
AROUND = 24  # characters of the text shown on either side
SENTENCE = 300  # characters of one that are read, at most

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "O": 0,
    "o": 0,
    "两": 2,
}
_NUMBER = r"[0-9〇零○Oo一二三四五六七八九十两]"
_DATE = rf"(?P<year>{_NUMBER}{{4}})\s*[年./-]\s*(?P<month>{_NUMBER}{{1,3}})\s*[月./-]\s*(?P<day>{_NUMBER}{{1,3}})\s*日?"
_HOURS = r"(?:\s*(?:[(（][^()（）]{1,6}[)）])?\s*(?:上午|下午|晚上?|中午)?\s*\d{1,2}\s*[:：时点]\s*(?:\d{1,2}分?|整)?)?"
_PUBLISHED = r"(?:(?:本\w{1,8})?自?(?:正式)?(?:发布|公布|印发|颁布|发文|下发|签发|通过|发文公布)(?:之日|之时|当日)?)"
_FORCE = r"(?:正式)?(?:施行|实施|执行|生效|试行|试施行|开始施行|实行)"
_EFFECTIVE = re.compile(rf"(?:自|于|从|,|将于)?\s*{_DATE}\s*零?(?:0时)?\s*起?\s*(?:开始)?{_FORCE}")
_DATED = re.compile(rf"自?{_PUBLISHED}\s*[(（]\s*(?:即)?{_DATE}\s*[)）]\s*起?\s*{_FORCE}")
_AT_ONCE = re.compile(rf"自?{_PUBLISHED}\s*(?:起|即)\s*(?:开始)?{_FORCE}")
_LATER = re.compile(
    rf"自{_PUBLISHED}\s*起?\s*(?P<days>{_NUMBER}{{1,3}})\s*(?P<unit>日|天|个月)(?:后|之后)起?\s*{_FORCE}"
)
_NEXT = re.compile(
    rf"自(?P<which>下个?月|次月|明年|次年)\s*(?:(?P<month>{_NUMBER}{{1,2}})月)?(?P<day>{_NUMBER}{{1,3}})日\s*起?\s*{_FORCE}"
)
_LASTS = re.compile(
    rf"(?P<what>(?:本\w{{1,8}})?(?:的)?(?:试行期|有效期|施行期|实施期|执行期)限?)\s*(?:为|是|暂定|暂定为)?\s*[:：]?\s*"
    rf"(?P<count>{_NUMBER}{{1,3}})\s*(?P<unit>年|个月)(?P<half>半)?(?!以上|以下|以内|内|期|以来|[前满])"
)
_UNTIL = re.compile(
    rf"(?:有效期|试行期|施行期|实施期|执行期)限?\s*(?:自[^。;]{{0,24}})?(?:截?至|到)\s*{_DATE}"
    rf"|施行至\s*{_DATE.replace('P<', 'P<_')}"
)
_SPAN = re.compile(
    rf"(?:征求意见|公示|征集|意见反馈|反馈|公开征集|公告|征询)(?:意见)?的?(?:时间|期限?|日期|起止时间)\s*(?:为|是)?\s*[:：]?\s*(?:自|从)?\s*"
    rf"{_DATE}{_HOURS}\s*(?:起)?\s*(?:至|到|-|—|~|–)+\s*"
    rf"(?:(?:(?P<year2>{_NUMBER}{{4}})\s*[年./-]\s*)?(?P<month2>{_NUMBER}{{1,3}})\s*[月./-]\s*)?(?P<day2>{_NUMBER}{{1,3}})\s*日?"
)
_BEFORE = re.compile(
    rf"(?:请|可|欢迎|如有\w{{0,10}}(?:意见|建议)\w{{0,4}}|有关\w{{0,8}}意见\w{{0,4}}|意见\w{{0,8}}|社会各界\w{{0,10}})[^。;]{{0,30}}?(?:于|在)\s*{_DATE}{_HOURS}\s*"
    rf"(?:之?前|以前)[^。]{{0,80}}?(?:意见|建议|反馈|提出|函告|发送|邮寄)"
)
_CLOSES = re.compile(
    rf"(?:(?:意见)?(?:反馈|征集|征求意见|提交意见)的?(?:截止|截至)(?:时间|日期|日)?|截止(?:时间|日期|日))\s*(?:为|是|至|到)?\s*[:：]?\s*{_DATE}"
)
_FOR_DAYS = re.compile(
    rf"(?:征求意见|公示|公开征集|征集意见|意见征集|征询意见)[^。]{{0,16}}?(?:时间|期限?)\s*(?:为|是)?\s*[:：]?\s*(?:自\w{{2,6}}之日起)?\s*(?P<days>{_NUMBER}{{1,3}})\s*(?P<unit>个?工作日|日|天|个月)(?![前期])"
)
_SENTENCE = re.compile(r"[。;\n]")
_BOOK = re.compile(r"《([^《》]{2,})》")
_OPINIONS = re.compile(r"征求意见|公开征求|意见征集|征集意见|征求.{0,16}意见|征询.{0,8}意见")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`field` is that of monitor.models.Policy; `words`: of the text, what the date rests on."""

    field: str
    day: date
    words: str


def suggest(title: str, text: str, released_on: date | None) -> list[Suggestion]:
    """At most one a field. What is counted from the release is only told where that is known."""
    body = _plain(text)
    found: list[Suggestion] = []
    if _OPINIONS.search(_plain(title)) or _OPINIONS.search(body[:600]):
        found += _consultation(body, released_on)
    if any(each.field == "consulted_until" for each in found) and _OPINIONS.search(_plain(title)):
        return found  # of a draft: when the policy itself would come into force is not settled
    effective = _effective(_plain(title), body, released_on)
    if effective:
        found.append(effective)
    start = effective.day if effective else released_on
    if ends := _expires(body, start):
        found.append(ends)
    return found


def _plain(text: str) -> str:
    """Full-width digits and signs as plain ones; the Chinese full stop and zero are kept."""
    return unicodedata.normalize("NFKC", text).replace("\u3000", " ")


def _effective(title: str, body: str, released_on: date | None) -> Suggestion | None:
    """The last that speaks of this policy; 自发布之日起 is the day of its release."""
    spoken: list[tuple[int, Suggestion]] = []
    for match in chain(_EFFECTIVE.finditer(body), _DATED.finditer(body)):
        if (day := _date(match)) and _is_own(body, match.start(), title):
            spoken.append((match.start(), Suggestion("effective_on", day, _words(body, match))))
    if released_on:
        for match in _AT_ONCE.finditer(body):
            spoken.append((match.start(), Suggestion("effective_on", released_on, _words(body, match))))
        for match in _LATER.finditer(body):
            if day := _later(released_on, match):
                spoken.append((match.start(), Suggestion("effective_on", day, _words(body, match))))
        for match in _NEXT.finditer(body):
            if day := _next(released_on, match):
                spoken.append((match.start(), Suggestion("effective_on", day, _words(body, match))))
    return max(spoken, key=lambda pair: pair[0])[1] if spoken else None


def _is_own(body: str, at: int, title: str) -> bool:
    """Whether the sentence speaks of this policy: 本办法, no other paper by name, or the one the title names."""
    before = _SENTENCE.split(body[max(0, at - SENTENCE) : at])[-1]
    if re.search(r"本(?:\w{1,8}|\s)", before):
        return True
    named = _BOOK.findall(before)
    return all(name in title or title in name for name in named)


def _expires(body: str, start: date | None) -> Suggestion | None:
    """The day after the last one of its force."""
    spoken: list[tuple[int, Suggestion]] = []
    for match in _UNTIL.finditer(body):
        if day := _date(match) or _date(match, "_"):
            spoken.append((match.start(), Suggestion("expires_on", day + timedelta(days=1), _words(body, match))))
    for match in _LASTS.finditer(body) if start else ():
        count = number(match["count"])
        if start is None or not count or not _is_of_policy(body, match):
            continue
        months = count * (12 if match["unit"] == "年" else 1) + (6 if match["half"] else 0)
        if months <= 12 * 30:
            spoken.append((match.start(), Suggestion("expires_on", months_after(start, months), _words(body, match))))
    return max(spoken, key=lambda pair: pair[0])[1] if spoken else None


def _is_of_policy(body: str, match: re.Match[str]) -> bool:
    """有效期 is also that of licences and honours: the policy's own stands near its 施行, or begins with 本."""
    if match["what"].startswith("本"):
        return True
    before = re.split(r"[。\n]", body[: match.start()])
    near = before[-1] + re.split(r"[。\n]", body[match.end() :], maxsplit=1)[0]
    if re.search(rf"(?:起|即|日){_FORCE}", near):
        return True
    return bool(re.search(r"(?:负责)?解释。?\s*$", body[: match.start()]))


def _consultation(body: str, released_on: date | None) -> list[Suggestion]:
    if match := _SPAN.search(body):
        first = _date(match)
        last = _day(match["year2"] or match["year"], match["month2"] or match["month"], match["day2"])
        if first and last and first <= last:
            words = _words(body, match)
            return [Suggestion("consulted_from", first, words), Suggestion("consulted_until", last, words)]
    begun = [Suggestion("consulted_from", released_on, "公告发布之日")] if released_on else []
    if (match := _CLOSES.search(body)) and (day := _date(match)):
        return [*begun, Suggestion("consulted_until", day, _words(body, match))]
    if (match := _BEFORE.search(body)) and (day := _date(match)):
        return [*begun, Suggestion("consulted_until", day, _words(body, match))]
    if released_on and (match := _FOR_DAYS.search(body)) and (count := number(match["days"])):
        if match["unit"] == "个月":
            last = months_after(released_on, count)
        elif "工作日" in match["unit"]:
            return []  # a person counts working days: whether the first one counts is not agreed
        else:
            last = released_on + timedelta(days=count)
        return [*begun, Suggestion("consulted_until", last, _words(body, match))]
    return []


def _later(released_on: date, match: re.Match[str]) -> date | None:
    count = number(match["days"])
    if not count:
        return None
    return months_after(released_on, count) if match["unit"] == "个月" else released_on + timedelta(days=count)


def _next(released_on: date, match: re.Match[str]) -> date | None:
    """自下月一日起, 自明年1月1日起."""
    day, month = number(match["day"]), number(match["month"] or "")
    if "年" in match["which"]:
        first = date(released_on.year + 1, month, 1) if month and month <= 12 else None
    else:
        first = months_after(released_on.replace(day=1), 1) if month is None else None
    return _day(str(first.year), str(first.month), str(day)) if first and day else None


def _date(match: re.Match[str], prefix: str = "") -> date | None:
    known = match.groupdict()
    return _day(*(known.get(prefix + name) for name in ("year", "month", "day")))


def _day(year: str | None, month: str | None, day: str | None) -> date | None:
    values = [number(part or "") for part in (year, month, day)]
    if any(value is None for value in values):
        return None
    try:
        found = date(*[value or 0 for value in values])
    except ValueError:
        return None
    return found if found.year in YEARS else None


def number(text: str) -> int | None:
    """2026, 二〇二六, 二○○七, 十五, 三十, 五: None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in _DIGITS and char != "十" and not char.isdigit() for char in text):
        return None
    if "十" not in text:
        return int("".join(str(_DIGITS.get(char, char)) for char in text))
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return 10 * int(_DIGITS.get(tens, 1) if tens else 1) + int(_DIGITS.get(ones, 0) if ones else 0)


def _words(body: str, match: re.Match[str]) -> str:
    """The sentence, cut."""
    before = _SENTENCE.split(body[max(0, match.start() - AROUND) : match.start()])[-1]
    after = _SENTENCE.split(body[match.end() : match.end() + AROUND], maxsplit=1)[0]
    cut = "…" if len(before) == AROUND else ""
    return cut + " ".join(f"{before}{match[0]}{after}".split())
