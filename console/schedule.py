"""The one table of what runs when, and the scheduler that runs it while it holds the lease."""

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.db import close_old_connections
from django.utils import timezone

from alerts import claims
from archive.post import CHINA
from console import work
from monitor import leases
from monitor.models import Lease

log = logging.getLogger(__name__)

GROUPS = ("work", "delivery")
LEASE_SECONDS = 45  # another scheduler takes over within a minute
RENEW_SECONDS = 15
AGAIN_SECONDS = 5


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


def table(only: str | None = None) -> list[Task]:
    """What runs when. A task that is still running is not started twice; a missed one runs once, late."""

    def every(seconds: int) -> BaseTrigger:
        return IntervalTrigger(seconds=seconds, timezone=CHINA)

    def daily(hour: int, minute: int = 0) -> BaseTrigger:
        return CronTrigger(hour=hour, minute=minute, timezone=CHINA)

    tasks = [
        Task("crawl", "采集到时的信源", "每 1 分钟", every(60), work.crawl, "work", then="round"),
        Task("round", "研判新到的信息", "每 5 分钟", every(300), work.monitor, "work"),
        Task("digest", "日报", "每日 08:00", daily(work.DIGEST_HOUR), work.digest, "work"),
        Task("retention", "移出到期的信息", "每日 03:30", daily(3, 30), work.retention, "work", at_start=False),
        Task("deliver", "送达到时的邮件", "每 20 秒", every(20), work.send, "delivery"),
    ]
    return [task for task in tasks if only in (None, task.group)]


class Leader:
    """Holds one lease a group; only while it is held do this group's tasks run here. `took` is told a group whose
    lease was got: what fell due while nobody held it is done then."""

    def __init__(self, groups: Sequence[str]) -> None:
        self.holder = claims.holder()
        self.held = dict.fromkeys(groups, False)
        self.took: Callable[[str], None] = lambda _group: None

    def renew(self) -> None:
        close_old_connections()
        for group, held_before in self.held.items():
            name, now = f"scheduler:{group}", timezone.now()
            held = self._acquire(name, now)
            self.held[group] = held
            if held != held_before:
                log.warning("%s %s the lease of %s", self.holder, "took" if held else "lost", group)
                if held:
                    self.took(group)

    def _acquire(self, name: str, now: datetime) -> bool:
        """A holder of this machine that was killed is not waited for."""
        before = Lease.objects.filter(name=name).values_list("holder", flat=True).first()
        if before and before != self.holder and claims.gone(before, now, now):
            leases.release(name, before)
        return leases.acquire(name, self.holder, LEASE_SECONDS, now)

    def release(self) -> None:
        for group in self.held:
            leases.release(f"scheduler:{group}", self.holder)


def run_task(task: Task, leader: Leader) -> str:
    """One run of one task: the edge at which the clock is read. What it raises, APScheduler's listener logs.
    Returns the name of the task to follow, or ""."""
    if not leader.held[task.group]:
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

    scheduler.add_job(leader.renew, IntervalTrigger(seconds=RENEW_SECONDS), executor="lease", max_instances=1)
    for task in tasks:
        scheduler.add_job(
            run_task,
            task.trigger,
            (task, leader),
            id=task.name,
            name=task.title,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=3600,
        )
    leader.took = catch_up
    leader.renew()

    def follow(event: JobExecutionEvent) -> None:
        if event.retval:
            scheduler.modify_job(event.retval, next_run_time=timezone.now())

    def again(event: JobSubmissionEvent) -> None:
        """A task asked to follow while it was still running: what is new came after it had looked."""
        if event.job_id in {task.then for task in tasks}:
            scheduler.modify_job(event.job_id, next_run_time=timezone.now() + timedelta(seconds=AGAIN_SECONDS))

    scheduler.add_listener(follow, EVENT_JOB_EXECUTED)
    scheduler.add_listener(again, EVENT_JOB_MAX_INSTANCES)
    scheduler.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)


def _tell(event: JobExecutionEvent) -> None:
    if event.exception:
        log.error("task %s failed: %s\n%s", event.job_id, event.exception, event.traceback)
    else:
        log.warning("task %s was missed at %s", event.job_id, event.scheduled_run_time)


def build(blocking: bool = True) -> BaseScheduler:
    kind = BlockingScheduler if blocking else BackgroundScheduler
    # The lease has a thread of its own, so that long crawls never make it lapse.
    return kind(timezone=CHINA, executors={"default": ThreadPoolExecutor(6), "lease": ThreadPoolExecutor(1)})


def run_scheduler(tasks: Sequence[Task]) -> None:
    """Run until SIGTERM or SIGINT; the lease is given back on the way out."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a long crawl is not started twice is no news
    scheduler = build()
    leader = Leader(sorted({task.group for task in tasks}))

    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    add_tasks(scheduler, tasks, leader)
    try:
        scheduler.start()
    finally:
        leader.release()
