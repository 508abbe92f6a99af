"""The subprocess: it dies with its parent, is one at a time, ends in time, and leaves an outcome whatever happens."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers import launch
from crawlers.declare import load
from crawlers.job import Failed, Job, Outcome, State
from tests.crawlers.recrawl import NOW, Crawler
from tests.crawlers.small_site import Page, Site

LIST = "- {id: qj, name: 清江, kind: list, url: 'http://SITE/', item: li, fields: {url: a@href, title: a}, delay: 0}"


def job_for(site: Site, folder: Path, **more: object) -> Job:
    raw = load(LIST.replace("SITE", site.address))[0][0].raw
    values: dict[str, Any] = {
        "source": raw, "now": NOW, "archive": f"sqlite:///{folder / 'a.sqlite3'}", "allowed": (site.address,),
        "lock": str(folder / "lock"), "seconds": 60.0, **more,
    }  # fmt: skip
    return Job(**values)


def hang(site: Site) -> threading.Event:
    """The list page is asked for and never answered; the event says that it was asked for."""
    asked = threading.Event()

    def trap(handler: object) -> None:
        asked.set()
        time.sleep(30)

    site.pages["/"] = trap
    return asked


def test_the_crawl_dies_with_whoever_started_it(site: Site, tmp_path: Path) -> None:
    asked = hang(site)
    program = (
        "import sys; from crawlers.job import Job; from crawlers.launch import run; "
        "run(Job.loads(sys.stdin.readline()))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, text=True, cwd=launch.ROOT)
    assert parent.stdin
    parent.stdin.write(job_for(site, tmp_path).dumps() + "\n")
    parent.stdin.flush()
    assert asked.wait(30)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    assert len(children) == 1
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdin.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{children[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{children[0]}").exists()
    # Its lock went with it: the next crawl goes ahead.
    site.listing("/", [])
    assert launch.run(job_for(site, tmp_path)).faults[0].code == "selector"


def test_two_crawls_of_one_source_do_not_run_at_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawlers import run

    monkeypatch.setattr(run, "LOCK_WAIT_SECONDS", 0.1)
    with run.holding(str(tmp_path / "lock")):
        outcome = run.crawl(job_for(site, tmp_path), lambda line: None)
    assert (outcome.ok, outcome.faults[0].code) == (False, "busy")
    assert site.log == []


def test_a_crawl_past_its_time_is_ended_and_says_so(site: Site, tmp_path: Path) -> None:
    hang(site)
    outcome = launch.run(job_for(site, tmp_path, seconds=2.0), grace=1.0)
    assert (outcome.ok, outcome.whole, outcome.faults[0].code) == (False, False, "overdue")


def test_a_crawl_that_somebody_ends_is_over_at_once(site: Site, tmp_path: Path) -> None:
    """Its lease was lost, say."""
    asked, ended = hang(site), threading.Event()

    def end() -> None:
        asked.wait(30)
        ended.set()

    threading.Thread(target=end).start()
    began = time.monotonic()
    outcome = launch.run(job_for(site, tmp_path), ended=ended)
    assert (outcome.ok, outcome.whole, outcome.faults[-1].code) == (False, False, "died")
    assert time.monotonic() - began < 25


def test_a_killed_crawl_keeps_its_state_and_puts_off_the_page_it_was_stuck_in() -> None:
    state = {"pages": {"http://x/": {"etag": "1"}}, "failed": {}, "outside": ["a"]}
    job = Job(source={"id": "qj"}, now=NOW, archive="", state=state)
    program = "print('{\"reading\": \"http://x/1\"}', flush=True); import sys; sys.exit('out of memory')"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    outcome, reading = launch._converse(process, job, None)
    process.communicate()
    assert (outcome, reading) == (None, ["http://x/1"])
    broken = launch._broken_off(job, reading, False, "Traceback\nMemoryError")
    assert broken.state["pages"] == state["pages"] and broken.state["outside"] == ["a"]
    assert State.from_json(broken.state).failed["http://x/1"] == Failed(
        "处理此页时采集进程停住或退出", 1, NOW + timedelta(hours=6), alone=True
    )
    assert [fault.code for fault in broken.faults] == ["stuck", "died"]
    assert "单独再试" in broken.faults[0].message and "MemoryError" in broken.faults[1].message
    # A page that kills crawls is given up after two more; it is not opened in every cycle.
    for tries, then in ((2, NOW + timedelta(days=1)), (3, None)):
        broken = launch._broken_off(replace(job, state=broken.state), reading, False, "")
        again = State.from_json(broken.state).failed["http://x/1"]
        assert (again.tries, again.next) == (tries, then)
    assert "不再打开" in broken.faults[0].message


def test_pages_a_crawl_died_with_are_read_again_one_by_one_behind_all_others(site: Site, crawler: Crawler) -> None:
    for name in "abc":
        site.article(f"/{name}.html", f"清江{name}", "停水")
    site.pages["/"] = "".join(f"<li><a href='/{name}.html'>清江{name}</a></li>" for name in "abc")
    stuck = {site.url(f"/{name}.html"): Failed("停住", 1, NOW + timedelta(hours=6), alone=True) for name in "ab"}
    crawler.state = State(failed=stuck).to_json()
    crawler.crawl(LIST)
    assert set(crawler.posts()) == {"/c.html"}
    site.log.clear()
    assert crawler.crawl(LIST, NOW + timedelta(hours=6)).state["failed"] == {}
    assert set(crawler.posts()) == {"/a.html", "/b.html", "/c.html"}
    said = [next(iter(line.items())) for line in crawler.lines if {"reading", "read"} & set(line)]
    assert said == [(what, url) for url in stuck for what in ("reading", "read")]
    assert site.paths() == ["/", "/a.html", "/b.html"]


def test_an_archive_that_is_none_is_named_and_the_walk_counts_as_broken(site: Site, crawler: Crawler) -> None:
    (crawler.folder / "archive.sqlite3").write_bytes(b"this is no database" * 100)
    site.article("/1.html", "清江", "停水")
    site.pages["/"] = Page(b"<li><a href='/1.html'>x</a></li>")
    outcome = crawler.crawl(LIST)
    assert (outcome.ok, outcome.whole) == (False, False)
    assert outcome.faults[-1].code == "archive"


def test_no_secret_of_ours_reaches_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_SECRET_KEY", "geheim")
    monkeypatch.setenv("http_proxy", "http://proxy:1")
    assert not {"MINSHENG_SECRET_KEY", "http_proxy"} & set(launch._environment())
    assert launch._environment()["PATH"] == os.environ["PATH"]


def test_job_and_outcome_survive_the_pipe() -> None:
    job = Job(source={"id": "qj"}, now=NOW, archive="sqlite:///a", since=NOW, speaker_keys={"1": "ab"})
    assert Job.loads(job.dumps()) == job
    assert "ab" not in repr(job.speaker_keys) or "speaker_keys" not in repr(job)
    outcome = Outcome("qj", since=NOW, started=NOW)
    outcome.fault("error", "http://x/", "网站出错")
    outcome.fault("error", "http://x/", "网站出错")
    outcome.request("http://x/", "500", 12)
    assert outcome.counts["faults"] == 1
    assert Outcome.from_json(json.loads(outcome.dumps())["outcome"]) == outcome
