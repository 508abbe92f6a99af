"""Rows of sources: what an import changes, what a crawl leaves behind, when it is due again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.models import Source
from monitor.sources import SourceFields, begin_crawl, due_sources, end_crawl, next_due, save_source

NOW = datetime(2024, 3, 2, tzinfo=UTC)
FIELDS = SourceFields("qj", "清江要闻", {"id": "qj", "url": "http://x/", "item": "li"}, True, "政府", "清江市", 3600)

pytestmark = pytest.mark.django_db


def outcome(**more: Any) -> dict[str, Any]:
    counts = {"new": 1}
    return {"source": "qj", "ok": True, "whole": True, "counts": counts, "state": {"pages": {"a": {}}}, **more}


def crawled() -> Source:
    save_source(FIELDS)
    end_crawl(Source.objects.get(id="qj"), outcome(), NOW, NOW)
    return Source.objects.get(id="qj")


@pytest.mark.parametrize(
    ("change", "said", "kept", "why"),
    [
        ({}, "same", True, "nothing changed"),
        ({"name": "清江新闻", "every": 7200}, "changed", True, "the same pages under another name"),
        ({"declaration": {"id": "qj", "url": "http://y/", "item": "li"}}, "changed", False, "another address"),
        ({"declaration": {"id": "qj", "url": "http://x/", "item": "p"}}, "changed", False, "another selector"),
        ({"declaration": {**FIELDS.declaration, "limit": 40}}, "changed", False, "the remedy for what a limit cut off"),
    ],
)
def test_only_a_change_of_what_is_found_starts_a_source_anew(
    change: dict[str, Any], said: str, kept: bool, why: str
) -> None:
    crawled()
    assert save_source(replace(FIELDS, **change)) == said
    row = Source.objects.get(id="qj")
    assert (row.whole, bool(row.since), bool(row.validators), bool(row.next_due)) == (kept,) * 4, why


def begun(now: datetime) -> Source:
    row = begin_crawl("qj", now)
    assert row is not None
    return row


def test_a_crawl_under_way_counts_as_not_whole_until_it_ends() -> None:
    crawled()
    assert begun(NOW).whole
    killed = Source.objects.get(id="qj")
    assert not killed.whole and killed.since == NOW  # how far it had come is not forgotten
    assert not begun(NOW).whole
    assert begin_crawl("gone", NOW) is None


def test_an_edit_while_a_crawl_is_under_way_is_not_undone_by_its_end() -> None:
    crawled()
    row, later = begun(NOW + timedelta(hours=1)), NOW + timedelta(hours=1)
    save_source(replace(FIELDS, declaration={"id": "qj", "url": "http://y/", "item": "li"}))
    end_crawl(row, outcome(), later, later)
    row.refresh_from_db()
    assert (row.whole, row.since, row.validators, row.next_due) == (False, None, {}, None)
    assert (row.last_ok, row.outcome["ok"]) == (later, True)
    row.delete()
    end_crawl(Source(id="qj", declaration={}), outcome(), later, later)  # gone meanwhile: nothing to save
    assert not Source.objects.exists()


def test_a_crawl_that_found_another_at_work_leaves_its_state_alone() -> None:
    before = crawled()
    busy = outcome(ok=False, whole=False, state={}, faults=[{"code": "busy", "where": "", "message": "…"}])
    end_crawl(before, busy, None, NOW + timedelta(hours=1))
    assert Source.objects.values().get() == {name: getattr(before, name) for name in Source.objects.values().get()}


def test_a_source_is_whole_only_where_no_other_crawl_of_it_has_begun_since() -> None:
    crawled()
    first = begun(NOW + timedelta(hours=1))
    second = begun(NOW + timedelta(hours=2))
    end_crawl(first, outcome(), NOW + timedelta(hours=1), NOW + timedelta(hours=1))
    assert not Source.objects.get(id="qj").whole  # the second may be killed yet
    end_crawl(second, outcome(), NOW + timedelta(hours=2), NOW + timedelta(hours=2))
    assert Source.objects.get(id="qj").whole


def test_a_failed_crawl_keeps_what_was_good_and_counts() -> None:
    row = crawled()
    later = NOW + timedelta(hours=1)
    end_crawl(row, outcome(ok=False, whole=False, counts={"new": 0}), row.since, later)
    row.refresh_from_db()
    assert (row.failures, row.last_ok, row.last_new, row.since) == (1, NOW, NOW, NOW)
    assert row.next_due == later + timedelta(hours=2)
    end_crawl(row, outcome(counts={"new": 0}), later, later)
    row.refresh_from_db()
    assert (row.failures, row.last_ok, row.last_new) == (0, later, NOW)
    assert "state" not in row.outcome and row.validators == {"pages": {"a": {}}}


@pytest.mark.parametrize(
    ("every", "failures", "hours"), [(3600, 0, 1), (3600, 1, 2), (3600, 3, 8), (3600, 90, 24), (7 * 86400, 5, 168)]
)
def test_a_failing_source_is_asked_more_seldom_but_at_least_daily(every: int, failures: int, hours: int) -> None:
    assert next_due(every, failures, NOW) == NOW + timedelta(hours=hours)


def test_what_is_due() -> None:
    for name, due, enabled in [("never", None, True), ("past", -1, True), ("future", 1, True), ("off", None, False)]:
        save_source(replace(FIELDS, id=name, enabled=enabled))
        at = NOW + timedelta(hours=due) if due is not None else None
        Source.objects.filter(id=name).update(next_due=at)
    assert [row.id for row in due_sources(NOW)] == ["never", "past"]
    assert {row.id for row in due_sources(NOW, only_due=False)} == {"never", "past", "future"}
    assert [row.id for row in due_sources(NOW, ["off"], only_due=False)] == ["off"]  # named: somebody wants it
