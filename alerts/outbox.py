"""Send what is due: claim a row that nobody holds, send, record. Killed anywhere, nothing is lost; a mail goes
twice only if the server took it and we died before hearing so, and then under the same Message-ID."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When

from alerts import claims
from alerts.letters import allowed, message_id, natural_key
from alerts.models import Delivery, Recipient
from alerts.smtp import Mail, Outcome, Result, Sender, SMTPSender

Status = Delivery.Status
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
GIVE_UP = timedelta(days=3)  # counted from when the mail was made
# A person's life goes before everything else that is due.
_URGENT = Case(When(kind=Delivery.Kind.LIFE, then=Value(0)), default=Value(1))
_left: set[int] = set()  # rows this process claimed and could not record: nobody else sees that they are free
_log = logging.getLogger(__name__)
NO_SERVER = "未设置邮件服务器：请设置 MINSHENG_SMTP（如 smtps://user@host:465）和 MINSHENG_SMTP_PASSWORD"


@dataclass(slots=True)
class Report:
    """What a delivery run did. `stopped` (Chinese) says why it ended before the outbox was empty."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    withdrawn: int = 0
    stopped: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)  # (natural_key, outcome)

    def __str__(self) -> str:
        told = f"送达 {self.sent} 封，稍后再送 {self.later} 封，被拒收或未送达 {self.refused} 封"
        told += f"，撤回 {self.withdrawn} 封" if self.withdrawn else ""
        return f"{told}；{self.stopped}" if self.stopped else told


def deliver(
    now: datetime,
    sender: Sender | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] | None = None,
) -> Report:
    """Send every mail that is due, one after another, until `stop()` or until the server cannot be used.

    `sender` None: by settings.MAIL_SERVER; without one nothing is sent and the report says so. A run may last for
    hours, so each mail is claimed, sent and put off by `clock`; None: it stands at `now`, as in a replay."""
    report, clock = Report(), clock or (lambda: now)
    if sender is None:
        if settings.MAIL_SERVER is None:
            report.stopped = NO_SERVER if _due(now).exists() else ""
            return report
        sender = SMTPSender(settings.MAIL_SERVER)
    _free(clock())
    me = claims.holder()
    while not stop():
        row = _claim(clock(), me)
        if row is None:
            return report
        outcome = _send(row, sender, clock())
        _recorded(row, outcome, clock(), report)
        if outcome.result is Result.UNAVAILABLE:
            report.stopped = outcome.what
            return report
    report.stopped = "已按要求停止"
    return report


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=Status.DUE, due_at__lte=now)


def _free(now: datetime) -> None:
    """Give back what a process that is gone had claimed, and what this one could not record."""
    for row in Delivery.objects.filter(status=Status.CLAIMED):
        if row.pk in _left or claims.gone(row.claimed_by, row.claimed_at, now):
            _left.discard(row.pk)
            same = Q(pk=row.pk, status=Status.CLAIMED, claimed_by=row.claimed_by, claimed_at=row.claimed_at)
            Delivery.objects.filter(same).update(status=Status.DUE, claimed_by="", claimed_at=None)


def _claim(now: datetime, me: str) -> Delivery | None:
    """The first row that is due and that nobody is taking or rewriting just now; threats to a life first. Several
    deliverers never wait for each other: each skips what another has locked. (SQLite has one writing transaction at a
    time and needs no lock.)"""
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        row = _due(now).select_for_update(skip_locked=skip).order_by(_URGENT, "due_at", "id").first()
        if row is not None:
            row.status, row.claimed_by, row.claimed_at = Status.CLAIMED, me, now
            row.attempts += 1
            row.save(update_fields=["status", "claimed_by", "claimed_at", "attempts"])
    return row


def _send(row: Delivery, sender: Sender, now: datetime) -> Outcome:
    try:
        validate_email(row.address)
    except ValidationError:
        return Outcome(Result.REFUSED, "邮箱地址不合规范，请更正收件人")
    # An address that is nobody's any more (deleted, or changed) is left as it is: the mail was meant for it.
    known = Recipient.objects.filter(email__iexact=row.address).values_list("enabled", flat=True)
    if known and not any(known):
        return Outcome(Result.WITHDRAWN, "收件人已停用，未发送")
    if row.full and not allowed(row.address):
        return Outcome(Result.REFUSED, "收件域名不在 MINSHENG_MAIL_DOMAINS 之内，全文未发送")
    mail = Mail(
        to=row.address,
        message_id=row.message_id,
        subject=row.subject,
        text=row.text,
        html=row.html,
        at=now,
        attachments=row.attachments,
        references=_references(row),
    )
    try:
        return sender.send(mail)
    except Exception as error:  # noqa: BLE001 - one odd mail must not stop the others, nor stay claimed while we live
        _log.exception("mail %s could not be sent", row.natural_key)
        return Outcome(Result.TEMPORARY, f"发送时出错（{type(error).__name__}），稍后再送")


def _references(row: Delivery) -> str:
    """An update stands under its alert in the mail program."""
    if row.kind != Delivery.Kind.UPDATE or row.incident is None:
        return ""
    return message_id(natural_key(Delivery.Kind.ALERT.value, f"{row.incident.number}:1", row.address))


def _recorded(row: Delivery, outcome: Outcome, now: datetime, report: Report) -> None:
    try:
        _record(row, outcome, now, report)
    except Exception:
        _left.add(row.pk)
        raise


def _record(row: Delivery, outcome: Outcome, now: datetime, report: Report) -> None:
    """Write what became of it, if the claim is still ours (it may have expired while the server hung)."""
    status, due_at, what = Status.SENT, row.due_at, outcome.what
    if outcome.result is Result.SENT:
        report.sent += 1
    elif outcome.result in {Result.TEMPORARY, Result.UNAVAILABLE} and not _hopeless(row, outcome, now):
        report.later += 1
        status, due_at = Status.DUE, now + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    elif outcome.result is Result.WITHDRAWN:
        report.withdrawn += 1
        status = Status.WITHDRAWN
    else:
        report.refused += 1
        status = Status.REFUSED if outcome.result is Result.REFUSED else Status.FAILED
    report.rows.append((row.natural_key, what))
    mine = Q(status=Status.CLAIMED, claimed_by=row.claimed_by, attempts=row.attempts)
    Delivery.objects.filter(mine, pk=row.pk).update(
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
