"""One crawl in this process: a job in, JSON lines out, the outcome last. A process can do this once."""

import fcntl
import json
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from archive.store import ArchiveError, open_store
from crawlers.address_book import AddressBook
from crawlers.declaration import Declaration, SourceKind
from crawlers.declare import DeclarationError, from_mapping
from crawlers.desk import Desk
from crawlers.job import Job, Outcome, State
from crawlers.keeper import Keeper

LOCK_WAIT_SECONDS = 15.0  # a crawl whose parent was killed needs a moment to go

log = logging.getLogger(__name__)
# They log as errors what is an everyday page to us; what became of a page is in the outcome.
_CHATTERERS = ("trafilatura", "htmldate", "readability")

Say = Callable[[Mapping[str, Any]], None]


class BusyError(Exception):
    """Another process is crawling this source. Raised by holding."""


@contextmanager
def holding(path: str) -> Iterator[None]:
    """Hold the source's lock, waiting a little for it. Raises BusyError."""
    if not path:
        yield
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("w") as file:
        ends = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends:
                    raise BusyError from None
                time.sleep(0.1)
        yield


def crawl(job: Job, say: Say) -> Outcome:
    """Crawl; whatever goes wrong is in the outcome."""
    began = time.monotonic()
    outcome = Outcome(str(job.source.get("id", "")), started=job.now, since=job.since, state=dict(job.state))
    try:
        declaration = from_mapping(job.source)
        with holding(job.lock):
            _walk(job, declaration, outcome, say)
    except DeclarationError as error:
        outcome.ok = False
        for fault in error.faults:
            outcome.fault("declaration", fault.key, fault.message)
    except BusyError:
        outcome.ok = False
        outcome.fault("busy", "", "另一个进程正在采集这个信源")
    outcome.seconds = round(time.monotonic() - began, 3)
    outcome.memory_mb = round(peak_kib() / 1024, 1)
    return outcome


def peak_kib() -> int:
    """The most memory this program has had, in KiB. Linux's ru_maxrss also remembers the process that started it."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _walk(job: Job, declaration: Declaration, outcome: Outcome, say: Say) -> None:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawlers.settings import SETTINGS

    state = State.from_json(job.state)
    opener = None if job.trial else partial(open_store, job.archive)
    keeper = Keeper(opener, declaration.query, state.outside)
    desk = Desk(job, declaration, keeper, AddressBook(job.allowed), state, outcome, say)
    settings = Settings(SETTINGS)
    settings.update(
        {
            "USER_AGENT": job.user_agent,
            "DOWNLOAD_DELAY": declaration.delay,
            "AUTOTHROTTLE_START_DELAY": declaration.delay,
        }
    )
    process = AsyncCrawlerProcess(settings)
    for name in _CHATTERERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    crawler = process.create_crawler(_spider(declaration.kind))
    for holder in (crawler, process):  # the middlewares and the spider are given one, the resolver the other
        vars(holder)["desk"] = desk
    finished = process.crawl(crawler)
    process.start(install_signal_handlers=False)
    state.outside = list(keeper.outside)
    outcome.state, outcome.robots = state.to_json(), desk.robots
    if error := finished.exception() or getattr(crawler.spider, "broken", None):
        outcome.ok = outcome.whole = False
        outcome.since = job.since
        if isinstance(error, ArchiveError):
            outcome.fault("archive", "", str(error))
        else:
            log.error("the walk broke off", exc_info=error)
            outcome.fault("internal", "", f"采集中断（{type(error).__name__}：{str(error)[:200]}），请查看日志")


def _spider(kind: SourceKind) -> Any:
    """Imported by kind: a feed's crawl need not wait for what a list's needs."""
    if kind is SourceKind.FEED:
        from crawlers.spiders.feed import FeedWalk

        return FeedWalk
    if kind is SourceKind.SITEMAP:
        from crawlers.spiders.sitemap import SitemapWalk

        return SitemapWalk
    if kind is SourceKind.API:
        from crawlers.spiders.api import ApiWalk

        return ApiWalk
    if kind is SourceKind.QA:
        from crawlers.spiders.qa import QaWalk

        return QaWalk
    from crawlers.spiders.list import ListWalk

    return ListWalk


def main() -> int:
    """`python -m crawlers`: the job is the first line of standard input, which stays open as long as whoever
    started us lives: at its end we go too, whatever we are doing."""
    line = sys.stdin.readline()
    threading.Thread(target=_go_with_parent, daemon=True).start()
    # Libraries that print must not break the lines: our output is a copy of 1, and 1 is standard error now.
    lines: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    writing = threading.Lock()

    def say(message: Mapping[str, Any]) -> None:
        with writing:
            lines.write(json.dumps(message, ensure_ascii=False) + "\n")
            lines.flush()

    outcome = crawl(Job.loads(line), say)
    with writing:
        lines.write(outcome.dumps() + "\n")
        lines.flush()
    return 0


def _go_with_parent() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(3)
