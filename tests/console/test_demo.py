"""The demo as it is run: a real web, real crawls, rounds, SMTP and console."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest

from archive.post import CHINA, post_id
from archive.store import Filter, Search, open_store
from console.demo import run, story

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=CHINA)
SECRET_PHONE = "13900000000"  # in a message of the canteen's story


@dataclass
class Played:
    told: subprocess.CompletedProcess[str]
    var: Path
    mails: list[EmailMessage]

    def about(self, word: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if word in text_of(mail)]


def text_of(mail: EmailMessage) -> str:
    """Subject and every text part."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain"]
    return "\n".join([str(mail["Subject"]), *parts])


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    var = tmp_path_factory.mktemp("demo")
    (var / "demo").mkdir()
    (var / "demo" / "left over").write_text("from an earlier run")
    told = subprocess.run(
        [sys.executable, "-m", "console", "demo", "--exit", "--now", NOW.isoformat(), "--port", "18900"],
        env={**clean_environment(), "MINSHENG_VAR": str(var), "MINSHENG_SMTP": "smtp://mail.invalid:25"},
        cwd=run.ROOT,
        capture_output=True,
        text=True,
    )
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted((var / "mail").glob("*"))]
    yield Played(told, var, [mail for mail in mails if isinstance(mail, EmailMessage)])


def clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}


pytestmark = pytest.mark.slow


def test_it_ends_well_and_says_where_to_look(played: Played) -> None:
    assert played.told.returncode == 0, played.told.stderr
    assert re.search(r"打开 http://127\.0\.0\.1:\d+/", played.told.stdout)
    assert re.search(r"用户名 demo\n密码 +\S{12,}", played.told.stdout)
    assert played.told.stderr == ""
    assert not (played.var / "demo" / "left over").exists()


def test_the_password_is_only_on_the_terminal(played: Played) -> None:
    found = re.search(r"密码 +(\S+)", played.told.stdout)
    assert found
    kept = [path for path in played.var.rglob("*") if path.is_file() and found[1].encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(
    ("word", "kind", "plan"),
    [
        ("停水", "信息量突增", "公用设施中断"),
        ("搅拌站", "持续反映", "民生诉求"),
        ("食堂", "即报", "校园安全"),
    ],
)
def test_each_story_opens_an_incident_whose_mail_carries_the_filled_plan(
    played: Played, word: str, kind: str, plan: str
) -> None:
    line = next((line for line in played.told.stdout.splitlines() if kind in line and word in line), "")
    assert line, played.told.stdout
    alerts = [mail for mail in played.about(word) if str(mail["To"]).endswith("press@qingjiang.example")]
    carrying = [mail for mail in alerts if "【待填】" in text_of(mail) or "【待填：" in text_of(mail)]
    assert carrying, [str(mail["Subject"]) for mail in alerts]
    assert any(plan in text_of(mail) for mail in carrying)
    assert not any("{{" in text_of(mail) for mail in carrying)
    names = [part.get_filename() or "" for part in carrying[0].walk()]
    papers = [part for part in carrying[0].walk() if (part.get_filename() or "").endswith(".docx")]
    assert papers, names
    content = papers[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    assert "待填" in zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()


def test_the_stories_are_not_all_of_one_level(played: Played) -> None:
    levels = set(re.findall(r"舆情 \d{4}-\d{4}-\d\d (Ⅰ|Ⅱ|Ⅲ|Ⅳ) ", played.told.stdout))
    assert levels >= {"Ⅲ", "Ⅳ"}, played.told.stdout


def test_the_outside_address_is_told_to_call_and_nothing_else(played: Played) -> None:
    outside = [mail for mail in played.mails if "other.example" in str(mail["To"])]
    assert outside
    for mail in outside:
        text = text_of(mail)
        assert "请致电值班室" in text
        for word in ("停水", "搅拌站", "食堂", "小学", "翠竹苑", "东城区", "待填"):
            assert word not in text
        assert all(part.get_filename() is None for part in mail.walk())


def test_every_visible_message_is_in_the_archive_exactly_once_with_its_answer(played: Played) -> None:
    store = open_store(f"sqlite:///{played.var}/demo/archive.sqlite3", create=False)
    posts, after = [], None
    while True:
        page = store.search(Search(Filter(sources=("liuyan",)), size=50, after=after))
        posts += page.posts
        if not page.next:
            break
        after = page.next
    store.close()
    visible = [message for message in story.load(NOW).messages if message.at <= NOW]
    by_number = {int(re.findall(r"(\d+)\.html", post.url)[0]): post for post in posts}
    assert len(posts) == len(by_number) == len(visible)
    for message in visible:
        post = by_number[message.id]
        assert post.id == post_id(url=post.url)
        assert post.title == message.title
        answered = message.replied_at is not None and message.replied_at <= NOW
        assert (post.reply == message.reply) if answered else not post.reply
    assert not any(SECRET_PHONE in post.text for post in posts), "a telephone number was stored unmasked"
    assert any("回电" in post.text for post in posts)


def test_nothing_leaves_with_a_telephone_number_or_an_account(played: Played) -> None:
    for mail in played.mails:
        assert SECRET_PHONE not in text_of(mail)
        assert "清江网友" not in text_of(mail)


def test_a_digest_a_day_goes_to_those_who_want_it_once(played: Played) -> None:
    digests = [mail for mail in played.mails if "日报" in str(mail["Subject"])]
    told = Counter((str(mail["To"]), str(mail["Subject"])) for mail in digests)
    assert digests and set(told.values()) == {1}
    assert not any("other.example" in to for to, _ in told)
    assert {f"{day}日" for day in range(10, 21)} == {re.findall(r"11月(\d+日)", subject)[0] for _, subject in told}


@pytest.mark.parametrize("day", [15, 18, 19, 20])
def test_a_digest_counts_what_was_published_since_the_morning_before(played: Played, day: int) -> None:
    end = datetime(2026, 11, day, 7, 50, tzinfo=CHINA)  # the last crawl before the digest of eight
    city = story.load(NOW)
    times = [message.at for message in city.messages] + [article.at for article in city.articles]
    wanted = sum(end - timedelta(days=1) < at <= end for at in times)
    subject = next(str(mail["Subject"]) for mail in played.mails if f"日报】11月{day}日" in str(mail["Subject"]))
    counted = re.search(r"涉本市信息 (\d+) 条", subject)
    assert counted and int(counted[1]) == wanted, subject


def test_mails_are_delivered_once_each(played: Played) -> None:
    ids = [mail["Message-ID"] for mail in played.mails]
    assert all(ids) and len(set(ids)) == len(ids)


def test_a_policy_shows_its_dates_its_reaction_and_a_suggested_answer(played: Played) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "console", "policy", "--json", "--now", NOW.isoformat(), "list"],
        env={**clean_environment(), "MINSHENG_VAR": str(played.var / "demo")},
        cwd=run.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {row["title"]: row for line in told.stdout.splitlines() if "validity" in (row := json.loads(line))}
    parking = rows["清江市城区停车收费管理办法"]
    assert (parking["effective_on"], parking["validity"]) == ("2026-12-01", "尚未施行")
    assert rows["清江市既有住宅加装电梯财政补助办法"]["validity"] == "有效"
    draft = next(row for title, row in rows.items() if "养犬" in title)
    assert (draft["consulted_until"], draft["validity"]) == ("2026-12-03", "征求意见中")
    morning = next(mail for mail in played.mails if "日报】11月20日" in str(mail["Subject"]))
    assert "尚无解读的政策：清江市城区停车收费管理办法" in text_of(morning)
    assert "政策咨询问答库有 1 条建议待审" in text_of(morning)
