"""console.work: what recurs, done at the edge cases of a machine that sleeps, fails or is full."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from alerts.digest import make_digest
from alerts.incidents import open_incidents
from alerts.models import Delivery, Digest, Incident, IncidentPost
from archive.post import CHINA, Post
from archive.sqlite import SQLiteStore
from archive.store import ArchiveError, Store
from console import work
from monitor import reading
from monitor.models import Event, Finding
from monitor.watchlists import Draft, save
from tests.alerts.city import fill, finding, recipient
from tests.alerts.city import post as citys
from tests.console.monitoring import own_archive
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = datetime(2026, 3, 20, 8, tzinfo=CHINA)
DAY = timedelta(days=1)
Kind = Delivery.Kind


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    settings.MAIL_DOMAINS = ["press.example.gov.cn"]
    with own_archive(settings, tmp_path) as opened:
        yield opened


def threat(number: int = 1) -> Post:
    return post("活不下去了", f"我真的不想活了，今晚就从{number}号桥上跳下去。", at=NOW - timedelta(minutes=number))


def quiet(count: int) -> list[Post]:
    return [post(f"路灯不亮{n}", at=NOW - timedelta(hours=2, minutes=n)) for n in range(count)]


def mails(kind: Kind) -> int:
    return Delivery.objects.filter(kind=kind).count()


def test_a_threat_to_a_life_is_told_after_its_batch_not_after_the_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    recipient()
    store.put([*quiet(6), threat()])
    told: list[tuple[int, int]] = []
    work.watch(store, NOW, lambda read: told.append((read, mails(Kind.LIFE))))
    assert told[-1][0] == 7
    assert mails(Kind.LIFE) == 1
    work.watch(store, NOW)
    assert mails(Kind.LIFE) == 1, "once"


def test_an_immediate_hit_opens_its_incident_with_its_counts_while_the_round_reads_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
    recipient()
    hits = [post(f"临江路爆炸{n}", f"{n}号楼", at=NOW - timedelta(hours=5 - n), speaker=f"s{n}") for n in range(3)]
    store.put([*hits, *quiet(4)])
    seen: list[int] = []
    _, opened = work.watch(store, NOW, lambda _read: seen.append(Incident.objects.count()))
    assert 1 in seen[:-1], "before the last batch"
    assert Incident.objects.count() == len(opened)
    assert Finding.objects.filter(facts={}).count() == 0
    assert set(IncidentPost.objects.values_list("post_id", flat=True)) == {hit.id for hit in hits}
    told = [identity for ids in Finding.objects.values_list("post_ids", flat=True) for identity in ids]
    assert sorted(told) == sorted(hit.id for hit in hits), "each hit is told once, however many batches there were"


@pytest.mark.parametrize("point", ["archive.sqlite.SQLiteStore.annotate", "monitor.round.complete"])
def test_what_a_killed_round_left_is_told_before_new_hits(
    store: Store, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Killed before or after the first batch got its marks, and run again: as if it had not been killed."""
    monkeypatch.setattr(reading, "BATCH", 1)
    save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
    store.put([post(f"临江路爆炸{n}", f"{n}号楼", at=NOW - timedelta(hours=5 - n)) for n in range(4)])

    def killed(*_given: Any, **_named: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(point, killed)
        with pytest.raises(KeyboardInterrupt):
            work.watch(store, NOW)
    assert not Incident.objects.exists()
    work.watch(store, NOW)
    findings = Finding.objects.filter(kind=Finding.Kind.IMMEDIATE)
    assert [len(each.post_ids) for each in findings] == [1, 1, 1, 1]
    assert findings.filter(handled_at=None).count() == 0


def test_what_was_found_is_told_also_where_the_round_fails(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
    recipient()
    store.put([threat(), post("临江路爆炸")])

    def full(*_given: Any) -> Any:
        raise ArchiveError("磁盘已满")

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "annotate", full)
        with pytest.raises(ArchiveError, match="磁盘已满"):
            work.watch(store, NOW)
    assert (mails(Kind.LIFE), mails(Kind.ALERT)) == (1, 1)


def test_a_finding_that_cannot_be_opened_keeps_no_threat_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    recipient()
    finding([], found_at=NOW - DAY, subject="早")
    store.put([threat()])

    def broken(*_given: Any) -> Any:
        raise ValueError("broken on purpose")

    monkeypatch.setattr("alerts.incidents._open", broken)
    with pytest.raises(ValueError, match="on purpose"):
        work.watch(store, NOW)
    assert mails(Kind.LIFE) == 1


def days() -> list[date]:
    return list(Digest.objects.order_by("day").values_list("day", flat=True))


def test_a_machine_that_slept_makes_the_digests_of_the_week_and_mails_the_one_of_today(store: Store) -> None:
    recipient()
    work.digest(EIGHT)
    now = EIGHT + 3 * DAY + timedelta(hours=6)
    told = work.digest(now)
    assert told == "2026-03-21 日报、2026-03-22 日报、2026-03-23 日报"
    assert days() == [EIGHT.date() + n * DAY for n in range(4)]
    mailed = Delivery.objects.filter(made_at=now).values_list("natural_key", flat=True)
    assert [key.split(":")[1] for key in mailed] == ["2026-03-23"]


def test_a_digest_less_than_a_day_late_is_mailed(store: Store) -> None:
    recipient()
    work.digest(EIGHT)
    assert work.digest(EIGHT + 2 * DAY - timedelta(hours=1)) == "2026-03-21 日报"
    assert mails(Kind.DIGEST) == 2


def test_the_digests_of_more_than_a_week_ago_are_not_made_up(store: Store) -> None:
    work.digest(EIGHT)
    work.digest(EIGHT + 20 * DAY)
    assert days() == [EIGHT.date(), *(EIGHT.date() + n * DAY for n in range(14, 21))]


def test_a_new_installation_has_missed_none(store: Store) -> None:
    assert work.digest(EIGHT - timedelta(hours=1)) == ""
    work.digest(EIGHT)
    assert days() == [EIGHT.date()]


def test_retention_takes_bodies_lone_findings_and_digests_but_no_incident(store: Store, settings: Settings) -> None:
    recipient()
    fill(store, posts := [citys(str(n), NOW - timedelta(hours=2)) for n in range(3)])
    finding(posts, NOW)
    open_incidents(store, NOW)
    make_digest(store, EIGHT.date(), NOW)
    finding([], NOW, subject="旧", handled_at=NOW)
    untold = finding([], NOW, subject="x", kind=Finding.Kind.LIFE_THREAT)
    Event.objects.create(id="旧", title="某小区停水", first_at=NOW, last_at=NOW)
    waiting = Delivery.objects.get(kind=Kind.ALERT)
    Delivery.objects.filter(kind=Kind.DIGEST).update(status=Delivery.Status.SENT)
    later = NOW + timedelta(days=settings.RETENTION_DAYS, hours=1)
    told = work.retention(later)
    assert "清空邮件正文 1 封，删除未成舆情的发现 1 个、日报 1 期" in told
    digest = Delivery.objects.get(kind=Kind.DIGEST)
    assert (digest.text, digest.html, digest.attachments) == ("", "", [])
    waiting.refresh_from_db()
    assert waiting.text, "not sent yet"
    assert Finding.objects.count() == 2 and Finding.objects.filter(pk=untold.pk).exists()
    assert not Digest.objects.exists() and not Event.objects.exists()
    assert IncidentPost.objects.count() == 3
    Delivery.objects.update(status=Delivery.Status.SENT)
    assert "正文 1 封" in work.retention(later)
    assert "正文 0 封" in work.retention(later)
