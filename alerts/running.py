"""Start, change and meet the deadlines of an incident."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from alerts import clocks
from alerts.models import Clock, Incident

ANSWERS = ("answer_48h", "authoritative_5h")
PRESS = ("press_24h",)


def start(incident: Incident, now: datetime) -> None:
    """The clocks that should run for this incident, counted from its discovery; others are dropped. What was answered
    before it was said to be an emergency (or not to be one) was answered then."""
    chosen: Iterable[str] = getattr(settings, "CLOCKS", ())
    wanted = clocks.presets(incident.emergency, chosen)
    slugs = [preset.slug for preset in wanted]
    drop(incident, now, but=slugs)
    incident.clocks.filter(met_at=None, slug__in=slugs).update(stopped_at=None)
    for preset in wanted:
        Clock.objects.get_or_create(
            incident=incident,
            slug=preset.slug,
            defaults={
                "name": preset.name,
                "basis": preset.basis,
                "starts_at": incident.discovered_at,
                "ends_at": preset.ends(incident.discovered_at),
            },
        )
    if incident.answered_at is not None:
        meet(incident, ANSWERS, incident.answered_at)
    if incident.press_at is not None:
        meet(incident, PRESS, incident.press_at)


def drop(incident: Incident, now: datetime, *, but: Iterable[str] = ()) -> None:
    """Those that are not met do not apply any more; one that was late already stands still, and is not forgotten."""
    unmet = incident.clocks.filter(met_at=None, stopped_at=None).exclude(slug__in=list(but))
    unmet.filter(ends_at__lt=now).update(stopped_at=now)
    unmet.filter(ends_at__gte=now).delete()


def stop(incident: Incident, now: datetime) -> None:
    """It is done: those that are not met stand still."""
    incident.clocks.filter(met_at=None, stopped_at=None).update(stopped_at=now)


def meet(incident: Incident, slugs: Iterable[str], at: datetime) -> list[Clock]:
    """Stop those that still run; the first time counts."""
    met = list(incident.clocks.filter(slug__in=list(slugs), met_at=None))
    for clock in met:
        clock.met_at = at
        clock.save(update_fields=["met_at"])
    return met
