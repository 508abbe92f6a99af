"""Bytes of a page to text: strict UTF-8 first, then what was declared, judged by what comes out.

What a Chinese page says of itself is often wrong (UTF-8 declared as GBK, GBK sent as ISO-8859-1, a meta
tag 6 KB into the page), so a declaration is a hint and the bytes decide.
"""

import codecs
import re
from typing import Final

# Decoding a hostile declaration must reach no codec but these (never zlib, unicode_escape, punycode …).
_KNOWN: Final = {
    "utf-8": "utf-8",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "koi8-r": "koi8-r",
    "cp1251": "cp1251",
}
_ALIASES: Final = {
    "x-gbk": "gbk",
    "gb": "gbk",
    "gb_2312": "gb2312",
    "gb_2312-80": "gb2312",
    "gb2312-80": "gb2312",
    "chinese": "gbk",
    "x-x-big5": "big5",
    "big5-hkscs": "big5hkscs",
    "hz-gb-2312": "hz",
    "x-sjis": "shift_jis",
    "ks_c_5601-1987": "euc_kr",
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{2,40})""", re.I)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w:.-]{2,40})""", re.I)
_META_WINDOW: Final = 128 * 1024
_SAMPLE: Final = 256 * 1024
# A UTF-8 page with a few broken bytes (cut in the middle of a character) is still UTF-8; a GBK page read
# as UTF-8 breaks at more than every second character.
_MOST_BROKEN: Final = 0.05


def decode(raw: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of `raw` and the name of the encoding it was read by. Never raises.

    `content_type` is the HTTP header (`text/html; charset=gbk`) or None. What cannot be read is U+FFFD.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace"), name
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, "replace"), wide
    declared = _declared(raw, content_type)
    if "hz" in declared and b"~{" in raw:
        return raw.decode("hz", "replace"), "hz"
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = _judge(raw, declared)
    return raw.decode(name, "replace"), name


def _declared(raw: bytes, content_type: str | None) -> list[str]:
    """Codecs named by header, XML declaration and meta tags, in that order, only those we know."""
    names = _CHARSET.findall((content_type or "").encode("ascii", "ignore"))
    window = raw[:_META_WINDOW]
    names += _XML_ENCODING.findall(window[:1024])
    for tag in re.finditer(rb"<meta\b[^>]{0,400}", window, re.I):
        names += _CHARSET.findall(tag.group())
    found: list[str] = []
    for name in names:
        codec = codec_of(name.decode("ascii", "ignore"))
        if codec and codec not in found:
            found.append(codec)
    return found


def codec_of(name: str) -> str | None:
    """Our codec for a declared name; None for one unknown or never trusted (ISO-8859-1, ASCII)."""
    folded = name.strip().lower()
    folded = _ALIASES.get(folded, folded)
    try:
        normal = codecs.lookup(folded).name
    except (LookupError, ValueError):
        return None
    return _KNOWN.get(normal)


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a BOM: markup is ASCII, so every other byte of it is NUL."""
    head = raw[:400]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(8, len(head) // 16):
        return None
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _judge(raw: bytes, declared: list[str]) -> str:
    """The most believable codec for bytes that are not strict UTF-8: declared ones first, then the usual."""
    sample = _around_text(raw)
    if _broken(sample.decode("utf-8", "replace")) <= _MOST_BROKEN:
        return "utf-8"
    for name in declared:
        if name not in ("utf-8", "utf-16", "hz") and _broken(sample.decode(name, "replace")) <= _MOST_BROKEN:
            return name
    usual = {name: _strangeness(sample.decode(name, "replace")) for name in ("gb18030", "big5hkscs", "cp1252")}
    return min(usual, key=lambda name: usual[name])


def _around_text(raw: bytes) -> bytes:
    """A sample that begins near the first byte that is not ASCII, so that 300 KB of script do not hide the text."""
    first = re.search(rb"[\x80-\xff]", raw)
    start = first.start() if first else 0
    return raw[start : start + _SAMPLE]


def _broken(text: str) -> float:
    """Share of unreadable characters among those that are not ASCII."""
    foreign = sum(1 for char in text if char > "\x7f")
    return text.count("\ufffd") / foreign if foreign else 0.0


def _strangeness(text: str) -> float:
    """Share of characters, among those not ASCII, that no Chinese page would mostly consist of."""
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return 0.0
    usual = sum(
        1 for char in foreign if char in _COMMON or "\uff00" <= char <= "\uff5e" or "\u3000" <= char <= "\u301f"
    )
    return 1 - usual / len(foreign) + text.count("\ufffd") / len(foreign)


# The 3,755 level-1 characters of GB 2312 (rows 16–55, ordered by use) are 99 % of modern text; for Big5 the
# 5,401 characters of its level 1 (A440–C67E) are.
_COMMON: Final = frozenset(
    bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
) | frozenset(
    bytes((lead, trail)).decode("big5", "ignore")
    for lead in range(0xA4, 0xC7)
    for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
)
