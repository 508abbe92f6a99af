"""The matter of a citizen's message (诉求类型), by rule: what the office sees in place of a sentiment.

The title says it first: a board's writers begin with 投诉, 咨询, 建议. Where it does not, cues in title and lead
are weighed. A message in which nothing speaks up has no matter."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from archive.post import Kind

LEAD = 400  # characters of the text that are read: openings and first demands stand there
ENDING = 120  # and this many of the end, where the demand is repeated


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
    (Matter.REPORT, r"(实名|匿名|再次|强烈)?(举报|检举|控告)"),
    (Matter.COMPLAINT, r"(再次|强烈|紧急|联名)?(投诉|反映|控诉)"),
    (Matter.QUESTION, r"(我?想)?(咨询|请问|询问|问问|问一下|了解)|关于.{2,30}(咨询|疑问|问询)$"),
    (Matter.PROPOSAL, r"(再次|强烈)?(建议|提议|倡议)|关于.{2,30}(建议|提议)$"),
    (Matter.THANKS, r"(衷心|真心|非常|特别)?(感谢|致谢|表扬|点赞)|.{0,20}(表扬信|感谢信)$"),
    (Matter.HELP, r"(再次|紧急|跪求|恳请|请求)?(求助|求救|求帮助|救助|救救)"),
    (Matter.PROPOSAL, r"(希望|盼|请|恳请|请求).{0,20}(增设|增加|加装|加快|加强|优化|完善|开通|修建|延长)"),
)

# Cues anywhere: (matter, weight, pattern). A weight counts once, however often its pattern stands there.
_CUES: tuple[tuple[Matter, int, str], ...] = (
    (Matter.REPORT, 3, r"(实名|匿名|现)?(举报|检举)(?!.{0,4}(无果|电话|未果|没有?用))"),
    (Matter.REPORT, 3,
        r"贪污|受贿|行贿|索贿|贪腐|保护伞|以权谋私|滥用职权|侵吞|套取|骗取(国家|补贴|补助|医保|资金)|"
        r"挪用公款"),
    (Matter.REPORT, 1, r"违法违纪|勾结|黑社会|传销|非法集资"),
    (Matter.THANKS, 3, r"特此(致谢|感谢)|写信(表扬|感谢)|送(上|来)?(一面)?锦旗|感谢信|表扬信"),
    (Matter.PROPOSAL, 3,
        r"建议(?!零售价|书)|能否(增设|增加|开通|设置|设立|延长|修建|加装|安装)|"
        r"希望(增设|增加|开通|设置|设立|修建|加装)"),
    (Matter.PROPOSAL, 1, r"可不可以(增|设|建)|应该(增|设|建)|加快.{0,10}建设"),
    (Matter.QUESTION, 3, r"咨询|请问|想问|问一下|想了解|想知道|请教"),
    (Matter.QUESTION, 1,
        r"不清楚|公布出来|请(学校|单位|部门|物业|公司)?(尽快|及时|如实)?(公布|公开|告知|告诉|说明)|是哪[家个些]|有没有(许可证|资质|规划|计划|政策)|有无规划|"
        r"(如何|怎么|怎样)(申请|办理|缴纳|领取|收费|计算)"),
    (Matter.QUESTION, 1,
        r"什么时候|何时|能不能|是否|可以吗|怎么办理|如何办理|需要什么(材料|条件|手续)|有什么规定|"
        r"[吗呢么][?？]?$"),
    (Matter.HELP, 3,
        r"求助|求救|跪求|救救|救命|走投无路|生活(非常|十分|特别)?困难|无依无靠|帮帮(我|我们)|"
        r"求(各级)?领导(帮助|做主|救)"),
    (Matter.HELP, 2,
        r"(请求?|恳请|恳求|要求|盼|望)(?!问).{0,16}(恢复(供|通|运)|维修|整修|修复|修缮|修(一)?条|抢修|拉通|打通|疏通|清理|清运|"
        r"想想办法)"),
    (Matter.HELP, 2, r"怎么办[?？]?$|(?<!咨询)如何解决"),
    (Matter.HELP, 1, r"低保|大病|残疾|重病|孤寡|恳[请求].{0,12}(帮助|帮忙|解决)|请求.{0,12}(帮助|解决)"),
    (Matter.COMPLAINT, 4, r"投诉|反映|维权|扰民|乱收费|违规|违建|拖欠|欠薪|欺骗|欺诈|虚假宣传|霸王条款|捆绑"),
    (Matter.COMPLAINT, 2,
        r"污染|噪[音声]|异味|臭味|油烟|不作为|推诿|踢皮球|无人管|没人管|态度(恶劣|差)|强制|强行|克扣|漏水|"
        r"停水|停电|停气|开裂|烂尾|违停|占道|堵塞"),
    (Matter.COMPLAINT, 2,
        r"违法|非法|违章|无证|涉黄|乱停|乱象|质量(问题|差)|存在.{0,6}隐患|不(发|给|退|办)|缺斤少两|白蚁|坑人"),
    (Matter.COMPLAINT, 1,
        r"严重影响|怀疑.{0,12}(问题|变质|造假|挪用|违)|疑似|霸道|隐患|坑洼|积水|不合理|凭什么|安全隐患|不达标|无法忍受|苦不堪言|坑害|黑心|迟迟|至今(没|未|仍)|"
        r"何时(是|才)|投诉无(门|果)"),
)  # fmt: skip
# Grievances told plainly, and the wish that somebody look into them or stop them. Not weighed where wrongdoing is
# reported: that must stay a report, which never goes to the unit it names.
_GRIEVANCES: tuple[tuple[Matter, int, str], ...] = (
    (Matter.COMPLAINT, 3,
        r"(请|要求|希望|恳请|呼吁|望|应该?|马上|立即|赶紧|尽快|必须)(?!问).{0,14}(查处|彻查|严查|查清|严肃处理|整治|取缔|管一?管|封存|"
        r"叫停|处罚|追责|问责|拆除|制止)|(马上|立即|赶紧|尽快|好好)(去)?查(?!询|看|收)|封存留样|留样(封存|送检)|予以整改|不见整改"),
    (Matter.COMPLAINT, 2,
        r"(太|过|偏)(高|贵)|不公平|[停用住读看付]不起|呕吐|腹泻|拉肚子|食物中毒|变质|发霉|发臭|假冒|伪劣|以次充好|偷工减料|多收|乱扣|垮塌|脏乱差|流浪狗|乱搭乱?建|"
        r"(太|很|非常)(闹|吵|脏|臭)|(被|遭).{0,4}(封堵|堵住|占用|霸占|损坏)|无法(通行|使用)"),
)  # fmt: skip
_PLACES = re.compile(r"^[A-Z]\d*[市区县州]|^[\u4e00-\u9fff]{2,3}[市区县镇乡]")
_COMPILED = [(matter, weight, re.compile(pattern)) for matter, weight, pattern in _CUES]
_GRIEVED = [(matter, weight, re.compile(pattern)) for matter, weight, pattern in _GRIEVANCES]
_OPENED = [(matter, re.compile(pattern)) for matter, pattern in _OPENINGS]


def matter_of(title: str, text: str) -> str | None:
    """投诉, 求助, 咨询, 建言, 感谢, 举报, or None where no cue speaks up. Meant for kinds question and post."""
    head = title.strip()
    for stripped in (head, _without_places(head)):
        for matter, opening in _OPENED:
            if opening.match(stripped):
                return _graver(matter, head, text).value
    weights = _weights(head, text)
    best = max(weights, key=lambda matter: weights[matter], default=None)
    if best is None:
        return None
    # 谢谢 at the end is manners; a message that also complains is a complaint.
    if best is Matter.THANKS and weights.get(Matter.COMPLAINT, 0) >= 4:
        return Matter.COMPLAINT.value
    return best.value


def _weights(title: str, text: str) -> Counter[Matter]:
    body = text if len(text) <= LEAD + ENDING else f"{text[:LEAD]}\n{text[-ENDING:]}"
    weights = _heard(_COMPILED, title, body)
    return weights if Matter.REPORT in weights else weights + _heard(_GRIEVED, title, body)


def _heard(cues: Sequence[tuple[Matter, int, re.Pattern[str]]], title: str, body: str) -> Counter[Matter]:
    weights: Counter[Matter] = Counter()
    for matter, weight, cue in cues:
        # What the title says counts double.
        found = 2 * weight if cue.search(title) else weight if cue.search(body) else 0
        if found:
            weights[matter] += found
    return weights


def _without_places(title: str) -> str:
    """The title without the place names it begins with."""
    while found := _PLACES.match(title):
        title = title[found.end() :]
    return title


def _graver(opened: Matter, title: str, text: str) -> Matter:
    """反映 opens reports of wrongdoing too: 举报 must be told apart, because it never goes to the unit it names."""
    if opened is Matter.COMPLAINT and _weights(title, text).get(Matter.REPORT, 0) >= 6:
        return Matter.REPORT
    return opened
