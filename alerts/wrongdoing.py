"""A report of wrongdoing (举报) never goes to the unit it names: which units the reports among some posts name.

What was called a report, and what may be one, is enough to suggest no unit it names, and to warn whoever hands the
incident over; only what evidently is one is refused by the program, as a complaint called so must find its way.
"""

import re
from collections.abc import Iterable
from typing import Any

from alerts.models import Incident
from archive.fold import fold_text
from archive.post import Kind, Post
from monitor.matters import is_evident, may_report

MATTER = "举报"
DEMANDING = (Kind.QUESTION, Kind.POST)
# 清江市住建局, 市住建局 and 住建局 are the same to whoever writes; rather one unit too many than the one accused.
_PLACE = re.compile(r"^.{0,6}?[省市州县区](?=.{3,})")
_EVERYWHERE = ("人民政府", "政府", "委员会")


def said_in_posts(posts: Iterable[Post]) -> str:
    """What the reports among these posts say, and what may be reports; "" if there is none."""
    return _said(
        (post.title, post.text) for post in posts if _perhaps(post.kind, post.marks.matter, post.title, post.text)
    )


def evidently_said_in(incident: Incident) -> str:
    """What those posts of an incident say that evidently are reports."""
    called = (_told(each) for each in _kept(incident) if each.get("matter") == MATTER)
    return _said((title, text) for title, text in called if is_evident(title, text))


def perhaps_said_in(incident: Incident) -> str:
    """What the reports among an incident's posts say, and what may be reports."""
    return _said(
        _told(each) for each in _kept(incident) if _perhaps(each.get("kind"), each.get("matter"), *_told(each))
    )


def _kept(incident: Incident) -> Iterable[dict[str, Any]]:
    return (post.snapshot for post in incident.posts.all())


def _told(snapshot: dict[str, Any]) -> tuple[str, str]:
    return snapshot.get("title") or "", snapshot.get("text") or ""


def _perhaps(kind: str | None, matter: str | None, title: str, text: str) -> bool:
    return matter == MATTER or (kind in DEMANDING and may_report(title, text))


def _said(told: Iterable[tuple[str, str]]) -> str:
    return fold_text("\n".join(f"{title}\n{text}" for title, text in told))


def names(said: str, unit: str) -> bool:
    """Whether the reports name this unit, with or without its place."""
    if not said or not unit.strip():
        return False
    whole = fold_text(unit.strip())
    short = _PLACE.sub("", whole)
    return whole in said or (short not in _EVERYWHERE and short in said)
