"""日报: what was collected from the day before at 08:00 to this day at 08:00, and what must be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.by_character import ByCharacter
from alerts import digest_parts as parts
from alerts import digest_policies
from alerts.digest_counts import NONE, REACH, Counts, Told, collected, count, span
from alerts.letters import allowed, put
from alerts.mail.digest import digest_brief, digest_letter
from alerts.models import Delivery, Digest, Incident, Recipient
from archive.names import KIND_NAMES
from archive.store import Store
from monitor.matters import UNSORTED
from monitor.models import Source, Watchlist

USUAL_DAYS = 28  # a row's usual number is its mean over the digests of so many days before


def make_digest(store: Store, day: date, now: datetime, *, mail: bool = True) -> Digest:
    """The digest of `day`, made once and then kept, and with `mail` a mail to each recipient, once a day. Killed
    anywhere, call it again."""
    made = Digest.objects.filter(day=day).first()
    content, told = (made.content, b"") if made else _drafted(store, day, now)
    with transaction.atomic():
        made, new = Digest.objects.get_or_create(day=day, defaults={"content": content, "told": told, "made_at": now})
        if new:
            audit.record(now, None, "digest.make", "digest", day.isoformat(), {"total": content["total"]})
            Digest.objects.filter(day__lt=day - 2 * REACH).exclude(told=None).update(told=None)
        full, short = digest_letter(made.content), digest_brief(day)
        readers = Recipient.objects.filter(enabled=True, digest=True).order_by(ByCharacter("email"))
        for recipient in readers if mail else ():
            letter = full if allowed(recipient.email) else short
            put(Delivery.Kind.DIGEST, day.isoformat(), recipient.email, letter, now)
    return made


def draft(store: Store, day: date, now: datetime) -> dict[str, Any]:
    """What the digest of `day` says, as JSON; nothing is kept. The keys are told in docs/plans.md."""
    return _drafted(store, day, now)[0]


def _drafted(store: Store, day: date, now: datetime) -> tuple[dict[str, Any], bytes]:
    """Its content, and what it took (digest_counts.Told)."""
    wanted = span(day)
    near = Digest.objects.filter(day__gte=day - 2 * REACH, day__lte=day + 2 * REACH).exclude(told=None)
    others = dict(near.exclude(day=day).values_list("day", "told"))
    told = Told(wanted, {each: bytes(packed) for each, packed in others.items() if packed is not None})
    counts = count(collected(store, wanted), wanted, told)
    return _content(store, day, now, counts), told.packed()


def _content(store: Store, day: date, now: datetime, counts: Counts) -> dict[str, Any]:
    wanted = span(day)
    before = [digest.content for digest in Digest.objects.filter(day__lt=day).order_by("-day")[:USUAL_DAYS]]
    names = dict(Source.objects.values_list("id", "name"))
    fresh = Incident.objects.filter(discovered_at__gte=wanted.since, discovered_at__lt=wanted.until)
    return {
        "day": day.isoformat(),
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "published_since": wanted.published_since.isoformat(),
        "office": settings.OFFICE_NAME,
        "total": counts.total,
        "usual_days": len(before),
        "usual": _mean([int(content["total"]) for content in before]),
        "late": counts.late,
        "copies": counts.copies,
        "history": counts.history,
        "doubles": counts.doubles,
        "answers": counts.answers,
        "kinds": _rows(counts.kinds, before, "kinds", names={str(kind): name for kind, name in KIND_NAMES.items()}),
        "sources": _rows(counts.sources, before, "sources", names=names),
        "watchlists": _watchlists(counts, before),
        "watched": counts.watched,
        "matters": sorted(_rows(counts.matters, before, "matters"), key=lambda row: row["key"] == UNSORTED),
        "new_incidents": parts.incident_rows(fresh.select_related("unit"), now),
        "open_incidents": parts.incident_rows(parts.open_incidents(), now),
        "events": parts.events(store, counts.events.most_common(20)),
        "questions": parts.questions(store, now),
        "health": parts.source_health(now),
        "policies": digest_policies.uninterpreted(now),
        "policy_work": digest_policies.work(now),
        "uncovered": list(settings.UNCOVERED),
        "undelivered": parts.undelivered(),
    }


def _watchlists(counts: Counts, before: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every enabled watchlist, with 0 too, and what none of them names."""
    known = {name: counts.watchlists.get(name, 0) for name in _watchlist_names()}
    rows = _rows(Counter(known) | counts.watchlists, before, "watchlists", set(known))
    return [*rows, *_rows(Counter({NONE: counts.unwatched}), before, "watchlists", {NONE})]


def _watchlist_names() -> list[str]:
    return list(Watchlist.objects.filter(enabled=True).values_list("name", flat=True))


def _rows(
    counted: Counter[str],
    before: Sequence[dict[str, Any]],
    field: str,
    also: set[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """{key, name, count, usual}, most first; `also` are keys to show at 0, `names` how keys are shown."""
    shown = names or {}
    past = [{row.get("key", row["name"]): row["count"] for row in content.get(field, ())} for content in before]
    rows = [
        {
            "key": key,
            "name": shown.get(key, key),
            "count": counted.get(key, 0),
            "usual": _mean([day.get(key, 0) for day in past]),
        }
        for key in set(counted) | (also or set())
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["name"], row["key"]))


def _mean(numbers: Sequence[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 1) if numbers else None
