"""Places named in a text, without a gazetteer: what stands before 小区, 新城, 园, 路, 镇 and the like.

A name has no marked beginning in Chinese ("我是暮云街道丽发新城小区的业主"), so that a place is known by its stem: the
two characters before the ending, or the masked or Latin token there (A3区). Stems that are everywhere (本小区,
住宅小区) are told from names by how many texts bear them: whoever weighs them does (monitor.grouping).
"""

import re
from collections.abc import Sequence

from archive.fold import fold_text

_ENDINGS = """
    商业广场 国际广场 经济开发区 开发区 工业园 产业园 居委会 幼儿园 办事处 步行街
    小区 新城 新村 社区 街道 花园 公园 家园 嘉园 名园 佳园 公寓 公馆 广场 大厦 大道 水库 大桥
    中学 小学 学校 学院 大学 医院 园区 校区 景区 片区
    城 园 苑 院 府 庭 湾 郡 路 街 巷 镇 乡 村 县 区 市 桥 山 湖
"""
ENDINGS = tuple(_ENDINGS.split())  # the longest first: 新城小区 is peeled to its stem
_LONG_ENDINGS = tuple(ending for ending in ENDINGS if len(ending) > 1)
_ENDING = re.compile("|".join(ENDINGS))
_STEM = re.compile(r"(?:[a-z]+\d*|[\u4e00-\u9fff]{2})$")
_SEPARATORS = re.compile(r"[\s·.・\-—]+")
_NO_NAMES = """
    我们 他们 你们 咱们 这个 那个 一个 整个 本个 我的 你的 他的 家的 们的 是个 在我 住在 业主 居民 附近 周边 旁边 住宅
    高档 老旧 普通 中国 全国 全省 我省 我市 本市 全市 我县 本县 各个 多个 每个 所在 位于 地处 多家 部分 大型 在本 是本
"""
# A district or a county names where half a city lives, not a place two posts could have in common.
_DIVISIONS = frozenset("县区市")
_NO_STEM = frozenset(_NO_NAMES.split())


def stems(text: str, known: Sequence[str] = ()) -> dict[str, int]:
    """Stems of the places a text names, with how often. `known`: names that count as they are wherever they stand."""
    return stems_folded(fold_text(text), known)


def stems_folded(text: str, known: Sequence[str] = ()) -> dict[str, int]:
    """`stems` of what is folded already."""
    folded = _SEPARATORS.sub("", text)
    found: dict[str, int] = {}
    for name in known:
        times = folded.count(fold_text(name))
        if times:
            found[fold_text(name)] = times
    for ending in _ENDING.finditer(folded):
        stem = _stem_before(folded, ending.start(), ending.group())
        if stem:
            found[stem] = found.get(stem, 0) + 1
    return found


def _stem_before(folded: str, end: int, ending: str) -> str | None:
    """The stem that ends at `end`, None where another ending stands there (新城|小区) or nothing that names."""
    head = folded[max(0, end - 4) : end]
    if head.endswith(_LONG_ENDINGS):
        return None
    match = _STEM.search(head)
    if match is None or match.group() in _NO_STEM:
        return None
    stem = match.group()
    if ending in _DIVISIONS and not stem.isascii():
        return None
    return stem + ending if stem.isascii() else stem
