"""Questions that ask the same thing in nearly the same words. Pure.

Two messages ask alike where what they *ask* is alike: all their clauses with a question in them together, or one clause
of each, as pairs of characters, each weighing the more the fewer of the questions have it. What all of them are about
(the policy's name) is left out: it says nothing. Copies of one text are alike in any case.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive.fold import fold_text
from archive.post import Post

ALIKE = 0.4  # cosine of all that is asked: see docs/decisions/0018
SAME_CLAUSE = 0.6  # of one clause
CLAUSE = 8  # letters of a clause that is compared alone; shorter ones (怎么办) are in anything
CLAUSES = 8  # of one message, the first
SHARED = 4  # pairs that two questions must have in common to be compared
LONGEST = 160  # characters of what is asked that are compared
SHORTEST = 6  # letters of a clause that may stand as the question
SHOWN = 80
MOST = 1000  # questions compared with each other, the newest

_CLAUSE = re.compile(r"[^。!！?？;；\n,，、:：]+[?？]?")
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


def group(posts: Sequence[Post], names: Sequence[str] = (), least: int = 2) -> list[Group]:
    """Groups of at least `least`, the largest first. `names` (folded): what all are about. A question joins the group
    whose first one it is most like, so that a chain of likenesses does not join what is unlike; of `posts` the newest
    1,000 are read."""
    asking = sorted((post for post in posts if asked(post)), key=lambda post: (post.counted_at, post.id))[-MOST:]
    known = _Known([_units(post, names) for post in asking])
    members: dict[int, list[int]] = {}
    for index in range(len(asking)):
        leader = known.like(index)
        if leader is None:
            known.lead(index)
        members.setdefault(index if leader is None else leader, []).append(index)
    found = [_group([asking[i] for i in rows], known, rows) for rows in members.values() if len(rows) >= least]
    return sorted(found, key=lambda each: (-len(each.posts), each.posts[0].counted_at, each.posts[0].id))


def _group(posts: Sequence[Post], known: "_Known", rows: Sequence[int]) -> Group:
    """Told by the one that is most like the others."""
    likeness = [sum(known.likeness(mine, other) for other in rows[:50]) for mine in rows]
    best = max(range(len(posts)), key=lambda index: (likeness[index], -index))
    return Group(question_of(posts[best]), tuple(posts))


class _Known:
    """Questions as sets of pairs (all that is asked, then each clause), weighed by how rare a pair is among them; and
    which of them lead a group."""

    def __init__(self, questions: Sequence[Sequence[frozenset[str]]]) -> None:
        self._questions = questions
        counts = Counter(pair for units in questions for pair in frozenset[str]().union(*units))
        self._weight = {pair: math.log(1 + len(questions) / count) ** 2 for pair, count in counts.items()}
        self._lengths = [[math.sqrt(self._of(unit)) or 1.0 for unit in units] for units in questions]
        self._leaders: dict[str, list[int]] = {}

    def lead(self, index: int) -> None:
        for pair in frozenset[str]().union(*self._questions[index]):
            self._leaders.setdefault(pair, []).append(index)

    def like(self, index: int) -> int | None:
        """The leader that this one is most like, if it is like one at all."""
        pairs = frozenset[str]().union(*self._questions[index])
        shared = Counter(leader for pair in pairs for leader in self._leaders.get(pair, ()))
        near = {
            leader: self.likeness(index, leader) for leader, count in shared.items() if count >= min(SHARED, len(pairs))
        }
        best = max(near, key=lambda leader: (near[leader], -leader), default=None)
        return best if best is not None and near[best] >= 1 else None

    def likeness(self, first: int, second: int) -> float:
        """In parts of what is needed: 1 or more is alike."""
        whole = self._cosine(first, 0, second, 0) / ALIKE
        mine, theirs = range(1, len(self._questions[first])), range(1, len(self._questions[second]))
        clauses = (self._cosine(first, i, second, k) for i in mine for k in theirs)
        return max(whole, max(clauses, default=0.0) / SAME_CLAUSE)

    def _cosine(self, first: int, mine: int, second: int, theirs: int) -> float:
        common = self._questions[first][mine] & self._questions[second][theirs]
        if not common:
            return 0.0
        return self._of(common) / (self._lengths[first][mine] * self._lengths[second][theirs])

    def _of(self, pairs: frozenset[str]) -> float:
        return math.fsum(self._weight[pair] for pair in pairs)  # whatever order a set is read in


def _units(post: Post, names: Sequence[str]) -> list[frozenset[str]]:
    """Pairs of all that is asked together, then of each clause that is long enough to stand alone."""
    clauses = [clause for clause in [post.title, *_CLAUSE.findall(post.text)] if _ASKS.search(clause)]
    plain = [_letters(clause, names) for clause in dict.fromkeys(clauses)]
    alone = [letters for letters in dict.fromkeys(plain) if len(letters) >= CLAUSE][:CLAUSES]
    return [_pairs(letters) for letters in (_letters(asked(post), names), *alone)]


def _letters(text: str, names: Sequence[str]) -> str:
    folded = fold_text(text)
    for name in names:
        folded = folded.replace(name, " ")
    return "".join(_LETTERS.findall(_POLITE.sub(" ", folded)))


def _pairs(letters: str) -> frozenset[str]:
    return frozenset([letters[i : i + 2] for i in range(len(letters) - 1)] or ([letters] if letters else []))
