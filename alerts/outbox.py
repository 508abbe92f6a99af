"""Send what is due: claim a row by conditional UPDATE, send, record. Killed anywhere, nothing is lost; a mail goes
twice only if the server took it and we died before hearing so, and then under the same Message-ID."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from alerts import claims
from alerts.letters import allowed, message_id, natural_key
from alerts.models import Delivery
from alerts.smtp import Mail, Outcome, Result, Sender, SMTPSender

Status = Delivery.Status
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
GIVE_UP = timedelta(days=3)  # counted from when the mail was made
NO_SERVER = "未设置邮件服务器：请设置 MINSHENG_SMTP（如 smtps://user@host:465）和 MINSHENG_SMTP_PASSWORD"


@dataclass(slots=True)
class Report:
    """What a delivery run did. `stopped` (Chinese) says why it ended before the outbox was empty."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    stopped: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)  # (natural_key, outcome)

    def __str__(self) -> str:
        told = f"送达 {self.sent} 封，稍后再送 {self.later} 封，被拒收或未送达 {self.refused} 封"
        return f"{told}；{self.stopped}" if self.stopped else told


def deliver(now: datetime, sender: Sender | None = None, stop: Callable[[], bool] = lambda: False) -> Report:
    """Send every mail that is due at `now`, one after another, until `stop()` or until the server cannot be used.

    `sender` None: by settings.MAIL_SERVER; without one nothing is sent and the report says so."""
    report = Report()
    if sender is None:
        if settings.MAIL_SERVER is None:
            report.stopped = NO_SERVER if _due(now).exists() else ""
            return report
        sender = SMTPSender(settings.MAIL_SERVER)
    _free(now)
    me = claims.holder()
    while not stop():
        row = _claim(now, me)
        if row is None:
            return report
        outcome = _send(row, sender, now)
        _record(row, outcome, now, report)
        if outcome.result is Result.UNAVAILABLE:
            report.stopped = outcome.what
            return report
    report.stopped = "已按要求停止"
    return report


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=Status.DUE, due_at__lte=now)


def _free(now: datetime) -> None:
    """Give back what a process that is gone had claimed."""
    for row in Delivery.objects.filter(status=Status.CLAIMED):
        if claims.gone(row.claimed_by, row.claimed_at, now):
            same = Q(pk=row.pk, status=Status.CLAIMED, claimed_by=row.claimed_by, claimed_at=row.claimed_at)
            Delivery.objects.filter(same).update(status=Status.DUE, claimed_by="", claimed_at=None)


def _claim(now: datetime, me: str) -> Delivery | None:
    """The first row that is due and that nobody took between looking and taking."""
    while True:
        row = _due(now).order_by("due_at", "id").first()
        if row is None:
            return None
        mine = Delivery.objects.filter(pk=row.pk, status=Status.DUE, attempts=row.attempts)
        if mine.update(status=Status.CLAIMED, claimed_by=me, claimed_at=now, attempts=row.attempts + 1):
            row.refresh_from_db()
            return row


def _send(row: Delivery, sender: Sender, now: datetime) -> Outcome:
    try:
        validate_email(row.address)
    except ValidationError:
        return Outcome(Result.REFUSED, "邮箱地址不合规范，请更正收件人")
    if row.full and not allowed(row.address):
        return Outcome(Result.REFUSED, "收件域名不在 MINSHENG_MAIL_DOMAINS 之内，全文未发送")
    return sender.send(
        Mail(
            to=row.address,
            message_id=row.message_id,
            subject=row.subject,
            text=row.text,
            html=row.html,
            at=now,
            attachments=row.attachments,
            references=_references(row),
        )
    )


def _references(row: Delivery) -> str:
    """An update stands under its alert in the mail program."""
    if row.kind != Delivery.Kind.UPDATE or row.incident is None:
        return ""
    return message_id(natural_key(Delivery.Kind.ALERT.value, f"{row.incident.number}:1", row.address))


def _record(row: Delivery, outcome: Outcome, now: datetime, report: Report) -> None:
    """Write what became of it, if the claim is still ours (it may have expired while the server hung)."""
    status, due_at, what = Status.SENT, row.due_at, outcome.what
    if outcome.result is Result.SENT:
        report.sent += 1
    elif outcome.result in {Result.TEMPORARY, Result.UNAVAILABLE} and not _hopeless(row, outcome, now):
        report.later += 1
        status, due_at = Status.DUE, now + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    else:
        report.refused += 1
        status = Status.REFUSED if outcome.result is Result.REFUSED else Status.FAILED
    report.rows.append((row.natural_key, what))
    Delivery.objects.filter(pk=row.pk, status=Status.CLAIMED, claimed_by=row.claimed_by).update(
        status=status,
        due_at=due_at,
        outcome=what[:500],
        sent_at=now if status is Status.SENT else None,
        claimed_by="",
        claimed_at=None,
    )


def _hopeless(row: Delivery, outcome: Outcome, now: datetime) -> bool:
    """A mail whose own errors have lasted for days. A server that is down or misconfigured costs no mail."""
    return outcome.result is Result.TEMPORARY and now - row.made_at > GIVE_UP
