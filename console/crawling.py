"""Crawling what is due: rows to jobs, jobs to subprocesses, outcomes back to rows."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from console.holding import Held, hold
from console.speaker_keys import speaker_keys
from crawlers.declaration import Declaration
from crawlers.job import Job, Outcome
from crawlers.launch import run
from crawlers.speaker import live_periods
from monitor.models import Source
from monitor.sources import SourceFields, begin_crawl, due_sources, end_crawl, is_due

AT_ONCE = 4  # a crawl mostly waits: for its site's pace, and for answers
REST = timedelta(minutes=1)
LOOK_SECONDS = 5.0  # how often a rolling crawl looks for what has become due
BUSY = "另一个进程正在采集这个信源"
LOST = "状态库有一分钟没有回应，这次采集已停止，已入库的信息都在"

Told = Callable[[Source, Outcome], None]


@dataclass(frozen=True, slots=True)
class _Crawl:
    """One that has begun, under the lease of its source, on however many machines there are; without one (None) it is
    another process that crawls the source. `ended`: see launch.run."""

    source: Source
    at: datetime
    lease: Held | None
    ended: threading.Event

    def submit(self, pool: ThreadPoolExecutor) -> Future[Outcome]:
        if self.lease is not None:
            keys = speaker_keys(settings.VAR / "speaker_keys", self.at)
            return pool.submit(run, job_for(self.source, self.at, keys), ended=self.ended)
        outcome = Outcome(self.source.id, ok=False, started=self.at, since=self.source.since)
        outcome.fault("busy", "", BUSY)
        busy: Future[Outcome] = Future()
        busy.set_result(outcome)
        return busy

    def end(self, outcome: Outcome) -> Outcome:
        """Save how it ended, unless another may have begun since."""
        if self.lease is None:
            return outcome
        with transaction.atomic():
            if self.lease.still():
                end_crawl(self.source, outcome.to_json(), outcome.since, self.at)
            else:
                outcome.ok = False
                outcome.fault("lease", "", LOST)
        return outcome

    def release(self) -> None:
        if self.lease is not None:
            self.lease.release()

    def give_up(self) -> None:
        """Stop it where the state database fails: nothing of it can be saved."""
        self.ended.set()
        if self.lease is not None:
            self.lease.give_up()


def crawl_due(
    now: datetime,
    ids: Sequence[str] | None = None,
    only_due: bool = True,
    told: Told | None = None,
    *,
    clock: Callable[[], datetime] | None = None,
    stop: Callable[[], bool] = lambda: False,
    rolling: bool = False,
) -> list[Outcome]:
    """Crawl enabled sources that are due (or those named), up to AT_ONCE together; one outcome each, in
    the order of starting.

    Each has the time at which it starts, by `clock`: what it brings was not there when the first of all started.
    None: the clock stands at `now`, as in a replay. `rolling`: whatever becomes due while a slow one still runs starts
    too. After `stop()` none starts any more. A source's state is saved when its posts are. What goes wrong with one is
    in its outcome and health, and does not stop the others. `told` hears each outcome as it comes. Raises nothing of a
    crawl's own.
    """
    read = clock or (lambda: now)
    waiting = due_sources(now, ids, only_due=only_due)
    running: dict[Future[Outcome], _Crawl] = {}
    started: list[Future[Outcome]] = []
    rested: dict[str, datetime] = {}  # when a source may be crawled once more

    def tell(source: Source, outcome: Outcome, at: datetime) -> None:
        rested[source.id] = at + REST
        if told:
            told(source, outcome)

    # The rows are read and written in this thread alone; the others only wait for subprocesses.
    with ThreadPoolExecutor(AT_ONCE, "crawl") as pool:
        try:
            while running or (waiting and not stop()):
                while len(running) < AT_ONCE and not stop() and (source := next_source(waiting, _of(running))):
                    waiting.remove(source)
                    if begun := _begin(source, read(), only_due):
                        started.append(begun.submit(pool))
                        running[started[-1]] = begun
                done, _ = wait(running, timeout=LOOK_SECONDS if rolling else None, return_when=FIRST_COMPLETED)
                for future in done:
                    begun = running[future]
                    tell(begun.source, begun.end(future.result()), begun.at)
                    running.pop(future).release()
                if rolling and not stop():
                    waiting = _due(read(), running, rested)
        finally:  # where the state database fails, what still runs ends with us
            for each in running.values():
                each.give_up()
    return [future.result() for future in started]


def _due(now: datetime, running: Mapping[Future[Outcome], _Crawl], rested: Mapping[str, datetime]) -> list[Source]:
    """What has become due since and is not under way. One that is due still, because another process is at it, is not
    asked again and again."""
    busy = {source.id for source in _of(running)}
    return [row for row in due_sources(now) if row.id not in busy and rested.get(row.id, now) <= now]


def _of(running: Mapping[Future[Outcome], _Crawl]) -> list[Source]:
    return [crawl.source for crawl in running.values()]


def _begin(source: Source, now: datetime, only_due: bool) -> _Crawl | None:
    """None where the source is gone, or another process has just crawled it."""
    ended = threading.Event()
    lease = hold(f"crawl:{source.id}", ended.set)
    if lease is None:
        return _Crawl(source, now, None, ended)
    fresh = Source.objects.filter(pk=source.pk).first()  # as it is since the lease is ours
    row = begin_crawl(source.id, now) if fresh and (is_due(fresh, now) or not only_due) else None
    if row is None:
        lease.release()
        return None
    return _Crawl(row, now, lease, ended)


def next_source(waiting: Sequence[Source], running: Iterable[Source]) -> Source | None:
    """The first whose sites nobody is asking just now: a site's pace is kept by one crawl at a time, and which of
    two sources brings a post they share does not depend on chance."""
    busy = set().union(*(sites(source) for source in running))
    return next((source for source in waiting if not sites(source) & busy), None)


def sites(source: Source) -> set[str]:
    urls = source.declaration.get("url") or []
    return {urlsplit(str(url)).netloc for url in (urls if isinstance(urls, list) else [urls])}


def job_for(source: Source, now: datetime, keys: Mapping[str, str]) -> Job:
    """`source` is the row as it was before this crawl began."""
    return Job(
        source=source.declaration,
        now=now,
        archive=settings.ARCHIVE_URL,
        since=source.since,
        whole=source.whole,
        last=source.last_started,
        state=source.validators,
        allowed=tuple(settings.ALLOWED_INTERNAL),
        speaker_keys=keys,
        user_agent=settings.USER_AGENT,
        lock=str(settings.VAR / "locks" / f"{source.id}.lock"),
    )


def trial(declaration: Declaration, now: datetime, posts: int = 3) -> tuple[Outcome, list[Mapping[str, Any]]]:
    """A trial crawl: what would be collected of the first list page, field by field. Saves nothing."""
    shown: list[Mapping[str, Any]] = []

    def listen(message: Mapping[str, Any]) -> None:
        if "post" in message:
            shown.append(message["post"])

    job = Job(
        source=declaration.raw,
        now=now,
        archive="",
        allowed=tuple(settings.ALLOWED_INTERNAL),
        # Of every period, so that an old post too shows whether somebody is named; the hash goes nowhere.
        speaker_keys=dict.fromkeys(map(str, range(live_periods(now)[-1] + 1)), "00"),
        user_agent=settings.USER_AGENT,
        trial=posts,
        seconds=180,
    )
    return run(job, listen), shown


def fields_of(declaration: Declaration) -> SourceFields:
    return SourceFields(
        declaration.id,
        declaration.name,
        declaration.raw,
        declaration.enabled,
        declaration.group,
        declaration.region,
        declaration.every,
    )
