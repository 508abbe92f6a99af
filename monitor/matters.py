"""The matter of a citizen's message (诉求类型): what the office sees in place of a sentiment.

Rules first: a board's writers begin their titles with 投诉, 咨询, 建议. Where the title does not say it, a small model
weighs the cues heard in title and text (monitor.matter_cues). A message in which nothing speaks up has no matter.

A report of wrongdoing (举报) must never reach the unit it names, and a matter is one word that may be wrong. So beside
it stands `may_report`: whether a message had better be treated as a report. It errs on the side of the reporter.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from archive.post import Kind
from monitor.matter_cues import CUES, FEATURES, PLACES, heard
from monitor.matter_model import shipped


class Matter(StrEnum):
    COMPLAINT = "投诉"
    HELP = "求助"
    QUESTION = "咨询"
    PROPOSAL = "建言"
    THANKS = "感谢"
    REPORT = "举报"


UNSORTED = "未归类"  # a citizen's message that says none of them


def counted_as(kind: str, matter: str | None) -> str | None:
    """Under which 诉求类型 a post counts, so that the kinds add up to the messages; None for what is no citizen's
    demand (news, a post without one), which shows its sentiment."""
    return matter or (UNSORTED if kind == Kind.QUESTION else None)


def by_matter(posts: Iterable[tuple[str, str | None]]) -> dict[str, int]:
    """诉求类型 → posts of (kind, matter), most first, 未归类 last."""
    counts = Counter(filter(None, (counted_as(kind, matter) for kind, matter in posts)))
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] == UNSORTED, -pair[1])))


# A title that begins so, after place names, has said what it is.
_OPENINGS: tuple[tuple[Matter, str], ...] = (
    (
        Matter.REPORT,
        r"(实名|匿名|再次|强烈|严重|多次)?(举报|检举|控告)|(?!.*投诉举报).{2,60}(举报|检举|控告)(信|书|材料)?$",
    ),
    (Matter.COMPLAINT, r"(再次|强烈|紧急|联名|实名)?投诉|.{2,40}的投诉$"),
    (
        Matter.QUESTION,
        r"(我?想)?(咨询|请问|询问|问问)(?!.*(能不能|能否|可不可以|为什么要))|关于.{2,40}(咨询|疑问|问询)$",
    ),
    (Matter.PROPOSAL, r"(再次|强烈)?建议|(关于|对).{2,40}建议$"),
    (Matter.HELP, r"(紧急|跪求)?(求助|求救|救救)"),
)
_THANKS = re.compile(r"(衷心|真心|非常|特别)?(感谢|致谢|表扬|点赞)|.{0,20}(表扬信|感谢信)$|.*感谢领导$")
_PLACES = re.compile(r"^[A-Z]\d*[市区县州]|^[\u4e00-\u9fff]{2,3}[市区县镇乡]")
_OPENED = [(matter, re.compile(pattern)) for matter, pattern in _OPENINGS]
_NAMES = tuple(cue.speaks for cue in CUES for _ in PLACES)
GRAVE = frozenset({"自称举报", "举报", "涉黄", "赌博", "传销集资", "骗公款", "腐败", "勾结"})
_GRAVE = frozenset(number for number, (name, _) in enumerate(FEATURES) if name in GRAVE)
_DECLARED = frozenset(number for number, (name, _) in enumerate(FEATURES) if name == "自称举报")
# What reports speak of and others too: it makes a report likelier, but accuses nobody.
TOPICS = frozenset({"执照", "税务发票", "公共资金", "公职", "村干部"})
_ACCUSES = frozenset(
    number for number, speaks in enumerate(_NAMES) if speaks == Matter.REPORT and FEATURES[number][0] not in TOPICS
)
LEAST = 0.4  # of probability: below it nobody could tell
LEAST_OF_POST = 0.75
# Probabilities of a report from which a message is called one (19 in 20 are, out of fold), and
# from which it is treated as one. A report missed costs its writer more than a complaint called a report costs anyone.
CALLED_REPORT = 0.12
LIKELY_REPORT = 0.07
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """`matter` None: nothing speaks up, or not clearly. `may_report`: to be treated as a report of wrongdoing.
    `evident`: called one, and it calls itself so or is likelier one than not."""

    matter: str | None
    may_report: bool
    evident: bool = False


def matter_of(title: str, text: str, kind: Kind = Kind.QUESTION) -> str | None:
    """投诉, 求助, 咨询, 建言, 感谢, 举报, or None where no cue speaks up. Meant for kinds question and post."""
    return judge(title, text, kind).matter


def may_report(title: str, text: str) -> bool:
    """Whether this may be a report of wrongdoing, and so must not reach whom it names."""
    return judge(title, text).may_report


def is_evident(title: str, text: str) -> bool:
    """Whether this is a report of wrongdoing as good as certainly; of those called one, two in five are not."""
    return judge(title, text).evident


def judge(title: str, text: str, kind: Kind = Kind.QUESTION) -> Judged:
    """A citizen's message demands something; most posts do not, so more is asked of theirs."""
    head = without_places(title.strip())
    cues = heard(head, text)
    shares = shipped().probabilities(cues)
    post = kind is Kind.POST
    opened = matter = _opened(title.strip(), head)
    if matter is not Matter.REPORT and _reports(cues, shares[Matter.REPORT], post, matter):
        matter = Matter.REPORT
    grave = (shares[Matter.REPORT] >= LIKELY_REPORT and _speaks(Matter.REPORT, cues)) or not _GRAVE.isdisjoint(cues)
    evident = matter is Matter.REPORT and (
        opened is Matter.REPORT or shares[Matter.REPORT] >= EVEN or not _DECLARED.isdisjoint(cues)
    )
    if matter is None and _THANKS.match(head) and shares[Matter.COMPLAINT] < LEAST:
        matter = Matter.THANKS
    if matter is None:
        matter = max((each for each in Matter if each is not Matter.REPORT), key=lambda each: shares[each])
        if shares[matter] < (LEAST_OF_POST if post else LEAST) or not _speaks(matter, cues):
            return Judged(None, grave)
    return Judged(matter.value, grave or matter is Matter.REPORT, evident)


def _reports(cues: Iterable[int], share: float, post: bool, opened: Matter | None) -> bool:
    """Whether a message calls itself a report, or is likely one and something in it accuses. 投诉 opens reports of
    wrongdoing too; where the title opens otherwise, it must be likelier than not."""
    opens = opened in (None, Matter.COMPLAINT)
    if opens and not post and not _DECLARED.isdisjoint(cues):
        return True
    least = LEAST_OF_POST if post else CALLED_REPORT if opens else EVEN
    return share >= least and not _ACCUSES.isdisjoint(cues)


def _speaks(matter: Matter, cues: Iterable[int]) -> bool:
    """Whether a cue that was thought of for this matter is heard."""
    return any(_NAMES[number] == matter for number in cues if number < len(_NAMES))


def _opened(*titles: str) -> Matter | None:
    """What a title says of itself."""
    return next((matter for title in titles for matter, opening in _OPENED if opening.match(title)), None)


def without_places(title: str) -> str:
    """The title without the place names it begins with."""
    while found := _PLACES.match(title):
        title = title[found.end() :]
    return title
