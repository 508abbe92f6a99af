"""续报: a known incident is graver, has grown, or is overdue."""

from datetime import datetime

from alerts.mail.alert import about
from alerts.mail.letter import Letter
from alerts.mail.notice import Notice


def update(notice: Notice, now: datetime) -> Letter:
    """Like the alert, and says why it is sent (`notice.why`). The plan as it is filled now is attached; in the body it
    would hide what is new."""
    return about(notice, now, "续报·")
