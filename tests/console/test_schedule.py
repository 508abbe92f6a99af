"""console.schedule: one table, and only the leader does what is in it."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.triggers.interval import IntervalTrigger
from django.db import OperationalError
from django.utils import timezone

from archive.post import CHINA
from archive.store import ArchiveError
from console import schedule, work
from console.schedule import (
    GROUPS,
    LEASE_SECONDS,
    RENEW_SECONDS,
    SOON,
    Edge,
    Leader,
    Task,
    add_tasks,
    build,
    run_task,
    soon,
    table,
    wind_up,
)
from monitor import leases
from monitor.models import Lease
from tests.console.test_supervise import until


def task(run: Callable[[datetime], str], group: str = "work") -> Task:
    return Task("try", "试", "每 1 秒", IntervalTrigger(seconds=1), run, group)


def noting(done: list[str], what: str) -> Callable[[datetime], str]:
    def run(_now: datetime) -> str:
        done.append(what)
        return what

    return run


def test_every_task_has_a_group_and_a_name_of_its_own() -> None:
    tasks = table()
    assert {item.group for item in tasks} == set(GROUPS)
    assert len({item.name for item in tasks}) == len(tasks)
    for group in GROUPS:
        assert [item.name for item in table([group])] == [item.name for item in tasks if item.group == group]


def test_the_digest_is_due_at_eight_in_china() -> None:
    trigger = next(item.trigger for item in table() if item.name == "digest")
    before = datetime(2026, 11, 1, 23, 30, tzinfo=CHINA)
    assert trigger.get_next_fire_time(None, before) == datetime(2026, 11, 2, 8, 0, tzinfo=CHINA)


def test_the_lease_outlives_several_renewals_and_lapses_within_a_minute() -> None:
    assert RENEW_SECONDS * 2 < LEASE_SECONDS < 60


@pytest.mark.django_db(transaction=True)
def test_only_the_leader_works_and_another_takes_over_when_the_lease_lapses() -> None:
    done: list[str] = []
    first, second = Leader(["work"]), Leader(["work"])
    second.holder = "another:1"
    first.renew()
    second.renew()
    run_task(task(noting(done, "first")), first)
    run_task(task(noting(done, "second")), second)
    assert done == ["first"]
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))  # the first died without a word
    second.renew()
    first.renew()
    run_task(task(noting(done, "second")), second)
    run_task(task(noting(done, "first again")), first)
    assert done == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_who_could_not_ask_for_its_lease_for_as_long_as_it_lasts_works_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The state database was away: another may have taken it. When it is back, what fell due is done."""
    done: list[str] = []
    leader = Leader(["work"])
    leader.took = done.append
    leader.renew()
    at = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: at + LEASE_SECONDS)
    run_task(task(noting(done, "worked")), leader)
    assert done == ["work"], "it took the lease, and did nothing after it"
    leader.renew()
    run_task(task(noting(done, "worked")), leader)
    assert done == ["work", "work", "worked"]


@pytest.mark.django_db(transaction=True)
def test_what_is_due_once_a_day_and_fails_does_not_wait_for_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "RETRY_SECONDS", 0.1)
    done: list[str] = []

    def digest(_now: datetime) -> str:
        done.append("tried")
        if len(done) == 1:
            raise OperationalError("the connection is closed")
        return "日报"

    scheduler = build(blocking=False)
    add_tasks(scheduler, [Task("digest", "日报", "每日", IntervalTrigger(days=1), digest, "work")], Leader(["work"]))
    scheduler.start()
    try:
        assert until(lambda: len(done) == 2)
        assert not until(lambda: len(done) > 2, 0.5)
    finally:
        scheduler.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_lease_given_back_is_free_at_once() -> None:
    leader = Leader(["work"])
    leader.renew()
    leader.release()
    assert leases.acquire("scheduler:work", "another:1", 10, timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_leader_of_this_machine_that_was_killed_is_not_waited_for() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert leases.acquire("scheduler:work", f"{socket.gethostname()[:80]}:{gone.pid}:1", 45, timezone.now())
    leader = Leader(["work"])
    leader.renew()
    assert leader.held["work"]


@pytest.mark.django_db(transaction=True)
def test_what_fell_due_while_nobody_led_is_done_when_the_lease_is_got() -> None:
    """Started at 08:00:10 after a crash at 07:59:50, the lease of the dead is in the way until 08:00:35; the digest
    of eight must not wait for tomorrow."""
    done: list[str] = []
    daily = IntervalTrigger(days=1)
    tasks = [
        Task("digest", "日报", "每日", daily, noting(done, "digest"), "work"),
        Task("retention", "移出", "每日", daily, noting(done, "retention"), "work", at_start=False),
    ]
    assert leases.acquire("scheduler:work", "another:1", 45, timezone.now())
    scheduler, leader = build(blocking=False), Leader(["work"])
    add_tasks(scheduler, tasks, leader)
    scheduler.start()
    try:
        threading.Event().wait(0.5)
        assert done == []
        Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        leader.renew()
        for _ in range(200):
            if done:
                break
            threading.Event().wait(0.05)
        assert done == ["digest"]
    finally:
        scheduler.shutdown()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("brought", "followed"), [("新到 1 条", True), ("", False)])
def test_a_round_follows_a_crawl_at_once_that_brought_something(brought: str, followed: bool) -> None:
    done: list[str] = []

    def crawl(_now: datetime) -> str:
        done.append("crawl")
        return brought

    daily = IntervalTrigger(days=1)
    tasks = [
        Task("crawl", "采集", "每日", daily, crawl, "work", then="round"),
        Task("round", "研判", "每日", daily, noting(done, "round"), "work", at_start=False),
    ]
    scheduler = build(blocking=False)
    add_tasks(scheduler, tasks, Leader(["work"]))
    scheduler.start()
    try:
        for _ in range(40):
            if "round" in done:
                break
            threading.Event().wait(0.05)
        assert done == (["crawl", "round"] if followed else ["crawl"])
    finally:
        scheduler.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_round_that_was_running_when_news_came_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "AGAIN_SECONDS", 0.1)
    done: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def crawl(_now: datetime) -> str:
        assert begun.wait(20)
        return "新到 1 条"

    def round_(_now: datetime) -> str:
        begun.set()
        assert go_on.wait(20)
        done.append("round")
        return ""

    daily = IntervalTrigger(days=1)
    tasks = [
        Task("crawl", "采集", "每日", daily, crawl, "work", then="round"),
        Task("round", "研判", "每日", daily, round_, "work"),
    ]
    scheduler = build(blocking=False)
    add_tasks(scheduler, tasks, Leader(["work"]))
    scheduler.start()
    try:
        threading.Event().wait(1)  # the crawl has ended and the round asked for was refused
        go_on.set()
        for _ in range(200):
            if len(done) == 2:
                break
            threading.Event().wait(0.05)
        assert len(done) == 2
    finally:
        go_on.set()
        scheduler.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_now: datetime) -> str:
        raise ValueError("broken on purpose")

    def work(_now: datetime) -> str:
        worked.set()
        return "done"

    worked = threading.Event()
    scheduler = build(blocking=False)
    tasks = [
        task(fail),
        Task("good", "好", "每 1 秒", IntervalTrigger(seconds=1), work, "work"),
    ]
    add_tasks(scheduler, tasks, Leader(["work"]))
    scheduler.start()
    try:
        assert worked.wait(20)
        for _ in range(100):
            if "broken on purpose" in caplog.text:
                break
            threading.Event().wait(0.1)
    finally:
        scheduler.shutdown()
    assert "task try failed: broken on purpose" in caplog.text


def test_an_archive_that_is_away_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Its traceback, every minute until it is back, would tell nobody anything."""
    error, at = ArchiveError("Elasticsearch（es:9200）连不上"), timezone.now()
    schedule._tell(JobExecutionEvent(EVENT_JOB_ERROR, "round", "default", at, exception=error, traceback="Traceback"))
    assert [row.message for row in caplog.records] == ["task round failed: Elasticsearch（es:9200）连不上"]


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_given_back_only_when_nothing_runs_any_more() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def slow(_now: datetime) -> str:
        begun.set()
        assert go_on.wait(20)
        done.append("slow")
        return "round"

    daily = IntervalTrigger(days=1)
    tasks = [
        Task("crawl", "采集", "每日", daily, slow, "work", then="round"),
        Task("round", "研判", "每日", daily, noting(done, "round"), "work", at_start=False),
    ]
    scheduler, leader = build(blocking=False), Leader(["work"])
    add_tasks(scheduler, tasks, leader)
    scheduler.start()
    assert begun.wait(20)
    ending = threading.Thread(target=wind_up, args=(scheduler, tasks, leader))
    ending.start()
    ending.join(0.5)
    try:
        assert ending.is_alive()
        assert not leases.acquire("scheduler:work", "another:1", 10, timezone.now()), "it still works"
    finally:
        go_on.set()
        ending.join(20)
    assert done == ["slow"], "what runs is waited for, and nothing follows"
    assert leases.acquire("scheduler:work", "another:1", 10, timezone.now())


@pytest.mark.django_db(transaction=True)
def test_what_was_missed_is_made_up_however_late() -> None:
    scheduler = build(blocking=False)
    add_tasks(scheduler, table(["work"]), Leader(["work"]))
    scheduler.start(paused=True)
    try:
        assert {job.misfire_grace_time for job in scheduler.get_jobs() if job.id in {"digest", "crawl"}} == {None}
    finally:
        scheduler.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_task_that_lasts_is_told_to_stop_and_can_have_another_run_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def crawl_due(_now: datetime, **given: object) -> list[object]:
        seen.update(given)
        return []

    def deliver(_now: datetime, **given: object) -> str:
        seen["mail"] = given
        return ""

    monkeypatch.setattr(work, "crawl_due", crawl_due)
    monkeypatch.setattr(schedule, "deliver", deliver)
    scheduler = build(blocking=False)
    edge = Edge(stop=lambda group: group == "delivery", soon=partial(soon, scheduler))
    tasks = table(None, edge)
    add_tasks(scheduler, tasks, Leader(GROUPS))
    scheduler.start(paused=True)
    try:
        for each in tasks:
            if each.name in ("crawl", "deliver"):
                each.run(timezone.now())
        assert (seen["stop"](), seen["mail"]["stop"]()) == (False, True)  # type: ignore[operator,index]
        assert seen["clock"] is seen["mail"]["clock"] is timezone.now  # type: ignore[index]
        scheduler.modify_job("round", next_run_time=timezone.now() + timedelta(minutes=4))
        edge.soon("round")
        soonest = scheduler.get_job("round").next_run_time
        assert soonest <= timezone.now() + SOON
        edge.soon("round")
        assert scheduler.get_job("round").next_run_time == soonest, "what comes meanwhile does not put it off"
    finally:
        scheduler.shutdown()


def test_the_table_is_shown_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("schedule", "--list")
    shown = capsys.readouterr().out
    assert all(item.title in shown for item in schedule.table())


def test_a_group_of_its_own_imports_nothing_the_others_need() -> None:
    """What two processes import, both hold in memory."""
    script = (
        "import sys, django; django.setup(); from console.management.commands.schedule import table; "
        "table([sys.argv[1]]); print(*sys.modules)"
    )
    held = {}
    for group in ("delivery", "work"):
        told = subprocess.run([sys.executable, "-c", script, group], check=True, capture_output=True, text=True)
        held[group] = set(told.stdout.split())
    assert {"numpy", "docx", "console.work", "console.urls"} & held["delivery"] == set()
    assert {"numpy", "console.work"} <= held["work"]
