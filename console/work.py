"""What recurs, each as one function of `now` that says in a line what it did; "" where there was nothing to do."""

from datetime import datetime, timedelta

from django.conf import settings

from alerts.digest import make_digest
from alerts.incidents import open_incidents
from alerts.outbox import deliver
from archive.post import CHINA
from console.archive import archive
from console.crawling import crawl_due
from monitor.round import run_round

DIGEST_HOUR = 8


def crawl(now: datetime) -> str:
    outcomes = crawl_due(now)
    news = sum(outcome.counts["new"] + outcome.counts["updated"] for outcome in outcomes)
    return f"采集 {len(outcomes)} 个信源，新到 {news} 条" if news else ""


def monitor(now: datetime) -> str:
    """A round, and at once the incidents its findings call for."""
    report = run_round(archive(), now)
    opened = open_incidents(archive(), now)
    return f"{report}；新开舆情 {len(opened)} 起"


def send(now: datetime) -> str:
    return str(deliver(now))


def digest(now: datetime) -> str:
    """The digest of today, once, from 08:00 on: also after a morning on which the machine was off."""
    local = now.astimezone(CHINA)
    if local.hour < DIGEST_HOUR:
        return ""
    make_digest(archive(), local.date(), now)
    return f"{local.date()} 日报"


def retention(now: datetime) -> str:
    removed = archive().expire(now - timedelta(days=settings.RETENTION_DAYS))
    return f"到期移出 {removed} 条"
