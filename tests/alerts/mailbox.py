"""A real SMTP server in the test's process, on a free port, that behaves as told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bench.servers.ports import free_port

USER, PASSWORD = "press", "right"


@dataclass
class Mailbox:
    """`answer_rcpt` and `answer_data` give the server's reply, by the attempt's number from 1; None is 250 OK."""

    answer_rcpt: Callable[[int], str | None] = lambda _attempt: None
    answer_data: Callable[[int], str | None] = lambda _attempt: None
    drop_after_data: Callable[[int], bool] = lambda _attempt: False
    hang: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    recipients: int = 0
    attempts: int = 0
    logins: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.recipients += 1
        if self.hang:
            await asyncio.sleep(30)
        if refused := self.answer_rcpt(self.recipients):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.attempts += 1
        if refused := self.answer_data(self.attempts):
            return refused
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        if self.drop_after_data(self.attempts):
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return "250 OK"

    def folded(self) -> dict[str, list[EmailMessage]]:
        """By Message-ID, as a mail program shows them."""
        by_id: dict[str, list[EmailMessage]] = {}
        for mail in self.mails:
            by_id.setdefault(str(mail["Message-ID"]), []).append(mail)
        return by_id

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


class Server:
    """`with Server(mailbox) as port`."""

    def __init__(self, mailbox: Mailbox, *, auth: bool = False, port: int = 0) -> None:
        more: dict[str, Any] = {}
        if auth:
            more = {"authenticator": mailbox.login, "auth_required": True, "auth_require_tls": False}
        self.controller = Controller(mailbox, hostname="127.0.0.1", port=port or free_port(), **more)

    def __enter__(self) -> int:
        self.controller.start()
        return int(self.controller.port)

    def __exit__(self, *_args: object) -> None:
        self.controller.stop(no_assert=True)
