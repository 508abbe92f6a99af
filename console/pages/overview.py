"""总览: what needs me now first, then how much there is, and whether we can see at all."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alerts.models import OPEN_STATES, Delivery, Digest, Incident
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
QUIET = timedelta(days=3)
LATE_MAIL = timedelta(minutes=15)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Volume:
    chart: Chart | None
    yesterday: int
    mean: float


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """`troubled`: (name, what is wrong), at most SHOWN of `trouble_count`."""

    total: int
    fine: int
    troubled: list[tuple[str, str]]
    trouble_count: int
    last: datetime | None
    due: datetime | None


@methods("GET")
def overview(request: HttpRequest) -> HttpResponse:
    now = clock_of(request)
    incidents = Incident.objects.filter(state__in=OPEN_STATES).select_related("unit").prefetch_related("clocks")
    try:
        volume, fault = _volume(now), ""
    except ArchiveError as error:
        volume, fault = None, str(error)
    context = {
        "rows": by_urgency(incidents, now),
        "volume": volume,
        "archive_fault": fault,
        "health": source_health(list(Source.objects.filter(enabled=True)), now),
        "uncovered": settings.UNCOVERED,
        "digest": Digest.objects.filter(day__lte=day_in_china(now)).order_by("-day").first(),
        "undelivered": _undelivered(now),
        "round": RoundState.objects.first(),
        "today": day_in_china(now),
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


def source_health(sources: list[Source], now: datetime) -> SourceHealth:
    """A source is in trouble if it failed the last time, was never collected, or has been silent for three days."""
    troubled = []
    for source in sources:
        if source.failures:
            troubled.append((source.name, f"连续 {source.failures} 次采集失败"))
        elif source.last_ok is None:
            troubled.append((source.name, "尚未采集"))
        elif source.last_new is None or now - source.last_new > QUIET:
            troubled.append((source.name, "3 天以上无更新"))
    last = max((source.last_ok for source in sources if source.last_ok), default=None)
    due = min((source.next_due for source in sources if source.next_due), default=None)
    return SourceHealth(len(sources), len(sources) - len(troubled), troubled[:SHOWN], len(troubled), last, due)


def _undelivered(now: datetime) -> int:
    """Mails of the last week that did not reach anybody, or have been waiting too long."""
    recent = Delivery.objects.filter(due_at__gt=now - timedelta(days=7))
    failed = recent.filter(status__in=[Delivery.Status.REFUSED, Delivery.Status.FAILED]).count()
    waiting = [Delivery.Status.DUE, Delivery.Status.CLAIMED]
    return failed + recent.filter(status__in=waiting, due_at__lt=now - LATE_MAIL).count()
