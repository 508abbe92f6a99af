"""Crawling lists of articles, with the real subprocess against a real server."""

from datetime import timedelta

from archive.post import Kind, Precision
from tests.crawlers.recrawl import NOW, Crawler, reasons
from tests.crawlers.small_site import Page, Site

LIST = """
- id: qj-news
  name: 清江要闻
  kind: list
  url: http://SITE/news/index{,_1,_2,_3}.html
  item: ul.list li
  fields: {url: a@href, title: a@title, published: span}
  delay: 0
  region: 清江市
"""
NEXT = LIST.replace("index{,_1,_2,_3}.html", "index.html") + "  next: a.next@href\n"


def news(site: Site, numbers: range) -> None:
    """Articles by number, three a page, the newest first."""
    names = sorted(numbers, reverse=True)
    for number in names:
        site.article(
            f"/news/{number}.html", f"清江市第{number}号供水通告", f"因检修，第{number}片区停水。\n请提前储水。"
        )
    pages = [names[at : at + 3] for at in range(0, len(names), 3)]
    for at, page in enumerate(pages):
        path = "/news/index.html" if at == 0 else f"/news/index_{at}.html"
        following = f"/news/index_{at + 1}.html" if at + 1 < len(pages) else ""
        links = [(f"/news/{n}.html", f"清江市第{n}号供水通告", "2024-03-01") for n in page]
        site.listing(path, links, following)


def test_every_page_of_a_list_is_walked_and_read_by_its_meta_tags(site: Site, crawler: Crawler) -> None:
    news(site, range(8))
    outcome = crawler.crawl(LIST)
    assert (outcome.ok, outcome.whole, outcome.counts["new"], outcome.faults) == (True, True, 8, [])
    post = crawler.posts()["/news/7.html"]
    assert (post.title, post.publisher, post.kind) == ("清江市第7号供水通告", "清江市人民政府办公室", Kind.NEWS)
    assert (post.published_precision, post.region, post.source) == (Precision.MINUTE, "清江市", "qj-news")
    assert post.collected_at == NOW  # the job's time, never the clock's
    assert "第7片区停水" in post.text


def test_a_second_crawl_asks_for_one_page_conditionally_and_no_article_again(site: Site, crawler: Crawler) -> None:
    news(site, range(8))
    crawler.crawl(LIST)
    site.log.clear()
    outcome = crawler.crawl(LIST, NOW + timedelta(hours=1))
    assert site.paths() == ["/news/index.html"]
    assert site.log[-1].status == 304 and "If-None-Match" in site.log[-1].headers
    assert outcome.whole and outcome.counts["not_modified"] == 1


def test_paging_stops_where_a_page_brings_nothing_new(site: Site, crawler: Crawler) -> None:
    news(site, range(9))
    crawler.crawl(NEXT)
    news(site, range(10))
    site.log.clear()
    outcome = crawler.crawl(NEXT, NOW + timedelta(hours=1))
    assert outcome.counts["new"] == 1
    assert site.paths() == ["/news/index.html", "/news/9.html", "/news/index_1.html"]


def test_known_posts_do_not_stop_a_walk_whose_last_one_did_not_end_whole(site: Site, crawler: Crawler) -> None:
    news(site, range(9))
    crawler.crawl(LIST + "  limit: 1\n")
    crawler.whole, crawler.since = False, None  # as begin_crawl leaves it when the first crawl is killed
    crawler.crawl(LIST)
    assert len(crawler.posts()) == 9


LONG = LIST.replace("{,_1,_2,_3}", "{" + "".join(f",_{n}" for n in range(1, 30)) + "}") + "  limit: 2\n"
HOUR = timedelta(hours=1)


def list_pages(site: Site) -> int:
    return sum(path.startswith("/news/index") for path in site.paths())


def test_what_the_limit_cuts_off_comes_with_the_next_walks_until_they_meet_known_ground(
    site: Site, crawler: Crawler
) -> None:
    news(site, range(30))
    first = crawler.crawl(LONG)
    assert (first.whole, first.since, first.counts["new"], first.faults) == (True, NOW, 6, [])  # up to its bound
    news(site, range(57))  # nine pages of news
    new, asked = [], []
    for hours in range(1, 7):
        site.log.clear()
        outcome = crawler.crawl(LONG, NOW + hours * HOUR)
        new.append(outcome.counts["new"])
        asked.append(list_pages(site))
        if hours < 5:
            assert (outcome.whole, outcome.since, [fault.code for fault in outcome.faults]) == (False, NOW, ["limit"])
            assert "余下的下次接着采" in outcome.faults[0].message
        else:
            assert (outcome.whole, outcome.since, outcome.faults) == (True, NOW + hours * HOUR, [])
    assert (new, asked) == ([6, 6, 6, 6, 3, 0], [2, 4, 6, 8, 10, 1])


def test_a_walk_killed_while_it_catches_up_hides_nothing_behind_what_it_brought(site: Site, crawler: Crawler) -> None:
    news(site, range(30))
    crawler.crawl(LONG)
    news(site, range(57))
    crawler.crawl(LONG, NOW + HOUR)
    since, state = crawler.since, crawler.state
    crawler.crawl(LONG, NOW + 2 * HOUR)
    crawler.since, crawler.state = since, state  # its posts are in the archive, how it ended was not saved
    crawler.killed(NOW + 2 * HOUR)
    ends = [crawler.crawl(LONG, NOW + hours * HOUR).whole for hours in range(3, 8)]
    assert len(crawler.posts()) == 6 + 27
    assert ends[-1] and not ends[0]


def test_a_limit_once_raised_brings_what_was_behind_it(site: Site, crawler: Crawler) -> None:
    news(site, range(30))
    crawler.crawl(LONG)
    news(site, range(57))
    crawler.crawl(LONG, NOW + HOUR)
    crawler.whole, crawler.since, crawler.state = False, None, {}  # as save_source leaves it
    outcome = crawler.crawl(LONG.replace("limit: 2", "limit: 12"), NOW + 2 * HOUR)
    assert outcome.whole and len(crawler.posts()) == 36


def test_a_list_that_is_never_caught_up_with_is_given_up_and_says_so(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    crawler.crawl(LONG.replace("limit: 2", "limit: 1"))
    news(site, range(60))
    outcomes = [crawler.crawl(LONG.replace("limit: 2", "limit: 1"), NOW + n * HOUR) for n in range(1, 7)]
    assert [outcome.whole for outcome in outcomes] == [False] * 5 + [True]
    assert "不再往前采" in outcomes[-1].faults[0].message


def test_a_list_that_fails_does_not_make_the_others_of_its_source_be_walked_to_their_bounds(
    site: Site, crawler: Crawler
) -> None:
    address = LONG.split("url: ")[1].splitlines()[0]
    both = LONG.replace(address, f'["http://SITE/gone.html", "{address}"]')
    news(site, range(30))
    site.listing("/gone.html", [("/news/1.html", "清江市第1号供水通告", "2024-03-01")])
    assert crawler.crawl(both).whole
    site.pages["/gone.html"] = Page(b"oops", status=500)
    for hours in (1, 2, 3):
        site.log.clear()
        assert not crawler.crawl(both, NOW + hours * HOUR).whole
        assert list_pages(site) == 1


def test_a_list_that_cannot_be_read_is_not_ok_and_keeps_its_since(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    first = crawler.crawl(LIST)
    site.pages["/news/index.html"] = Page(b"oops", status=500)
    outcome = crawler.crawl(LIST, NOW + timedelta(hours=1))
    assert (outcome.ok, outcome.whole, outcome.since) == (False, False, first.since)
    assert outcome.faults[0].message == "网站出错（500）"


def test_a_selector_that_matches_nothing_is_named(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    outcome = crawler.crawl(LIST.replace("ul.list li", "div.gone li"))
    assert not outcome.ok and "选择器 'div.gone li'（item）在列表页上没有匹配" in outcome.faults[0].message
    outcome = crawler.crawl(LIST.replace("published: span", "published: em.date"))
    assert outcome.ok and "fields.published" in outcome.faults[0].message
    assert len(crawler.posts()) == 3  # what could be read was


def test_a_selector_of_addresses_that_matches_nothing_is_no_success(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    outcome = crawler.crawl(LIST.replace("url: a@href", "url: em@href"))
    assert not outcome.ok, "or the source would be silent for good and called healthy"
    assert [fault.message for fault in outcome.faults] == [
        "选择器 'em@href'（fields.url）在 3 条里都没有给出网址，网站可能改版了"
    ]


def test_one_failing_article_stops_no_other_and_is_asked_again_later(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    good = site.pages["/news/1.html"]
    site.pages["/news/1.html"] = Page(b"oops", status=502)
    outcome = crawler.crawl(LIST)
    assert (outcome.counts["new"], outcome.counts["failed"], reasons(outcome)) == (2, 1, {"1.html": "error"})
    site.log.clear()
    crawler.crawl(LIST, NOW + timedelta(hours=1))
    assert "/news/1.html" not in site.paths()
    site.pages["/news/1.html"] = good
    later = crawler.crawl(LIST, NOW + timedelta(hours=7))
    assert later.counts["new"] == 1 and "/news/1.html" in crawler.posts()
    assert later.state["failed"] == {}


def test_nothing_under_a_forbidden_path_is_asked_for_and_the_check_is_recorded(site: Site, crawler: Crawler) -> None:
    site.listing("/news/index.html", [("/private/1.html", "内部通告", "2024-03-01")])
    outcome = crawler.crawl(LIST)
    assert not any(path.startswith("/private/") for path in site.paths())
    check = outcome.robots[site.address]
    assert check["status"] == 200 and check["refused"] == [site.url("/private/1.html")]
    assert reasons(outcome) == {"1.html": "robots"}
    # It is not looked at in every crawl, but a robots.txt that allows it one day is heard.
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /other/\n", "text/plain")
    site.article("/private/1.html", "内部通告", "现在公开。")
    assert crawler.crawl(LIST, NOW + HOUR).counts["new"] == 0
    assert crawler.crawl(LIST, NOW + timedelta(days=7)).counts["new"] == 1


def test_a_robots_txt_that_cannot_be_read_keeps_us_out(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    site.pages["/robots.txt"] = Page(b"", status=503)
    outcome = crawler.crawl(LIST)
    assert not outcome.ok and site.paths() == [] and outcome.faults[0].code == "robots_unread"
    site.pages["/robots.txt"] = Page(b"", status=404)
    assert crawler.crawl(LIST).counts["new"] == 3


def test_a_crawl_delay_is_kept_and_recorded(site: Site, crawler: Crawler) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    news(site, range(3))
    outcome = crawler.crawl(LIST)
    assert outcome.robots[site.address]["delay"] == 0.4
    assert outcome.counts["new"] == 3 and outcome.seconds >= 2 * 0.4


def test_a_walk_out_of_time_leaves_the_rest_to_the_next(site: Site, crawler: Crawler) -> None:
    news(site, range(3))
    outcome = crawler.crawl(LIST, seconds=0.0)
    assert (outcome.ok, outcome.whole, outcome.counts["new"]) == (True, False, 0)
    assert crawler.crawl(LIST).counts["new"] == 3


def test_scope_keeps_only_what_mentions_the_city_and_does_not_fetch_the_rest_again(
    site: Site, crawler: Crawler
) -> None:
    site.article("/a.html", "清江市停水", "清江市停水。")
    site.article("/b.html", "外省新闻", "与本市无关的事情。")
    site.listing("/news/index.html", [("/a.html", "停水", "2024-03-01"), ("/b.html", "外省", "2024-03-01")])
    scoped = LIST + "  scope: 清江市 | 清江区\n"
    outcome = crawler.crawl(scoped)
    assert (outcome.counts["new"], outcome.counts["outside"]) == (1, 1)
    assert set(crawler.posts()) == {"/a.html"}
    site.log.clear()
    crawler.whole = False
    crawler.crawl(scoped)
    assert site.paths()[0] == "/news/index.html" and "/b.html" not in site.paths()


def test_personal_data_is_masked_before_it_is_stored(site: Site, crawler: Crawler) -> None:
    site.article("/a.html", "求助", "我的电话是13800138000，家里停水三天了。")
    site.listing("/news/index.html", [("/a.html", "求助", "2024-03-01")])
    outcome = crawler.crawl(LIST)
    assert "13800138000" not in crawler.posts()["/a.html"].text
    assert outcome.counts["masked"] == 1


def test_a_post_is_an_interpretation_or_a_policy_where_its_page_says_so(site: Site, crawler: Crawler) -> None:
    site.article("/a.html", "关于供水的通知", "清江府发〔2024〕3号\n各区：加强供水管理。", ColumnType="政策文件")
    site.article("/b.html", "《关于供水的通知》解读", "现将通知解读如下。", ColumnType="政策解读")
    site.article("/c.html", "供水工程开工", "今天，供水工程开工。", ColumnType="新闻动态")
    site.listing("/news/index.html", [(f"/{n}.html", n, "2024-03-01") for n in "abc"])
    crawler.crawl(LIST + "  post_kind: auto\n")
    kinds = {path: post.kind for path, post in crawler.posts().items()}
    assert kinds == {"/a.html": Kind.POLICY, "/b.html": Kind.INTERPRETATION, "/c.html": Kind.NEWS}
