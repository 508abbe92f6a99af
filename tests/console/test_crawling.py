"""Crawling what is due: real subprocesses, a real site, the rows afterwards."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from archive.store import Watermark, open_store
from console import crawling, holding
from console.crawling import crawl_due, fields_of, next_source
from console.holding import clock
from console.speaker_keys import speaker_keys
from crawlers.declare import load
from crawlers.job import Job, Outcome
from crawlers.speaker import PERIOD_SECONDS
from monitor import leases
from monitor.models import Lease, Source
from monitor.sources import begin_crawl, due_sources, save_source
from tests.crawlers.small_site import Page, Site, serving

NOW = datetime(2024, 3, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Iterator[Site]:
    """Two good sources and one that fails, and an installation of its own."""
    with serving() as one:
        settings.VAR = tmp_path
        settings.ARCHIVE_URL = f"sqlite:///{tmp_path / 'archive.sqlite3'}"
        settings.ALLOWED_INTERNAL = [one.address]
        for name in ("east", "west"):
            one.article(f"/{name}/1.html", f"清江{name}停水", "停水一天。")
            one.listing(f"/{name}/", [(f"/{name}/1.html", "停水", "2024-03-01")])
        one.pages["/broken/"] = Page(b"oops", status=500)
        save(one, "east", "broken", "west")
        yield one


def save(site: Site, *names: str) -> None:
    for name in names:
        text = f"""
- id: {name}
  name: 清江{name}
  kind: list
  url: http://{site.address}/{name}/
  item: li
  fields: {{url: a@href, title: a@title, published: span}}
  delay: 0
"""
        declarations, faults = load(text)
        assert not faults
        save_source(fields_of(declarations[0]))


def test_one_bad_source_stops_no_other_and_all_are_accounted_for(site: Site, tmp_path: Path) -> None:
    outcomes = crawl_due(NOW)
    assert {outcome.source: outcome.ok for outcome in outcomes} == {"east": True, "west": True, "broken": False}
    rows = {row.id: row for row in Source.objects.all()}
    assert (rows["east"].whole, rows["east"].since, rows["east"].last_ok, rows["east"].last_new) == (
        True, NOW, NOW, NOW,
    )  # fmt: skip
    assert (rows["broken"].whole, rows["broken"].since, rows["broken"].failures) == (False, None, 1)
    assert rows["broken"].outcome["faults"][0]["message"] == "网站出错（500）"
    assert rows["east"].outcome["robots"][site.address]["status"] == 200
    store = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
    assert store.size() == 2
    store.close()


def test_only_what_is_due_is_crawled_and_then_conditionally(site: Site) -> None:
    crawl_due(NOW)
    site.log.clear()
    assert crawl_due(NOW + timedelta(minutes=30)) == []
    assert [outcome.source for outcome in crawl_due(NOW + timedelta(minutes=61))] == ["east", "west"]
    listings = [asked for asked in site.log if asked.path in {"/east/", "/west/"}]
    assert [asked.status for asked in listings] == [304, 304]


def test_a_crawl_starts_from_what_others_left_of_its_source_since_the_batch_began(site: Site) -> None:
    crawl_due(NOW)
    later = NOW + timedelta(hours=2)

    def meanwhile(source: Source, _: Outcome) -> None:
        if source.id == "east":  # another process begins on west, and is killed
            begin_crawl("west", later)
            Source.objects.filter(id="broken").delete()

    site.log.clear()
    assert {outcome.source for outcome in crawl_due(later, told=meanwhile)} == {"east", "west"}
    listings = {asked.path: asked.status for asked in site.log if asked.path in {"/east/", "/west/"}}
    assert listings == {"/east/": 304, "/west/": 200}  # known posts, and an unchanged list, prove nothing now


def test_each_source_has_the_time_at_which_its_own_crawl_starts(site: Site, tmp_path: Path) -> None:
    moments = (NOW + timedelta(minutes=10 * number) for number in range(100))
    crawl_due(NOW, clock=lambda: next(moments))
    started = {row.id: row.last_started for row in Source.objects.all()}
    assert len(set(started.values())) == 3 and all(started.values())
    store = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
    posts = store.new_since(Watermark(NOW - timedelta(days=1)), 9)
    assert {post.source: post.collected_at for post in posts} == {name: started[name] for name in ("east", "west")}
    store.close()


def test_what_becomes_due_starts_while_a_slow_source_still_runs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "LOOK_SECONDS", 0.05)
    let, order, at = threading.Event(), [], [NOW]
    Source.objects.filter(id="west").update(next_due=NOW + timedelta(minutes=5))
    Source.objects.filter(id="broken").delete()
    Source.objects.filter(id="east").update(declaration={"id": "east", "url": "http://slow.example/"})

    def run(job: Job, *, ended: threading.Event) -> Outcome:
        if job.source["id"] == "east":
            assert let.wait(20)
        return Outcome(str(job.source["id"]), ok=True, since=job.now, started=job.now)

    def told(source: Source, _outcome: Outcome) -> None:
        order.append(source.id)
        let.set()

    def clock() -> datetime:
        at[0] += timedelta(minutes=1)
        return at[0]

    monkeypatch.setattr(crawling, "run", run)
    outcomes = crawl_due(NOW, told=told, clock=clock, rolling=True)
    assert order == ["west", "east"]
    assert [outcome.source for outcome in outcomes] == ["east", "west"], "in the order of starting"


def test_a_source_another_process_is_at_is_not_asked_again_and_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "LOOK_SECONDS", 0.01)
    Source.objects.exclude(id="east").delete()

    def run(job: Job, *, ended: threading.Event) -> Outcome:
        outcome = Outcome("east", ok=False, since=job.since, started=job.now)
        outcome.fault("busy", "", "另一进程正在采集")
        return outcome

    monkeypatch.setattr(crawling, "run", run)
    assert len(crawl_due(NOW, rolling=True)) == 1


def test_after_a_stop_no_other_crawl_starts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "AT_ONCE", 1)
    ended: list[str] = []
    crawl_due(NOW, told=lambda source, _: ended.append(source.id), stop=lambda: bool(ended), rolling=True)
    assert len(ended) == 1
    assert Source.objects.exclude(last_started=None).count() == 1


@pytest.mark.parametrize(
    ("waiting", "running", "chosen", "why"),
    [
        (["http://a/1", "http://b/1"], [], "http://a/1", "nobody is busy"),
        (["http://a/1", "http://b/1"], ["http://a/2"], "http://b/1", "one crawl a site at a time"),
        (["http://a/1"], ["http://a/2"], None, "wait for it"),
        ([["http://b/1", "http://a/1"]], ["http://a/2"], None, "any of its addresses"),
    ],
)
def test_a_site_is_asked_by_one_crawl_at_a_time(waiting: list[Any], running: list[Any], chosen: Any, why: str) -> None:
    rows = [Source(id=str(number), declaration={"url": url}) for number, url in enumerate(waiting)]
    found = next_source(rows, [Source(declaration={"url": url}) for url in running])
    assert (found.declaration["url"] if found else None) == chosen, why


def test_a_source_without_an_address_waits_for_nobody() -> None:
    row = Source(declaration={})
    assert next_source([row], [Source(declaration={"url": "http://a/"})]) is row


def test_a_declaration_that_no_longer_passes_is_an_outcome(site: Site) -> None:
    Source.objects.filter(id="east").update(declaration={"id": "east", "kind": "list"})
    (outcome,) = crawl_due(NOW, ["east"], only_due=False)
    assert not outcome.ok and any("缺少 name" in fault.message for fault in outcome.faults)


def test_speaker_keys_last_for_their_90_days_and_no_longer(tmp_path: Path) -> None:
    start = datetime.fromtimestamp(600 * PERIOD_SECONDS, UTC)  # a period begins
    first = speaker_keys(tmp_path, start)
    assert set(first) == {"598", "599", "600", "601"} and len(set(first.values())) == 4
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in first)
    assert speaker_keys(tmp_path, start + timedelta(days=29)) == first
    assert speaker_keys(tmp_path, start + timedelta(days=89))["600"] == first["600"]
    assert "600" not in speaker_keys(tmp_path, start + timedelta(days=90))
    assert not (tmp_path / "600").exists()


def test_the_command_tells_each_outcome_and_fails_where_one_failed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="1 个信源没有采集成功：broken"):
        call_command("crawl", now=NOW)
    text = capsys.readouterr().out
    assert "✓ 清江east：新 1" in text and "✗ 清江broken" in text and "网站出错（500）" in text
    with pytest.raises(CommandError, match="没有编号为 nowhere 的信源"):
        call_command("crawl", "nowhere", now=NOW)
    call_command("crawl", due=True, now=NOW)
    assert "没有要采集的信源" in capsys.readouterr().out


def test_a_source_that_another_machine_crawls_is_left_alone(site: Site) -> None:
    """It is told as busy, not as failed: its health is the other's to say."""
    assert leases.acquire("crawl:east", "elsewhere:1:1", 60, clock())
    outcomes = {outcome.source: outcome for outcome in crawl_due(NOW, ["east", "west"])}
    assert [fault.code for fault in outcomes["east"].faults] == ["busy"] and outcomes["west"].ok
    row = Source.objects.get(id="east")
    assert (row.failures, row.last_started, row.next_due, row.outcome) == (0, None, None, {})
    assert "/east/" not in site.paths()


def test_a_source_that_another_machine_has_just_crawled_is_not_crawled_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(now: datetime, ids: Any, *, only_due: bool) -> list[Source]:
        found = due_sources(now, ids, only_due=only_due)
        Source.objects.filter(id="east").update(next_due=NOW + timedelta(hours=1))  # meanwhile, elsewhere
        return found

    monkeypatch.setattr(crawling, "due_sources", late)
    assert [outcome.source for outcome in crawl_due(NOW, ["east", "west"])] == ["west"]


@pytest.mark.postgresql  # two connections at once
@pytest.mark.django_db(transaction=True)
def test_a_crawl_whose_lease_was_lost_does_not_count(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stood still; another has begun, and what it writes must not be overwritten."""
    monkeypatch.setattr(holding, "RENEW_SECONDS", 0.1)

    def taken(_handler: object) -> None:
        Lease.objects.filter(name="crawl:east").update(holder="elsewhere:1:1")
        time.sleep(20)

    site.pages["/east/"] = taken
    (outcome,) = crawl_due(NOW, ["east"])
    assert not outcome.ok and outcome.faults[-1].code == "lease"
    row = Source.objects.get(id="east")
    assert (row.failures, row.since, row.last_ok) == (0, None, None)
