"""总览: what needs me now first, then how much there is, and whether we can see at all."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alerts.digest_parts import source_health
from alerts.models import OPEN_STATES, Delivery, Digest, Incident
from alerts.notify import untold_threats
from archive.post import CHINA
from archive.store import ArchiveError, Filter, Search
from console.archive import archive
from console.pages.charts import Chart, day_chart
from console.pages.clock import now as clock_of
from console.pages.formats import day_in_china
from console.pages.methods import methods
from console.pages.standing import by_urgency
from monitor.models import RoundState, Source

DAYS = 30
THREATS = 5  # listed
LATE_MAIL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Volume:
    chart: Chart | None
    yesterday: int
    mean: float


@methods("GET")
def overview(request: HttpRequest) -> HttpResponse:
    now = clock_of(request)
    incidents = (
        Incident.objects.filter(state__in=OPEN_STATES)
        .select_related("unit")
        .prefetch_related("clocks")
        .defer("situation")
    )
    try:
        volume, fault = _volume(now), ""
    except ArchiveError as error:
        volume, fault = None, str(error)
    context = {
        "rows": by_urgency(incidents, now),
        "volume": volume,
        "archive_fault": fault,
        "health": source_health(now),  # as the digest tells it
        "crawled": Source.objects.filter(enabled=True).aggregate(last=Max("last_ok"), due=Min("next_due")),
        "uncovered": settings.UNCOVERED,
        "digest": Digest.objects.filter(day__lte=day_in_china(now)).order_by("-day").first(),
        "undelivered": _undelivered(now),
        "untold": list(untold_threats()[:THREATS]),
        "round": RoundState.objects.first(),
        "today": day_in_china(now),
        "yesterday": day_in_china(now) - timedelta(days=1),
    }
    return render(request, "overview.html", context)


def _volume(now: datetime) -> Volume:
    """The last 30 days of Asia/Shanghai, today (so far) the last of them."""
    today = day_in_china(now)
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time(), CHINA)
    wanted = Filter(since=since, until=datetime.combine(today + timedelta(days=1), time(), CHINA))
    days = archive().search(Search(wanted, size=1)).days
    yesterday = dict(days).get(today - timedelta(days=1), 0)
    return Volume(day_chart(days, first, today), yesterday, sum(number for _, number in days) / DAYS)


def _undelivered(now: datetime) -> int:
    """Mails of the last week that did not reach anybody, or have been waiting too long."""
    recent = Delivery.objects.filter(due_at__gt=now - timedelta(days=7))
    lost = Q(status__in=[Delivery.Status.REFUSED, Delivery.Status.FAILED])
    lost |= Q(status=Delivery.Status.WITHDRAWN, kind=Delivery.Kind.LIFE)  # its recipient was disabled meanwhile
    failed = recent.filter(lost).count()
    waiting = [Delivery.Status.DUE, Delivery.Status.CLAIMED]
    return failed + recent.filter(status__in=waiting, due_at__lt=now - LATE_MAIL).count()
