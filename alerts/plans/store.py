"""Prepared plans in the database, with their versions; and which of them a matter calls for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from alerts.models import PlanTemplate, PlanVersion
from alerts.plans import files
from alerts.plans.fill import Prepared

RUMOUR = "rumour"  # the slug of the plan for rumours, where the office has one


def ensure_plans(now: datetime) -> None:
    """Bring in the plans that ship. One that is there already stays as the office left it."""
    for slug, each in files.shipped().items():
        with transaction.atomic():
            made, new = PlanTemplate.objects.get_or_create(
                slug=slug,
                defaults={"name": each.plan.name, "text": each.plan.text, "topics": list(each.topics)},
            )
            if new:
                PlanVersion.objects.create(template=made, number=1, text=made.text, by=audit.SYSTEM, at=now)
                audit.record(now, None, "plan.seed", "plan", slug, {"version": 1})


def save_plan(template: PlanTemplate, text: str, by: User | str, now: datetime) -> PlanVersion:
    """A new version of a plan. A text that is faulty is kept too: the alert then goes out plainly and says so."""
    with transaction.atomic():
        kept = PlanTemplate.objects.select_for_update().get(pk=template.pk)
        kept.version, kept.text = kept.version + 1, text
        kept.save(update_fields=["version", "text"])
        name = by.get_username() if isinstance(by, User) else by
        made = PlanVersion.objects.create(template=kept, number=kept.version, text=text, by=name[:150], at=now)
        audit.record(now, by, "plan.edit", "plan", kept.slug, {"version": kept.version})
    return made


def prepared(template: PlanTemplate | None) -> Prepared:
    """The plan to fill; the shipped default where an incident has none."""
    if template is None:
        return files.shipped()[files.DEFAULT].plan
    return Prepared(template.slug, template.name, template.text, template.version)


def known_plans() -> set[str]:
    """The ids a watchlist may name: those in the database, and those that the next round brings in."""
    return {*PlanTemplate.objects.values_list("slug", flat=True), *files.shipped()}


def choose_plan(wanted: str, title: str, texts: Sequence[str], *, denied: bool = False) -> PlanTemplate | None:
    """The plan a watchlist names (`wanted`), else that for rumours if what the posts say was `denied`, else the one
    whose words the title or at least a third of the posts carry, else the citizens' complaint. A word in the title
    counts as much as in all posts."""
    templates = list(PlanTemplate.objects.all())
    by_slug = {template.slug: template for template in templates}
    if wanted in by_slug:
        return by_slug[wanted]
    if denied and RUMOUR in by_slug:
        return by_slug[RUMOUR]
    default = by_slug.get(files.DEFAULT)
    scored = [
        (_share(template.topics, title, texts), template.slug)
        for template in templates
        if template.slug != files.DEFAULT
    ]
    best = max(scored, default=(0.0, ""))
    return by_slug[best[1]] if best[0] >= 1 / 3 else default


def _share(words: Iterable[str], title: str, texts: Sequence[str]) -> float:
    known = [word for word in words if word]
    in_title = any(word in title for word in known)
    hits = sum(any(word in text for word in known) for text in texts)
    return in_title + (hits / len(texts) if texts else 0.0)
