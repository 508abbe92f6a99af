"""Crawling what is due: rows to jobs, jobs to subprocesses, outcomes back to rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from console.speaker_keys import speaker_keys
from crawlers.declaration import Declaration
from crawlers.job import Job, Outcome
from crawlers.launch import run
from crawlers.speaker import live_periods
from monitor.models import Source
from monitor.sources import SourceFields, begin_crawl, due_sources, end_crawl

AT_ONCE = 4  # a crawl mostly waits: for its site's pace, and for answers
REST = timedelta(minutes=1)
LOOK_SECONDS = 5.0  # how often a rolling crawl looks for what has become due

Told = Callable[[Source, Outcome], None]


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
    running: dict[Future[Outcome], tuple[Source, datetime]] = {}
    started: list[Future[Outcome]] = []
    rested: dict[str, datetime] = {}  # when a source may be crawled once more
    # The rows are read and written in this thread alone; the others only wait for subprocesses.
    with ThreadPoolExecutor(AT_ONCE, "crawl") as pool:
        while running or (waiting and not stop()):
            while len(running) < AT_ONCE and not stop() and (source := next_source(waiting, _of(running))):
                waiting.remove(source)
                at = read()
                if row := begin_crawl(source.id, at):
                    started.append(pool.submit(run, job_for(row, at, speaker_keys(settings.VAR / "speaker_keys", at))))
                    running[started[-1]] = (row, at)
            done, _ = wait(running, timeout=LOOK_SECONDS if rolling else None, return_when=FIRST_COMPLETED)
            for future in done:
                (source, at), outcome = running.pop(future), future.result()
                end_crawl(source, outcome.to_json(), outcome.since, at)
                rested[source.id] = at + REST
                if told:
                    told(source, outcome)
            if rolling and not stop():
                waiting = _due(read(), running, rested)
    return [future.result() for future in started]


def _due(
    now: datetime, running: Mapping[Future[Outcome], tuple[Source, datetime]], rested: Mapping[str, datetime]
) -> list[Source]:
    """What has become due since and is not under way. One that is due still, because another process is at it, is not
    asked again and again."""
    busy = {source.id for source in _of(running)}
    return [row for row in due_sources(now) if row.id not in busy and rested.get(row.id, now) <= now]


def _of(running: Mapping[Future[Outcome], tuple[Source, datetime]]) -> list[Source]:
    return [source for source, _ in running.values()]


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
