"""Where posts claim and an authority denies: the incident, its plan, its mail and the digest say who denied it."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from alerts.digest import draft
from alerts.incidents import open_incidents
from alerts.models import Delivery, PlanTemplate
from alerts.plans.store import RUMOUR, choose_plan, ensure_plans
from archive.post import Kind
from archive.store import Store
from monitor.models import Event
from tests.alerts.city import NOW, fill, finding, post, recipient

pytestmark = pytest.mark.django_db
DENIED = "网传滨河苑停工的消息不实，工程按计划进行。"


def claimed(store: Store, text: str = DENIED) -> None:
    posts = [post(str(number), text=f"听说滨河苑停工了，{'真' * number}急人") for number in range(3)]
    news = post(
        "news",
        NOW - timedelta(hours=1),
        kind=Kind.NEWS,
        title="情况说明",
        text=text,
        publisher="清江日报",
        source="feed",
    )
    fill(store, [*posts, news])
    Event.objects.create(id="车位", title="滨河苑停工", first_at=NOW, last_at=NOW, size=4)
    finding([*posts, news])


def test_the_incident_and_its_mail_say_who_denied_it_and_who_said_it_first(store: Store, settings: Settings) -> None:
    settings.MAIL_DOMAINS = ["press.example.gov.cn"]
    recipient()
    claimed(store)
    incident = open_incidents(store, NOW)[0]
    denial = incident.facts["rumour"]["denials"][0]
    assert (denial["source"], denial["quote"]) == ("清江日报", "网传滨河苑停工的消息不实，工程按计划进行。")
    mail = Delivery.objects.get()
    for body in (mail.text, mail.html):
        assert "首发" in body
        assert "辟谣" in body
        assert "清江日报" in body
        assert "网传滨河苑停工的消息不实" in body
        assert "https://board.example.cn/news" in body


def test_without_a_denial_nothing_is_said_of_one(store: Store, settings: Settings) -> None:
    settings.MAIL_DOMAINS = ["press.example.gov.cn"]
    recipient()
    claimed(store, "滨河苑工程按计划进行，请市民不信谣、不传谣。")
    assert open_incidents(store, NOW)[0].facts["rumour"] is None
    assert "辟谣" not in Delivery.objects.get().text


def test_the_digest_names_who_denied_an_event(store: Store) -> None:
    claimed(store)
    open_incidents(store, NOW)
    content = draft(store, NOW.date(), NOW)
    assert [row["denied"] for row in content["events"]] == ["清江日报"]
    assert [row["denied"] for row in content["open_incidents"]] == ["清江日报"]


@pytest.mark.parametrize(
    ("wanted", "denied", "there", "slug", "why"),
    [
        ("", True, True, RUMOUR, "denied, and the office has a plan for it"),
        ("", True, False, "complaint", "denied, and there is none"),
        ("outage", True, True, "outage", "the watchlist names another"),
        ("", False, True, "complaint", "not denied"),
    ],
)
def test_the_plan_for_rumours(wanted: str, denied: bool, there: bool, slug: str, why: str) -> None:
    ensure_plans(NOW)
    PlanTemplate.objects.filter(slug=RUMOUR).delete()
    if there:
        PlanTemplate.objects.create(slug=RUMOUR, name="不实信息类预案", text="# 应对处置方案")
    chosen = choose_plan(wanted, "滨河苑停工", ["听说停工"], denied=denied)
    assert chosen is not None
    assert chosen.slug == slug, why
