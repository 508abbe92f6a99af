"""The outbox against a real server: each mail once by Message-ID, none lost, faults shown and told apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from alerts import claims, outbox
from alerts.letters import natural_key, put
from alerts.mail.letter import Letter
from alerts.models import Delivery
from alerts.outbox import BACKOFF, GIVE_UP, deliver
from alerts.smtp import Mail, Outcome, Result
from console.config import MailServer
from tests.alerts.city import NOW, recipient
from tests.alerts.mailbox import PASSWORD, USER, Mailbox, Server

pytestmark = pytest.mark.django_db(transaction=True)
Status = Delivery.Status
FULL = "zhou@press.example.gov.cn"


def due(count: int = 1, **changes: Any) -> list[Delivery]:
    letter = Letter("预警", "正文", "<p>正文</p>")
    return [put(Delivery.Kind.ALERT, f"2019-0802-{n:02d}:1", FULL, letter, NOW, **changes) for n in range(1, count + 1)]


def use(settings: Settings, port: int, user: str = "", password: str = "") -> None:
    settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, user, password, "minsheng@example.gov.cn")


def test_everything_due_is_sent_once(settings: Settings) -> None:
    rows = due(3)
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).sent == 3
        assert deliver(NOW).sent == 0
    assert set(box.folded()) == {row.message_id for row in rows}
    assert len(box.mails) == 3
    row = Delivery.objects.first()
    assert row is not None
    assert (row.status, row.sent_at, row.attempts) == (Status.SENT, NOW, 1)


def test_what_is_not_due_yet_waits(settings: Settings) -> None:
    due(due_at=NOW + timedelta(minutes=1))
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).sent == 0
        assert deliver(NOW + timedelta(minutes=1)).sent == 1


def test_a_busy_server_is_asked_again_later(settings: Settings) -> None:
    due()
    box = Mailbox(answer_data=lambda attempt: "451 busy" if attempt == 1 else None)
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).later == 1
        row = Delivery.objects.get()
        assert (row.status, row.due_at) == (Status.DUE, NOW + BACKOFF[0])
        assert "451" in row.outcome, "why it waits is shown"
        assert deliver(NOW).sent == 0, "not before its time"
        assert deliver(NOW + BACKOFF[0]).sent == 1
    assert len(box.mails) == 1


def test_a_line_dropped_after_data_repeats_under_the_same_message_id(settings: Settings) -> None:
    (row,) = due()
    box = Mailbox(drop_after_data=lambda attempt: attempt == 1)
    with Server(box) as port:
        use(settings, port)
        deliver(NOW)
        deliver(NOW + BACKOFF[0])
    assert len(box.mails) == 2, "nobody could know that the first was taken"
    assert set(box.folded()) == {row.message_id}


@pytest.mark.parametrize(
    ("box", "status", "said"),
    [
        (Mailbox(answer_rcpt=lambda n: "550 no such user"), Status.REFUSED, "550"),
        (Mailbox(answer_data=lambda n: "554 not wanted"), Status.FAILED, "554"),
    ],
)
def test_what_is_refused_for_good_is_not_tried_again_and_shown(
    settings: Settings, box: Mailbox, status: Delivery.Status, said: str
) -> None:
    due()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).refused == 1
        assert deliver(NOW + timedelta(days=1)).refused == 0
    row = Delivery.objects.get()
    assert row.status == status
    assert said in row.outcome


def test_one_refused_recipient_does_not_stop_the_others(settings: Settings) -> None:
    due(3)
    box = Mailbox(answer_rcpt=lambda n: "550 no such user" if n == 2 else None)
    with Server(box) as port:
        use(settings, port)
        report = deliver(NOW)
    assert (report.sent, report.refused) == (2, 1)


def test_a_wrong_password_loses_no_mail_and_is_tried_once_a_run(settings: Settings) -> None:
    due(5)
    box = Mailbox()
    with Server(box, auth=True) as port:
        use(settings, port, USER, "wrong")
        report = deliver(NOW)
        assert "拒绝登录" in report.stopped
        assert box.logins <= 2, "five mails must not lock the account (one login, two mechanisms)"
        assert Delivery.objects.filter(status=Status.DUE).count() == 5
        use(settings, port, USER, PASSWORD)
        assert deliver(NOW + timedelta(hours=1)).sent == 5


def test_no_mail_server_is_said_and_nothing_is_lost(settings: Settings) -> None:
    settings.MAIL_SERVER = None
    assert deliver(NOW).stopped == "", "nothing to send, nothing to complain of"
    due()
    assert "MINSHENG_SMTP" in deliver(NOW).stopped
    assert Delivery.objects.get().status == Status.DUE


def test_a_server_that_is_down_costs_no_mail_however_long(settings: Settings) -> None:
    due()
    settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", 1, "", "", "a@example.gov.cn")
    deliver(NOW + GIVE_UP * 5)
    assert Delivery.objects.get().status == Status.DUE


def test_a_mail_that_keeps_failing_is_given_up_and_shown(settings: Settings) -> None:
    due()
    box = Mailbox(answer_data=lambda n: "451 greylisted")
    with Server(box) as port:
        use(settings, port)
        deliver(NOW + GIVE_UP + timedelta(minutes=1))
    assert Delivery.objects.get().status == Status.FAILED


def test_stop_ends_after_the_current_mail(settings: Settings) -> None:
    due(3)
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        report = deliver(NOW, stop=lambda: len(box.mails) == 1)
    assert report.sent == 1
    assert Delivery.objects.filter(status=Status.DUE).count() == 2
    assert not Delivery.objects.filter(status=Status.CLAIMED).exists()


@pytest.mark.parametrize("address", ["not an address", "a@b\r\nBcc: x@evil.example", ""])
def test_a_bad_address_is_refused_before_any_server_hears_of_it(settings: Settings, address: str) -> None:
    due()
    Delivery.objects.update(address=address, full=False)
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).refused == 1
    assert not box.mails


def test_full_content_does_not_leave_when_the_domain_was_taken_off_the_list(settings: Settings) -> None:
    due()
    settings.MAIL_DOMAINS = []
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).refused == 1
    assert not box.mails


@pytest.mark.parametrize(
    ("claimed_by", "age", "taken", "why"),
    [
        (claims.holder(), timedelta(0), False, "its process lives"),
        (claims.holder(), claims.EXPIRES * 9, False, "it lives still: its mail may be in the server's hands"),
        (claims.holder().rsplit(":", 1)[0] + ":1", timedelta(0), True, "the number now belongs to another process"),
        (claims.holder().split(":")[0] + ":4194305:7", timedelta(0), True, "no process has that number"),
        ("elsewhere:1:1", timedelta(0), False, "another machine cannot be looked into"),
        ("elsewhere:1:1", claims.EXPIRES, True, "another machine's claim has expired"),
        ("", timedelta(0), False, "odd, but it expires"),
    ],
    # By number: the holder's name has this process's own number in it.
    ids=[f"claim-{number}" for number in range(7)],
)
def test_a_dead_process_claim_is_taken_again(
    settings: Settings, claimed_by: str, age: timedelta, taken: bool, why: str
) -> None:
    due()
    Delivery.objects.update(status=Status.CLAIMED, claimed_by=claimed_by, claimed_at=NOW - age)
    box = Mailbox()
    with Server(box) as port:
        use(settings, port)
        assert deliver(NOW).sent == int(taken), why


def test_putting_a_mail_twice_keeps_the_first() -> None:
    (first,) = due()
    again = put(Delivery.Kind.ALERT, "2019-0802-01:1", FULL.upper(), Letter("别的", "", ""), NOW)
    assert again.pk == first.pk
    assert again.subject == "预警"


def test_long_addresses_still_have_a_key_of_their_own() -> None:
    keys = {natural_key("alert", "2019-0802-01:1", "x" * 240 + str(n) + "@example.gov.cn") for n in range(10)}
    assert len(keys) == 10
    assert all(len(key) <= 200 for key in keys)


def test_content_for_a_domain_not_listed_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="MAIL_DOMAINS"):
        put(Delivery.Kind.ALERT, "x:1", "a@qq.com", Letter("预警", "正文", "<p>正文</p>"), NOW)


class Slow:
    """Takes six minutes a mail; `meanwhile` is done while the first is on its way."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None, outcome: Outcome | None = None) -> None:
        self.at, self.sent, self.meanwhile = NOW, [], meanwhile  # type: tuple[datetime, list[str], Callable[[], None]]
        self.outcome = outcome or Outcome(Result.SENT)

    def clock(self) -> datetime:
        return self.at

    def send(self, mail: Mail) -> Outcome:
        self.sent.append(mail.message_id)
        self.at += timedelta(minutes=6)
        if len(self.sent) == 1:
            self.meanwhile()
        return self.outcome


def test_a_run_that_lasts_keeps_its_claims_and_tells_the_real_times() -> None:
    """Three mails in 18 minutes, and another deliverer that looks in after 20: none is sent twice."""
    due(3)
    other = Slow()

    def meanwhile() -> None:
        late = NOW + timedelta(minutes=20)
        Delivery.objects.filter(status=Status.DUE).update(
            due_at=late + timedelta(minutes=1)
        )  # only the claimed one is left
        deliver(late, other)
        Delivery.objects.filter(status=Status.DUE).update(due_at=NOW)

    slow = Slow(meanwhile)
    assert deliver(NOW, slow, clock=slow.clock).sent == 3
    assert other.sent == []
    assert len(slow.sent) == len(set(slow.sent)) == 3
    assert [row.sent_at for row in Delivery.objects.order_by("sent_at")] == [
        NOW + timedelta(minutes=6 * n) for n in (1, 2, 3)
    ]


def test_the_wait_before_the_next_try_counts_from_the_failure() -> None:
    due()
    slow = Slow(outcome=Outcome(Result.TEMPORARY, "451"))
    deliver(NOW, slow, clock=slow.clock)
    assert Delivery.objects.get().due_at == NOW + timedelta(minutes=6) + BACKOFF[0]


def test_a_threat_to_a_life_goes_before_all_else_also_when_it_comes_during_the_run() -> None:
    due(2)
    letter = Letter("请立即拨打110", "正文", "<p>正文</p>")

    def meanwhile() -> None:
        put(Delivery.Kind.LIFE, "post-1", FULL, letter, NOW + timedelta(minutes=6))

    slow = Slow(meanwhile)
    assert deliver(NOW, slow, clock=slow.clock).sent == 3
    kinds = {row.message_id: row.kind for row in Delivery.objects.all()}
    assert [kinds[each] for each in slow.sent] == ["alert", "life", "alert"]


def test_an_odd_mail_neither_stops_the_others_nor_stays_claimed() -> None:
    class Broken(Slow):
        def send(self, mail: Mail) -> Outcome:
            if not self.sent:
                self.sent.append(mail.message_id)
                raise LookupError("unknown encoding")
            return super().send(mail)

    due(2)
    report = deliver(NOW, Broken())
    assert (report.sent, report.later) == (1, 1)
    assert "LookupError" in Delivery.objects.get(status=Status.DUE).outcome


def test_what_this_process_could_not_record_it_takes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise OSError("disk full")

    due()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_record", broken)
        with pytest.raises(OSError, match="disk full"):
            deliver(NOW, Slow())
    assert Delivery.objects.get().status == Status.CLAIMED
    assert deliver(NOW, Slow()).sent == 1


def test_a_recipient_disabled_meanwhile_gets_nothing_and_it_is_shown() -> None:
    recipient(FULL.upper(), enabled=False)
    due()
    slow = Slow()
    report = deliver(NOW, slow)
    assert (report.withdrawn, slow.sent) == (1, [])
    row = Delivery.objects.get()
    assert row.get_status_display() == "已撤回" and "停用" in row.outcome


def test_a_password_no_server_can_hear_is_named_and_costs_no_mail(settings: Settings) -> None:
    due(2)
    box = Mailbox()
    with Server(box, auth=True) as port:
        use(settings, port, USER, "密码１２３")
        report = deliver(NOW)
    assert "MINSHENG_SMTP_PASSWORD" in report.stopped and "非 ASCII" in report.stopped
    assert Delivery.objects.filter(status=Status.DUE).count() == 2
