"""Which field of government an incident belongs to (领域), and so which unit may be responsible: a suggestion with its
probability and its reason, 未定 where the models are not sure. It is kept in the incident's facts under "field"."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from alerts import wrongdoing
from alerts.models import Incident, Unit
from alerts.units import DEFAULT_UNITS
from monitor import corrections, judging
from monitor.linear import ModelError
from monitor.topics import topics

READ = 30  # posts that are read, the first ones; copies say nothing new
TERMS_OF = 10  # of them, whose words the reason is taken from


def suggested(incident: Incident) -> dict[str, Any]:
    """{"field": {topic (None: unsure), best, p, terms, unit}}; {} where there is nothing to judge by, or no model.
    What people judged of its posts stands, and what was learned from them counts."""
    rows = incident.posts.order_by(F("published_at").asc(nulls_first=True), "post_id")
    kept = {post.post_id: post.snapshot for post in rows if not post.snapshot["copy_of"]}
    kept = dict(list(kept.items())[:READ])
    messages = [(str(each.get("title") or ""), str(each.get("text") or "")) for each in kept.values()]
    judged = judging.judged(kept)
    said = [next((row.value for row in judged.get(post, ()) if row.about == judging.About.TOPIC), "") for post in kept]
    try:
        pair, base = topics(), corrections.TopicBase()
    except ModelError:
        return {}  # the round has said so
    told = base.together(messages, said, corrections.active(judging.About.TOPIC))
    if told is None:
        return {}
    unit = unit_of(told.topic, wrongdoing.perhaps_said_in(incident)) if told.topic else ""
    terms = pair.terms(messages[:TERMS_OF], told.best)
    return {"field": {"topic": told.topic, "best": told.best, "p": round(told.p, 3), "terms": terms, "unit": unit}}


def unit_of(topic: str, said: str) -> str:
    """The unit of this topic by the office's table, else by its usual name; "" where reports (`said`) name it."""
    own = [unit.name for unit in Unit.objects.order_by("pk") if topic in unit.topics]
    units = own or [DEFAULT_UNITS.get(topic, "")]
    return next((unit for unit in units if unit and not wrongdoing.names(said, unit)), "")


def told(facts: Mapping[str, Any] | None) -> str:
    """城乡建设（概率 0.83，依据：物业、停车），建议由市住房和城乡建设局负责; 未定（…）; "" where nothing was judged."""
    known = (facts or {}).get("field")
    if not isinstance(known, Mapping) or not known.get("best"):
        return ""
    p = float(known.get("p") or 0.0)
    if not known.get("topic"):
        return f"未定（最可能是{known['best']}，概率 {p:.2f}，不足以判断）"
    terms = "、".join(str(term) for term in known.get("terms") or ())
    reason = f"概率 {p:.2f}，依据：{terms}" if terms else f"概率 {p:.2f}"
    unit = f"，建议由{known['unit']}负责" if known.get("unit") else ""
    return f"{known['topic']}（{reason}）{unit}"


def accused(incident: Incident) -> list[str]:
    """The office's units that reports, or what may be reports, among the posts name."""
    said = wrongdoing.perhaps_said_in(incident)
    return [unit.name for unit in Unit.objects.order_by("pk") if wrongdoing.names(said, unit.name)] if said else []
