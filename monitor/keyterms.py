"""The words that name an event: phrases of whole words that at least two of its texts have in common."""

import re
from collections.abc import Iterator, Mapping, Sequence

from archive.fold import fold_text

LONGEST = 6  # characters of a phrase
WORDS = 2  # 捆绑销售, not now 捆绑销售车位 and now 职工捆绑销售: events are compared by these
LEAST_SUPPORT = 2  # texts: what one says, however often it was copied, is no common word
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_LATIN_LEAST = 2
# Words without a matter in them, alone or as a part of a phrase.
_FUNCTION = frozenset(
    (
        "的 地 得 了 着 过 是 在 有 和 与 及 或 等 被 把 将 就 都 也 又 还 很 太 更 最 再 才 已 不 没 未 无 勿 请 为 "
        "对 向 从 到 于 以 因 由 让 给 使 令 这 那 其 此 该 每 各 何 谁 哪 么 吗 呢 吧 啊 呀 哦 嘛 我 你 他 她 它 们 "
        "您 咱 俺 个 些 上 下 里 中 内 外 后 前 时 要 能 会 可 应 想 去 来 说 做 做到 好 多 少 大 小 新 老 一 二 三 "
        "四 五 六 七 八 九 十 两 几 半 年 月 日 天 点 号 次 名 位 条 元 只 但 而 并 且 则 若 如 我们 你们 他们 她们 "
        "它们 大家 自己 别人 什么 怎么 怎样 怎么办 为什么 为何 如何 哪里 哪些 多少 何时 是否 能否 可否 可以 能够 应该 "
        "需要 必须 一定 已经 正在 一直 仍然 至今 目前 现在 今天 昨天 明天 今年 去年 最近 之后 以后 之前 以前 以及 "
        "并且 而且 或者 如果 但是 因为 所以 由于 根据 按照 关于 对于 没有 不是 就是 还是 不能 不要 这个 那个 这样 "
        "那样 这些 那些 一个 一些 一下 一点 有人 有关 相关 其他 进行 及时 希望 请问 谢谢 您好 你好 尊敬 尊敬的 领导 "
        "问题 情况 时候 问下 想问 咨询 投诉 反映 求助 举报 建议 回复 答复"
    ).split()
)
_KINDS = frozenset("省市区县镇乡村路街巷期局厂院站楼栋幢园苑所")
_Token = tuple[str, int]  # a word and where it begins in its run


def key_terms(pairs: Mapping[str, int], idf: Mapping[str, float], samples: Sequence[str], wanted: int = 5) -> list[str]:
    """At most `wanted` phrases of the samples, those borne by most of the event's posts and by fewest others first;
    none rather than a fragment.

    `pairs`: character pair or Latin word → how many posts of the event bear it, copies left out; `idf` of each. A
    phrase of n characters is as common as the rarest of its pairs.
    """
    found: dict[str, float] = {}
    for run in dict.fromkeys(run for sample in samples for run in _RUN.findall(fold_text(sample))):
        parts = _pairs(run)
        supports = [pairs.get(part, 0) for part in parts]
        for word, begin, end in _phrases(run):
            support = min(supports[begin:end])
            if support >= LEAST_SUPPORT:
                found[word] = support * sum(idf[part] for part in parts[begin:end]) ** 0.7
    chosen: list[str] = []
    used: set[str] = set()
    for word in sorted(found, key=lambda word: (-found[word], word)):
        # Words that share a pair, or overlap by a character, say one thing twice.
        if used.isdisjoint(_pairs(word)) and not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
            used.update(_pairs(word))
        if len(chosen) == wanted:
            break
    return chosen


def parts_of(samples: Sequence[str]) -> list[str]:
    """The pairs and words `key_terms` asks of these samples."""
    runs = dict.fromkeys(run for sample in samples for run in _RUN.findall(fold_text(sample)))
    return list(dict.fromkeys(part for run in runs for part in _pairs(run)))


def _phrases(run: str) -> Iterator[tuple[str, int, int]]:
    """The phrases of a run, each with where its pairs begin and end among the run's."""
    if run[0].isascii():
        if len(run) >= _LATIN_LEAST and not run.isdigit():
            yield run, 0, 1
        return
    for words in _stretches(run):
        for first, (_, begin) in enumerate(words):
            if not _begins(words, first):
                continue
            known = 0  # words of the dictionary; what a name has beside them are single characters
            for last in range(first, len(words)):
                end = words[last][1] + len(words[last][0])
                known += len(words[last][0]) > 1
                if end - begin > LONGEST or known > WORDS:
                    break
                if end - begin > 1 and _ends(words, last):
                    yield run[begin:end], begin, end - 1


def _begins(words: Sequence[_Token], at: int) -> bool:
    """A name the dictionary does not know comes in single characters (丽|发|新城). No phrase begins inside it, with a
    word's tail (翠竹|苑), or with the kind of a place."""
    if len(words[at][0]) > 1:
        return not (at > 1 and _single(words, at - 1) and _single(words, at - 2))
    return words[at][0] not in _KINDS and not _single(words, at - 1) and (at == 0 or _single(words, at + 1))


def _ends(words: Sequence[_Token], at: int) -> bool:
    """Nor does one end inside it: a single character that ends a phrase is the tail of a word."""
    return not _single(words, at) or not (_single(words, at - 1) or _single(words, at + 1)) or at + 1 == len(words)


def _single(words: Sequence[_Token], at: int) -> bool:
    return 0 <= at < len(words) and len(words[at][0]) == 1


def _stretches(run: str) -> Iterator[list[_Token]]:
    """The run's words as the dictionary has them (hmm off: it would make words up), cut where one has no matter."""
    import rjieba  # its dictionary takes 33 MB: only of who asks for words

    words: list[_Token] = []
    at = 0
    for word in rjieba.cut(run, hmm=False):
        if word in _FUNCTION:
            if words:
                yield words
            words = []
        else:
            words.append((word, at))
        at += len(word)
    if words:
        yield words


def _pairs(word: str) -> list[str]:
    return [word] if word[0].isascii() else [word[i : i + 2] for i in range(len(word) - 1)]


def _overlap(word: str, other: str) -> bool:
    return word[-1] == other[0] or word[0] == other[-1]
