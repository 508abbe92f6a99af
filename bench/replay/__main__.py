"""make replay: crawl ../shared/replay/site.py as it was, from 2019-07-01 to 2019-09-01 twice a day and from 2019-10-15
to 2020-01-15 daily, into one Minsheng, and report what it found.

    python -m bench.replay                       the whole, written to docs/benchmarks.md
    python -m bench.replay --short               2019-07-25 to 2019-08-04, nothing written
    python -m bench.replay --keep DIR            keep the databases and mails in DIR
    python -m bench.replay --servers             the archive in Elasticsearch, the state in PostgreSQL
    python -m bench.replay --port N              the site on another port than 42621 (0: on a free one)
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from archive.post import CHINA
from bench.replay import checks, world

SHORT = [("2019-07-25", "2019-08-04", 12)]
PORT = 42621  # always the same, so that runs may be compared row by row (world.site)
WHOLE = [("2019-07-01", "2019-09-01", 12), ("2019-10-15", "2020-01-15", 24)]


def times(spans: list[tuple[str, str, int]]) -> Iterator[datetime]:
    """08:00 and 20:00 (or only 08:00) Asia/Shanghai of every day of the spans, both ends included."""
    for first, last, hours in spans:
        at = datetime.fromisoformat(f"{first}T08:00:00").replace(tzinfo=CHINA)
        end = datetime.fromisoformat(f"{last}T20:00:00").replace(tzinfo=CHINA)
        while at <= end:
            yield at
            at += timedelta(hours=hours)


def replay(var: Path, spans: list[tuple[str, str, int]], addresses: Mapping[str, str], port: int = 0) -> dict[str, Any]:
    """Run it all in this process (crawls are subprocesses as ever). `addresses`: settings of servers to use instead
    of files; `port`: the site's. Returns what `report` prints."""
    moments = list(times(spans))
    box = world.Mailbox()
    with world.site(moments[0], port) as site, world.mail_server(box) as smtp:
        os.environ.update({**world.environment(var, site.port, smtp), **addresses})
        import django

        django.setup()
        from bench.replay.step import prepare, step
        from console.archive import archive

        sources = world.SOURCES.read_text(encoding="utf-8").replace("127.0.0.1:8900", f"127.0.0.1:{site.port}")
        watchlists = (world.SHARED / "data" / "watchlists.yaml").read_text(encoding="utf-8")
        prepare(sources, watchlists, world.RECIPIENT, moments[0])
        begun, peak = time.monotonic(), 0
        for now in moments:
            site.at(now)
            told = step(now)
            peak = max(peak, told["crawl_peak_mb"])
            print(f"{now:%Y-%m-%d %H:%M} {time.monotonic() - begun:6.0f} s {'; '.join(told['opened'])}", flush=True)
        rows = checks.incidents()
        return {
            "steps": len(moments),
            "seconds": time.monotonic() - begun,
            "incidents": rows,
            "others": checks.others_a_month(rows),
            "board": checks.board(archive(), site, moments[-1]),
            "private": checks.private_requests(site),
            "requests": len(site.log()),
            "peak_mb": peak,
            "mails": len(box.raw),
            "mails_folded": len(box.folded()),
            "plan_mails": {row.about: len(checks.plan_mails(box, row.number)) for row in rows if row.about},
        }


def faults(told: dict[str, Any], last: str) -> list[str]:
    """Where the replay falls short of what must be shown."""
    wrong = []
    for name, day in checks.EVENTS.items():
        if day > last:
            continue
        about = [row for row in told["incidents"] if row.about == name]
        if len(about) != 1:
            wrong.append(f"{name}: {len(about)} incidents, not one")
        elif f"{about[0].discovered_at:%Y-%m-%d}" > day:
            wrong.append(f"{name}: found on {about[0].discovered_at:%Y-%m-%d}, after {day}")
        if told["plan_mails"].get(name) != 1:
            wrong.append(f"{name}: {told['plan_mails'].get(name, 0)} mails with a plan, not one")
    wrong += [f"{month}: {n} other incidents" for month, n in told["others"].items() if n > 6]
    board = told["board"]
    if not board["visible"] == board["in_archive"] == board["questions_in_archive"] or board["answers_missing"]:
        wrong.append(f"board and archive differ: {board}")
    if told["private"]:
        wrong.append(f"asked for {told['private'][:3]}")
    if told["peak_mb"] > 500:
        wrong.append(f"a crawl took {told['peak_mb']} MB")
    return wrong


def report(told: dict[str, Any], wrong: list[str], servers: bool) -> str:
    board = told["board"]
    lines = [
        "## Replay of a message board, 2019-07 to 2020-01" + (", on Elasticsearch and PostgreSQL" if servers else ""),
        "",
        f"{told['steps']} steps in {told['seconds']:.0f} s; {told['requests']} requests; "
        f"largest crawl process {told['peak_mb']} MB; {told['mails']} mails ({told['mails_folded']} by Message-ID). "
        f"Board: {board['visible']} visible, {board['in_archive']} in the archive, {board['answered']} answered, "
        f"{board['answers_missing']} answers missing; {len(told['private'])} requests under /private/.",
        "",
        "Other incidents a month (immediate matches and the two known events aside): "
        + (", ".join(f"{month} {n}" for month, n in sorted(told["others"].items())) or "none")
        + ".",
        "",
        "| number | by | level | posts | known event | why |",
        "|---|---|---|---|---|---|",
    ]
    for row in told["incidents"]:
        # No titles: the material is not ours to copy.
        lines.append(f"| {row.number} | {row.kind} | {row.level} | {row.posts} | {row.about} | {row.explanation} |")
    lines += ["", "Falls short: " + "; ".join(wrong) if wrong else "Nothing falls short of what must be shown."]
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--short", action="store_true")
    words.add_argument("--keep", type=Path)
    words.add_argument("--servers", action="store_true")
    words.add_argument("--port", type=int, default=PORT)
    given = words.parse_args()
    if not world.SHARED.is_dir():
        sys.exit(f"SKIPPED: {world.SHARED} is not there; the replay needs its real material")
    spans = SHORT if given.short else WHOLE
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="replay-"))
        addresses = stack.enter_context(world.servers()) if given.servers else {}
        told = replay(given.keep or Path(folder), spans, addresses, given.port)
    wrong = faults(told, spans[-1][1])
    text = report(told, wrong, given.servers)
    print(text)
    if not given.short:
        from bench.__main__ import write_section

        write_section("replay_servers" if given.servers else "replay", text)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
