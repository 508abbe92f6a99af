"""预警: an incident was found."""

from dataclasses import replace
from datetime import datetime

from alerts.mail.letter import Letter, attached, letter
from alerts.mail.notice import Notice, happened, lines, values
from alerts.plans.escape import plain
from alerts.plans.word import docx


def alert(notice: Notice, now: datetime) -> Letter:
    """With the plan in the body and as .docx."""
    return about(notice, now, "")


def about(notice: Notice, now: datetime, prefix: str) -> Letter:
    facts = notice.facts
    subject = f"【{prefix}{notice.tag}】{plain(facts.title, 36)}：{happened(notice)}"
    made = letter("alert", subject, values(notice, now), lines(notice, now))
    name = f"应对处置方案-{facts.number}.docx"
    return replace(made, attachments=[attached(name, docx(notice.plan, facts.title, now))])
