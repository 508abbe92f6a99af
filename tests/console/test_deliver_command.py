"""minsheng deliver: what it says, and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from alerts.letters import put
from alerts.mail.letter import Letter
from alerts.models import Delivery
from console.config import MailServer
from tests.alerts.city import NOW
from tests.alerts.mailbox import Mailbox, Server

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> str:
    out = StringIO()
    call_command("deliver", "--now", NOW.isoformat(), *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def one_mail(settings: Settings) -> None:
    settings.MAIL_DOMAINS = ["example.gov.cn"]
    settings.MAIL_SERVER = None
    put(Delivery.Kind.ALERT, "2019-0802-01:1", "a@example.gov.cn", Letter("预警", "正文", "<p>正文</p>"), NOW)


def test_it_sends_and_says_how_many(settings: Settings) -> None:
    box = Mailbox()
    with Server(box) as port:
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, "", "", "m@example.gov.cn")
        assert "送达 1 封" in run()
        assert json.loads(run("--json"))["sent"] == 0
    assert len(box.mails) == 1


def test_without_a_server_it_ends_with_what_to_do() -> None:
    with pytest.raises(CommandError, match="MINSHENG_SMTP"):
        run()


def test_what_failed_is_listed(settings: Settings) -> None:
    box = Mailbox(answer_rcpt=lambda _n: "550 unknown")
    with Server(box) as port:
        settings.MAIL_SERVER = MailServer("smtp", "127.0.0.1", port, "", "", "m@example.gov.cn")
        run()
    listed = run("--failed")
    assert "a@example.gov.cn" in listed and "550" in listed and "被拒收" in listed
