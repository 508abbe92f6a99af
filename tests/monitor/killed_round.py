"""A round in a process of its own that kills itself: `python -m tests.monitor.killed_round TIME POINT NUMBER`.

At the NUMBER-th time POINT is reached the process gets SIGKILL. POINT "never" lets it run through; "prepare" makes the
databases, with a board's history read and a burst, an immediate post and a threat waiting.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

POINTS = {
    "batch": ("monitor.reading.Reader._batch", False),
    "noted": ("monitor.raising._note", True),  # inside the transaction of the batch
    "before annotate": ("archive.sqlite.SQLiteStore.annotate", False),
    "after annotate": ("archive.sqlite.SQLiteStore.annotate", True),
    "events": ("monitor.placing.Placing._write_events", True),  # inside the transaction of the snapshot
    "before snapshot": ("monitor.placing.Placing.save", False),
    "after snapshot": ("monitor.placing.Placing.save", True),
    "complete": ("monitor.raising.complete", True),
    "finding": ("monitor.found.save", True),  # inside the transaction of the findings
    "written": ("monitor.round._write", True),
}


def arm(point: str, number: int) -> None:
    """Replace what POINT names by itself and a SIGKILL before or after."""
    import importlib

    path, after = POINTS[point]
    parts = path.split(".")
    owner: Any = importlib.import_module(".".join(parts[:2]))
    for name in parts[2:-1]:
        owner = getattr(owner, name)
    inner: Callable[..., Any] = getattr(owner, parts[-1])
    reached = 0

    def dying(*given: Any, **named: Any) -> Any:
        nonlocal reached
        reached += 1
        if reached == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        told = inner(*given, **named)
        if reached == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return told

    setattr(owner, parts[-1], dying)
    if point in ("complete", "finding"):  # imported by name before
        import monitor.round

        setattr(monitor.round, parts[-1], dying)


def prepare(now: datetime) -> None:
    from django.core.management import call_command

    from archive.post import Kind
    from console.archive import archive
    from monitor.models import KnownSource
    from monitor.round import run_round
    from monitor.watchlists import Draft, save
    from tests.monitor.city import post
    from tests.monitor.test_round import history, slow_posts, water_burst

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    save(Draft("水电气", "公共服务保障", "停水|停电"), by="周", now=now)
    save(Draft("公共安全", "公共安全", "爆炸|坍塌", True, ("周", "李")), by="周", now=now)
    store = archive()
    hour = timedelta(hours=1)
    store.put([*history(60), *slow_posts(24, now)[:-2]])
    run_round(store, now - 6 * hour, sentiment="none")
    KnownSource.objects.update(first_read=now - timedelta(days=30))
    fresh = [*water_burst(now - 3 * hour), *slow_posts(24, now)[-2:]]
    fresh += [post(f"{street}爆炸", at=now - hour, key=f"bang-{street}") for street in ("临江路", "河堤路", "解放路")]
    fresh += [post("求助", "欠薪两年，我真的不想活了", kind=Kind.POST), post("关于停水的通知", kind=Kind.POLICY)]
    store.put([replace(each, collected_at=now) for each in fresh])


def main() -> None:
    now, point, number = datetime.fromisoformat(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    import django

    django.setup()
    if point == "prepare":
        prepare(now)
        return
    from console.archive import archive
    from monitor import reading
    from monitor.round import run_round

    reading.BATCH = 5  # so that a batch may be lost
    if point != "never":
        arm(point, number)
    run_round(archive(), now, sentiment="none")


if __name__ == "__main__":
    main()
