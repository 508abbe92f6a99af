"""Boards of questions and answers, as an interface and as pages."""

from datetime import timedelta
from typing import Any

import pytest

from archive.post import Kind
from crawlers.job import Outcome
from tests.crawlers.recrawl import NOW, Crawler, reasons
from tests.crawlers.small_site import Page, Site

BOARD = """
- id: qj-board
  name: 问政清江
  kind: qa
  url: http://SITE/api/threads?page={1..}
  item: $.data[*]
  fields:
    id: $.id
    url: $.url
    title: $.title
    text: $.content
    user: $.user
    published: $.created
    reply: $.reply.content
    replied: $.reply.created
    likes: $.likes
  delay: 0
"""
PAGES = """
- id: qj-pages
  name: 清江留言
  kind: qa
  url: http://SITE/board/index.html
  item: ul.list li
  fields: {url: a@href, title: a@title, published: span}
  follow: true
  article: {title: h1, text: .content, user: .by, reply: .reply p, replied: .reply time}
  delay: 0
"""


def thread(number: int, reply: str = "", likes: int = 0) -> dict[str, Any]:
    return {
        "id": number,
        "user": f"江边人{number % 3}",
        "title": f"第{number}号留言：何时供水",
        "content": f"<p>清江市第{number}小区停水，请答复。</p>",
        "created": f"2024-02-{1 + number % 28:02d} 10:00:00",
        "likes": likes,
        "url": f"/board/{number}.html",
        "reply": {"content": reply, "created": "2024-03-01 15:00:00"} if reply else None,
    }


def publish(site: Site, threads: list[dict[str, Any]], size: int = 4) -> None:
    pages = [threads[at : at + size] for at in range(0, len(threads), size)]
    for at, page in enumerate([*pages, []], 1):
        site.pages[f"/api/threads?page={at}"] = {"total": len(threads), "data": page}


def test_all_messages_come_once_with_their_answers_and_without_their_writers_names(
    site: Site, crawler: Crawler
) -> None:
    publish(site, [thread(n, "网友“江边人1”：您好，明天恢复。" if n == 1 else "", likes=n) for n in range(10)])
    outcome = crawler.crawl(BOARD)
    posts = crawler.posts()
    assert (outcome.counts["new"], len(posts), outcome.whole) == (10, 10, True)
    answered = posts["/board/1.html"]
    assert answered.kind is Kind.QUESTION and answered.likes == 1
    assert answered.text == "清江市第1小区停水，请答复。"
    assert (answered.reply, answered.replied_at is not None) == ("网友：您好，明天恢复。", True)
    assert posts["/board/2.html"].reply == ""
    assert all("江边人" not in repr(post) for post in posts.values())
    # The same account has the same hash within a period, others have others.
    assert posts["/board/1.html"].speaker == posts["/board/4.html"].speaker != posts["/board/2.html"].speaker


def test_a_new_answer_updates_and_paging_stops_at_the_first_page_without_change(site: Site, crawler: Crawler) -> None:
    publish(site, [thread(n) for n in range(12)])
    crawler.crawl(BOARD)
    threads = [thread(11, "已恢复供水。"), *(thread(n) for n in range(11))]
    publish(site, threads)
    site.log.clear()
    outcome = crawler.crawl(BOARD, NOW + timedelta(hours=1))
    assert (outcome.counts["new"], outcome.counts["updated"]) == (0, 1)
    assert site.paths() == ["/api/threads?page=1", "/api/threads?page=2"]
    assert crawler.posts()["/board/11.html"].reply == "已恢复供水。"


def test_after_a_walk_that_was_killed_the_messages_behind_known_ones_are_still_found(
    site: Site, crawler: Crawler
) -> None:
    publish(site, [thread(n) for n in range(12)])
    crawler.crawl(BOARD + "  limit: 1\n")
    assert len(crawler.posts()) == 4
    crawler.whole, crawler.since = False, None
    crawler.crawl(BOARD)
    assert len(crawler.posts()) == 12


def test_a_walk_after_a_killed_one_ends_at_what_is_older_than_the_last_whole_one(site: Site, crawler: Crawler) -> None:
    publish(site, [thread(n) for n in range(27, -1, -1)])  # the newest first
    first = crawler.crawl(BOARD)
    assert first.whole and first.since == NOW
    crawler.whole, crawler.since = False, NOW - timedelta(days=10)
    site.log.clear()
    assert crawler.crawl(BOARD, NOW + timedelta(hours=1)).whole
    assert len(site.paths()) < 7  # not all of them


def test_what_lies_outside_the_scope_is_no_news_twice(site: Site, crawler: Crawler) -> None:
    publish(site, [thread(n) for n in range(12)])
    scoped = BOARD + "  scope: 第3号 | 第11号\n"
    assert crawler.crawl(scoped).counts["outside"] == 10
    publish(site, [thread(11, "已恢复。"), *(thread(n) for n in range(11))])
    site.log.clear()
    assert crawler.crawl(scoped, NOW + timedelta(hours=1)).counts["updated"] == 1
    assert site.paths() == ["/api/threads?page=1", "/api/threads?page=2"]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ('{"data": [{"id": 1, "title": ', "JSON 不完整"),
        ("<html><body>维护中</body></html>", "返回的却是网页"),
        ({"rows": []}, "选择器 '$.data[*]'（item）在返回的 JSON 里没有匹配"),
        ("[" * 100_000, "JSON"),
    ],
    ids=["cut short", "a page instead", "another shape", "nested without end"],
)
def test_an_interface_that_answers_nonsense_is_a_named_fault(
    site: Site, crawler: Crawler, page: Any, message: str
) -> None:
    site.pages["/api/threads?page=1"] = page
    outcome = crawler.crawl(BOARD)
    assert not outcome.ok and message in outcome.faults[0].message


def test_an_empty_board_is_no_fault(site: Site, crawler: Crawler) -> None:
    publish(site, [])
    outcome = crawler.crawl(BOARD)
    assert outcome.ok and outcome.whole and outcome.faults == []


def test_an_open_question_on_pages_is_looked_at_again_until_it_is_answered(site: Site, crawler: Crawler) -> None:
    def page(reply: str) -> str:
        answer = f"<div class='reply'><time>2024-03-01 15:00</time><p>{reply}</p></div>" if reply else ""
        return f"<h1>何时供水</h1><p class='by'>江边人</p><div class='content'>停水三天。</div>{answer}"

    site.listing("/board/index.html", [("/board/1.html", "何时供水", "2024-02-28")])
    site.pages["/board/1.html"] = page("")
    crawler.crawl(PAGES)
    site.pages["/board/1.html"] = page("今晚恢复。")
    site.listing("/board/index.html", [("/board/1.html", "何时供水", "2024-02-28"), ("/x", "新", "2024-03-01")])
    assert crawler.crawl(PAGES, NOW + timedelta(hours=1)).counts["updated"] == 1
    assert crawler.posts()["/board/1.html"].reply == "今晚恢复。"
    site.log.clear()
    crawler.whole = False
    crawler.crawl(PAGES, NOW + timedelta(hours=2))
    assert "/board/1.html" not in site.paths()


def test_open_questions_looked_at_again_in_vain_are_no_news(site: Site, crawler: Crawler) -> None:
    paged = PAGES.replace("index.html", "{1..}.html") + "  limit: 2\n"

    def walk(hours: int) -> Outcome:
        for page in (1, 2, 3):  # no ETag stays: something on the pages changes, only nothing of ours
            links = [(f"/board/q{page}{n}.html", "何时供水", "2024-03-01") for n in range(2)]
            site.listing(f"/board/{page}.html", links, following=f"?seen={hours}")
            for url, _, _ in links:
                site.pages.setdefault(
                    url, "<h1>何时供水</h1><p class='by'>江边人</p><div class='content'>停水三天。</div>"
                )
        site.log.clear()
        return crawler.crawl(paged, NOW + timedelta(hours=hours))

    walk(0)
    outcome = walk(1)
    assert (outcome.whole, outcome.faults) == (True, [])
    assert len(site.paths()) == 2 + 4  # each page of the list within the limit, and each question on it
    # One that fails now is not asked for in every cycle either.
    site.pages["/board/q10.html"] = Page(b"oops", status=500)
    assert reasons(walk(2)) == {"q10.html": "error"}
    walk(3)
    assert "/board/q10.html" not in site.paths() and "/board/q11.html" in site.paths()
    walk(9)
    assert "/board/q10.html" in site.paths()


def test_a_time_told_as_how_long_ago_stays_as_it_was_first_read(site: Site, crawler: Crawler) -> None:
    def told(created: str, replied: str) -> list[dict[str, Any]]:
        return [
            thread(n, "已恢复。") | {"created": created, "reply": {"content": "已恢复。", "created": replied}}
            for n in range(12)
        ]

    publish(site, told("3小时前", "20分钟前"))
    crawler.crawl(BOARD)
    first = crawler.posts()
    assert first["/board/1.html"].published_at == NOW - timedelta(hours=3)
    for hours, created, replied in ((1, "4小时前", "1小时前"), (30, "1天前", "1天前"), (31, "03-01", "03-02")):
        publish(site, told(created, replied))
        site.log.clear()
        outcome = crawler.crawl(BOARD, NOW + timedelta(hours=hours))
        assert (outcome.counts["updated"], crawler.posts()) == (0, first), created
        assert site.paths() == ["/api/threads?page=1"], "known ground"
    publish(site, told("2024-03-02 04:50", "2024-03-02 07:40"))
    assert crawler.crawl(BOARD, NOW + timedelta(hours=40)).counts["updated"] == 12  # once, and exact
    assert crawler.posts()["/board/1.html"].published_at == NOW - timedelta(hours=3, minutes=10)


def test_a_message_known_by_its_title_alone_is_one_however_long_ago_it_was(site: Site, crawler: Crawler) -> None:
    nameless = BOARD.replace("    id: $.id\n    url: $.url\n", "")
    publish(site, [thread(1) | {"created": "5分钟前"}])
    crawler.crawl(nameless)
    publish(site, [thread(1) | {"created": "1小时前"}])
    assert crawler.crawl(nameless, NOW + timedelta(hours=1)).counts["new"] == 0
    assert len(crawler.posts()) == 1


NAME = "清江渔翁7788"


def test_the_name_of_who_wrote_is_nowhere_in_what_is_kept(site: Site, crawler: Crawler) -> None:
    says = [
        (f"{NAME}反映停水", f"我是{NAME}，停水。@{NAME}", f"网友{NAME}：您好"),
        ("停水", "停水。", f"{NAME}网友：您好！"),
    ]
    rows = [thread(n, reply) | {"title": t, "content": x, "user": NAME} for n, (t, x, reply) in enumerate(says)]
    publish(site, rows)
    outcome = crawler.crawl(BOARD)
    assert outcome.counts["new"] == 2
    meta = f"<meta name=author content={NAME}><meta name=ContentSource content={NAME}>"
    body = f"<h1>{NAME}的留言</h1><span class=by>{NAME}</span><div class=content><p>停水了 —— {NAME}</p></div>"
    site.pages["/board/91.html"] = f"<html><head>{meta}</head><body>{body}<p>来源：{NAME}</p></body></html>"
    site.listing(
        "/board/index.html", [("/board/91.html", "停水", "2024-02-01"), ("/board/92.html", "坏", "2024-02-01")]
    )
    both = crawler.crawl(PAGES)
    assert (both.counts["new"], both.counts["failed"]) == (1, 1)
    said = repr(outcome.to_json()) + repr(both.to_json()) + repr(crawler.lines) + repr(crawler.posts())
    files = b"".join(file.read_bytes() for file in crawler.folder.rglob("*") if file.is_file())
    assert NAME not in said
    assert NAME.encode() not in files
    assert (
        len({post.speaker for post in crawler.posts().values()} - {None}) == 2
    )  # one a source: known again, not by name


@pytest.mark.parametrize(
    ("hostile", "code", "why"),
    [
        ({"likes": 10**30}, "", "more likes than a database can count"),
        ({"likes": "9" * 400 + "万"}, "", "more than a float can"),
        ({"title": ["x"], "content": {"x": 1}}, "no_text", "no text at all"),
        ({"content": "停" * 150_000}, "long", "a text without end"),
        ({"created": "0001-01-01 00:00"}, "", "a time before all"),
        ({"url": "http://[::1"}, "", "no address"),
    ],
)
def test_one_hostile_message_does_not_cost_the_others(
    hostile: dict[str, Any], code: str, why: str, site: Site, crawler: Crawler
) -> None:
    publish(site, [thread(1) | hostile, thread(2)])
    outcome = crawler.crawl(BOARD)
    assert outcome.ok and outcome.whole, why
    assert [fault.code for fault in outcome.faults] == ([code] if code else []), why
    posts = crawler.posts()
    assert "/board/2.html" in posts
    assert all(len(post.text) <= 100_000 for post in posts.values())
