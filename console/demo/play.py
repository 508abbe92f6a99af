"""The demo from inside: two weeks of Minsheng's work at simulated times. run.py starts `python -m console.demo.play`
with the demo's environment; the job (site, now, password) is JSON on standard input."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from urllib.parse import quote

import django

from archive.post import CHINA

DAYS = 14  # the first of them takes in what is older, as history
TWICE = 2  # days ago: at eight and at twenty
FINE = range(8, 24, 2)  # hours of yesterday; nobody writes at night, and every step costs some seconds


def moments(now: datetime) -> Iterator[datetime]:
    """When Minsheng works: daily at eight, finer yesterday, at eight this morning, and at `now`."""
    local = now.astimezone(CHINA)
    today = datetime.combine(local.date(), time(0), CHINA)
    hours = {TWICE: (8, 20), 1: FINE, 0: (8,)}
    for day in range(DAYS, -1, -1):
        for hour in hours.get(day, (8,)):
            at = today - timedelta(days=day) + timedelta(hours=hour)
            if at < local:
                yield at
    yield local


def main() -> None:
    job = json.loads(sys.stdin.read())
    now = datetime.fromisoformat(job["now"])
    times = list(moments(now))
    django.setup()
    from console.demo import inside  # after setup: it imports models

    for line in inside.prepare(job["site"], times[0], job["password"]):
        say(line)
    first, last = (at.astimezone(CHINA) for at in (times[0], times[-1]))
    say(f"时间从 {first:%m月%d日 %H:%M} 快进到 {last:%m月%d日 %H:%M}，共 {len(times)} 轮采集和研判：")
    for at in times:
        move_clock(job["site"], at)
        for line in inside.step(at, now):
            say(line)
    inside.keep_summary()


def move_clock(site: str, at: datetime) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(f"http://{site}/__clock?now={quote(at.isoformat())}", data=b"", timeout=20).close()


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
