"""Text from outside made safe for Markdown: it cannot become markup, a link, HTML or a template."""

import re
from urllib.parse import quote, urlsplit

_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
# An address ends at white space and at the signs Chinese text puts round or behind it, opening ones too.
_ENDS = r"\s，。；：、！？（）〔〕【】《》〈〉「」『』“”‘’…"
_LINK = re.compile(rf"(?:https?|ftp)://[^{_ENDS}]*|\bwww\.[^{_ENDS}]+", re.I)
_ACTIVE = re.compile(r"([\\`*_\[\]{}|~!#@%])")
_LEADING = re.compile(r"^([+\-=:]|\d+(?=[.)]))")
_SAFE_IN_URL = ";/?:@&=+$,-.~%"  # not _ or *: they are emphasis
MISSING = "无"


def plain(text: object, limit: int = 300) -> str:
    """One line of at most `limit` characters, without invisible characters or anything a mail program makes a link
    of (a post must not get a link into a government mail by being quoted there)."""
    line = _SPACE.sub(" ", _INVISIBLE.sub("", str(text))).strip()
    line = _LINK.sub("〔链接略〕", line).replace("【待填", "〔待填")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def markdown(text: object, limit: int = 300) -> str:
    """`plain` text as Markdown that shows exactly that text, anywhere in a paragraph, heading or table cell."""
    line = plain(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _ACTIVE.sub(r"\\\1", line)
    return _LEADING.sub(lambda found: _entities(found.group()), line)


def link(url: object, label: str = "原文") -> str:
    """A Markdown link to an http(s) address, else "无". `label` is our own."""
    address = web_address(url)
    return f"[{label}](<{address}>)" if address else MISSING


def web_address(url: object) -> str:
    """`url` if it is an http(s) address, with whatever could end a link or an attribute percent-encoded, else ""."""
    text = str(url or "").strip()
    if len(text) > 2000 or _SPACE.search(text) or _INVISIBLE.search(text):
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    start, _, fragment = text.partition("#")
    safe = quote(start, safe=_SAFE_IN_URL)
    return safe + ("#" + quote(fragment, safe=_SAFE_IN_URL) if fragment else "")


def _entities(text: str) -> str:
    """Characters as numbers: a backslash before a digit would stay visible."""
    return "".join(f"&#{ord(character)};" for character in text)
