"""Tell the recipients of an incident what decide.py says they must hear; rows only, sending is the outbox's."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts import audit
from accounts.by_character import ByCharacter
from alerts.decide import Decision, Reason, Situation, Told, Wish, decide
from alerts.filling import facts_of, fill_plan
from alerts.history import step
from alerts.letters import About, allowed, put, refresh
from alerts.mail.alert import alert
from alerts.mail.letter import Letter
from alerts.mail.life import life, life_brief
from alerts.mail.notice import Notice, brief
from alerts.mail.update import update
from alerts.models import OPEN_STATES, Delivery, FilledPlan, Incident, Recipient, State
from alerts.plans.facts import Item, read_item
from archive.post import Post
from monitor.models import Finding, Source

_KINDS = (Delivery.Kind.ALERT, Delivery.Kind.UPDATE)


@dataclass(frozen=True, slots=True)
class _Choice:
    recipient: Recipient
    last: Delivery | None
    decision: Decision

    @property
    def waiting(self) -> Delivery | None:
        """The mail that takes the new content."""
        return self.last if self.decision.reason is Reason.WAITING else None

    @property
    def why(self) -> str:
        """What an update says for its reason; a first alert says none."""
        if self.last is None or (self.waiting is not None and self.last.kind == Delivery.Kind.ALERT):
            return ""
        return (self.decision.why or self.decision.reason).value


def tell(incident: Incident, now: datetime, *, hit: bool = False, overdue: bool = False) -> list[Decision]:
    """Alert or update mails for whoever must hear of the incident as it stands; in the caller's transaction. `hit` and
    `overdue` as in decide.Situation."""
    posts, level, raised = incident.posts.count(), int(incident.effective_level), incident.raised_level
    situation = Situation(
        level, posts, incident.state in OPEN_STATES, incident.paused_until, raised, hit=hit, overdue=overdue
    )
    about = About(incident, situation.gravest, posts)
    decided: list[_Choice] = []
    for recipient in Recipient.objects.order_by(ByCharacter("email")):
        last = _last(incident, recipient)
        wish = Wish(recipient.enabled and recipient.alerts, recipient.least_level)
        decided.append(_Choice(recipient, last, decide(wish, situation, _told(last, about), now)))
    going = [each for each in decided if each.decision.at is not None]
    if going:
        _write(about, going, now)
    elif all(each.decision.reason is Reason.NOT_WANTED for each in decided):
        step(incident, None, "told", "没有启用的预警收件人，未发送邮件", now)
    return [each.decision for each in decided]


def withdraw(incident: Incident, now: datetime) -> None:
    """It is over: what was not tried yet is not sent any more. In the caller's transaction."""
    waiting = incident.deliveries.filter(status=Delivery.Status.DUE, attempts=0)
    over = f"舆情已转为“{State(incident.state).label}”，未发送"
    if number := waiting.update(status=Delivery.Status.WITHDRAWN, outcome=over):
        step(incident, None, "withdrawn", f"撤回尚未发送的邮件 {number} 封", now, {"mails": number})


def untold_threats() -> QuerySet[Finding]:
    """Threats to a life that nobody could be told of yet: shown until somebody can be."""
    return Finding.objects.filter(kind=Finding.Kind.LIFE_THREAT, handled_at=None).order_by("-found_at", "pk")


def tell_life_threat(finding: Finding, posts: list[Post], now: datetime) -> bool:
    """To the duty officers, or where none is named to everybody who gets alerts: at once, at any hour. False where
    there is nobody to tell: it must not count as told then."""
    people = Recipient.objects.filter(enabled=True)
    to = list(people.filter(duty=True)) or list(people.filter(alerts=True))
    if not to:
        return False
    names = dict(Source.objects.values_list("id", "name"))
    items = [
        Item(
            post.title, post.publisher or names.get(post.source, post.source), post.url, post.counted_at, "", post.text
        )
        for post in posts
    ]
    full = life(items or [_from_facts(finding)], finding.found_at, settings.DUTY_PHONE)
    short = life_brief(finding.found_at)
    subject = f"{finding.subject_kind}-{finding.subject}-{finding.onset:%Y%m%d%H}"
    for recipient in to:
        put(Delivery.Kind.LIFE, subject, recipient.email, full if allowed(recipient.email) else short, now)
    audit.record(now, None, "life_threat.told", "finding", subject[:128], {"recipients": len(to)})
    return True


def _write(about: About, going: list[_Choice], now: datetime) -> None:
    incident = about.incident
    plan = _plan(incident, now)
    letters: dict[tuple[str, bool], Letter] = {}
    for each in going:
        key = (each.why, allowed(each.recipient.email))
        if key not in letters:
            letters[key] = _letter(incident, plan, *key, now)
        if each.waiting is not None:
            refresh(each.waiting, letters[key], each.decision.at or now, about)
        else:
            _put(about, each, letters[key], now)
    reasons = "、".join(dict.fromkeys(each.decision.reason.value for each in going))
    told = {"level": about.level, "posts": about.posts}
    step(incident, None, "told", f"邮件告知 {len(going)} 位收件人：{reasons}", now, told)
    if any(each.decision.at == now for each in going):
        incident.last_told = now
        incident.save(update_fields=["last_told"])


def _put(about: About, each: _Choice, letter: Letter, now: datetime) -> None:
    kind = Delivery.Kind.UPDATE if each.why else Delivery.Kind.ALERT
    mine = about.incident.deliveries.filter(address=each.recipient.email, kind=kind)
    subject = f"{about.incident.number}:{mine.count() + 1}"
    put(kind, subject, each.recipient.email, letter, now, each.decision.at, about)


def _letter(incident: Incident, plan: FilledPlan, why: str, full: bool, now: datetime) -> Letter:
    basis = f"《{plan.template_name}》" + (f"第 {plan.template_version} 版" if plan.template_version else "")
    link = f"{settings.BASE_URL.rstrip('/')}/incidents/{incident.number}/"
    notice = Notice(facts_of(incident), plan.text, basis, plan.fault, link, why, incident.raised_level)
    if not full:
        return brief(notice, now)
    return update(notice, now) if why else alert(notice, now)


def _plan(incident: Incident, now: datetime) -> FilledPlan:
    """The plan filled in this very moment, after the last change, else a new one; now it is sent, and so kept."""
    latest = incident.filled_plans.order_by("-number").first()
    if latest is None or latest.at != now:
        return fill_plan(incident, now)
    if not latest.kept:
        latest.kept = True
        latest.save(update_fields=["kept"])
    return latest


def _last(incident: Incident, recipient: Recipient) -> Delivery | None:
    """The last mail this recipient got or is to get; one that was withdrawn told nothing. Locked: a mail that waits,
    and is to take the new content, must not be claimed meanwhile."""
    mails = incident.deliveries.select_for_update().filter(address=recipient.email, kind__in=_KINDS)
    return mails.exclude(status=Delivery.Status.WITHDRAWN).order_by("-id").first()


def _told(last: Delivery | None, about: About) -> Told | None:
    if last is None:
        return None
    waiting = last.status == Delivery.Status.DUE and last.attempts == 0
    # The cool-down runs from when the mail went, which may be long after it was made.
    return Told(max(last.made_at, last.due_at), last.level or about.level, last.posts or 0, waiting)


def _from_facts(finding: Finding) -> Item:
    return read_item((finding.facts or {}).get("first") or {"title": finding.title, "excerpt": finding.explanation})
