"""What people do: who may follow whom, what each act leaves behind, and that nothing is done by nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import AuditEntry, User
from alerts import acts
from alerts.incidents import open_incidents
from alerts.models import Delivery, Incident, State
from alerts.outbox import deliver
from archive.store import Store
from tests.alerts.city import NOW, fill, finding, post, recipient, unit

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)

ACTS: dict[str, Callable[[Incident], Incident]] = {
    "confirm": lambda i: acts.confirm(i, "周", LATER, 3, False),
    "dismiss": lambda i: acts.dismiss(i, "周", LATER, "与本市无关"),
    "assign": lambda i: acts.assign(i, "周", LATER, unit(f"单位{i.steps.count()}")),
    "answer": lambda i: acts.answer(i, "周", LATER, "已公开回应", "https://www.example.gov.cn/1"),
    "close": lambda i: acts.close(i, "周", LATER, "诉求已解决"),
}
PATHS = {
    State.FOUND: [],
    State.CONFIRMED: ["confirm"],
    State.HANDLING: ["confirm", "assign"],
    State.ANSWERED: ["confirm", "assign", "answer"],
    State.CLOSED: ["confirm", "assign", "answer", "close"],
    State.DISMISSED: ["dismiss"],
}
ALLOWED = {
    State.FOUND: {"confirm": State.CONFIRMED, "dismiss": State.DISMISSED},
    State.CONFIRMED: {"confirm": State.CONFIRMED, "dismiss": State.DISMISSED, "assign": State.HANDLING},
    State.HANDLING: {
        "confirm": State.HANDLING,
        "dismiss": State.DISMISSED,
        "assign": State.HANDLING,
        "answer": State.ANSWERED,
    },
    State.ANSWERED: {"confirm": State.ANSWERED, "answer": State.ANSWERED, "close": State.CLOSED},
    State.CLOSED: {},
    State.DISMISSED: {},
}


@pytest.fixture
def incident(store: Store) -> Incident:
    posts = [post(str(n)) for n in range(3)]
    fill(store, posts)
    finding(posts)
    (opened,) = open_incidents(store, NOW)
    return opened


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", PATHS)
def test_every_act_in_every_state(incident: Incident, state: State, act: str) -> None:
    for before in PATHS[state]:
        ACTS[before](incident)
    incident.refresh_from_db()
    assert incident.state == state
    steps, audited = incident.steps.count(), AuditEntry.objects.count()
    if act in ALLOWED[state]:
        assert ACTS[act](incident).state == ALLOWED[state][act]
        step = incident.steps.filter(act=act).last()
        assert step is not None and step.by == "周" and step.state == ALLOWED[state][act]
        assert AuditEntry.objects.filter(act=f"incident.{act}", subject=incident.number, actor="周").exists()
    else:
        with pytest.raises(acts.ActError, match=incident.number):
            ACTS[act](incident)
        incident.refresh_from_db()
        assert incident.state == state
        assert (incident.steps.count(), AuditEntry.objects.count()) == (steps, audited), "nothing was changed"


def test_an_emergency_has_the_short_clocks_from_discovery_not_from_confirmation(incident: Incident) -> None:
    acts.confirm(incident, "周", NOW + timedelta(hours=3), 2, True)
    ends = {clock.slug: clock.ends_at - NOW for clock in incident.clocks.all()}
    assert ends == {"authoritative_5h": timedelta(hours=5), "press_24h": timedelta(hours=24)}
    acts.confirm(incident, "周", NOW + timedelta(hours=4), 3, False)
    assert {clock.slug for clock in incident.clocks.all()} == {"answer_48h"}


def test_an_answer_stops_the_clock_when_it_was_given_and_a_press_conference_its_own(incident: Incident) -> None:
    acts.confirm(incident, "周", NOW, 2, True)
    acts.assign(incident, "周", NOW, unit())
    acts.answer(incident, "周", NOW + timedelta(hours=7), "通报", when=NOW + timedelta(hours=6))
    met = {clock.slug: clock.met_at for clock in incident.clocks.all()}
    assert met == {"authoritative_5h": NOW + timedelta(hours=6), "press_24h": None}
    assert "超期" in incident.steps.get(act="answer").what
    acts.answer(incident, "周", NOW + timedelta(hours=20), "发布会", press=True)
    assert incident.clocks.get(slug="press_24h").met_at == NOW + timedelta(hours=20)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda i: acts.confirm(i, " ", LATER, 3, False), "署名"),
        (lambda i: acts.confirm(i, "周", LATER, 5, False), "1 至 4"),
        (lambda i: acts.dismiss(i, "周", LATER, "  "), "理由"),
        (lambda i: acts.answer(i, "周", LATER, "x", when=LATER + timedelta(seconds=1)), "不能晚于现在"),
        (lambda i: acts.answer(i, "周", LATER, "x", "javascript:alert(1)"), "http"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(
    incident: Incident, wrong: Callable[[Incident], Incident], says: str
) -> None:
    with pytest.raises(acts.ActError, match=says):
        wrong(incident)
    incident.refresh_from_db()
    assert incident.state == State.FOUND
    assert incident.steps.filter(by="周").count() == 0


def test_a_user_is_named_in_step_and_audit(incident: Incident) -> None:
    user = User.objects.create(username="zhou")
    acts.confirm(incident, user, LATER, 3, False)
    assert incident.steps.get(act="confirm").by == "zhou"
    assert AuditEntry.objects.get(act="incident.confirm").user == user


def test_the_plans_record_names_the_person_and_is_not_mangled(incident: Incident) -> None:
    zhou = User.objects.create(username="zhou3", first_name="周敏")
    late = NOW + timedelta(days=3)
    acts.confirm(incident, zhou, NOW, 3, False)
    acts.assign(incident, zhou, NOW, unit("市房管局"))
    acts.answer(incident, zhou, late, "已公布检验结果", "https://www.example.gov.cn/1")
    acts.close(incident, zhou, late, "已办结")
    text = incident.filled_plans.order_by("-number")[0].text
    assert "周敏：认定为" in text and "zhou3" not in text
    assert "已公布检验结果（超期：回应（48 小时）） 〔链接略〕" in text


def test_a_level_confirmed_graver_is_told_at_once_and_milder_is_not(incident: Incident, store: Store) -> None:
    recipient()
    acts.confirm(incident, "周", NOW, 3, False)
    assert Delivery.objects.count() == 1, "whoever was not told yet is told now"
    Delivery.objects.update(status=Delivery.Status.SENT)
    acts.confirm(incident, "周", LATER, 4, False)
    assert Delivery.objects.count() == 1
    acts.confirm(incident, "周", LATER, 1, True)
    update = Delivery.objects.get(kind=Delivery.Kind.UPDATE)
    assert "Ⅰ特别重大·红" in update.subject
    assert "已认定" in update.text


def test_the_plan_says_who_confirmed_and_answers(incident: Incident) -> None:
    for act in PATHS[State.CLOSED]:
        ACTS[act](incident)
    latest = incident.filled_plans.first()
    assert latest is not None
    assert "（已认定）" in latest.text
    assert "已公开回应" in latest.text and "诉求已解决" in latest.text
    assert "用时 1.0 小时，在时限内" in latest.text


def test_dismissing_stops_the_clocks_but_keeps_everything_else(incident: Incident) -> None:
    acts.dismiss(incident, "周", LATER, "测试信息")
    assert not incident.clocks.exists()
    assert incident.posts.count() == 3
    assert incident.filled_plans.exists()


def test_looking_is_in_the_audit_trail(incident: Incident) -> None:
    acts.view(incident, "周", LATER, "10.0.0.1")
    entry = AuditEntry.objects.get(act="incident.view")
    assert (entry.subject, entry.address) == (incident.number, "10.0.0.1")


def test_what_is_over_sends_nothing_more(incident: Incident, store: Store) -> None:
    """Dismissed while its first mail waits: it is withdrawn, shown, and stands in the history."""
    recipient()
    fill(store, posts := [post(f"b{n}", event="停水") for n in range(3)])
    finding(posts, subject="停水", events=["停水"])
    (second,) = open_incidents(store, NOW)
    acts.dismiss(second, "周", LATER, "与本市无关")
    row = Delivery.objects.get(incident=second)
    assert row.status == Delivery.Status.WITHDRAWN and "不作舆情处置" in row.outcome
    assert second.steps.get(act="withdrawn").what == "撤回尚未发送的邮件 1 封"
    assert deliver(LATER).sent == 0


def test_what_was_tried_already_is_left_as_it_is(incident: Incident, store: Store) -> None:
    recipient()
    fill(store, posts := [post(f"b{n}", event="停水") for n in range(3)])
    finding(posts, subject="停水", events=["停水"])
    (second,) = open_incidents(store, NOW)
    Delivery.objects.update(attempts=1)
    acts.dismiss(second, "周", LATER, "与本市无关")
    assert Delivery.objects.get(incident=second).status == Delivery.Status.DUE
    assert not second.steps.filter(act="withdrawn").exists()


@pytest.mark.parametrize(
    ("emergency", "then", "press", "running"),
    [
        (False, True, True, set()),
        (False, True, False, {"press_24h"}),
        (True, False, False, set()),
    ],
)
def test_what_was_answered_stays_answered_after_a_change_of_mind(
    incident: Incident, emergency: bool, then: bool, press: bool, running: set[str]
) -> None:
    acts.confirm(incident, "周", NOW, 2, emergency)
    acts.assign(incident, "周", NOW, unit())
    acts.answer(incident, "周", LATER, "已公开回应", press=press)
    acts.answer(incident, "周", LATER + timedelta(days=2), "又一次回应")
    changed = acts.confirm(incident, "周", NOW + timedelta(days=5), 2, then)
    clocks = {clock.slug: clock.met_at for clock in changed.clocks.all()}
    assert {clock.slug for clock in changed.clocks.all() if clock.running} == running
    assert {met for met in clocks.values() if met} == {LATER}, "the first answer's time"


def test_the_reason_for_a_level_stands_in_the_record_and_the_trail(incident: Incident) -> None:
    acts.confirm(incident, "周", LATER, 2, False, " 涉及学生 ")
    step = incident.steps.get(act="confirm")
    assert step.what.endswith("；理由：涉及学生")
    entry = AuditEntry.objects.get(act="incident.confirm")
    assert entry.details["reason"] == "涉及学生"
    assert entry.details["suggested"] == incident.suggested_level
