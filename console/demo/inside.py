"""What the demo's Minsheng does: load the office, take one step at a simulated time, sum up. Needs Django set up."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import Role
from accounts.people import add_user
from alerts.clocks import until
from alerts.digest import make_digest
from alerts.models import Delivery, Digest, Incident, Recipient, Unit
from alerts.outbox import deliver
from alerts.plans.store import ensure_plans
from archive.post import CHINA
from console.archive import archive
from console.crawling import crawl_due, fields_of
from console.demo import story
from console.demo.run import USER
from console.work import DIGEST_HOUR, answers, second_opinions, watch
from crawlers.declare import load
from monitor.models import Policy
from monitor.policies import DAYS, amend, register
from monitor.policy_found import suggestions
from monitor.sources import save_source
from monitor.validity import day_of
from monitor.watchlists import load_yaml

BY = "演示"
INDENT = " " * 14


def prepare(site: str, start: datetime, password: str) -> Iterator[str]:
    """An empty Minsheng gets its tables, sources, watchlists, plans, units, recipients and one user."""
    call_command("migrate", verbosity=0, interactive=False)
    text = (story.FOLDER / "sources.yaml").read_text(encoding="utf-8").replace("SITE", site)
    declared, faults = load(text)
    for declaration in declared:
        save_source(fields_of(declaration))
    lists = load_yaml((story.FOLDER / "watchlists.yaml").read_text(encoding="utf-8"), by=BY, now=start)
    for fault in [*faults, *lists.faults]:
        raise ValueError(f"演示资料有误：{fault}")
    ensure_plans(start)
    office = story.read("office")
    Unit.objects.bulk_create(Unit(**row) for row in office["units"])
    Recipient.objects.bulk_create(Recipient(**row) for row in office["recipients"])
    add_user(start, USER, Role.ADMIN, password, "演示用户")
    yield (
        f"已准备：信源 {len(declared)} 个、监测方案 {len(lists.saved)} 个、责任单位 {Unit.objects.count()} 个、"
        f"收件人 {Recipient.objects.count()} 个"
    )


def step(at: datetime, now: datetime) -> Iterator[str]:
    """Crawl what is due, one round, incidents, the digest at eight, delivery. Yields what there is to tell."""
    local = at.astimezone(CHINA)
    before = archive().size()
    crawl_due(at)
    for title in _register(at, now):
        yield f"{local:%m月%d日 %H:%M}  登记政策《{title}》"
    _, opened = watch(archive(), at)
    if new := archive().size() - before:
        yield f"{local:%m月%d日 %H:%M}  采集到新信息 {new} 条"
    for incident in opened:
        yield f"{INDENT}舆情 {incident.number} {incident.effective_level.label} {incident.title}"
    answers(at)
    if local.hour >= DIGEST_HOUR and not Digest.objects.filter(day=local.date()).exists():
        make_digest(archive(), local.date(), at)
        yield f"{INDENT}{local:%m月%d日} 日报"
    sent = Delivery.objects.filter(status=Delivery.Status.SENT).count()
    deliver(at)
    if more := Delivery.objects.filter(status=Delivery.Status.SENT).count() - sent:
        yield f"{INDENT}送出邮件 {more} 封"


def _register(at: datetime, now: datetime) -> Iterator[str]:
    """The policies of the office's list that are out by `at`, as a person would register them that day: with the dates
    their own text names."""
    for row in story.read("office")["policies"]:
        out = story.moment(row.get("released") or row["announced"], now)
        if out > at or Policy.objects.filter(title=row["title"]).exists():
            continue
        days = row.get("consulted")
        policy = register(
            row["title"],
            released_at=out if "released" in row else None,
            consulted_from=day_of(out) if days else None,
            consulted_until=day_of(out) + timedelta(days=days) if days else None,
            by=BY,
            now=at,
            doc_number=story.dated(row["doc_number"], now),
            unit=row["unit"],
            query=story.dated(row["query"], now),
        )
        found = {each.field: each.day for each in suggestions(archive(), policy) if each.field in DAYS}
        amend(policy, found, by=BY, now=at)
        yield row["title"]


def ask_second(now: datetime) -> None:
    """What the other engine says of the evidence."""
    second_opinions(now)


def keep_summary() -> None:
    """For run.py: summary.json in the demo's folder."""
    digests = [str(digest.day) for digest in Digest.objects.order_by("day")]
    summary: dict[str, Any] = {
        "posts": archive().size(),
        "incidents": [_row(incident) for incident in Incident.objects.order_by("discovered_at", "number")],
        "digests": digests,
        "digest_path": f"/digests/{digests[-1]}/" if digests else "/",
    }
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    (settings.VAR / "summary.json").write_text(text, encoding="utf-8")


def _row(incident: Incident) -> dict[str, Any]:
    clock = incident.clocks.order_by("ends_at").first()
    return {
        "number": incident.number,
        "kind": incident.get_kind_display(),
        "level": incident.effective_level.label,
        "title": incident.title,
        "explanation": incident.explanation,
        "deadline": f"{clock.name} {until(clock.ends_at)}" if clock else "无",
    }
