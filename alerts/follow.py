"""Open incidents go on: what is said of the same matter since is kept with them, and told when decide.py says so.

A finding is raised once; what comes after it would be known to the archive alone. A deadline that has ended is told
once, too, also one level up.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from alerts import notify
from alerts.evidence import MAX_POSTS, keep
from alerts.filling import fill_plan
from alerts.history import step
from alerts.levels import look
from alerts.models import OPEN_STATES, Clock, Incident
from alerts.reassess import has_changed, reassess
from alerts.tally import tally
from archive.language import QueryError, parse
from archive.post import Kind, Post
from archive.store import Filter, Store
from monitor import risk_store
from monitor.deciding import roots
from monitor.findings import reactions
from monitor.models import Finding
from monitor.risk_tables import Preset
from monitor.themes import theme_of

HOUR = timedelta(hours=1)
LONGEST = timedelta(hours=24)  # of the detector's windows; after an onset it is silent for as long


def follow(store: Store, now: datetime) -> int:
    """Add to every open incident what came since. Returns how many posts were added; killed anywhere, call it again."""
    added = 0
    # Not by row number: a replay that was killed must tell in the same order as one that was not.
    opened = Incident.objects.filter(state__in=OPEN_STATES).order_by("discovered_at", "number")
    table = risk_store.in_force()
    for identity in list(opened.values_list("pk", flat=True)):
        seen = Incident.objects.get(pk=identity)
        posts = _news(store, seen, now)
        if not posts and not has_changed(seen, now):
            continue
        whole = _whole(store, seen, posts) if posts else []
        with transaction.atomic():
            incident = Incident.objects.select_for_update().get(pk=identity)
            if incident.state in OPEN_STATES:
                added += _grow(incident, posts, whole, table, now)
    return added


def remind(now: datetime) -> int:
    """Tell of every deadline that has ended without being met, once. Returns how many."""
    late = Clock.objects.filter(met_at=None, stopped_at=None, reminded_at=None, ends_at__lte=now)
    late = late.filter(incident__state__in=OPEN_STATES).order_by("ends_at", "incident__number", "slug")
    told = 0
    for identity in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            incident = Incident.objects.select_for_update().filter(clocks__pk=identity).first()
            clock = Clock.objects.filter(pk=identity).first()
            if incident is None or clock is None:  # dropped meanwhile: it does not apply any more
                continue
            if incident.state not in OPEN_STATES or not clock.running or clock.reminded_at is not None:
                continue
            clock.reminded_at = now
            clock.save(update_fields=["reminded_at"])
            step(incident, None, "overdue", f"超期：{clock.name}", now, {"clock": clock.slug})
            notify.tell(incident, now, overdue=True)
            told += 1
    return told


def _grow(incident: Incident, posts: list[Post], whole: list[Post], table: Preset, now: datetime) -> int:
    """Add the posts (`whole`: with those before them), and grade the incident by what it keeps now; told where that
    says something new."""
    before, level = incident.facts, incident.suggested_level
    added = keep(incident, posts, now)
    incident.facts = before | tally(list(incident.posts.all()), now)
    regraded = reassess(incident, now, table, whole)
    if incident.facts == before and not regraded:
        return added
    incident.save(update_fields=["facts", "risk", "situation", "suggested_level", "raised_level"])
    if incident.suggested_level < level:
        rise = f"建议级别由{look(level).full}升为{look(incident.suggested_level).full}"
        voices = len(incident.situation["voices"])
        step(incident, None, "regraded", f"{rise}：原文 {voices} 条，{incident.risk['score']} 分", now)
    elif incident.facts == before:
        return added
    fill_plan(incident, now, kept=False)
    notify.tell(incident, now)
    return added


def _whole(store: Store, incident: Incident, posts: list[Post]) -> list[Post]:
    ids = [*incident.posts.values_list("post_id", flat=True), *(post.id for post in posts)]
    return list(store.get(list(dict.fromkeys(ids))).values())


def _news(store: Store, incident: Incident, now: datetime) -> list[Post]:
    """Posts of its matter that it has not, and those of its questions that were answered since. Reads the archive."""
    rows = {row.post_id: row.snapshot for row in incident.posts.all()}
    ids: list[str] = []
    for wanted in _scopes(incident, now):
        ids += store.ids(wanted, MAX_POSTS)
    unanswered = [
        identity for identity, said in rows.items() if said.get("kind") == Kind.QUESTION and not said.get("reply")
    ]
    found = store.get([*dict.fromkeys(identity for identity in ids if identity not in rows), *unanswered])
    return [post for post in found.values() if post.id not in rows or post.reply]


def _scopes(incident: Incident, now: datetime) -> Iterable[Filter]:
    """Its events, and its watchlists, policies and topics as long as the burst lasts that they raised. Not the events
    that some of a watchlist's posts belong to: those are matters of their own, and may have an incident of their own.
    """
    for event in roots(incident.events):
        yield reactions(Filter(event=event))
    bursts = Finding.objects.filter(incidentfinding__incident=incident, kind=Finding.Kind.SPIKE)
    recent = bursts.filter(onset__gt=now - 2 * LONGEST).select_related("watchlist", "policy")
    # In our own order of words, not the database's.
    for finding in sorted(recent, key=lambda each: (each.onset, each.subject_kind, each.subject)):
        yield from _burst(finding)


def _burst(finding: Finding) -> Iterable[Filter]:
    subject = finding.watchlist or finding.policy
    try:
        if subject is not None:
            wanted = Filter(query=parse(subject.query))
        elif finding.subject_kind == "topic":
            wanted = theme_of(finding.subject).scope
        else:
            return
    except QueryError:  # the language has become stricter; the round says so
        return
    end = finding.onset + HOUR
    window = timedelta(hours=int(finding.facts.get("window_hours") or 1))
    # A burst of an hour is over in another: of a broad list much else comes in a day.
    yield reactions(replace(wanted, since=end - window, until=end + min(window, LONGEST)))
