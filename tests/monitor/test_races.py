"""Several machines on one PostgreSQL: what SQLite does one after the other by itself."""

from datetime import timedelta

import pytest
from django.db import transaction

from archive.post import Post
from monitor import leases, raising
from monitor.models import Finding, Policy, Source, Watchlist
from monitor.policies import PolicyError, register
from monitor.sources import SourceFields, begin_crawl, end_crawl, save_source
from monitor.watchlists import Draft, save
from tests.monitor.city import NOW, post
from tests.together import during, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
OUTCOME = {"ok": True, "whole": True, "state": {}, "counts": {"new": 1}, "faults": []}


def fields(url: str = "http://a/") -> SourceFields:
    return SourceFields("east", "清江东城", {"url": url}, True, "", "", 3600)


def test_of_many_who_ask_for_a_lease_at_once_one_gets_it() -> None:
    got = together(*(lambda n=n: leases.acquire("round", f"machine {n}", 60, NOW) for n in range(12)))
    assert sum(got) == 1
    later = NOW + timedelta(seconds=60)
    again = together(*(lambda n=n: leases.acquire("round", f"other {n}", 60, later) for n in range(12)))
    assert sum(again) == 1, "and one when it has run out"


def test_turns_come_one_after_another() -> None:
    inside: list[int] = []

    def take_turn() -> int:
        with transaction.atomic():
            leases.turn("try")
            inside.append(1)
            most = len(inside)
            Source.objects.count()
            inside.pop()
            return most

    assert together(*[take_turn] * 8) == [1] * 8


def test_everybody_who_saves_a_watchlist_at_once_makes_a_version() -> None:
    drafts = [Draft("停水", "公共服务", f"停水 | 供水{n}") for n in range(6)]
    together(*(lambda draft=draft: save(draft, by="周", now=NOW) for draft in drafts))
    watchlist = Watchlist.objects.get()
    assert sorted(watchlist.versions.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    last = watchlist.versions.order_by("-number")[0]
    assert (watchlist.version, watchlist.query) == (6, last.query)


def test_a_policy_registered_twice_at_once_is_refused_to_one() -> None:
    def one() -> str:
        try:
            register("关于调整供水价格的通知", released_at=NOW, by="周", now=NOW)
        except PolicyError as error:
            return str(error)
        return "登记"

    told = together(*[one] * 4)
    assert sorted(told) == sorted(["登记", *["政策《关于调整供水价格的通知》已登记"] * 3])
    assert Policy.objects.count() == 1


def test_a_source_imported_by_several_at_once_is_one_source() -> None:
    done = together(*(lambda n=n: save_source(fields(f"http://{n}/")) for n in range(4)))
    assert sorted(done) == ["changed", "changed", "changed", "new"]
    assert Source.objects.count() == 1


def test_what_is_declared_anew_during_a_crawl_is_still_crawled_from_its_beginning() -> None:
    save_source(fields())
    source = begin_crawl("east", NOW)
    assert source
    assert save_source(fields("http://b/")) == "changed"
    end_crawl(source, OUTCOME, NOW, NOW)
    row = Source.objects.get()
    assert (row.whole, row.since, row.next_due, row.last_ok) == (False, None, None, NOW)


def test_a_post_that_comes_while_its_finding_is_being_handled_is_told_by_another() -> None:
    watchlist, _ = save(Draft("公共安全", "公共安全", "爆炸", True, ("周", "李")), by="周", now=NOW)
    first, second = post("临江路爆炸"), post("河堤路爆炸")

    def note(found: Post) -> int:
        with transaction.atomic():
            return raising.note_immediate([(watchlist, found)], (), NOW)

    assert note(first) == 1
    with during(lambda: note(second), waits=True) as noted:
        finding = Finding.objects.select_for_update().get()
        finding.handled_at = NOW
        finding.save()
    assert noted.result() == 1
    (waiting,) = Finding.objects.filter(handled_at=None)
    assert waiting.post_ids == [second.id]
