"""One step of a replayed Minsheng, as the scheduler would do it: crawl, round, incidents, deliver, digest at eight.

`python -m bench.replay.step --now T` does one in a process of its own (the environment says where it lives), so that it
can be killed; `prepare` and `step` do the same inside a process that has set Django up."""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.post import CHINA
from bench.replay.world import RECIPIENT


def prepare(sources: str, watchlists: str, recipient: str, now: datetime) -> None:
    """Migrate, and load the sources, watchlists and one recipient."""
    from django.core.management import call_command

    from alerts.models import Recipient
    from alerts.plans.store import ensure_plans
    from console.archive import archive
    from console.crawling import fields_of
    from crawlers.declare import load
    from monitor.sources import save_source
    from monitor.watchlists import load_yaml

    call_command("migrate", verbosity=0, interactive=False)
    declarations, faults = load(sources)
    if faults:
        raise SystemExit(f"the replay's sources are faulty: {faults}")
    for declaration in declarations:
        save_source(fields_of(declaration))
    load_yaml(watchlists, by="replay", now=now)
    ensure_plans(now)
    Recipient.objects.get_or_create(email=recipient, defaults={"name": "新闻办", "duty": True})
    archive()


def step(now: datetime) -> dict[str, Any]:
    from alerts.digest import make_digest
    from alerts.outbox import deliver
    from console.archive import archive
    from console.crawling import crawl_due
    from console.work import watch

    outcomes = crawl_due(now)
    _, opened = watch(archive(), now)
    local = now.astimezone(CHINA)
    if local.hour == 8:
        make_digest(archive(), local.date(), now)
    deliver(now)
    return {
        "now": now.isoformat(),
        "sources": len(outcomes),
        "opened": [f"{incident.number} {incident.title}" for incident in opened],
        "crawl_peak_mb": max((round(outcome.memory_mb) for outcome in outcomes), default=0),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--now", type=datetime.fromisoformat, required=True)
    words.add_argument("--prepare", nargs=2, type=Path, metavar=("SOURCES", "WATCHLISTS"), help="only load these")
    given = words.parse_args()
    import django

    django.setup()
    if given.prepare:
        sources, watchlists = (path.read_text(encoding="utf-8") for path in given.prepare)
        prepare(sources, watchlists, RECIPIENT, given.now)
        return
    print(json.dumps(step(given.now), ensure_ascii=False))


if __name__ == "__main__":
    main()
