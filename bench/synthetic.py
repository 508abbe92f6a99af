"""Synthetic posts with the statistics that matter to an index: Zipf words of Chinese, lengths, times. Seeded."""

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from archive.post import Kind, Post, Precision, post_id

START = datetime(2024, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)
SUBJECTS = (
    "停水 供水 自来水 停电 物业 开发商 学校 幼儿园 公交 医院 医保 工资 拆迁 噪音 污水 垃圾 燃气 道路 小区 业主 "
).split()
PLACES = ["利州区", "昭化区", "朝天区", "旺苍县", "青川县", "剑阁县", "苍溪县", "市区"]
PUBLISHERS = ("广元日报", "四川日报", "问政四川", "麻辣社区", "市政府网站", "")
_COMMON = (
    "的 了 我们 请 问题 部门 相关 什么 时候 解决 没有 已经 希望 领导 一直 现在 反映 情况 居民 政府 通知 工作 进行 表示 "
).split()


class Writer:
    """Words by Zipf's law: the common ones first, then names of matters and places, then made-up words of two and
    three characters from the 3,000 most used (their code order stands in for frequency)."""

    def __init__(self, seed: int, words: int = 30_000) -> None:
        self.random = random.Random(seed)
        characters = [chr(0x4E00 + 7 * i) for i in range(2900)]
        made = ("".join(self.random.choices(characters, k=self.random.choice((2, 2, 2, 3)))) for _ in range(words))
        self.words = [*_COMMON, *SUBJECTS, *PLACES, *made]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.words))))

    def text(self, length: int) -> str:
        """About `length` characters, with punctuation, now and then Latin or digits."""
        parts: list[str] = []
        size = 0
        while size < length:
            word = self.words[bisect(self.weights, self.random.random() * self.weights[-1])]
            if self.random.random() < 0.02:
                word = str(self.random.randint(1, 99999))
            elif self.random.random() < 0.005:
                word = self.random.choice(("WiFi", "5G", "APP", "12345", "C++"))
            parts.append(word)
            size += len(word)
            if self.random.random() < 0.12:
                parts.append(self.random.choice("，，，。！？"))
                size += 1
        return "".join(parts)


def posts(count: int, seed: int = 7) -> Iterator[Post]:
    """`count` posts over three years, by time; texts average about 220 characters, a fifth carry a reply."""
    writer = Writer(seed)
    draw = writer.random
    for number in range(count):
        at = START + SPAN * number / count + timedelta(seconds=draw.randrange(60))
        yield Post(
            id=post_id(source="synthetic", item_id=str(number)),
            url=f"https://example.gov.cn/{number}",
            kind=draw.choices(list(Kind), (1, 1, 20, 40, 38))[0],
            title=writer.text(draw.randint(8, 24)),
            text=writer.text(max(20, int(draw.lognormvariate(5.2, 0.65)))),
            source=f"source{draw.randrange(40)}",
            collected_at=at + timedelta(minutes=20),
            publisher=draw.choice(PUBLISHERS),
            speaker=f"{draw.randrange(30_000):032x}" if draw.random() < 0.7 else None,
            published_at=at,
            published_precision=Precision.MINUTE,
            region=draw.choice(PLACES),
            reply=writer.text(120) if draw.random() < 0.2 else "",
        )
