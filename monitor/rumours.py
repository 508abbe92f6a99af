"""The rumour mark (辟谣标记): posts claim something, and an authority denies it in a notice, in the news or in a reply.

It says that a denial was published, by whom, when and where; never that a claim is false, which a person has to judge.
Careful rather than complete: warnings in general (不信谣、不传谣), campaigns against rumours and conditions
(材料不实的) are no denials.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.fold import fold_text
from archive.post import CHINA, Kind, Post
from monitor.near import same_text

OFFICIAL = (Kind.POLICY, Kind.INTERPRETATION, Kind.NEWS)
SPOKEN = (Kind.POST, Kind.QUESTION)
CLAIMS = 2  # posts, of different texts, before a denial that does not speak of a rumour counts as one
MOST = 5  # denials that are told
QUOTE = 80
READ = 3000  # characters of a text
_SENTENCE = re.compile(r"[^。!?！？;；\n]+[。!?！？;；]?")
# Said of a rumour and of nothing else.
_OPEN = re.compile(
    r"辟谣|(?:系|是|属|属于|均为|为|纯属|实为)(?:网络|恶意|不实)?(?:谣言|谣传|虚假(?:信息|消息)|不实(?:信息|消息|传言|言论|内容|报道))|"
    r"(?:谣言|传言|传闻|网传|该消息|此消息|该信息|该视频|该图片|该内容|上述内容|上述信息)[^。,，]{0,24}(?:不实|不属实|并非事实|"
    r"子虚乌有|无中生有|凭空捏造|没有根据|没有依据)|(?:纯属|属)(?:虚构|捏造|造谣)|(?:发布|编造|散布|传播)(?:者|人)?"
    r"[^。,，]{0,12}(?:不实信息|不实言论|虚假信息|谣言)[^。]{0,20}(?:处罚|拘留|教育|处理)"
)
# One of these stands in all of that.
_HINT = re.compile(r"谣|不实|属实|虚假|虚构|捏造|事实|子虚乌有|无中生有|没有根据|没有依据")
# Denials of what was claimed, told by whoever has looked into it; said of one message, they are an answer to it.
_LOOKED = re.compile(
    r"经(?:[^。,，]{0,14})?(?:核实|核查|调查|查|了解|查证|比对|检测|排查)|(?:组织|进行|开展|展开)[^。,，]{0,6}(?:调查|核查|核实|检查|排查)|情况(?:说明|通报)|针对[^。]{2,30}(?:说法|传言)"
)
_DENIED = re.compile(
    r"不属实|与(?:事实|实际)(?:情况)?(?:严重|完全)?不符|并非(?:事实|如此)|(?:并未|并没有|没有|未|不)(?:发现|发生|存在|出现)"
    r"[^。,，]{2,40}(?:的)?(?:情况|现象|行为|问题|说法|一说|事件)|(?:并未|并没有)[^。,，]{2,40}的(?:情况|说法|行为)"
)
# Taken out first: they hold the words above and deny nothing.
_NO_DENIAL = re.compile(
    r"(?:请|望|切)?(?:勿|不要|不|莫|别|勿要)[^。,，]{0,6}信谣(?:[、,，]?(?:勿|不要|不|莫|别)?传谣)?|(?:勿|不|莫)传谣|造谣传谣|谣言止于[^。,，]{0,6}|"
    r"(?:不是|并非|不属于|并不是|是否|是不是|算不算)(?:属于|为)?(?:谣言|谣传|辟谣)|辟谣(?:平台|机制|工作机制|中心|小程序|专区|栏目)|"
    r"(?:如|若|若有|如有|凡|对)[^。]{0,20}(?:不实|虚假)[^。]{0,4}(?:的|者|将|应|,|，)|"
    r"(?:确保|保证|保障|力求)[^。,，]{0,8}(?:不|没有|未)|(?:材料|资料|申报|填报|承诺|填写|证明|数据)[^。,，]{0,8}(?:不实|虚假)[^。,，]{0,4}"
)
_CAMPAIGN = re.compile(
    r"专项(?:行动|整治|治理)|(?:打击|整治|治理|防范|抵制|查处)(?:各类|网络|涉)?[^。,，]{0,6}谣言|普法|科普|宣传活动|讲座|倡议"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a mark is judged by: a post as the archive or an incident keeps it. `at` is when it was published; None: not
    known. `copy`: it repeats another, or its speaker said so before."""

    id: str
    kind: str
    title: str
    text: str
    source: str
    url: str
    at: datetime | None
    reply: str = ""
    replied_at: datetime | None = None
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Denial:
    """Who denied, when (None: not known), where, in which words; `answer`: in a reply to a citizen's message."""

    post: str
    source: str
    url: str
    at: datetime | None
    quote: str
    answer: bool

    def as_dict(self) -> dict[str, Any]:
        at = self.at.astimezone(CHINA).isoformat() if self.at else None
        return {"post": self.post, "source": self.source, "url": self.url, "at": at, "quote": self.quote,
                "answer": self.answer}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rumour:
    """`claims`: posts that say it, copies and denials left out; denials by time, the first ones."""

    claims: int
    denials: tuple[Denial, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"claims": self.claims, "denials": [denial.as_dict() for denial in self.denials]}


def rumour(said: Iterable[Said]) -> Rumour | None:
    """The mark of an event that these posts are of, or None. Pure; the order of the posts does not matter."""
    known = list(said)
    claims = [each for each in known if each.kind in SPOKEN and not each.copy and not _open(each.title, each.text)]
    first = min((each.at for each in claims if each.at), default=None)
    several = len(claims) >= CLAIMS and not same_text(*(each.title + each.text for each in claims[:2]))
    found = [
        denial
        for each in known
        for denial, openly in _denials(each)
        if (openly or several) and (denial.at is None or first is None or denial.at >= first)
    ]
    if not claims or not found:
        return None
    found.sort(key=lambda denial: (denial.at is None, denial.at and denial.at.timestamp(), denial.post))
    return Rumour(len(claims), tuple(found[:MOST]))


def denial_in(title: str, text: str, *, openly: bool = False) -> tuple[str, bool] | None:
    """(the sentence that denies, whether it speaks of a rumour) in an official text; None where nothing is denied.
    `openly`: only what speaks of a rumour is asked for."""
    whole = fold_text(f"{title}\n{text[:READ]}")
    if not _HINT.search(whole) and (openly or not _LOOKED.search(whole)):
        return None  # as of most texts: their sentences need not be looked at one by one
    looked = False
    for part in (title, text[:READ]):
        for match in _SENTENCE.finditer(part):
            sentence = match.group().strip()
            folded = _NO_DENIAL.sub(" ", fold_text(sentence))
            if sentence.endswith(("?", "？")) or _CAMPAIGN.search(folded):
                continue
            if _OPEN.search(folded):
                return sentence[:QUOTE], True
            looked = looked or bool(_LOOKED.search(folded))
            if not openly and looked and _DENIED.search(folded):
                return sentence[:QUOTE], False
    return None


def said_in(posts: Sequence[Post], names: Mapping[str, str]) -> list[Said]:
    """`names` are the sources' by id; a publisher (来源) goes before them."""
    return [
        Said(
            id=post.id,
            kind=str(post.kind),
            title=post.title,
            text=post.text,
            source=post.publisher or names.get(post.source, post.source),
            url=post.url,
            at=post.counted_at,
            reply=post.reply,
            replied_at=post.replied_at,
            copy=post.marks.copy_of is not None or post.marks.double,
        )
        for post in posts
    ]


def _denials(said: Said) -> Iterable[tuple[Denial, bool]]:
    if said.kind in OFFICIAL and not said.copy and (found := denial_in(said.title, said.text)):
        yield Denial(said.id, said.source, said.url, said.at, found[0], answer=False), found[1]
    if said.reply and (found := denial_in("", said.reply)):
        yield Denial(said.id, said.source, said.url, said.replied_at or said.at, found[0], answer=True), found[1]


def _open(title: str, text: str) -> bool:
    """Whether a post itself passes a denial on, and so claims nothing."""
    return denial_in(title, text, openly=True) is not None
