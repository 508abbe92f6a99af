"""Whatever stands in a page, an address or a form: PostgreSQL refuses what SQLite stores (NUL, lone surrogates, NaN,
a text too long for its column), and no post, alert or page may be lost for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.audit import record
from accounts.models import AuditEntry, Role
from alerts.digest import make_digest
from alerts.incidents import open_incidents
from alerts.models import Delivery, Incident, Recipient
from archive.post import CHINA, Kind
from crawlers.declare import load
from crawlers.job import Outcome
from monitor.models import Finding, PolicyProposal, Source
from monitor.policies import PolicyError, register
from monitor.round import run_round
from monitor.sources import SourceFields, end_crawl, save_source
from monitor.watchlists import Draft, WatchlistError, save
from tests.console.factories import user
from tests.console.monitoring import own_archive
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
LONG = "停水" * 4000


def end(outcome: Outcome) -> Source:
    save_source(SourceFields("east", "清江东城", {"url": "http://a/"}, True, "", "", 3600))
    end_crawl(Source.objects.get(), outcome.to_json(), NOW, NOW)
    return Source.objects.get()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("\\u0000", "\\u0000"),  # six characters, no NUL
        ("𠮷", "𠮷"),
        ("NaN", "NaN"),
    ],
)
def test_what_postgresql_refuses_becomes_a_sign_in_text_and_in_json(given: str, kept: str) -> None:
    row = record(NOW, None, "try", "text", given, {given: [given, {"a": given}]})
    row.refresh_from_db()
    assert (row.subject, row.details) == (kept, {kept: [kept, {"a": kept}]})
    assert AuditEntry.objects.filter(subject=given).count() == 1, "asked for as it was given"
    assert AuditEntry.objects.filter(details__contains={kept: [given]}).count() == 1


@pytest.mark.postgresql
def test_numbers_that_are_none_become_nothing() -> None:
    row = record(NOW, None, "try", "text", "x", {"a": float("nan"), "b": [float("inf"), 1.5, 10**30]})
    row.refresh_from_db()
    assert row.details == {"a": None, "b": [None, 1.5, 10**30]}


def test_an_outcome_with_anything_in_it_is_kept() -> None:
    outcome = Outcome("east", started=NOW)
    outcome.fault("error", "http://a/\x00\ud800", "网站出错\x00" + LONG)
    outcome.state = {"pages": {"http://a/\x00": {"etag": '"\x00"'}}, "failed": {}, "outside": []}
    row = end(outcome)
    assert row.outcome["faults"][0]["message"].startswith("网站出错")
    assert len(row.validators["pages"]) == 1


def test_a_round_over_posts_with_endless_words_ends_in_alerts(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_DOMAINS = ["example.gov.cn"]
    Recipient.objects.create(name="值班室", email="duty@example.gov.cn")
    save(Draft("停" * 64, "公共安全", "停水", True, ("周", "李")), by="周" * 150, now=NOW)
    far: dict[str, Any] = {"url": "http://a.example/" + "x" * 3000, "publisher": LONG, "doc_number": LONG}
    far["region"] = LONG
    posts = [replace(post(f"{n}\x00{LONG}", LONG, kind=Kind.POST, key=str(n)), **far) for n in range(3)]
    posts += [replace(post(f"关于{LONG}的通知", LONG, kind=Kind.POLICY), **far)]
    posts += [post("求助" + LONG, "我真的不想活了", kind=Kind.POST)]
    later = NOW + timedelta(hours=1)
    with own_archive(settings, tmp_path) as store:
        store.put(posts)
        run_round(store, later, sentiment="none")
        assert set(Finding.objects.values_list("kind", flat=True)) == {"immediate", "life_threat"}
        (incident,) = open_incidents(store, later)
        make_digest(store, later.astimezone(CHINA).date(), later)
    assert "停水" in Incident.objects.get(pk=incident.pk).title
    assert PolicyProposal.objects.count() == 1
    assert {"alert", "life", "digest"} == set(Delivery.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": LONG}, "标题超过 300 个字"),
        ({"doc_number": LONG}, "文号超过 64 个字"),
        ({"unit": LONG}, "责任单位超过 128 个字"),
        ({"url": LONG}, "链接超过 1000 个字"),
    ],
)
def test_a_policy_with_too_long_a_part_is_refused(change: dict[str, Any], says: str) -> None:
    values: dict[str, Any] = {
        "title": "关于调整城区供水价格的通知",
        "released_at": NOW,
        "by": "周",
        "now": NOW,
        **change,
    }
    with pytest.raises(PolicyError, match=says):
        register(**values)


def test_a_policy_with_the_longest_title_is_registered() -> None:
    policy = register("供" * 300, released_at=NOW, by="周" * 200, now=NOW)
    assert len(policy.title) == 300


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (Draft("停" * 65, "目的", "停水"), "名称超过"),
        (Draft("停水", "目" * 201, "停水"), "监测目的超过"),
        (Draft("停水", "目的", "停水", plan="x" * 65), "预案编号超过"),
    ],
)
def test_a_watchlist_with_too_long_a_part_is_refused(draft: Draft, says: str) -> None:
    with pytest.raises(WatchlistError, match=says):
        save(draft, by="周", now=NOW)


@pytest.mark.parametrize("key", ["name", "group", "region", "every"])
def test_a_source_with_too_long_a_part_is_refused(key: str) -> None:
    long = "100000d" if key == "every" else "长" * 200
    words = {"id": "a", "name": "甲", "kind": "list", "url": "http://a.example/", "item": "li", key: long}
    text = "- {" + ", ".join(f"{name}: '{value}'" for name, value in words.items()) + ", fields: {url: a@href}}"
    declarations, faults = load(text)
    assert not declarations and [fault.key for fault in faults] == [key]


@pytest.mark.parametrize(
    "path", ["/incidents/%00/", "/posts/%00/", "/search/?q=%00&source=%00", "/incidents/?state=%00&page=" + "9" * 40]
)
def test_an_address_with_anything_in_it_is_answered(path: str, settings: Settings, tmp_path: Path) -> None:
    client = Client()
    client.force_login(user(Role.READER), backend="django.contrib.auth.backends.ModelBackend")
    with own_archive(settings, tmp_path):
        assert client.get(path).status_code in (200, 400, 404)


@pytest.mark.parametrize("address", ["", "fe80::1%eth0", "/run/minsheng.sock", "10.0.0.7"])
def test_a_login_from_anywhere_with_anything_is_answered(address: str) -> None:
    """The audit trail and the count of failures keep where it came from and what the browser says it is."""
    sent = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": "x\x00" * 4000, "HTTP_ACCEPT": "y" * 9000}
    for name in ("zhou", "z\x00hou", "z" * 5000):
        answer = Client().post("/login/?next=" + "n" * 5000, {"username": name, "password": "wrong\x00"}, **sent)  # type: ignore[arg-type]
        assert answer.status_code in (400, 403), connection.vendor
