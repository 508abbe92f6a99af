"""The writer's account name out of what they wrote and were answered: 网友“A0012”：您好 → 网友：您好.

The name goes no further than the keyed hash (crawlers.speaker), so it may not stay in title, text, answer or source.
A name that could be nothing else (清江渔翁7788) goes wherever it stands; one that is a word as well (业主, 滨河苑)
only where somebody is addressed by it, or the word, and the matter, would go out of the texts with it.
"""

import re
import unicodedata
from functools import lru_cache

SOMEBODY = "网友"
_LEAST_OWN = 6  # characters of a name that could be nothing else
_OPEN, _CLOSE = r"[“”\"‘’'「『【\[（(《<]", r"[“”\"‘’'」』】\]）)》>]"
_BEFORE = r"(?:网友|尊敬的|亲爱的|楼主|用户|网名|昵称|@)"
_AFTER = r"(?:网友|您好|你好|先生|女士|同志|朋友)"


def unaddressed(text: str, user: str) -> str:
    """`text` without the writer's account name `user`; also where it is written full-width or in other case."""
    forms = _forms(user)
    if not forms:
        return text
    left = text
    for form, instead in forms:
        left = form.sub(instead, left)
    if left == text:
        return text
    return left if left.strip() else SOMEBODY  # an answer of a name alone is an answer still


def nobody(publisher: str, user: str) -> str:
    """`publisher`, or "" where it is the writer."""
    said, name = _plain(publisher), _plain(user)
    return "" if name and (said == name or (_is_own(name) and name in said)) else publisher


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _is_own(name: str) -> bool:
    """Whether nothing but an account is called so: long enough, and with Latin letters or digits in it."""
    return len(name) >= _LEAST_OWN and sum(char.isascii() and char.isalnum() for char in name) > 1


@lru_cache(maxsize=256)
def _forms(user: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What to look for, and what stands there instead."""
    name = _plain(user)
    if not name:
        return ()
    it = "".join(_either(char) for char in name)
    forms = [(rf"\s{{0,3}}{_OPEN}\s{{0,3}}@?{it}\s{{0,3}}{_CLOSE}", "")]
    if _is_own(name):
        forms.append(
            (rf"(?:{SOMEBODY}\s{{0,3}})?@?(?<![0-9A-Za-z_]){it}(?![0-9A-Za-z_])(?:\s{{0,3}}{SOMEBODY})?", SOMEBODY)
        )
    elif len(name) > 1:
        forms.append((rf"({_BEFORE})\s{{0,3}}{it}(?=[\s，。：；！？、,.:;!?]|的|{_AFTER}|$)", r"\1"))
        forms.append((rf"(?:^|(?<=[\s，。：；！？、,.:;!?])){it}\s{{0,3}}(?=[，：,:]?\s{{0,3}}{_AFTER})", ""))
    return tuple((re.compile(form, re.I | re.M), instead) for form, instead in forms)


def _either(char: str) -> str:
    """A character or its full-width form; white space however wide."""
    if char.isspace():
        return r"\s{1,3}"
    wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else ""
    upper = chr(ord(char.upper()) + 0xFEE0) if wide and len(char.upper()) == 1 else ""
    return f"[{re.escape(char)}{wide}{upper}]" if wide else re.escape(char)
