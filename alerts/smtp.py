"""One mail through one SMTP server by yagmail; what went wrong is told apart by attributes, without smtplib.

yagmail's `send` would retry a dropped line itself (three copies in 18 s, then False), so only its parts are used:
it builds the message and logs in; handing over happens once, and the outbox retries (CONTRACTS, Mail)."""

import base64
import email
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from enum import Enum
from io import BytesIO
from typing import Any, Protocol

import yagmail

TIMEOUT = 30.0


class Result(Enum):
    """What became of a mail, and what follows."""

    SENT = "sent"
    TEMPORARY = "temporary"  # this mail: again later
    REFUSED = "refused"  # this recipient: never again
    FAILED = "failed"  # this mail: never again
    WITHDRAWN = "withdrawn"  # nobody wants it any more
    UNAVAILABLE = "unavailable"  # the server, whatever the mail: stop, again later


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what` is Chinese, for people."""

    result: Result
    what: str = ""


class Server(Protocol):
    """console.config.MailServer, seen from here."""

    @property
    def scheme(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def sender(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """What goes to one recipient. `attachments` are {name, base64}."""

    to: str
    message_id: str
    subject: str
    text: str
    html: str
    at: datetime
    attachments: list[dict[str, str]]
    references: str = ""


class Sender(Protocol):
    def send(self, mail: Mail) -> Outcome: ...


class SMTPSender:
    """Sends each mail on a connection of its own: a line that broke never costs the next one."""

    def __init__(self, server: Server, timeout: float = TIMEOUT) -> None:
        self.server = server
        self.timeout = timeout

    def send(self, mail: Mail) -> Outcome:
        client = self.client()
        if fault := self.connect(client):
            return Outcome(Result.UNAVAILABLE, fault)
        try:
            refused = client.smtp.sendmail(client.user, [mail.to], message(client, mail))
        except OSError as error:
            return judge(error)
        except ValueError as error:  # an address or header that SMTP cannot carry: it would stop the queue for ever
            return Outcome(Result.FAILED, f"此信无法发送，请核对邮箱地址（{type(error).__name__}）")
        finally:
            self.hang_up(client)
        return _of_recipients(refused) if refused else Outcome(Result.SENT, "已送达邮件服务器")

    def connect(self, client: Any) -> str:
        """Open the connection and log in. What went wrong (Chinese), or ""."""
        try:
            client.login()
            if self.server.user:
                client.smtp.login(self.server.user, self.server.password)
        except OSError as error:  # smtplib's errors are OSErrors
            self.hang_up(client)
            return self._fault(error)
        except ValueError:  # smtplib speaks ASCII only: no server will ever hear this name or password
            self.hang_up(client)
            return (
                f"邮件服务器 {self.server.host} 的用户名或密码含有中文、全角或其他非 ASCII 字符，无法登录；"
                "请改正 MINSHENG_SMTP 的用户名或 MINSHENG_SMTP_PASSWORD（重试无用）"
            )
        return ""

    def hang_up(self, client: Any) -> None:
        with suppress(OSError, AttributeError):  # the line may be gone already, which is what is wanted
            client.close()

    def client(self) -> Any:
        server = self.server
        trusted = ssl.create_default_context()
        extra: dict[str, Any] = {"context": trusted} if server.scheme == "smtps" else {}
        # The login name may differ from the sender, so yagmail skips the login (and never asks a keyring).
        return yagmail.SMTP(
            user={server.sender: "民声"},
            host=server.host,
            port=server.port,
            smtp_ssl=server.scheme == "smtps",
            smtp_starttls={"context": trusted} if server.scheme == "starttls" else False,
            smtp_skip_login=True,
            soft_email_validation=False,
            timeout=self.timeout,
            **extra,
        )

    def _fault(self, error: OSError) -> str:
        code = getattr(error, "smtp_code", None)
        where = f"邮件服务器 {self.server.host}:{self.server.port}"
        if code in {530, 534, 535}:
            return f"{where} 拒绝登录（{code}），请检查 MINSHENG_SMTP 的用户名和密码"
        if isinstance(error, ssl.SSLError):
            return f"与{where} 的加密连接失败，请检查协议（smtp、starttls、smtps）和证书"
        return f"连不上{where}（{code or error.strerror or type(error).__name__}）"


def handshake(server: Server, timeout: float = TIMEOUT) -> str:
    """A real connection and login, without a mail. What went wrong (Chinese), or ""."""
    sender = SMTPSender(server, timeout)
    client = sender.client()
    fault = sender.connect(client)
    sender.hang_up(client)
    return fault


def judge(error: OSError) -> Outcome:
    """Why handing over failed, by the error's attributes: `recipients` (all refused), `smtp_code`, else the line."""
    recipients = getattr(error, "recipients", None)
    if isinstance(recipients, Mapping) and recipients:
        return _of_recipients(recipients)
    code = getattr(error, "smtp_code", None)
    if not isinstance(code, int) or code < 400:
        return Outcome(Result.TEMPORARY, f"连接中断（{error.strerror or type(error).__name__}），稍后再送")
    said = _said(getattr(error, "smtp_error", b""))
    if hasattr(error, "sender"):
        return Outcome(Result.UNAVAILABLE, f"邮件服务器不接受发件人（{code} {said}），请检查 MINSHENG_SENDER")
    if code == 421:
        return Outcome(Result.UNAVAILABLE, f"邮件服务器暂停服务（{code} {said}）")
    if code < 500:
        return Outcome(Result.TEMPORARY, f"邮件服务器请稍后再送（{code} {said}）")
    return Outcome(Result.FAILED, f"邮件服务器拒收此信（{code} {said}）")


def _of_recipients(refused: Mapping[str, tuple[int, bytes]]) -> Outcome:
    """One row is one recipient, so there is one entry."""
    code, reply = next(iter(refused.values()))
    if code == 421 or code < 500:
        return Outcome(Result.TEMPORARY, f"收件服务器请稍后再送（{code} {_said(reply)}）")
    return Outcome(Result.REFUSED, f"收件人被拒收（{code} {_said(reply)}），请核对邮箱地址")


def message(client: Any, mail: Mail) -> str:
    """The whole message as sent. yagmail puts one string into the text half and the HTML half and breaks its lines:
    each half gets its own here. Raises ValueError if a header would not be one line."""
    if any(not each.isprintable() for each in (mail.to, mail.subject, mail.message_id, mail.references)):
        raise ValueError("a header with a control character")
    headers = {"Date": format_datetime(mail.at), "Auto-Submitted": "auto-generated"}
    if mail.references:
        headers |= {"In-Reply-To": mail.references, "References": mail.references}
    _, built = client.prepare_send(
        to=mail.to,
        subject=mail.subject,
        contents=yagmail.raw("-"),
        attachments=[_file(each) for each in mail.attachments] or None,
        headers=headers,
        prettify_html=False,
        message_id=mail.message_id,
    )
    whole = email.message_from_string(built)
    halves = {part.get_content_type(): part for part in _first_texts(whole)}
    for kind, body in (("text/plain", mail.text), ("text/html", mail.html)):
        del halves[kind]["Content-Transfer-Encoding"]
        halves[kind].set_payload(body.encode("utf-8", "replace"), "utf-8")
    return whole.as_string()


def _first_texts(whole: Message) -> list[Message]:
    return [part for part in whole.walk() if part.get_content_maintype() == "text" and not part.get_filename()][:2]


def _file(attachment: dict[str, str]) -> BytesIO:
    file = BytesIO(base64.b64decode(attachment["base64"]))
    file.name = attachment["name"]
    return file


def _said(reply: object) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return " ".join(text.split())[:200]
