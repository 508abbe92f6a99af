"""Who says outright that they are for or against a policy: 支持 or 反对 in one clause with its name.

Nothing is guessed. A model of the words (bench/stance.py measures one beside this rule) is right in fewer than half of
the texts it is sure of once the policy is a new one, so whatever is not said outright is 立场不明. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from archive.fold import fold_text
from archive.language import Query
from archive.post import Post

NAMES = 12  # of a policy that are looked for
SHORTEST = 2  # letters of a name
BEFORE = 8  # characters before the name in which something may turn the stance round (支持取消…)


class Stance(StrEnum):
    FAVOR = "支持"
    AGAINST = "反对"
    UNCLEAR = "立场不明"


@dataclass(frozen=True, slots=True)
class Stances:
    """Posts of the public about a policy: `favor` + `against` + `unclear` = all that were read."""

    favor: int
    against: int
    unclear: int


_CLAUSE = re.compile(r"[。!;,、\n~|]|…+|\s{1,}")
# What others say, what is asked, what is quoted is not the writer's own stance.
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|【[^】]*】|https?://\S+|@[\w\-]+")
_OTHERS = re.compile(
    r"者|率|[吗么?]|还是|是否|有人|有的|网友|专家|代表|委员|他们|她们|民众|市民|居民们|家长们|群众们|%|成人|多数|一些|部分|"
    r"调查|投票|据说|听说|以前|曾经|原来|本来|也许|可能|如果|要是|虽然|尽管|谁"
)
_AGAINST = re.compile(
    r"(?<![不没非])(?:坚决|强烈|极力|十分)?(?:反对|抵制|抗议)|"
    r"(?:坚决|绝对|完全)?(?:不|没法|无法|不能|不会|难以|不敢)(?:太|能|会|可能)?(?:支持|赞成|赞同|接受|认同)|"
    r"(?:应该?|建议|赶紧|尽快|早该|强烈要求|请求?|要求|希望)(?:立即|马上|尽快|早日)?(?:取消|废除|废止|叫停|撤销|收回)"
)
_FAVOR = re.compile(r"(?<![不没未难非法])(?:坚决|强烈|完全|非常|举双手|大力|衷心)?(?:支持|赞成|赞同|拥护|力挺|点赞)")
_TURNS = re.compile(r"禁止?|限制?|取消|废[除止]|叫停|停止|撤销|收回|修改|不要|别再?|暂缓|推迟")
_THIS = (
    r"(?:这|该|此|本次|这次)(?:一)?[个项条种部份]?(?:政策|规定|办法|条例|措施|方案|新规|新政|决定|做法|通知)|新规|新政"
)


def stances(posts: Iterable[Post], query: Query) -> Stances:
    """`posts` are all of those that mention the policy, which `query` finds."""
    names = names_of(query)
    counts = Counter(stance_of(f"{post.title}\n{post.text}", names) for post in posts)
    return Stances(counts[Stance.FAVOR], counts[Stance.AGAINST], counts[Stance.UNCLEAR])


def names_of(query: Query) -> tuple[str, ...]:
    """What a policy is called by: the terms its query finds it by."""
    told = [fold_text(term.text) for term in query.terms()]
    return tuple(name for name in dict.fromkeys(told) if len(name) >= SHORTEST)[:NAMES]


def stance_of(text: str, names: Sequence[str]) -> Stance:
    """Of a text about the policy called `names` (folded); texts that say both are unclear."""
    plain = _QUOTED.sub(" ", text)
    found = {said for clause in _CLAUSE.split(fold_text(plain)) if (said := _said(clause, tuple(names)))}
    return found.pop() if len(found) == 1 else Stance.UNCLEAR


def _said(clause: str, names: tuple[str, ...]) -> Stance | None:
    named = _pattern(names).search(clause)
    if named is None or _OTHERS.search(clause):
        return None
    against = _AGAINST.search(clause)
    told = against or _FAVOR.search(clause)
    if told is None:
        return None
    stance = Stance.AGAINST if against else Stance.FAVOR
    between = clause[max(told.end(), named.start() - BEFORE) : named.start()] if told.end() <= named.start() else ""
    if _TURNS.search(between):
        return Stance.FAVOR if stance is Stance.AGAINST else Stance.AGAINST
    return stance


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join([*map(re.escape, sorted(names, key=len, reverse=True)), _THIS]))
