"""Questions that ask the same thing in nearly the same words. Pure.

Two messages ask alike where what they *ask* is alike: the title and the clauses with a question in them, as pairs of
characters, each weighing the more the fewer of the questions have it (of the questions about one policy nearly all
share its name, which so says nothing). Copies of one text are alike in any case.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.fold import fold_text
from archive.post import Post

ALIKE = 0.4  # cosine: see docs/decisions/0018
LONGEST = 160  # characters of what is asked that are compared
SHORTEST = 6  # letters of a clause that may stand as the question
SHOWN = 80
MOST = 2000  # questions compared with each other, the newest

_SENTENCE = re.compile(r"[^。!！?？;；\n]+[?？]?")
_ASKS = re.compile(
    r"请问|咨询|想问|问一下|想了解|想知道|请教|吗|呢|[?？]|是否|能否|可否|能不能|可不可以|是不是|有没有|多少|几[天年月个时]|"
    r"什么|何时|哪[里些个儿]|怎[么样]|如何|要不要|需不需要|需要.{0,6}(?:材料|手续|条件)|多久"
)
_POLITE = re.compile(
    r"尊敬的[^,，。:：]{0,12}[,，。:：!！]?|(?:您|你|大家|领导|各位)们?好[,，。!！:：]?|谢谢|感谢|麻烦|希望.{0,6}(?:答复|回复|解答)|"
    r"(?:请|望|盼).{0,4}(?:答复|回复|解答|告知)|请问(?:一下)?|(?:我)?想?(?:咨询|了解|问|请教)(?:一下|下)?|关于|的?问题$|的?咨询$"
)
_ADDRESSED = re.compile(
    r"^\s*(?:尊敬的)?[^,，。:：!！]{0,10}?(?:书记|市长|区长|县长|局长|主任|领导|部门|政府|单位)[^,，。:：!！]{0,4}"
    r"(?:(?:您|你)们?好)?[,，。:：!！]+\s*|^\s*(?:您|你)们?好[,，。:：!！]*\s*"
)
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Group:
    """Questions alike, the oldest first; `question` says for all of them what is asked."""

    question: str
    posts: tuple[Post, ...]


def asked(post: Post) -> str:
    """What a message asks: its title, where that asks, and its clauses with a question in them; "" for none."""
    clauses = [post.title, *_SENTENCE.findall(post.text)]
    told = [clause for clause in clauses if _ASKS.search(clause)]
    return " ".join(dict.fromkeys(" ".join(told).split()))[:LONGEST] if told else ""


def question_of(post: Post) -> str:
    """One line for people: the title if it asks, else the first clause that does."""
    clauses = [post.title, *_SENTENCE.findall(post.text)]
    for clause in clauses:
        plain = _ADDRESSED.sub("", " ".join(clause.split()))
        if _ASKS.search(plain) and len("".join(_LETTERS.findall(plain))) >= SHORTEST:
            return plain[:SHOWN]
    return " ".join(post.title.split())[:SHOWN]


def group(posts: Sequence[Post], least: int = 2) -> list[Group]:
    """Groups of at least `least`, the largest first. A question joins the group whose first one it is most like, so
    that a chain of likenesses does not join what is unlike; of `posts` the newest 2,000 are read."""
    asking = sorted((post for post in posts if asked(post)), key=lambda post: (post.counted_at, post.id))[-MOST:]
    pairs = [_pairs(asked(post)) for post in asking]
    vectors = _weighed(pairs)
    leaders: list[int] = []
    members: dict[int, list[int]] = {}
    for index, vector in enumerate(vectors):
        best, likeness = -1, ALIKE
        for leader in leaders:
            if (here := _cosine(vector, vectors[leader])) >= likeness:
                best, likeness = leader, here
        if best < 0:
            leaders.append(index)
            best = index
        members.setdefault(best, []).append(index)
    found = [_group([asking[i] for i in rows], [vectors[i] for i in rows]) for rows in members.values()]
    kept = [each for each in found if len(each.posts) >= least]
    return sorted(kept, key=lambda each: (-len(each.posts), each.posts[0].counted_at, each.posts[0].id))


def _group(posts: Sequence[Post], vectors: Sequence[Mapping[str, float]]) -> Group:
    """Told by the one that is most like the others."""
    likeness = [sum(_cosine(mine, other) for other in vectors[:50]) for mine in vectors]
    best = max(range(len(posts)), key=lambda index: (likeness[index], -index))
    return Group(question_of(posts[best]), tuple(posts))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(_LETTERS.findall(_POLITE.sub(" ", fold_text(text))))
    return frozenset([plain[i : i + 2] for i in range(len(plain) - 1)] or ([plain] if plain else []))


def _weighed(sets: Sequence[frozenset[str]]) -> list[dict[str, float]]:
    """Each pair by how rare it is among these, each text of length 1; what is in all of many weighs almost nothing."""
    counts = Counter(pair for pairs in sets for pair in pairs)
    rare = {pair: math.log(1 + len(sets) / count) for pair, count in counts.items()}
    found = []
    for pairs in sets:
        length = math.sqrt(sum(rare[pair] ** 2 for pair in pairs)) or 1.0
        found.append({pair: rare[pair] / length for pair in pairs})
    return found


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    if len(first) > len(second):
        first, second = second, first
    return sum(weight * second.get(pair, 0.0) for pair, weight in first.items())
