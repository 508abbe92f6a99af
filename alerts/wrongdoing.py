"""A report of wrongdoing (举报) never goes to the unit it names: which units the reports among some posts name."""

import re
from collections.abc import Iterable

from alerts.models import Incident
from archive.fold import fold_text
from archive.post import Post

MATTER = "举报"
# 清江市住建局, 市住建局 and 住建局 are the same to whoever writes; rather one unit too many than the one accused.
_PLACE = re.compile(r"^.{0,6}?[省市州县区](?=.{3,})")
_EVERYWHERE = ("人民政府", "政府", "委员会")


def said_in_posts(posts: Iterable[Post]) -> str:
    """What the reports among these posts say; "" if there is none."""
    return fold_text("\n".join(f"{post.title}\n{post.text}" for post in posts if post.marks.matter == MATTER))


def said_in(incident: Incident) -> str:
    """What the reports among an incident's posts say."""
    kept = (post.snapshot for post in incident.posts.all())
    reports = (each for each in kept if each.get("matter") == MATTER)
    return fold_text("\n".join(f"{each.get('title') or ''}\n{each.get('text') or ''}" for each in reports))


def names(said: str, unit: str) -> bool:
    """Whether the reports name this unit, with or without its place."""
    if not said or not unit.strip():
        return False
    whole = fold_text(unit.strip())
    short = _PLACE.sub("", whole)
    return whole in said or (short not in _EVERYWHERE and short in said)
