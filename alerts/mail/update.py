"""续报: a known incident is graver, or has grown."""

from datetime import datetime

from alerts.mail.alert import about
from alerts.mail.letter import Letter
from alerts.mail.notice import Notice


def update(notice: Notice, now: datetime) -> Letter:
    """Like the alert, and says why it is sent (`notice.why`)."""
    return about(notice, now, "续报·")
