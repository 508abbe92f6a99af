"""Several machines on one PostgreSQL: rounds that open incidents, people who act, deliverers who send."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from alerts import acts, incidents, notify
from alerts.digest import make_digest
from alerts.incidents import open_incidents
from alerts.models import OPEN_STATES, Delivery, Digest, Incident, IncidentFinding, State
from alerts.outbox import deliver
from alerts.plans.store import ensure_plans
from alerts.smtp import Mail, Outcome, Result
from archive.store import Store, open_store
from monitor.models import Finding
from tests.alerts.city import NOW, fill, finding, post, recipient
from tests.together import during, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


class Noting:
    """A sender that notes what it is given."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> Outcome:
        self.sent.append(mail)
        return Outcome(Result.SENT, "")


def opening(folder: Path) -> list[Incident]:
    """As another machine would, with an archive connection of its own."""
    store = open_store(f"sqlite:///{folder / 'archive.sqlite3'}")
    try:
        return open_incidents(store, NOW)
    finally:
        store.close()


def open_one(store: Store) -> Incident:
    posts = [post(str(n)) for n in range(5)]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    return incident


def test_rounds_at_once_number_each_incident_once_and_join_what_is_one_matter(store: Store, tmp_path: Path) -> None:
    recipient()
    for n in range(8):
        posts = [post(f"{n} {k}", event=f"事{n}") for k in range(2)]
        fill(store, posts)
        for kind in ("spike", "slow_burn"):
            finding(posts, kind=kind, subject=f"事{n}", events=[f"事{n}"])
    opened = [incident for each in together(*[lambda: opening(tmp_path)] * 4) for incident in each]
    assert sorted(incident.number for incident in opened) == [f"2019-0802-{n:02d}" for n in range(1, 9)]
    assert Counter(IncidentFinding.objects.values_list("incident", flat=True)) == {i.pk: 2 for i in opened}
    assert not Finding.objects.filter(handled_at=None).exists()
    assert set(Counter(Delivery.objects.values_list("incident", flat=True)).values()) == {1}


def test_a_finding_waits_for_the_incident_of_its_matter_that_is_being_opened(store: Store, tmp_path: Path) -> None:
    posts = [post(str(n)) for n in range(5)]
    fill(store, posts)
    finding(posts, kind="slow_burn")
    with during(lambda: opening(tmp_path), waits=True) as opened:
        first = finding(posts)  # nobody else sees it yet
        assert incidents._handled(first, posts, NOW, [])
    assert opened.result() == []
    assert Incident.objects.get().findings.count() == 2


def test_nothing_joins_an_incident_that_is_being_closed(store: Store, tmp_path: Path) -> None:
    incident = open_one(store)
    finding([post("9")], NOW + timedelta(hours=1))
    with during(lambda: opening(tmp_path), waits=True) as opened:
        acts.dismiss(incident, "周", NOW, "旧闻")
    (fresh,) = opened.result()
    assert fresh.pk != incident.pk and fresh.state == State.FOUND
    incident.refresh_from_db()
    assert (incident.state, incident.findings.count()) == (State.DISMISSED, 1)


def test_an_act_during_a_join_undoes_nothing_of_it(store: Store, tmp_path: Path) -> None:
    incident = open_one(store)
    more = [post(f"新{n}") for n in range(3)]
    fill(store, more)
    with during(lambda: acts.confirm(incident, "周", NOW, 2, False), waits=True):
        finding(more, NOW + timedelta(hours=1))
        open_incidents(store, NOW + timedelta(hours=1))
    incident.refresh_from_db()
    assert (incident.level, incident.state, incident.findings.count()) == (2, State.CONFIRMED, 2)
    plans = list(incident.filled_plans.values_list("number", flat=True))
    assert plans == sorted(range(1, len(plans) + 1), reverse=True)


def test_a_mail_that_is_being_rewritten_is_not_sent_in_its_old_words(store: Store) -> None:
    """It waits unsent; the deliverer passes it over and sends the rest."""
    recipient()
    incident = open_one(store)
    Delivery.objects.update(subject="旧")
    sender = Noting()
    with during(lambda: deliver(NOW, sender).sent, waits=False) as sent:
        Incident.objects.filter(pk=incident.pk).update(level=1)
        incident.refresh_from_db()
        notify.tell(incident, NOW)
    assert (sent.result(), sender.sent) == (0, [])
    assert deliver(NOW, sender).sent == 1
    assert "Ⅰ" in sender.sent[0].subject


def test_a_mail_that_is_being_claimed_is_followed_by_another(store: Store) -> None:
    recipient()
    incident = open_one(store)

    def escalate() -> Incident:
        return acts.confirm(incident, "周", NOW, 1, False)

    with during(escalate, waits=True):
        row = Delivery.objects.select_for_update().get()
        row.status, row.attempts = Delivery.Status.CLAIMED, 1
        row.save()
    assert Delivery.objects.filter(status=Delivery.Status.DUE).get().kind == Delivery.Kind.UPDATE


def test_deliverers_at_once_send_each_mail_once(store: Store) -> None:
    from alerts.letters import put
    from alerts.mail.letter import Letter

    for n in range(40):
        put(Delivery.Kind.DIGEST, f"{n}", "zhou@press.example.gov.cn", Letter("日报", "正文", "<p>正文</p>"), NOW)
    sender = Noting()
    reports = together(*[lambda: deliver(NOW, sender)] * 4)
    assert sum(report.sent for report in reports) == 40
    assert set(Counter(mail.message_id for mail in sender.sent).values()) == {1} and len(sender.sent) == 40


def test_a_deliverer_does_not_wait_for_the_row_another_has_in_hand(store: Store) -> None:
    recipient("zhou@press.example.gov.cn")
    recipient("wu@press.example.gov.cn")
    open_one(store)
    sender = Noting()
    with transaction.atomic():
        held = Delivery.objects.select_for_update().order_by("id")[0]
        assert together(lambda: deliver(NOW, sender).sent) == [1]
    assert {mail.message_id for mail in sender.sent} == {row.message_id for row in Delivery.objects.exclude(pk=held.pk)}


def test_digests_and_plans_made_at_once_are_made_once(store: Store, tmp_path: Path) -> None:
    recipient(digest=True)

    def one() -> None:
        own = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
        ensure_plans(NOW)
        make_digest(own, NOW.date(), NOW)
        own.close()

    together(*[one] * 4)
    assert (Digest.objects.count(), Delivery.objects.filter(kind=Delivery.Kind.DIGEST).count()) == (1, 1)
    assert Incident.objects.filter(state__in=OPEN_STATES).count() == 0
