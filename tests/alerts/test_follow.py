"""An incident goes on after it was opened: what is said since is kept, counted and told, and so are deadlines."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.acts import answer, assign, close, confirm, dismiss
from alerts.follow import LONGEST, follow, remind
from alerts.incidents import open_incidents
from alerts.models import Clock, Delivery, FilledPlan, Incident
from archive.store import Store
from monitor.models import Finding
from monitor.watchlists import Draft, save
from tests.alerts.city import NOW, fill, finding, post, recipient, unit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def opened(store: Store, number: int = 3) -> Incident:
    first = [post(str(n)) for n in range(number)]
    fill(store, first)
    finding(first)
    (incident,) = open_incidents(store, NOW)
    return incident


def sent() -> None:
    """What is in the outbox has gone."""
    Delivery.objects.update(status=Delivery.Status.SENT, attempts=1)


def test_what_comes_of_its_event_is_kept_and_counted(store: Store) -> None:
    incident = opened(store)
    fill(store, [post("later", NOW + HOUR), post("of another", NOW + HOUR, event="停水")])
    assert follow(store, NOW + 2 * HOUR) == 1
    incident.refresh_from_db()
    assert sorted(incident.posts.values_list("snapshot__title", flat=True))[-1] == "滨河苑捆绑销售车位 later"
    assert incident.facts["total"] == incident.posts.count() == 4
    assert "共 4 条" in incident.filled_plans.first().text  # type: ignore[union-attr]
    assert follow(store, NOW + 2 * HOUR) == 0, "and once"


def test_an_answer_given_since_is_kept(store: Store) -> None:
    incident = opened(store)
    fill(store, [post("0", reply="已责令整改。", replied_at=NOW + HOUR)])
    follow(store, NOW + 2 * HOUR)
    incident.refresh_from_db()
    assert (incident.facts["answered"], incident.facts["unanswered"]) == (1, 2)


def test_what_some_of_a_watchlists_posts_belong_to_stays_a_matter_of_its_own(store: Store) -> None:
    """A broad list's burst has posts of many matters: their events are not drawn into its incident."""
    first = [post("a", event="甲"), post("b", event="甲"), post("c", event="乙"), post("d", event="乙")]
    first += [post("e", event=None)]
    fill(store, first)
    finding(first, subject_kind="watchlist", subject="车位", events=[])
    (incident,) = open_incidents(store, NOW)
    fill(store, [post("f", NOW + HOUR, event="甲"), post("g", NOW + HOUR, event="乙")])
    assert follow(store, NOW + 2 * HOUR) == 0
    assert incident.posts.count() == 5


@pytest.mark.parametrize(
    ("window", "after", "kept", "why"),
    [
        (24, timedelta(hours=3), 1, "within a day of a burst of a day"),
        (24, LONGEST + timedelta(hours=2), 0, "a day later it is something of its own, for the detector to tell"),
        (1, timedelta(hours=3), 0, "a burst of an hour is over by then"),
    ],
)
def test_a_watchlists_burst_goes_on_for_as_long_again(
    store: Store, window: int, after: timedelta, kept: int, why: str
) -> None:
    watchlist, _ = save(Draft("车位", purpose="住房", query="车位"), by="test", now=NOW)
    first = [post(str(n), event=None) for n in range(4)]
    fill(store, first)
    facts = {"window_hours": window, "observed": 4, "expected": 0.3, "total": 4, "speakers": 4}
    who: dict[str, Any] = {
        "subject_kind": "watchlist",
        "subject": "车位",
        "watchlist": watchlist,
        "watchlist_version": 1,
    }
    finding(first, events=[], facts=facts, **who)
    open_incidents(store, NOW)
    at = NOW + after
    fill(store, [post("later", at, event=None)])
    assert follow(store, at + HOUR) == kept, why


def test_growth_is_told_when_it_is_much_and_the_cool_down_is_over(store: Store) -> None:
    recipient()
    opened(store, 4)
    sent()
    fill(store, [post("one more", NOW + HOUR)])
    follow(store, NOW + 2 * HOUR)
    assert Delivery.objects.count() == 1, "one more of four is nothing to write of"
    fill(store, [post(f"more {n}", NOW + 3 * HOUR) for n in range(3)])
    follow(store, NOW + 4 * HOUR)
    late = Delivery.objects.get(kind=Delivery.Kind.UPDATE)
    assert late.due_at > NOW + 4 * HOUR and "信息量明显增加" in late.text
    fill(store, [post("the last", NOW + 5 * HOUR)])
    follow(store, NOW + 6 * HOUR)
    late.refresh_from_db()
    assert late.posts == 9 and Delivery.objects.count() == 2, "one mail with all"


def test_an_update_says_what_is_new_and_has_the_plan_attached(store: Store) -> None:
    recipient()
    opened(store)
    sent()
    fill(store, [post(f"more {n}", NOW + HOUR) for n in range(5)])
    follow(store, NOW + 2 * HOUR)
    first, update = Delivery.objects.order_by("id")
    assert "一、抬头" not in update.text and "【待填】" in first.text
    assert update.subject.startswith("【续报·") and len(update.attachments) == 1
    assert "8 条" in update.text


def test_figures_for_whoever_looks_take_no_number_of_their_own(store: Store) -> None:
    """A plan filled again at every round would bury those that were sent."""
    incident = opened(store, 10)
    numbers = []
    for hour in range(1, 5):
        fill(store, [post(f"more {hour}", NOW + hour * HOUR)])
        follow(store, NOW + (hour + 1) * HOUR)
        numbers.append(incident.filled_plans.values_list("number", flat=True)[0])
    assert numbers == [2, 2, 2, 2]
    confirm(incident, "周", NOW + 6 * HOUR, 3, False)
    assert list(FilledPlan.objects.order_by("number").values_list("number", "kept")) == [(1, True), (2, True)]


def test_what_is_over_does_not_grow(store: Store) -> None:
    incident = opened(store)
    dismiss(incident, "周", NOW + HOUR, "无关")
    fill(store, [post("later", NOW + HOUR)])
    assert follow(store, NOW + 2 * HOUR) == 0


def test_a_mail_and_the_plan_in_it_say_the_same(store: Store) -> None:
    """Two findings of one round: the second joins what the first has opened, at the same moment."""
    recipient()
    watchlist, _ = save(Draft("住房", purpose="住房", query="车位"), by="test", now=NOW)
    first, more = [post(str(n)) for n in range(3)], [post(f"更多 {n}") for n in range(4)]
    fill(store, first + more)
    finding(first, events=["车位"])
    finding(first + more, subject_kind="watchlist", subject="住房", watchlist=watchlist, watchlist_version=1)
    (incident,) = open_incidents(store, NOW)
    mail = Delivery.objects.get()
    assert mail.text.count("共 7 条") >= 2, "in the head and in the plan"
    assert "住房（第 1 版）" in mail.text, "and who raised it"
    assert incident.posts.count() == 7


def test_a_hit_of_an_immediate_list_is_told_at_night_and_again(store: Store) -> None:
    recipient(least_level=4)
    night = NOW.replace(hour=23)
    risk = {"score": 5, "level": 4, "contributions": [], "trigger": ""}
    first, second = post("一", night - HOUR), post("二", night)
    fill(store, [first, second])
    finding([first], night, kind=Finding.Kind.IMMEDIATE, subject_kind="watchlist", subject="即报", risk=risk)
    open_incidents(store, night)
    assert Delivery.objects.get().due_at == night
    sent()
    later = night + timedelta(minutes=40)
    finding([second], later, kind=Finding.Kind.IMMEDIATE, subject_kind="watchlist", subject="即报", risk=risk)
    open_incidents(store, later)
    update = Delivery.objects.get(kind=Delivery.Kind.UPDATE)
    assert update.due_at == later and "即报方案有新命中" in update.text


def test_a_deadline_that_has_ended_is_told_once_and_one_level_up(store: Store) -> None:
    recipient("duty@press.example.gov.cn", least_level=3)
    recipient("leader@press.example.gov.cn", least_level=2)
    incident = opened(store)
    assert incident.effective_level == 3 and Delivery.objects.count() == 1
    sent()
    assert remind(NOW + 47 * HOUR) == 0
    late = NOW + 49 * HOUR
    assert (remind(late), remind(late + HOUR)) == (1, 0)
    assert incident.steps.filter(act="overdue").count() == 1
    told = Delivery.objects.exclude(made_at=NOW)
    assert sorted(told.values_list("address", "kind")) == [
        ("duty@press.example.gov.cn", "update"),
        ("leader@press.example.gov.cn", "alert"),
    ]
    assert "时限已过，尚未完成" in told.get(kind="update").text


def test_a_deadline_that_was_met_is_not_told(store: Store) -> None:
    incident = opened(store)
    confirm(incident, "周", NOW + HOUR, 3, False)
    assign(incident, "周", NOW + HOUR, unit())
    answer(incident, "周", NOW + 2 * HOUR, "已公布")
    assert remind(NOW + 60 * HOUR) == 0


@pytest.mark.parametrize("act", ["dismiss", "close"])
def test_a_deadline_stands_still_when_it_is_over_and_what_was_late_stays_late(store: Store, act: str) -> None:
    incident = opened(store)
    late = NOW + 50 * HOUR
    if act == "dismiss":
        dismiss(incident, "周", late, "无关")
    else:
        confirm(incident, "周", NOW + HOUR, 1, True)
        assign(incident, "周", NOW + HOUR, unit())
        answer(incident, "周", NOW + 2 * HOUR, "已公布")
        close(incident, "周", late, "已处理")
    clock = Clock.objects.get(incident=incident, met_at=None, stopped_at=late)
    assert clock.ends_at < late and not clock.running
    assert remind(late + HOUR) == 0
    plan = fill_text(incident, late)
    assert "已停，当时已超期" in plan


def fill_text(incident: Incident, at: object) -> str:
    from alerts.filling import fill_plan

    incident.refresh_from_db()
    return fill_plan(incident, at).text  # type: ignore[arg-type]


def test_the_plan_of_an_answered_incident_says_so(store: Store) -> None:
    incident = opened(store)
    confirm(incident, "周", NOW + HOUR, 3, False)
    assign(incident, "周", NOW + HOUR, unit())
    answer(incident, "周", NOW + 2 * HOUR, "已公布检验结果")
    latest = incident.filled_plans.order_by("-number")[0].text
    assert "已公布检验结果" in latest and "尚未完成" not in latest
