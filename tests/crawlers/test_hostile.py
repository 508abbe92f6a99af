"""Pages that misbehave: each ends as an outcome with its reason, none stops the others or is asked in every cycle."""

from datetime import timedelta

import pytest

from tests.crawlers.recrawl import NOW, Crawler, reasons
from tests.crawlers.small_site import Page, Site, traps

LIST = """
- id: qj-traps
  name: 陷阱
  kind: list
  url: http://SITE/traps.html
  item: p
  fields: {url: a@href, title: a}
  delay: 0
"""
EXPECTED = {
    "error500": "error", "loop": "redirects", "inward": "address", "private": "robots", "slow": "timeout",
    "endless": "too_large", "bomb": "too_large", "notgzip": "encoding", "empty": "empty", "binary": "binary",
    "json": "not_html", "laughs": "not_html", "reset": "reset", "future": "future",
}  # fmt: skip


@pytest.mark.slow
def test_every_trap_is_named_and_the_good_pages_among_them_are_kept(site: Site, crawler: Crawler) -> None:
    # 127.0.0.2 is as internal as 127.0.0.1, and not on the list; nothing listens there: the check must come first.
    pages = traps(site, f"http://127.0.0.2:{site.port}/private/inward")
    site.pages |= {f"/trap/{name}": page for name, page in pages.items()}
    links = "".join(f"<p><a href='/trap/{name}'>陷阱{name}</a></p>" for name in pages)
    site.pages["/traps.html"] = f"<body>{links}</body>"
    outcome = crawler.crawl(LIST)

    assert reasons(outcome) == EXPECTED
    assert all(any("\u4e00" <= char <= "\u9fff" for char in fault.message) for fault in outcome.faults)
    assert outcome.ok and outcome.whole
    assert outcome.memory_mb < 500
    posts = crawler.posts()
    assert set(posts) == {f"/trap/{name}" for name in ("gbk", "utf8", "future", "script", "deep")}
    assert all("停水" in posts[f"/trap/{name}"].text for name in ("gbk", "utf8"))
    assert posts["/trap/future"].published_at is None
    asked = sum(line.get("request", "").endswith(tuple(pages)) for line in crawler.lines)
    assert asked == len(pages)  # every request ends in a line

    site.log.clear()
    crawler.crawl(LIST, NOW + timedelta(hours=2))
    assert site.paths() == ["/traps.html"]
    # What may pass (a server's error) is asked again later; what cannot (a bomb) never is.
    site.pages["/trap/slow"] = Page(b"<h1>late</h1><p>no longer slow</p>")
    site.log.clear()
    crawler.crawl(LIST, NOW + timedelta(days=1))
    assert {"/trap/error500", "/trap/slow", "/trap/reset", "/trap/empty"} <= set(site.paths())
    assert not {"/trap/bomb", "/trap/endless", "/trap/inward", "/trap/loop"} & set(site.paths())


def test_a_list_page_that_is_a_trap_is_an_outcome_too(site: Site, crawler: Crawler) -> None:
    for name in ("bomb", "reset", "binary", "empty", "inward"):
        site.pages["/traps.html"] = traps(site, "http://[::1]:9/")[name]
        outcome = crawler.crawl(LIST)
        assert (outcome.ok, outcome.whole, outcome.counts["failed"]) == (False, False, 1), name


def test_a_platform_that_is_not_crawled_is_not_asked_by_a_link_or_a_redirect_either(
    site: Site, crawler: Crawler
) -> None:
    # .invalid would be a DNS failure; these must be refused before any name is looked up.
    site.pages["/away"] = Page(b"", status=302, headers={"Location": "https://weibo.com/u/1234567"})
    site.pages["/traps.html"] = (
        "<p><a href='https://mp.weixin.qq.com./s/abc'>公众号</a></p><p><a href='/away'>微博</a></p>"
    )
    outcome = crawler.crawl(LIST)
    assert reasons(outcome) == {"abc": "platform", "away": "platform"}
    assert set(outcome.robots) == {site.address}


@pytest.mark.parametrize(
    ("selector", "says"),
    [("item: //p[nope()]", "无法执行"), ("item: //p[$x]", "无法执行"), ("item: //x:p", "无法执行")],
)
def test_a_selector_that_fails_when_it_runs_is_named_and_no_crash(
    selector: str, says: str, site: Site, crawler: Crawler
) -> None:
    site.pages["/traps.html"] = "<p><a href='/a'>甲</a></p>"
    outcome = crawler.crawl(LIST.replace("item: p", selector))
    assert (outcome.ok, [fault.code for fault in outcome.faults]) == (False, ["selector"])
    assert says in outcome.faults[0].message


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_that_cannot_give_its_robots_now_is_not_asked_for_anything_else(
    status: int, site: Site, crawler: Crawler
) -> None:
    site.pages |= {"/robots.txt": Page(b"", status=status), "/traps.html": "<p><a href='/a'>甲</a></p>"}
    outcome = crawler.crawl(LIST)
    assert site.paths() == []
    assert reasons(outcome) == {"traps.html": "robots_unread"}
    assert outcome.robots[site.address]["status"] == status


def test_robots_may_not_lead_inward(site: Site, crawler: Crawler) -> None:
    site.pages["/robots.txt"] = Page(b"", status=302, headers={"Location": f"http://127.0.0.2:{site.port}/robots.txt"})
    outcome = crawler.crawl(LIST)
    assert site.paths() == []
    assert "内部地址" in outcome.robots[site.address]["answer"]
