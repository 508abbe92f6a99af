"""Findings become incidents and rows of the outbox, one transaction a finding: killed anywhere, run it again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from alerts import fields, notify, running, wrongdoing
from alerts.evidence import gather, keep, own_events
from alerts.filling import fill_plan
from alerts.history import step
from alerts.levels import look, read_level
from alerts.models import OPEN_STATES, Incident, IncidentFinding, IncidentPost, State, Unit
from alerts.plans.store import choose_plan, ensure_plans
from alerts.reassess import reassess
from alerts.tally import tally
from archive.post import CHINA, Post
from archive.store import ArchiveError, Store
from crawlers.mask import mask
from monitor import leases, risk_store
from monitor.deciding import roots
from monitor.models import Event, Finding

_LIFE = Q(kind=Finding.Kind.LIFE_THREAT)
TITLE = 60
BEFORE_ASSIGNING = (State.FOUND, State.CONFIRMED)
SHARED = 0.5  # of a finding's posts, for it to join the incident that has them
# Or as much of the incident's posts, where the finding sees more of the same matter: at least so many, and so large a
# part of what it sees.
WIDER, WIDER_PART = 2, 0.25
ALIKE, TELLING = 2, 4  # of the five key terms of two events, shared; one of them of so many characters


def open_incidents(store: Store, now: datetime) -> list[Incident]:
    """Handle every finding that is not handled yet. Returns the incidents that are new."""
    return _handle_all(store, Q(), now)


def open_urgent(store: Store, now: datetime, *, described: bool = True) -> list[Incident]:
    """Handle what must not wait for the end of a round: threats to a life, and hits of immediate lists (`described`:
    those that have got their counts and risk)."""
    hits = Q(kind=Finding.Kind.IMMEDIATE)
    which = _LIFE | (hits & ~Q(facts={}) if described else hits)
    # Asked after every batch of a round, and mostly there is none.
    return _handle_all(store, which, now) if Finding.objects.filter(which, handled_at=None).exists() else []


def _handle_all(store: Store, which: Q, now: datetime) -> list[Incident]:
    ensure_plans(now)
    opened: list[Incident] = []
    for finding in sorted(Finding.objects.filter(which, handled_at=None), key=_turn):
        while not _handled(finding, _posts(store, finding), now, opened):
            finding.refresh_from_db()
    return opened


def _turn(finding: Finding) -> tuple[bool, datetime, str, str, str, datetime]:
    """Not by row number: a replay that was killed must number its incidents as one that was not; nor by the database's
    order of words, which on PostgreSQL is another. Threats to a life first: nothing that goes wrong with another
    finding may keep them back."""
    life = finding.kind == Finding.Kind.LIFE_THREAT
    return not life, finding.found_at, finding.kind, finding.subject_kind, finding.subject, finding.onset


def _posts(store: Store, finding: Finding) -> list[Post]:
    """Of a threat to a life none where the archive cannot be read: it is told by what the finding says."""
    try:
        return gather(store, finding)
    except ArchiveError:
        if finding.kind != Finding.Kind.LIFE_THREAT:
            raise
        return []


def _handled(seen: Finding, posts: list[Post], now: datetime, opened: list[Incident]) -> bool:
    """False: the finding has got more posts since they were gathered; gather again. One finding at a time, wherever:
    two that are of one matter must not both open an incident, nor under one number."""
    with transaction.atomic():
        leases.turn("incidents")
        finding = Finding.objects.select_for_update().get(pk=seen.pk)
        if finding.handled_at is not None:
            return True
        if finding.post_ids != seen.post_ids:
            return False
        done, incident = _handle(finding, posts, now)
        if done:
            finding.handled_at = now
            finding.save(update_fields=["handled_at"])
    if incident is not None:
        opened.append(incident)
    return True


def _handle(finding: Finding, posts: list[Post], now: datetime) -> tuple[bool, Incident | None]:
    """Whether it is done with (a threat to a life that nobody could be told of is not), and the incident, if a new
    one was opened."""
    if finding.kind == Finding.Kind.LIFE_THREAT:
        return notify.tell_life_threat(finding, posts, now), None
    while (found := _joinable(finding, posts)) is not None:
        # Locked, and looked for again if somebody has closed it since: nothing joins what is over.
        incident = Incident.objects.select_for_update().filter(pk=found.pk, state__in=OPEN_STATES).first()
        if incident is not None:
            _join(incident, finding, posts, now)
            return True, None
    return True, _open(finding, posts, now)


def _joinable(finding: Finding, posts: list[Post]) -> Incident | None:
    """The open incident that shares the finding's event, that its burst opened before it rose, that has an event of
    the same words, or that shares at least half of the posts of either."""
    events = roots(own_events(finding))
    opened = list(
        Incident.objects.filter(state__in=OPEN_STATES).defer("situation").order_by("-discovered_at", "-number")
    )
    for incident in opened:
        if set(events) & set(roots(incident.events)):  # what it was opened by may have been merged since
            return incident
    if finding.rise and (risen := _before_rise(finding)) is not None and not (events and risen.events):
        return risen  # not where the burst was one event's and is now another's
    if terms := _terms(events):
        for incident in opened:
            if _alike(terms, _terms(incident.events)):
                return incident
    own = set(finding.post_ids)
    ids = [post.id for post in posts if post.id in own] or list(finding.post_ids)
    if not ids:
        return None
    shared = (
        IncidentPost.objects.filter(incident__state__in=OPEN_STATES, post_id__in=ids)
        .values("incident")
        .annotate(n=Count("id"))
        .order_by("-n", "-incident__discovered_at", "-incident__number")
        .first()
    )
    if shared is None:
        return None
    incident, n = Incident.objects.get(pk=shared["incident"]), shared["n"]
    wider = n >= WIDER and n >= SHARED * incident.posts.count() and n >= WIDER_PART * len(ids)
    return incident if n >= SHARED * len(ids) or wider else None


def _before_rise(finding: Finding) -> Incident | None:
    """The open incident of the subject's last spike."""
    same = {"subject_kind": finding.subject_kind, "subject": finding.subject, "kind": finding.kind}
    last = Finding.objects.filter(**same, onset__lt=finding.onset).order_by("-onset").first()
    links = IncidentFinding.objects.filter(finding=last, incident__state__in=OPEN_STATES) if last else None
    link = links.select_related("incident").first() if links is not None else None
    return link.incident if link else None


def _terms(events: Iterable[str]) -> set[str]:
    return {
        str(term) for terms in Event.objects.filter(id__in=events).values_list("terms", flat=True) for term in terms
    }


def _alike(ours: set[str], theirs: set[str]) -> bool:
    """Whether two events are told by the same words: people write of one matter in more than one way, and what is
    grouped apart (伊景园滨河苑 捆绑销售, 广铁集团 捆绑销售) still is one incident."""
    shared = ours & theirs
    return len(shared) >= ALIKE and any(len(term) >= TELLING for term in shared)


def _open(finding: Finding, posts: list[Post], now: datetime) -> Incident:
    title = _title(finding, posts)
    texts = [f"{post.title} {post.text[:200]}" for post in posts]
    incident = Incident.objects.create(
        number=_number(finding.found_at),
        title=title,
        kind=finding.kind,
        suggested_level=read_level(finding.risk.get("level")),
        discovered_at=finding.found_at,
        explanation=finding.explanation,
        facts=finding.facts,
        risk=finding.risk,
        situation=finding.situation,
        events=own_events(finding),
        watchlist_name=finding.watchlist.name if finding.watchlist else "",
        watchlist_version=finding.watchlist_version,
        policy=finding.policy,
        unit=_unit(finding, title, posts),
        plan=choose_plan(
            finding.watchlist.plan if finding.watchlist else "",
            title,
            texts,
            denied=bool(finding.facts.get("rumour")),
        ),
    )
    IncidentFinding.objects.create(incident=incident, finding=finding)
    kept = keep(incident, posts, now)
    incident.facts = finding.facts | tally(list(incident.posts.all()), now) | fields.suggested(incident)
    reassess(incident, now, risk_store.in_force(), posts)
    incident.save(update_fields=["facts", "risk", "situation", "suggested_level"])
    running.start(incident, now)
    step(
        incident, None, "found", f"系统发现（{finding.get_kind_display()}）：{finding.explanation}；原文 {kept} 条", now
    )
    fill_plan(incident, now)
    notify.tell(incident, now, hit=finding.kind == Finding.Kind.IMMEDIATE)
    return incident


def _join(incident: Incident, finding: Finding, posts: list[Post], now: datetime) -> None:
    """Its posts and facts are added; the suggested level may rise, never fall."""
    IncidentFinding.objects.create(incident=incident, finding=finding)
    added = keep(incident, posts, now)
    before = incident.suggested_level
    suggested = min(before, read_level(finding.risk.get("level")))
    # The graver finding speaks for the incident: one that sees only part of it must not make it look smaller.
    if suggested < before or finding.risk.get("score", 0) >= incident.risk.get("score", 0):
        incident.explanation = finding.explanation
        incident.facts = incident.facts | finding.facts
        incident.risk = finding.risk or incident.risk
        incident.situation = finding.situation or incident.situation
    incident.facts = incident.facts | tally(list(incident.posts.all()), now) | fields.suggested(incident)
    incident.suggested_level = suggested
    reassess(incident, now, risk_store.in_force(), posts)
    suggested = incident.suggested_level
    # A level once confirmed stays the person's, but must not hide from them that the matter has become graver.
    if incident.level is not None and suggested < min(before, incident.level):
        incident.raised_level = suggested
    incident.events = list(dict.fromkeys([*incident.events, *own_events(finding)]))
    if (
        incident.unit
        and incident.state in BEFORE_ASSIGNING
        and wrongdoing.names(wrongdoing.perhaps_said_in(incident), incident.unit.name)
    ):
        incident.unit = None  # it was a guess; a report has come that accuses it
    _name_what_raised(incident, finding)
    incident.save()
    rise = f"；建议级别由{look(before).full}升为{look(suggested).full}" if suggested < before else ""
    step(incident, None, "joined", f"并入新发现：{finding.explanation}；新增原文 {added} 条{rise}", now)
    fill_plan(incident, now)
    notify.tell(incident, now, hit=finding.kind == Finding.Kind.IMMEDIATE)


def _name_what_raised(incident: Incident, finding: Finding) -> None:
    """The watchlist with its version and the policy, where the findings before were about an event alone."""
    if finding.watchlist and not incident.watchlist_name:
        incident.watchlist_name, incident.watchlist_version = finding.watchlist.name, finding.watchlist_version
    incident.policy = incident.policy or finding.policy


def _number(at: datetime) -> str:
    """2019-0802-01: the day in Asia/Shanghai, and a running number of it."""
    day = f"{at.astimezone(CHINA):%Y-%m%d}-"
    last = Incident.objects.filter(number__startswith=day).order_by("-number").values_list("number", flat=True)
    running_number = max((int(number.rsplit("-", 1)[1]) for number in last), default=0) + 1
    return f"{day}{running_number:02d}"


def _title(finding: Finding, posts: list[Post]) -> str:
    said = finding.title.strip() or (posts[0].title.strip() if posts else "") or finding.explanation
    line = " ".join(mask(said).text.split())
    return line if len(line) <= TITLE else line[: TITLE - 1] + "…"


def _unit(finding: Finding, title: str, posts: list[Post]) -> Unit | None:
    """A guess a person confirms: the policy's unit, else whose field the topics, the watchlist or the title name.
    Never one that a report of wrongdoing among the posts names."""
    said = wrongdoing.said_in_posts(posts)
    units = [unit for unit in Unit.objects.order_by("pk") if not wrongdoing.names(said, unit.name)]
    if finding.policy and finding.policy.unit:
        return next((unit for unit in units if unit.name == finding.policy.unit), None)
    topics = [post.marks.topic for post in posts if post.marks.topic]
    watchlist = finding.watchlist.name if finding.watchlist else ""

    def fit(unit: Unit) -> float:
        words = [str(word) for word in unit.topics if word]
        share = sum(topic in words for topic in topics) / len(topics) if topics else 0.0
        named = any(word in title for word in words) + (watchlist in words if watchlist else False)
        return share + named

    best = max(units, key=fit, default=None)
    return best if best is not None and fit(best) > 0 else None
