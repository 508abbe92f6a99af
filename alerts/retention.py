"""What of alerting is past its time: mails' bodies, findings that became no incident, digests. Incidents stay, with the
copies of their posts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from alerts.models import Delivery, Digest, IncidentFinding
from monitor.models import Event, EventDecision, Finding, PolicyAnswer, PolicyStance

Status = Delivery.Status
_OVER = (Status.SENT, Status.REFUSED, Status.FAILED, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Expired:
    """How many of each."""

    mails: int
    findings: int
    digests: int

    def __str__(self) -> str:
        return f"清空邮件正文 {self.mails} 封，删除未成舆情的发现 {self.findings} 个、日报 {self.digests} 期"


@transaction.atomic
def expire(before: datetime) -> Expired:
    """Remove what is from before `before`. A mail's row stays without what it said: that it went, when, and to whom is
    the record, and its key keeps it from being made again. What nobody was told of yet is not touched."""
    bodies = Delivery.objects.filter(made_at__lt=before, status__in=_OVER).exclude(Q(text="") & Q(html=""))
    mails = bodies.update(text="", html="", attachments=[])
    kept = Exists(IncidentFinding.objects.filter(finding=OuterRef("pk")))
    alone = Finding.objects.filter(~kept, found_at__lt=before).exclude(handled_at=None)
    findings, _ = alone.delete()
    digests, _ = Digest.objects.filter(made_at__lt=before).delete()
    # What is in the words of posts: titles of events, suggestions nobody adopted, and what was read in single posts.
    Event.objects.filter(last_at__lt=before).delete()
    PolicyAnswer.objects.filter(changed_at__lt=before).exclude(status=PolicyAnswer.Status.ADOPTED).delete()
    PolicyStance.objects.filter(at__lt=before).delete()
    EventDecision.objects.filter(at__lt=before).exclude(settled_at=None).delete()
    return Expired(mails, findings, digests)
