"""The demo city's web: its clock, its validators, and what it lets a crawler see."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import quote

import pytest

from archive.post import CHINA
from console.demo.site import Site
from console.demo.story import load, moment
from console.demo.web import Web

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=CHINA)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(load(NOW), NOW) as running:
        yield running


def board(web: Web) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for page in range(1, 20):
        part = json.loads(web.answer("/liuyan/api/list.json", page, "x").body)["data"]
        rows += part
        if not part:
            return rows
    raise AssertionError("the board's pages do not end")


@pytest.mark.parametrize(
    ("when", "wanted"),
    [
        ("0 06:35", datetime(2026, 11, 20, 6, 35, tzinfo=CHINA)),
        ("-1 23:05", datetime(2026, 11, 19, 23, 5, tzinfo=CHINA)),
        ("-30 00:00", datetime(2026, 10, 21, 0, 0, tzinfo=CHINA)),
    ],
)
def test_a_time_is_days_before_now_and_a_clock_time(when: str, wanted: datetime) -> None:
    assert moment(when, NOW) == wanted


@pytest.mark.parametrize("when", ["1 08:00", "昨天 08:00", "-1 8:00", "-1", ""])
def test_a_time_written_otherwise_is_named(when: str) -> None:
    with pytest.raises(ValueError, match="应形如"):
        moment(when, NOW)


def test_the_day_is_that_of_asia_shanghai_whatever_zone_now_is_in() -> None:
    late = datetime.fromisoformat("2026-11-19T23:30:00+00:00")  # the 20th, 07:30, in Shanghai
    assert moment("0 06:35", late) == datetime(2026, 11, 20, 6, 35, tzinfo=CHINA)


def test_nothing_is_visible_before_it_was_published() -> None:
    city = load(NOW)
    for days in (60, 30, 5, 1):
        web = Web(city, NOW - timedelta(days=days))
        seen = board(web)
        assert len(seen) == len([m for m in city.messages if m.at <= web.now])
        assert all(datetime.fromisoformat(str(row["created"])) <= web.now for row in seen)
        hidden = next(m for m in city.messages if m.at > web.now)
        assert web.answer(f"/liuyan/{hidden.id}.html", 1, "x").status == 404


def test_an_answer_appears_when_it_was_given_and_brings_its_message_to_the_front() -> None:
    city = load(NOW)
    message = next(m for m in city.messages if m.replied_at)
    assert message.replied_at
    before, after = (Web(city, message.replied_at + timedelta(minutes=m)) for m in (-1, 1))
    assert {row["id"]: row for row in board(before)}[message.id]["reply"] is None
    first = board(after)[0]
    assert first["id"] == message.id
    assert first["reply"] == {"content": message.reply, "created": message.replied_at.isoformat()}


def test_every_listed_article_opens_and_carries_the_standard_tags() -> None:
    web = Web(load(NOW), NOW)
    policies = [a for a in web.city.articles if a.column == "zcwj"]
    page = web.answer("/zwgk/zcwj/index.html", 1, "x").body.decode()
    for policy in policies:
        assert f"/zwgk/zcwj/{policy.id}.html" in page
        text = web.answer(f"/zwgk/zcwj/{policy.id}.html", 1, "x").body.decode()
        assert f'name="PubDate" content="{policy.at:%Y-%m-%d %H:%M}"' in text
        assert policy.number and policy.number in text
        assert "{year}" not in text


def test_news_articles_are_gbk_and_copies_share_their_text() -> None:
    web = Web(load(NOW), NOW)
    copies = [a for a in web.city.articles if "供水公司出动四支抢修队" in a.text]
    assert len({a.title for a in copies}) == 4
    assert len({a.text for a in copies}) == 1
    for article in copies:
        answer = web.answer(f"/news/{article.id}.html", 1, "x")
        assert answer.kind.endswith("gbk")
        assert article.title in answer.body.decode("gbk")


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/robots.txt", 200, "a crawler asks for it first"),
        ("/zwgk/tzgg/index_1.html", 200, "the second page of a long list"),
        ("/zwgk/tzgg/index_9.html", 404, "past the end"),
        ("/zwgk/none/index.html", 404, "no such column"),
        ("/news/../neibu/x", 404, "no path leads anywhere else"),
        ("/etc/passwd", 404, "no files are served"),
    ],
)
def test_pages(path: str, status: int, why: str) -> None:
    assert Web(load(NOW), NOW).answer(path, 1, "x").status == status, why


def test_an_unchanged_page_is_answered_304_and_a_changed_one_again(site: Site) -> None:
    address = f"http://{site.address}/liuyan/api/list.json"
    with urllib.request.urlopen(address) as first:
        tag = first.headers["ETag"]
    again = urllib.request.Request(address, headers={"If-None-Match": tag})
    with pytest.raises(HTTPError) as unchanged:
        urllib.request.urlopen(again)
    assert unchanged.value.code == 304
    unchanged.value.close()
    earlier = (NOW - timedelta(days=10)).isoformat()
    urllib.request.urlopen(f"http://{site.address}/__clock?now={quote(earlier)}", data=b"").close()
    with urllib.request.urlopen(again) as changed:
        assert changed.status == 200
    assert ("GET", "/liuyan/api/list.json", 304) in site.web.requests


def test_a_clock_without_a_zone_is_refused(site: Site) -> None:
    before = site.web.now
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"http://{site.address}/__clock?now=2026-11-01T08:00:00", data=b"")
    refused.value.close()
    assert site.web.now == before


def test_titles_of_daily_messages_are_all_different() -> None:
    titles = [m.title for m in load(NOW).messages]
    assert len(set(titles)) >= len(titles) - 2  # the mixer's story repeats one title three times
