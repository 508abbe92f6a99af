"""Put letters into the outbox: who gets which, under which name, so that none is put there twice."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from alerts.mail.letter import Letter
from alerts.models import Delivery, Incident

KEY_LIMIT = 200


def allowed(address: str) -> bool:
    """Whether content may go to this address: its domain is one of those listed, letter for letter. A subdomain is
    another domain; so is one in other letters than ASCII, which folding would take for ours (ſ for s, ß for ss).
    No domain listed: nobody gets any."""
    _, _, domain = address.strip().lower().partition("@")  # of two signs the second is in no domain of ours
    ours = {each.strip().lower().lstrip("@") for each in settings.MAIL_DOMAINS}
    return bool(domain) and domain.isascii() and domain in ours


def natural_key(kind: str, subject: str, address: str) -> str:
    """alert:2019-0802-01:1:press@x; an address too long for the column is told by its hash."""
    key = f"{kind}:{subject}:{address.strip().casefold()}"
    if len(key) <= KEY_LIMIT:
        return key
    return f"{kind}:{subject}:"[:100] + hashlib.sha256(key.encode()).hexdigest()


def message_id(key: str) -> str:
    """One name for one mail, however often it is sent; two installations never share one."""
    name = hashlib.sha256(f"{settings.BASE_URL}\n{key}".encode()).hexdigest()[:40]
    sender = settings.MAIL_SERVER.sender if settings.MAIL_SERVER else ""
    domain = sender.rpartition("@")[2].strip("<> ") or "minsheng.invalid"
    return f"<{name}@{domain}>"


@dataclass(frozen=True, slots=True)
class About:
    """The incident a mail tells of, and what it tells of it: the gravest level (confirmed, or newly suggested) and how
    many posts."""

    incident: Incident
    level: int
    posts: int


def put(
    kind: Delivery.Kind,
    subject: str,
    address: str,
    letter: Letter,
    now: datetime,
    due_at: datetime | None = None,
    about: About | None = None,
) -> Delivery:
    """The row of this mail; the one that is there already stays as it is. `letter.full` needs an allowed address."""
    if letter.full and not allowed(address):
        raise ValueError("content must not go to an address outside MAIL_DOMAINS")
    key = natural_key(kind.value, subject, address)
    row, _ = Delivery.objects.get_or_create(
        natural_key=key,
        defaults={
            "kind": kind,
            "incident": about.incident if about else None,
            "level": about.level if about else None,
            "posts": about.posts if about else None,
            "address": address.strip(),
            "message_id": message_id(key),
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "attachments": letter.attachments,
            "full": letter.full,
            "due_at": due_at or now,
            "made_at": now,
        },
    )
    return row


def refresh(row: Delivery, letter: Letter, due_at: datetime, about: About) -> bool:
    """Give a mail that was not tried yet newer content, and its time if that is earlier. False if it was tried."""
    return bool(
        Delivery.objects.filter(pk=row.pk, status=Delivery.Status.DUE, attempts=0).update(
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=letter.attachments,
            full=letter.full,
            level=about.level,
            posts=about.posts,
            due_at=min(due_at, row.due_at),
        )
    )
