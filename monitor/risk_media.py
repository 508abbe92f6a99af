"""Whose report is it? By the publisher (来源) that stands on it."""

import re
from collections.abc import Sequence
from functools import lru_cache

_LEAD = re.compile(r"^[\s\W_]*(?:(?:信息|稿件|文章|内容|原文)?(?:来源|稿源|转自|转载自|摘自|据|源自)[\s:：]*)*[\s\W_]*")
_MANY = re.compile(r"[、,，;；/|｜+＋&]|\s{2,}| (?=[\u4e00-\u9fff])")


@lru_cache(maxsize=4096)
def names_first(publisher: str, media: Sequence[str]) -> bool:
    """Whether one of the publishers named begins with one of `media`: 新华网四川, 来源：人民日报客户端. Not
    河南经济日报, which is another paper than 经济日报, nor 实事求是网."""
    return any(_LEAD.sub("", each).startswith(name) for each in _MANY.split(publisher) for name in media)


@lru_cache(maxsize=4096)
def speaks_officially(publisher: str, official: Sequence[str]) -> bool:
    """Whether one of the publishers named ends with one of `official`: 东城发布, 清江市人民政府网站."""
    return any(each.strip().endswith(name) for each in _MANY.split(publisher) if each.strip() for name in official)
