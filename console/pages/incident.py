"""An incident: level, clocks, what happened, why this level, the plan, the posts, the record, the acts."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import user_of
from accounts.audit import SYSTEM, record
from accounts.models import Role
from alerts import fields
from alerts.acts import view
from alerts.history import signed
from alerts.models import FilledPlan, Incident, IncidentPost, State
from alerts.plans.facts import Counts, read_counts, read_denials, read_item, read_words
from console.pages.charts import Chart, day_chart
from console.pages.clock import now as clock_of
from console.pages.formats import day_in_china
from console.pages.forms import FORMS
from console.pages.login import address
from console.pages.markdown import fills
from console.pages.methods import methods
from console.pages.standing import clock_now, level_of
from console.pages.weighty import of_evidence
from console.pages.why import posts_counted, why
from monitor import corrections
from monitor.deciding import roots
from monitor.models import Event

SHOWN = 5
PER_PAGE = 50
# The way of an incident (DESIGN.md); a dismissed one left it.
STEPS = (State.FOUND, State.CONFIRMED, State.HANDLING, State.ANSWERED, State.CLOSED)
# Which acts a person may be offered in a state.
ACTS: dict[str, tuple[str, ...]] = {
    State.FOUND: ("confirm", "dismiss"),
    State.CONFIRMED: ("assign", "confirm", "dismiss"),
    State.HANDLING: ("answer", "assign", "confirm", "dismiss"),
    State.ANSWERED: ("close", "answer", "confirm"),
    State.CLOSED: (),
    State.DISMISSED: (),
}


@methods("GET")
def incident(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Incident.objects.select_related("unit", "policy", "plan"), number=number)
    view(found, user_of(request), clock_of(request), address(request))
    return page_of(request, found)


def page_of(
    request: HttpRequest,
    found: Incident,
    bound: Mapping[str, forms.Form] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; after an act that failed with what was typed (`bound`, by name of the act) and the reason."""
    now = clock_of(request)
    may = user_of(request).may(Role.OFFICER)
    names = ACTS[found.state] if may else ()
    counts = read_counts(found.facts)
    plan = FilledPlan.objects.filter(incident=found).first()
    posts = IncidentPost.objects.filter(incident=found)
    context = {
        "incident": found,
        "level": level_of(found),
        "field_told": fields.told(found.facts),
        "accused": fields.accused(found),
        "steps": _steps(found),
        "clocks": [clock_now(clock, now) for clock in found.clocks.all()],
        "chart": days_of(found, counts, now),
        "why": why(found),
        "counts": counts,
        "first": read_item(found.facts.get("first")),
        "terms": read_words(found.facts.get("terms")),
        "denials": read_denials(found.facts),
        "events": Event.objects.filter(id__in=roots(found.events)),
        "plan": plan,
        "fills": fills(plan.text) if plan else 0,
        "posts": _shown(posts),
        "post_count": posts.count(),
        "history": signed(found.steps.all()),
        "deliveries": found.deliveries.all(),
        "forms": {name: FORMS[name].for_incident(found) for name in names} | dict(bound or {}),
        "seen": last_act(found),
        "fault": fault,
    }
    return render(request, "incident.html", context, status=status)


@methods("GET")
def posts(request: HttpRequest, number: str) -> HttpResponse:
    """The posts kept with the incident, with their text: all, or (`?of=`) those that a part of its risk counts."""
    found = get_object_or_404(Incident, number=number)
    record(clock_of(request), user_of(request), "incident.posts", "incident", number, address=address(request))
    rows = IncidentPost.objects.filter(incident=found)
    if of := request.GET.get("of", "")[:16]:
        rows = rows.filter(post_id__in=posts_counted(found, of))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = [(row.post_id, row.snapshot) for row in page.object_list]
    texts = {identity: f"{each.get('title', '')}\n{each.get('text', '')}" for identity, each in kept}
    context = {
        "incident": found,
        "level": level_of(found),
        "page": page,
        "of": of,
        "doubtful": corrections.doubtful(texts),
        "why": of_evidence(dict(kept)),
    }
    return render(request, "incident_posts.html", context)


def _shown(posts: QuerySet[IncidentPost]) -> list[IncidentPost]:
    """The newest five; a copy says nothing new as long as there is anything else."""
    return list(posts.filter(snapshot__copy_of=None)[:SHOWN]) or list(posts[:SHOWN])


def last_act(found: Incident) -> int:
    """The last step a person took (0: none). A form carries it, so that an act rests on what its writer saw."""
    step = found.steps.exclude(by=SYSTEM).order_by("-id").first()
    return step.pk if step else 0


def days_of(found: Incident, counts: Counts, now: datetime) -> Chart | None:
    """Posts a day, from the facts or else of those kept with the incident; over two weeks at least."""
    times = found.posts.exclude(published_at=None).values_list("published_at", flat=True)
    days = dict(counts.days) or Counter(day_in_china(at) for at in times if at)
    if not days:
        return None
    last = max(*days, min(day_in_china(now), max(days) + timedelta(days=7)))
    first: date = min(*days, last - timedelta(days=13))
    return day_chart(days.items(), first, last)


def _steps(found: Incident) -> list[tuple[str, str]]:
    """(word, done | current | ahead)."""
    if found.state == State.DISMISSED:
        return [(State.FOUND.label, "done"), (State.DISMISSED.label, "current")]
    here = STEPS.index(State(found.state))
    return [
        (step.label, "done" if index < here else "current" if index == here else "ahead")
        for index, step in enumerate(STEPS)
    ]
