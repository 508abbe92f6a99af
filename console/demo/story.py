"""What was published in the demo's city, and when: the YAML files of `city/` set against a given now."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from archive.post import CHINA

FOLDER = Path(__file__).parent / "city"
BOARD = ("board_daily_1", "board_daily_2", "board_water", "board_canteen", "board_parking", "board_mixer")
COLUMNS = {"zcwj": "政策文件", "zcjd": "政策解读", "tzgg": "通知公告"}
FIRST_MESSAGE, FIRST_ARTICLE = 20001, 301

_WHEN = re.compile(r"(0|-\d+) (\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Message:
    """A citizen's message on the board; `account` is what the board shows of its writer."""

    id: int
    at: datetime
    account: str
    title: str
    text: str
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A page of the government's site (`column` is one of COLUMNS) or of the news site (`column` is "news")."""

    id: int
    at: datetime
    column: str
    title: str
    text: str
    origin: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class City:
    messages: list[Message]
    articles: list[Article]


def read(name: str) -> Any:
    """`city/NAME.yaml` as it stands."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def moment(when: str | int, now: datetime) -> datetime:
    """`-6 09:30`: six days before the day of `now` (Asia/Shanghai), at half past nine."""
    found = _WHEN.fullmatch(str(when))
    if not found:
        raise ValueError(f"演示资料里的时间 {when!r} 应形如 -6 09:30")
    day = now.astimezone(CHINA).date() + timedelta(days=int(found[1]))
    return datetime.combine(day, time(int(found[2]), int(found[3])), CHINA)


def dated(text: str, now: datetime) -> str:
    return text.replace("{year}", str(now.astimezone(CHINA).year)).strip()


def load(now: datetime) -> City:
    return City(_messages(now), [*_government(now), *_news(now)])


def _messages(now: datetime) -> list[Message]:
    rows = sorted((row for name in BOARD for row in read(name)), key=lambda row: moment(row["at"], now))
    found = []
    for number, row in enumerate(rows, FIRST_MESSAGE):
        reply = row.get("reply") or {}
        found.append(
            Message(
                id=number,
                at=moment(row["at"], now),
                account=row.get("user", f"清江网友{number * 7919 % 100000:05d}"),
                title=row["title"],
                text=row["text"].strip(),
                reply=reply.get("text", ""),
                replied_at=moment(reply["at"], now) if reply else None,
            )
        )
    return found


def _government(now: datetime) -> list[Article]:
    return [
        Article(
            id=number,
            at=moment(row["at"], now),
            column=row["column"],
            title=dated(row["title"], now),
            text=dated(row["text"], now),
            origin=row["origin"],
            number=dated(row["number"], now),
        )
        for number, row in enumerate(read("government"), FIRST_ARTICLE)
    ]


def _news(now: datetime) -> list[Article]:
    """A story's copies are pages of their own, with their own title and origin and the same text."""
    rows = [{**row, **copy} for row in read("news") for copy in ({}, *row.get("copies", ()))]
    return [
        Article(number, moment(row["at"], now), "news", row["title"], row["text"].strip(), row["origin"])
        for number, row in enumerate(rows, FIRST_ARTICLE)
    ]
