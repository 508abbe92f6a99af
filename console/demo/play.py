"""The demo from inside: ten days of Minsheng's work at simulated times. run.py starts `python -m console.demo.play`
with the demo's environment; the job (site, now, password) is JSON on standard input."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from urllib.parse import quote

import django

from archive.post import CHINA

DAYS = 10  # the first of them takes in what is older, as history
MORNING = ((7, 50), (8, 0))  # what is collected before eight is in the digest of eight
YESTERDAY = (*MORNING, *((hour, 0) for hour in range(10, 24, 2)))
EVENING = (20, 0)  # of the day before yesterday


def moments(now: datetime) -> Iterator[datetime]:
    """When Minsheng works: every morning, finer yesterday (not at night, when nobody writes: every crawl costs
    seconds), this morning, and at `now`."""
    local = now.astimezone(CHINA)
    hours = {2: (*MORNING, EVENING), 1: YESTERDAY}
    for day in range(DAYS, -1, -1):
        date = local.date() - timedelta(days=day)
        for hour, minute in hours.get(day, MORNING):
            at = datetime.combine(date, time(hour, minute), CHINA)
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
    inside.ask_second(now)
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
