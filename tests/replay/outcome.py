"""What a replayed Minsheng holds, by natural keys: to be compared between two runs. Printed as JSON by

python -m tests.replay.outcome       (the environment says which Minsheng)
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from archive.store import Watermark


def posts() -> dict[str, str]:
    """A digest of every post by its id; without its speaker, whose key is another in every installation."""
    from console.archive import archive

    found: dict[str, str] = {}
    mark = Watermark(datetime(1970, 1, 1, tzinfo=UTC))
    while batch := archive().new_since(mark, 1000):
        for post in batch:
            said = json.dumps(asdict(replace(post, speaker=None)), default=str, sort_keys=True, ensure_ascii=False)
            found[post.id] = hashlib.sha256(said.encode()).hexdigest()
        last = batch[-1]
        mark = Watermark(last.changed_at or last.collected_at, last.id)
    return found


def findings() -> list[list[Any]]:
    from monitor.models import Finding

    rows = Finding.objects.order_by("kind", "subject_kind", "subject", "onset")
    return [
        [row.kind, row.subject_kind, row.subject, str(row.onset), row.tier, row.explanation, row.post_ids]
        for row in rows
    ]


def incidents() -> list[list[Any]]:
    from alerts.models import Incident

    return [
        [
            row.number,
            row.title,
            row.kind,
            row.state,
            row.suggested_level,
            str(row.discovered_at),
            row.explanation,
            sorted(row.posts.values_list("post_id", flat=True)),
            [[clock.slug, str(clock.ends_at)] for clock in row.clocks.all()],
            [[step.act, step.what, str(step.at)] for step in row.steps.all() if step.act != "told"],
        ]
        for row in Incident.objects.order_by("number")
    ]


def deliveries() -> list[list[Any]]:
    from alerts.models import Delivery

    rows = Delivery.objects.order_by("natural_key")
    return [[row.natural_key, row.message_id, row.address, row.subject, row.status, row.text] for row in rows]


def main() -> None:
    import django

    django.setup()
    print(
        json.dumps(
            {"posts": posts(), "findings": findings(), "incidents": incidents(), "deliveries": deliveries()},
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
