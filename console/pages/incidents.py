"""舆情: the list."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alerts.models import OPEN_STATES, Incident, State
from console.pages.clock import now as clock_of
from console.pages.methods import methods
from console.pages.standing import Standing, by_urgency, standing

PER_PAGE = 20
# state in the address: (word, states it stands for)
CHOICES = {
    "open": ("未办结", tuple(OPEN_STATES)),
    "closed": ("已办结", (State.CLOSED,)),
    "dismissed": ("不作舆情处置（存档）", (State.DISMISSED,)),
    "all": ("全部", tuple(State)),
}


@methods("GET")
def incidents(request: HttpRequest) -> HttpResponse:
    now = clock_of(request)
    chosen = request.GET.get("state", "open")
    chosen = chosen if chosen in CHOICES else "open"
    found = Incident.objects.filter(state__in=CHOICES[chosen][1]).select_related("unit").prefetch_related("clocks")
    found = found.defer("situation")  # as long as its posts are many, and not shown here
    # What is open is sorted by urgency, which takes all of them; the past by time, a page at a time.
    asked = request.GET.get("page")
    page: Page[Standing] | Page[Incident]
    if chosen == "open":
        urgent = Paginator(by_urgency(found, now), PER_PAGE).get_page(asked)
        page, shown = urgent, list(urgent.object_list)
    else:
        past = Paginator(found.order_by("-discovered_at", "-id"), PER_PAGE).get_page(asked)
        page, shown = past, [standing(row, now) for row in past.object_list]
    choices = [
        (key, word, Incident.objects.filter(state__in=states).count()) for key, (word, states) in CHOICES.items()
    ]
    context = {"rows": shown, "page": page, "chosen": chosen, "choices": choices}
    return render(request, "incidents.html", context)
