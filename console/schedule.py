"""The one table of what runs when, and the scheduler that runs it while it holds the lease."""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.db import Error, close_old_connections
from django.utils import timezone

from alerts import claims
from alerts.outbox import deliver
from archive.post import CHINA
from archive.store import ArchiveError
from console import faults
from console.holding import take
from monitor import leases

log = logging.getLogger(__name__)

GROUPS = ("crawl", "work", "delivery")  # each may have a process, and a machine, of its own
LEASE_SECONDS = 40  # and RENEW_SECONDS more until it is asked for: another scheduler takes over within a minute
RENEW_SECONDS = 15
AGAIN_SECONDS = 5
AGAIN = ":again"
SOON = timedelta(seconds=30)  # what several sources bring within it is one round's
RETRY_SECONDS = 60  # after a task has failed: what is due once a day must not wait for tomorrow


@dataclass(frozen=True, slots=True)
class Task:
    """`run` says what it did, "" for nothing. `then`: the task that follows at once where this one did something.
    `at_start`: also run when the scheduler becomes the one that works, for what fell due while none did."""

    name: str
    title: str
    when: str
    trigger: BaseTrigger
    run: Callable[[datetime], str]
    group: str
    at_start: bool = True
    then: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What a task that lasts must know while it runs: the time, whether a group's tasks are to stop (somebody asked, or
    another leads by now), and how to have another task run soon."""

    clock: Callable[[], datetime] = timezone.now
    stop: Callable[[str], bool] = lambda _group: False
    soon: Callable[[str], None] = lambda _task: None


def table(only: Sequence[str] | None = None, edge: Edge | None = None) -> list[Task]:
    """What runs when, of the groups `only` (None: of all). A task that is still running is not started twice; a missed
    one runs once, however late. Where crawling has a process of its own, a round waits for its turn."""
    made = {"crawl": _crawl, "work": _work, "delivery": _delivery}
    return [task for group in GROUPS if not only or group in only for task in made[group](edge or Edge())]


# What a group needs is imported for it alone: the process that delivers would have another 20 MB for nothing.
def _crawl(edge: Edge) -> list[Task]:
    from console import work

    run = partial(work.crawl, clock=edge.clock, stop=partial(edge.stop, "crawl"), brought=partial(edge.soon, "round"))
    return [Task("crawl", "采集到时的信源", "每 1 分钟", _every(60), run, "crawl", then="round")]


def _work(_edge: Edge) -> list[Task]:
    from console import work

    return [
        Task("round", "研判新到的信息", "每 5 分钟", _every(300), work.monitor, "work"),
        Task("answers", "政策问答库的建议", "每日 07:40", _daily(7, 40), work.answers, "work"),
        Task("digest", "日报", "每日 08:00", _daily(work.DIGEST_HOUR), work.digest, "work"),
        Task("retention", "移出到期的信息", "每日 03:30", _daily(3, 30), work.retention, "work", at_start=False),
    ]


def _delivery(edge: Edge) -> list[Task]:
    def run(now: datetime) -> str:
        return str(deliver(now, stop=partial(edge.stop, "delivery"), clock=edge.clock))

    return [Task("deliver", "送达到时的邮件", "每 20 秒", _every(20), run, "delivery")]


def _every(seconds: int) -> BaseTrigger:
    return IntervalTrigger(seconds=seconds, timezone=CHINA)


def _daily(hour: int, minute: int = 0) -> BaseTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=CHINA)


class Leader:
    """Holds one lease a group; only while it is held do this group's tasks run here. `took` is told a group whose
    lease was got: what fell due while nobody held it is done then."""

    def __init__(self, groups: Sequence[str]) -> None:
        self.holder = claims.holder()
        self.held = dict.fromkeys(groups, False)
        self._until = dict.fromkeys(groups, 0.0)
        self.took: Callable[[str], None] = lambda _group: None

    def renew(self) -> None:
        close_old_connections()
        for group in self.held:
            asked, held_before = time.monotonic(), self.leads(group)
            held = take(f"scheduler:{group}", self.holder, LEASE_SECONDS)
            self.held[group], self._until[group] = held, asked + LEASE_SECONDS
            if held != held_before:
                log.warning("%s %s the lease of %s", self.holder, "took" if held else "lost", group)
                if held:
                    self.took(group)

    def leads(self, group: str) -> bool:
        """Whether the lease is held, also where it could not be asked for a while: then it has run out by our own
        clock, and another may work."""
        return self.held[group] and time.monotonic() < self._until[group]

    def release(self) -> None:
        for group in self.held:
            leases.release(f"scheduler:{group}", self.holder)


def run_task(task: Task, leader: Leader) -> str:
    """One run of one task: the edge at which the clock is read. What it raises, APScheduler's listener logs.
    Returns the name of the task to follow, or ""."""
    if not leader.leads(task.group):
        return ""
    close_old_connections()
    try:
        did = task.run(timezone.now())
        if did:
            log.info("%s: %s", task.name, did)
        return task.then if did else ""
    finally:
        close_old_connections()


def add_tasks(scheduler: BaseScheduler, tasks: Sequence[Task], leader: Leader) -> None:
    def catch_up(group: str) -> None:
        for task in tasks:
            if task.at_start and task.group == group:
                scheduler.modify_job(task.name, next_run_time=timezone.now())

    scheduler.add_job(
        leader.renew, IntervalTrigger(seconds=RENEW_SECONDS), id="lease", executor="lease", max_instances=1
    )
    for task in tasks:
        scheduler.add_job(
            run_task,
            task.trigger,
            (task, leader),
            id=task.name,
            name=task.title,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,  # a machine that slept through 08:00 still makes its digest
        )
    leader.took = catch_up
    leader.renew()

    def follow(event: JobExecutionEvent) -> None:
        if event.retval:
            with suppress(JobLookupError):  # we are stopping
                scheduler.modify_job(event.retval, next_run_time=timezone.now())

    def again(event: JobSubmissionEvent) -> None:
        """A task asked to follow while it was still running: what is new came after it had looked."""
        if event.job_id in {task.then for task in tasks}:
            scheduler.modify_job(event.job_id, next_run_time=timezone.now() + timedelta(seconds=AGAIN_SECONDS))

    def retry(event: JobExecutionEvent) -> None:
        """By a job of its own: what fails at once is heard of before APScheduler has set when it runs next."""
        name, at = event.job_id.partition(AGAIN)[0], timezone.now() + timedelta(seconds=RETRY_SECONDS)
        task = next((task for task in tasks if task.name == name), None)
        regular = task.trigger.get_next_fire_time(None, timezone.now()) if task else None
        if task and (regular is None or regular > at):
            again = {"id": name + AGAIN, "name": task.title, "replace_existing": True, "misfire_grace_time": None}
            scheduler.add_job(run_task, DateTrigger(at), (task, leader), **again)

    scheduler.add_listener(follow, EVENT_JOB_EXECUTED)
    scheduler.add_listener(again, EVENT_JOB_MAX_INSTANCES)
    scheduler.add_listener(retry, EVENT_JOB_ERROR)
    scheduler.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)


def _tell(event: JobExecutionEvent) -> None:
    if isinstance(event.exception, ArchiveError):
        log.error("task %s failed: %s", event.job_id, event.exception)
    elif isinstance(event.exception, Error) and (told := faults.of_database(event.exception)):
        log.error("task %s failed: %s", event.job_id, told)
    elif event.exception:
        log.error("task %s failed: %s\n%s", event.job_id, event.exception, event.traceback)
    else:
        log.warning("task %s was missed at %s", event.job_id, event.scheduled_run_time)


def build(blocking: bool = True) -> BaseScheduler:
    kind = BlockingScheduler if blocking else BackgroundScheduler
    # The lease has a thread of its own, so that long crawls never make it lapse.
    return kind(timezone=CHINA, executors={"default": ThreadPoolExecutor(6), "lease": ThreadPoolExecutor(1)})


def soon(scheduler: BaseScheduler, task: str) -> None:
    """Have the task run within SOON, if it would not anyway."""
    at = timezone.now() + SOON
    job = scheduler.get_job(task)
    if job is not None and job.next_run_time > at:
        with suppress(JobLookupError):
            scheduler.modify_job(task, next_run_time=at)


def run_scheduler(only: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT, then end cleanly: no task starts any more, those that run are waited for (mails stop
    after the one in hand, crawls after those that run), and only then is the lease given back. A second signal ends
    at once."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a long crawl is not started twice is no news
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # what a task raised is told by _tell
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    scheduler, leader = build(blocking=False), Leader(sorted({task.group for task in table(only)}))
    edge = Edge(stop=lambda group: bool(asked) or not leader.leads(group), soon=partial(soon, scheduler))
    tasks = table(only, edge)
    add_tasks(scheduler, tasks, leader)
    scheduler.start()
    while not asked:
        time.sleep(0.2)
    wind_up(scheduler, tasks, leader)


def wind_up(scheduler: BaseScheduler, tasks: Sequence[Task], leader: Leader) -> None:
    """While tasks still run, the lease is theirs and is renewed: another scheduler must not begin the same work."""
    leader.took = lambda _group: None
    for task in tasks:
        for name in (task.name, task.name + AGAIN):
            with suppress(JobLookupError):
                scheduler.remove_job(name)
    scheduler.remove_executor("default")  # returns when its pool is empty
    scheduler.shutdown()
    try:
        leader.release()
    except Error as error:  # it runs out by itself
        log.warning("the lease was not given back: %s", faults.of_database(error) or error)
