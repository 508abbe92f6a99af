"""The demo's mailbox: real SMTP in, one readable file a mail out."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import yagmail
from hypothesis import given
from hypothesis import strategies as st

from console.demo.mailbox import Mailbox, file_name, subject_of


@pytest.mark.parametrize(
    ("subject", "recipient", "wanted", "why"),
    [
        ("【预警】Ⅲ级 东城区停水", "press@x.example", "0007-预警-Ⅲ级-东城区停水-press.eml", "plain words stay"),
        ("../../etc/passwd", "a@x", "0007-etc-passwd-a.eml", "no way out of the folder"),
        ("a\x00b\r\nc", "a@x", "0007-a-b-c-a.eml", "no control characters"),
        ("", "", "0007-无主题-收件人.eml", "never an empty name"),
        ("水" * 500, "a@x", f"0007-{'水' * 60}-a.eml", "short enough for every file system"),
    ],
)
def test_file_name(subject: str, recipient: str, wanted: str, why: str) -> None:
    assert file_name(7, subject, recipient) == wanted, why


@given(st.text(), st.text())
def test_a_file_name_is_always_one_short_plain_name(subject: str, recipient: str) -> None:
    name = file_name(1, subject, recipient)
    assert Path(name).name == name
    assert len(name.encode()) < 255
    assert name.startswith("0001-") and name.endswith(".eml")


def test_a_mail_sent_by_yagmail_becomes_a_file_as_it_was_sent(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as mailbox:
        for number in (1, 2):
            with yagmail.SMTP(
                "minsheng@qingjiang.example",
                "",
                host="127.0.0.1",
                port=mailbox.port,
                smtp_ssl=False,
                smtp_starttls=False,
                smtp_skip_login=True,
                timeout=10,
            ) as server:
                server.send(f"press{number}@qingjiang.example", f"预警 第{number}封", yagmail.raw("正文：停水。"))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["0001-预警-第1封-press1.eml", "0002-预警-第2封-press2.eml"]
    mail = message_from_bytes(files[1].read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["Subject"] == "预警 第2封"
    texts = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain"]
    assert texts and "正文：停水。" in texts[0]


def test_opening_the_mailbox_clears_earlier_mails_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "0001-旧.eml").write_text("old")
    (tmp_path / "笔记.txt").write_text("mine")
    with Mailbox(tmp_path):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["笔记.txt"]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (b"Subject: =?utf-8?b?6aKE6K2m?=\r\n\r\n", "预警"),
        (b"Subject: plain\r\n\r\n", "plain"),
        (b"\r\nno headers", ""),
        (b"Subject: =?no-such-charset?b?6aKE6K2m?=\r\n\r\n", "=?no-such-charset?b?6aKE6K2m?="),
    ],
)
def test_subject_of(header: bytes, wanted: str) -> None:
    assert subject_of(header) == wanted
