"""A local SMTP server that keeps every mail it takes as a file, so that the demo sends real mail to nobody."""

import asyncio
import re
import socket
from collections.abc import Coroutine
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NAME_LENGTH = 60  # characters of the subject in a file's name: 180 bytes in UTF-8, below every file system's 255

# What a file may be called: letters, digits and Chinese characters; no dots, slashes, spaces or control characters.
_UNFIT = re.compile(r"[^0-9A-Za-z〇一-鿿Ⅰ-Ⅻ]+")


def file_name(number: int, subject: str, recipient: str) -> str:
    """`0003-预警-Ⅲ较大-东城区停水-press.eml`; whatever the subject is, this is one plain name."""
    words = _UNFIT.sub("-", subject).strip("-")[:NAME_LENGTH].strip("-") or "无主题"
    to = _UNFIT.sub("-", recipient.partition("@")[0]).strip("-")[:20] or "收件人"
    return f"{number:04d}-{words}-{to}.eml"


def subject_of(content: bytes) -> str:
    """The decoded subject; what cannot be decoded is shown as it was sent."""
    raw = message_from_bytes(content)["Subject"] or ""
    try:
        return str(make_header(decode_header(raw)))
    except (LookupError, UnicodeError):
        return str(raw)


class _Keeper:
    """aiosmtpd's handler: one file a mail, numbered in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.number += 1
        name = file_name(self.number, subject_of(content), envelope.rcpt_tos[0])
        path = self.folder / name
        await asyncio.to_thread(path.write_bytes, content)
        return "250 OK"


class _Controller(Controller):
    """Listens on a socket bound beforehand, so that the port is a free one and known at once."""

    def __init__(self, handler: _Keeper) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, "127.0.0.1", int(self._socket.getsockname()[1]), ident="Minsheng demo")

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket, start_serving=True)


class Mailbox:
    """Takes mail on 127.0.0.1 while the context lasts and writes it into `folder`, emptied of earlier .eml files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.eml"):
            old.unlink()
        self.folder = folder
        self._controller = _Controller(_Keeper(folder))
        self.port = self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
