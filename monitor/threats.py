"""A post that threatens its writer's own life. It opens no incident: the duty officer is told to call 110.

What counts is the first person and the will. News of suicides, figures of speech (累死了, 笑死, 跳楼价), worry about
others and denials do not. A rule that errs does so towards telling: a call too many is a small harm. What is only
despair (想死的心都有) counts; what is long past (曾经想过自杀，现在好了) does not."""

import re

from archive.post import Kind, Post

# The will, said so that it can only be the writer's own, or needs `_SELF` beside it.
_PLAIN = (
    r"不想活(?!动|跃|成|得|在(?!这个?世))",
    r"活不下去",
    r"活够了",
    r"不想(再)?活了",
    r"想死(?:的心|了|算了)",
    r"(?:想|要|打算|准备|决定|只能|只有|只好|不如|就去|宁愿)(?:去)?(?:自杀|轻生|寻死|跳楼(?!价|"
    r"甩|大)|跳河|跳江|跳桥|上吊|割腕|喝农药|服毒|自焚|自尽|自缢|烧炭)",
    r"(?:结束|了结)(?:自己|我|本人|掉?我?(?:这)?)的?(?:生命|性命|一生)|了此残生",
    r"以死(?:明志|抗争|相逼|谢罪|证清白|讨(?:个)?(?:公道|说法))",
    r"死给(?:你们|他们|你|政府|大家)看",
    r"(?:写好|留下)了?(?:遗书|绝笔)",
    r"(?:这是|就当是?)(?:我|本人)的?(?:遗书|绝笔|最后一封)",
    r"(?:只有|只剩|唯有|只能走|走上?)(?:死路|绝路)(?:一条|了)",
    r"(?:我|我们全家|全家|一家人)(?:都)?(?:只有|只能|真的|真|就|好|很|不如|宁可)(?:想)?(?:去)?死(?!的|"
    r"磕|撑|皮|命|心|人|者|亡|角|循|板|活|守|记|扛|缠)",
    r"从[^，。！？\n]{0,12}(?:楼|桥|塔)(?:上|顶)?[^，。！？\n]{0,4}跳下去",
    r"(?:与|和|跟)(?:他们|你们|他|开发商|其)同归于尽",
)
_WILL = re.compile("|".join(_PLAIN))
_SELF = re.compile(r"我|本人|俺|自己|咱|吾|笔者|偶")
_OTHERS = re.compile(
    r"[他她它]们?(?!人)|你们?|(?:某|该|一)(?:男|女|人|名)|男子|女子|儿子|女儿|孩子|母亲|父亲|"
    r"老人|邻居|学生|丈夫|妻子|老公|老婆|网友|员工|领导|(?:业主|居民|群众|工人|大家)们?说"
)
# Said right before the will, these take it back or make it a figure of speech.
_NOT = re.compile(
    r"(?:不会|没有|没|并非|不是|从不|从没|绝不|别|不要|勿|拒绝|防止|预防|阻止|劝阻|制止|曾经?|"
    r"以前|当年|差点|扬言|声称|威胁要|涉嫌|疑似|企图)[^，。！？\n]{0,4}$"
)
_FIGURE = re.compile(
    r"(?:累|笑|气|热|冷|饿|困|烦|爱|美|吓|急|羡慕|馋|忙|丑|堵|吵|臭|渴)死(?:我|个人|了|人)|"
    r"想死(?:我了|你)|跳楼(?:价|大甩卖|甩卖|清仓)"
)
_CLAUSE = re.compile(r"[，。！？；,!?;\n]+")
NEAR = 24  # characters before the will in which the first person may stand
SPOKEN = (Kind.POST, Kind.QUESTION)


def threatens_own_life(post: Post) -> bool:
    """Whether a post or a message to a board says that its writer means to die. News never does."""
    return post.kind in SPOKEN and threat_in(f"{post.title}\n{post.text}") is not None


def threat_in(text: str) -> str | None:
    """The clause in which the writer's own death is threatened, at most 60 characters; None where none is."""
    plain = _FIGURE.sub("〇", text)
    for found in _WILL.finditer(plain):
        before = plain[max(0, found.start() - NEAR) : found.start()]
        clause = _CLAUSE.split(before)[-1]
        if _NOT.search(before) or _of_another(clause):
            continue
        if _SELF.search(found.group()) or _SELF.search(before) or _alone(text):
            end = _CLAUSE.search(plain, found.end())
            start = found.start() - len(clause)
            return plain[start : end.start() if end else None][:60]
    return None


def _of_another(clause: str) -> bool:
    """Whether the nearest person named before the will is another: 他们逼得我不想活了 is the writer's own."""
    others = [found.end() for found in _OTHERS.finditer(clause)]
    return bool(others) and not _SELF.search(clause, others[-1])


def _alone(text: str) -> bool:
    """A short post without a subject speaks of its writer: 活不下去了，再见。"""
    return len(text.strip()) <= 60 and not _OTHERS.search(text)
