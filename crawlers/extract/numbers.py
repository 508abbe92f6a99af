"""The document number (文号): by the header table, then in the first characters of the text."""

import re
from typing import Final

from crawlers.extract.headline import Layout
from crawlers.extract.labels import label, values

_LABEL: Final = label("发文字号", "文号", "发文文号", "文件编号", "公文文号", "文件号", "公文编号")
_NUMBER: Final = re.compile(
    r"(?P<who>[\u4e00-\u9fffA-Z]{1,14}?(?:[\u4e00-\u9fff（）]{0,6})?)\s{0,2}[〔\[［【（(]\s?(?P<year>(?:19|20)\d\d)\s?[〕\]］】）)]\s{0,2}"
    r"(?P<nth>第?\s?\d{1,5}\s?号)"
)
_DECREE: Final = re.compile(r"(?:令|公告|通告)\s{0,3}(?:第\s?\d{1,5}\s?号)")
_EMPTY: Final = re.compile(r"^[\W_]*(?:无|暂无|null)?[\W_]*$")
_WINDOW: Final = 400


def doc_number_of(where: Layout, title: str, text: str) -> str:
    """The number with 〔〕 and without spaces, or ""."""
    for value in values(where.table, _LABEL):
        value = _normal(value)
        if not _EMPTY.match(value) and re.search(r"\d", value):
            return value
    # A number inside 《》 or after 根据 names another document: only one that stands alone on its line is this one's.
    for line in text[:_WINDOW].split("\n"):
        bare = line.strip(" （()）")
        match = _NUMBER.fullmatch(bare)
        if match and len(bare) <= 40:
            return _normal(bare)
    match = _NUMBER.search(title)
    return _normal(match.group()) if match and match.start() > len(title) / 2 else ""


def _normal(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    return re.sub(r"[\[［【（(]((?:19|20)\d\d)[\]］】）)]", r"〔\1〕", text)
