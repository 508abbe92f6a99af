"""Feeds, sitemaps and plain interfaces."""

import socket
from datetime import datetime, timedelta

import feedparser
import pytest

from archive.post import CHINA
from crawlers.spiders.feed import published
from crawlers.when import read_time
from tests.crawlers.recrawl import NOW, Crawler, reasons
from tests.crawlers.small_site import Page, Site

FEED = "- {id: qj-feed, name: 清江订阅, kind: feed, url: 'http://SITE/feed.xml', delay: 0}"
MAP = "- {id: qj-map, name: 清江地图, kind: sitemap, url: 'http://SITE/sitemap.xml', match: '*/news/*', delay: 0}"
API = """
- id: qj-api
  name: 清江接口
  kind: api
  url: [http://SITE/api/a, http://SITE/api/b]
  item: $.rows[*]
  fields: {id: $.no, title: $.name, text: $.body, published: $.time, comments: $.n, publisher: =清江热线}
  delay: 0
"""


def test_a_feed_leads_to_its_articles(site: Site, crawler: Crawler) -> None:
    site.article("/n/1.html", "清江供水通告", "明天停水。")
    items = (
        f"<item><title>清江供水通告</title><link>{site.url('/n/1.html')}</link>"
        "<pubDate>Fri, 01 Mar 2024 09:30:00 +0800</pubDate></item>"
    )
    site.pages["/feed.xml"] = Page(
        f"<?xml version='1.0' encoding='gb2312'?><rss version='2.0'><channel>{items}</channel></rss>".encode("gb18030"),
        "application/rss+xml",
    )
    assert crawler.crawl(FEED).counts["new"] == 1
    assert crawler.posts()["/n/1.html"].title == "清江供水通告"


@pytest.mark.parametrize(
    ("written", "at", "precision", "why"),
    [
        ("Fri, 01 Mar 2024 09:30:00 +0800", "01T09:30", "minute", "RFC 822"),
        ("Fri, 01 Mar 2024 00:00:00 +0800", "01T00:00", "day", "midnight is a placeholder"),
        ("Thu, 29 Feb 2024 16:00:00 GMT", "01T00:00", "day", "the same midnight in GMT"),
        ("Fri, 01 Mar 2024 08:00:00 +0800", "01T08:00", "minute", "midnight in Greenwich only"),
        ("Fri, 01 Mar 2024 01:30:00 GMT", "01T09:30", "minute", "GMT"),
        ("2024-03-01T01:30:00Z", "01T09:30", "minute", "Z"),
        ("2024-03-01 09:30:00", "01T09:30", "minute", "no offset: ours"),
        ("2024年3月1日 09:30", "01T09:30", "minute", "Chinese"),
        ("2024/3/1 09:30:00", "01T09:30", "minute", "slashes"),
        ("2024-03-01", "01T00:00", "day", "a day"),
        ("2024-03", "01T08:00", "day", "not ours to read: as feedparser takes it"),
    ],
)
@pytest.mark.parametrize("tag", ["pubDate", "dc:date"])
def test_the_time_of_a_feed_is_read_as_it_was_written(
    written: str, at: str, precision: str, why: str, tag: str
) -> None:
    rss = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    body = f"{rss}<channel><item><title>停水</title><{tag}>{written}</{tag}></item></channel></rss>".encode()
    entry = feedparser.parse(body).entries[0]
    found, how = read_time(published(entry, NOW), NOW)
    assert found and (found.astimezone(CHINA).strftime("%dT%H:%M"), str(how)) == (at, precision), why


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<!DOCTYPE html><html><body>登录</body></html>", "这不是 RSS 或 Atom：返回的是网页"),
        ("hello", "这不是 RSS 或 Atom：内容读不懂"),
        ('<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><rss><channel>&a;</channel></rss>', "实体"),
    ],
    ids=["HTML", "text", "entities of its own"],
)
def test_what_is_no_feed_is_a_named_fault(site: Site, crawler: Crawler, body: str, message: str) -> None:
    site.pages["/feed.xml"] = body
    outcome = crawler.crawl(FEED)
    assert not outcome.ok and message in outcome.faults[0].message


ONE = "<item><title>清江供水通告</title><link>/n/1.html</link></item>"


@pytest.mark.parametrize(
    ("body", "new", "ok", "why"),
    [
        ("<rss><channel><item><title>x", 0, False, "nothing whole was read"),
        ("<rss version='2.0'><channel>", 0, False, "no entry at all"),
        (
            f"<rss version='2.0'><channel>{ONE}<item><title>y</title><link>/n/",
            1,
            True,
            "the entry that is cut is left out",
        ),
        (f"<rss version='2.0'><channel>{ONE}", 1, True, "cut between two entries"),
        (
            f"<rss version='2.0'><channel><title>a & b</title>{ONE}</channel></rss>",
            1,
            True,
            "a bare &, and all is there",
        ),
    ],
)
def test_a_feed_cut_short_is_a_fault_and_what_was_read_is_kept(
    site: Site, crawler: Crawler, body: str, new: int, ok: bool, why: str
) -> None:
    site.article("/n/1.html", "清江供水通告", "明天停水。")
    site.pages["/feed.xml"] = Page(body.encode(), "application/rss+xml")
    outcome = crawler.crawl(FEED)
    assert (outcome.counts["new"], outcome.ok) == (new, ok), why
    assert f"订阅源的 XML 不完整或有误，读出了 {new} 条" in outcome.faults[0].message
    assert set(site.paths()) <= {"/feed.xml", "/n/1.html"} and site.paths().count("/feed.xml") == 1, why
    crawler.crawl(FEED)
    assert all(asked.status == 200 for asked in site.log if asked.path == "/feed.xml"), "it is read in full again"


def test_an_entry_without_an_address_does_not_lead_to_the_feed_itself(site: Site, crawler: Crawler) -> None:
    site.pages["/feed.xml"] = Page(
        b"<rss version='2.0'><channel><item><title>x</title><link> </link></item></channel></rss>",
        "application/rss+xml",
    )
    outcome = crawler.crawl(FEED)
    assert site.paths() == ["/feed.xml"] and outcome.counts["new"] == 0


def test_a_site_that_refuses_connections_is_said_to(site: Site, crawler: Crawler) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    refusing = f"127.0.0.1:{port}"
    outcome = crawler.crawl(FEED.replace("SITE", refusing), allowed=(refusing,))
    said = outcome.faults[0].message + outcome.robots[refusing]["answer"]
    assert not outcome.ok and said.count("连接被拒绝") == 2 and "Error" not in said


def test_a_sitemap_index_leads_to_the_articles_that_match(site: Site, crawler: Crawler) -> None:
    space = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    for name in ("news", "about"):
        site.article(f"/{name}/1.html", f"清江{name}", "正文一段。")
    urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in ("/news/1.html", "/about/1.html"))
    site.pages["/sitemap.xml"] = f"<sitemapindex {space}><sitemap><loc>/map1.xml</loc></sitemap></sitemapindex>"
    site.pages["/map1.xml"] = f"<urlset {space}>{urls}</urlset>"
    assert crawler.crawl(MAP).whole
    assert set(crawler.posts()) == {"/news/1.html"}
    site.pages["/sitemap.xml"] = "<html>no</html>"
    assert "站点地图" in crawler.crawl(MAP).faults[0].message


SPACE = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"


def index(*names: str, dated: bool = False) -> str:
    at = "<lastmod>2024-03-01</lastmod>" if dated else ""
    return (
        f"<sitemapindex {SPACE}>{''.join(f'<sitemap><loc>/{n}.xml</loc>{at}</sitemap>' for n in names)}</sitemapindex>"
    )


def mapped(site: Site, name: str, *articles: str) -> None:
    """A map that names these articles."""
    for article in articles:
        site.article(article, "清江供水", "明天停水。")
    urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in articles)
    site.pages[f"/{name}.xml"] = f"<urlset {SPACE}>{urls}</urlset>"


def test_indexes_in_an_index_are_followed_to_a_depth_and_not_in_circles(site: Site, crawler: Crawler) -> None:
    for depth, name in enumerate(("sitemap", "two", "three", "four")):
        site.pages[f"/{name}.xml"] = index(*(("two", "three", "four", "five")[depth], f"map{depth}", "sitemap"))
        mapped(site, f"map{depth}", f"/news/{depth}.html")
    outcome = crawler.crawl(MAP)
    assert set(crawler.posts()) == {"/news/0.html", "/news/1.html", "/news/2.html"}
    assert [(fault.code, fault.where) for fault in outcome.faults] == [("limit", site.url("/four.xml"))]
    assert "嵌套超过 3 层" in outcome.faults[0].message


def test_maps_beyond_the_limit_are_told_of(site: Site, crawler: Crawler) -> None:
    site.pages["/sitemap.xml"] = index("deeper", "c", "d", dated=True)
    site.pages["/deeper.xml"] = index("a", "b")
    for name in "abcd":
        mapped(site, name, f"/news/{name}.html")
    outcome = crawler.crawl(MAP.replace("delay: 0", "delay: 0, limit: 2"))
    assert set(crawler.posts()) == {"/news/a.html", "/news/b.html"}
    assert outcome.whole and "还有 2 份没有读" in outcome.faults[0].message
    assert len(crawler.crawl(MAP).state["pages"]) and len(crawler.posts()) == 4


def test_one_map_in_trouble_or_without_a_match_costs_no_other(site: Site, crawler: Crawler) -> None:
    site.pages["/sitemap.xml"] = index("broken", "about", "news")
    site.pages["/broken.xml"] = Page(b"oops", status=500)
    mapped(site, "about", "/about/1.html")
    mapped(site, "news", "/news/1.html")
    outcome = crawler.crawl(MAP)
    assert (outcome.ok, outcome.whole, reasons(outcome)) == (True, False, {"broken.xml": "error"})
    assert set(crawler.posts()) == {"/news/1.html"}
    site.pages |= {"/about.xml": Page(b"oops", status=500), "/news.xml": Page(b"oops", status=500)}
    assert not crawler.crawl(MAP).ok  # none could be read
    site.pages["/sitemap.xml"] = index("about")
    mapped(site, "about", "/about/1.html")
    assert "没有匹配" in crawler.crawl(MAP).faults[0].message


def test_an_index_that_stays_the_same_hides_no_map_that_changed(site: Site, crawler: Crawler) -> None:
    site.pages["/sitemap.xml"] = index("news")
    mapped(site, "news", "/news/1.html")
    crawler.crawl(MAP)
    mapped(site, "news", "/news/2.html", "/news/1.html")
    assert crawler.crawl(MAP, NOW + timedelta(hours=1)).counts["new"] == 1
    site.pages["/sitemap.xml"] = index("news", dated=True)
    crawler.crawl(MAP, NOW + timedelta(hours=2))
    site.log.clear()
    crawler.crawl(MAP, NOW + timedelta(hours=3))
    assert site.paths() == ["/sitemap.xml"] and site.log[-1].status == 304


def test_the_last_change_of_a_page_is_not_the_minute_it_was_published(site: Site, crawler: Crawler) -> None:
    space = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    changed = {"/news/1.html": "2024-03-01T20:15:00+08:00", "/news/2.html": "2024-02-20T10:30:00+08:00"}
    urls = "".join(f"<url><loc>{site.url(path)}</loc><lastmod>{at}</lastmod></url>" for path, at in changed.items())
    site.pages["/sitemap.xml"] = f"<urlset {space}>{urls}</urlset>"
    for path in changed:
        site.article(path, "清江供水", "明天停水。", at="2024-02-20")
    crawler.crawl(MAP)
    times = {path: (post.published_at, str(post.published_precision)) for path, post in crawler.posts().items()}
    assert times == {
        "/news/1.html": (datetime(2024, 2, 20, tzinfo=CHINA), "day"),
        "/news/2.html": (datetime(2024, 2, 20, 10, 30, tzinfo=CHINA), "minute"),
    }


def test_an_interface_with_several_addresses_and_no_pages_of_its_own(site: Site, crawler: Crawler) -> None:
    row = {"no": 1, "name": "停水", "body": "停水了", "time": 1709258400, "n": "1.2万"}
    site.pages["/api/a"] = {"rows": [row]}
    site.pages["/api/b"] = {"rows": [{**row, "no": 2}]}
    assert crawler.crawl(API).counts["new"] == 2
    assert crawler.crawl(API).counts["new"] == 0
    crawler.whole = False  # as after an edit: nothing is taken for known
    faults = crawler.crawl(API.replace("$.n,", "$.gone,")).faults
    assert any("fields.comments" in fault.message for fault in faults)
