"""Real mail to a real SMTP server: what arrives, and how each kind of failure is told apart."""

import base64
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.smtp import Mail, Result, SMTPSender, handshake
from console.config import MailServer
from tests.alerts.mailbox import PASSWORD, USER, Mailbox, Server

NOW = datetime(2019, 8, 2, 0, 20, tzinfo=UTC)
DOCX = base64.b64encode(b"PK\x03\x04word").decode()
MAIL = Mail(
    to="zhou@press.example.gov.cn",
    message_id="<abc@example.gov.cn>",
    subject="【Ⅲ较大·黄】滨河苑：最近 24 小时 5 条，通常 0.3 条",
    text="第一行\n第二行\n.\n单独的点",
    html="<!DOCTYPE html>\n<html><body>\n<p>正文</p>\n</body></html>",
    at=NOW,
    attachments=[{"name": "应对处置方案-2019-0802-01.docx", "base64": DOCX}],
)


def server(port: int, user: str = "", password: str = "") -> MailServer:
    return MailServer("smtp", "127.0.0.1", port, user, password, "minsheng@example.gov.cn")


def sender(port: int, user: str = "", password: str = "", timeout: float = 5) -> SMTPSender:
    return SMTPSender(server(port, user, password), timeout)


def test_a_mail_arrives_as_it_was_written() -> None:
    box = Mailbox()
    with Server(box) as port:
        assert sender(port).send(MAIL).result is Result.SENT
    (got,) = box.mails
    assert got["Message-ID"] == MAIL.message_id
    assert got["Subject"] == MAIL.subject
    assert got["To"] == MAIL.to
    assert got["From"].addresses[0].addr_spec == "minsheng@example.gov.cn"
    assert got["Date"].datetime == NOW
    assert got["Auto-Submitted"] == "auto-generated"
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None and html is not None
    assert text.get_content().splitlines() == MAIL.text.splitlines(), "the text half is text, not the HTML again"
    assert html.get_content().splitlines() == MAIL.html.splitlines(), "no line break became <br>"
    (attachment,) = got.iter_attachments()
    assert attachment.get_filename() == "应对处置方案-2019-0802-01.docx"
    assert attachment.get_content() == b"PK\x03\x04word"


def test_text_that_is_the_path_of_a_file_is_sent_as_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("不可外传")
    box = Mailbox()
    with Server(box) as port:
        sender(port).send(replace(MAIL, text=str(secret), html=str(secret), attachments=[]))
    assert "不可外传" not in box.mails[0].as_string()
    assert not list(box.mails[0].iter_attachments())
    body = box.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == str(secret)


@pytest.mark.parametrize(
    ("box", "result", "said", "why"),
    [
        (Mailbox(answer_rcpt=lambda n: "450 busy"), Result.TEMPORARY, "450", "the recipient's server asks to wait"),
        (Mailbox(answer_rcpt=lambda n: "550 no such user"), Result.REFUSED, "550", "the recipient does not exist"),
        (Mailbox(answer_data=lambda n: "451 try later"), Result.TEMPORARY, "451", "the server asks to wait"),
        (Mailbox(answer_data=lambda n: "554 spam"), Result.FAILED, "554", "this mail is refused for good"),
        (Mailbox(answer_data=lambda n: "421 closing"), Result.UNAVAILABLE, "421", "the server goes down"),
        (Mailbox(drop_after_data=lambda n: True), Result.TEMPORARY, "连接中断", "nobody knows whether it was taken"),
        (Mailbox(hang=True), Result.TEMPORARY, "连接中断", "the server never answers"),
    ],
)
def test_failures_are_told_apart(box: Mailbox, result: Result, said: str, why: str) -> None:
    with Server(box) as port:
        outcome = sender(port, timeout=1).send(MAIL)
    assert outcome.result is result, why
    assert said in outcome.what


def test_a_dropped_line_is_not_tried_again_by_yagmail() -> None:
    box = Mailbox(drop_after_data=lambda _n: True)
    with Server(box) as port:
        sender(port).send(MAIL)
    assert box.attempts == 1


def test_a_wrong_password_is_the_servers_matter_not_the_mails() -> None:
    box = Mailbox()
    with Server(box, auth=True) as port:
        outcome = sender(port, USER, "wrong").send(MAIL)
    assert outcome.result is Result.UNAVAILABLE
    assert "MINSHENG_SMTP" in outcome.what
    assert "wrong" not in outcome.what, "a password is never told"
    assert not box.mails


def test_the_right_password_sends() -> None:
    box = Mailbox()
    with Server(box, auth=True) as port:
        assert sender(port, USER, PASSWORD).send(MAIL).result is Result.SENT
    assert box.logins == 1


def test_no_server_at_all_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    outcome = sender(port).send(MAIL)
    assert outcome.result is Result.UNAVAILABLE
    assert f"127.0.0.1:{port}" in outcome.what


def test_handshake_logs_in_and_sends_nothing() -> None:
    box = Mailbox()
    with Server(box, auth=True) as port:
        assert handshake(server(port, USER, PASSWORD)) == ""
        assert "拒绝登录" in handshake(server(port, USER, "wrong"))
    assert not box.mails


def test_encryption_that_is_not_there_is_named() -> None:
    box = Mailbox()
    with Server(box) as port:
        tls = replace(server(port), scheme="smtps")
        assert "加密连接失败" in handshake(tls, timeout=2)
        starttls = replace(server(port), scheme="starttls")
        assert handshake(starttls, timeout=2) != ""


@pytest.mark.parametrize("changes", [{"to": "周@press.example.gov.cn"}, {"to": "a@例子.cn"}, {"message_id": "<a\nb>"}])
def test_what_smtp_cannot_carry_fails_for_good_and_does_not_stop_the_queue(changes: dict[str, str]) -> None:
    box = Mailbox()
    with Server(box) as port:
        outcome = sender(port).send(replace(MAIL, **changes))  # type: ignore[arg-type]
    assert outcome.result is Result.FAILED
    assert not box.mails
