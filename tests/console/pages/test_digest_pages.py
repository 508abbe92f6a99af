import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from alerts.digest import make_digest
from alerts.models import Recipient
from archive.post import Kind, Marks, Post
from archive.store import Store
from monitor.models import Event, Watchlist
from tests.console.factories import HOSTILE, NOW, incident, post, source

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def put_marked(store: Store, made: Post, marks: Marks) -> Post:
    store.put([made])
    store.annotate([(made.id, store.get([made.id])[made.id].revision, marks)])
    return made


def test_the_page_says_what_the_digest_counted(officer: Client, store: Store) -> None:
    source()
    incident()
    Recipient.objects.create(name="值班室", email="duty@example.cn")
    store.put([post(0, url=f"http://board.example.cn/{i}") for i in range(4)])
    make_digest(store, DAY, NOW)
    text = officer.get("/digests/2019-08-02/").content.decode()
    for expected in (
        "8月2日 星期五 日报",
        "统计 8月1日 08:00 至 8月2日 08:00",
        "since=2019-07-25&amp;collected_since=2019-08-01T08%3A00%3A00%2B08%3A00",
        "待办舆情 <span",
        "滨河苑职工购房捆绑销售车位",
        "/incidents/2019-0802-01/",
        "未自动覆盖：</b>微信公众号",
        "duty@example.cn",
    ):
        assert expected in text, expected


def test_every_number_leads_to_a_search_that_counts_the_same(officer: Client, store: Store) -> None:
    source()
    source("paper", "清江日报")
    Watchlist.objects.create(name="水电气", purpose="测试", query="停水")
    told = Marks(watchlists=("水电气",), matter="投诉", event="e")
    put_marked(store, post(0, url="http://board.example.cn/a"), told)
    put_marked(store, post(0, url="http://board.example.cn/b"), Marks(double=True, event="e"))
    put_marked(store, post(0, url="http://board.example.cn/c", kind=Kind.NEWS, source="paper"), Marks(event="e"))
    Event.objects.create(id="e", title="停水", first_at=NOW, last_at=NOW)
    later = post(0, url="http://board.example.cn/d", collected_at=NOW + timedelta(days=1))
    store.put([later])
    make_digest(store, DAY, NOW)
    page = officer.get("/digests/2019-08-02/").content.decode()
    numbers = re.findall(r'<a href="(/search/[^"]+)">([\d,]+)</a>', page)
    assert len(numbers) == 10, "total, watchlist and none, two sources, two kinds, two matters; an event of three"
    for address, number in numbers:
        found = officer.get(unescape(address))
        assert found.status_code == 200
        assert f'<h2 id="hits">{number} 条</h2>' in found.content.decode(), address


def test_what_a_link_asked_for_is_kept_by_the_form_and_can_be_taken_away(officer: Client, store: Store) -> None:
    asked = {"collected_since": "2019-08-01T08:00:00+08:00", "collected_until": "2019-08-02T08:00", "matter": "未归类"}
    text = officer.get("/search/", asked).content.decode()
    assert '<input type="hidden" name="collected_since" value="2019-08-01T08:00:00">' in text
    assert "采集于 8月1日 08:00 至 8月2日 08:00 ×" in text and "诉求类型：未归类 ×" in text
    wrong = officer.get("/search/", {"collected_since": "昨天", "matter": "抱怨"}).content.decode()
    assert "采集起始时间" in wrong and "没有用它筛选" in wrong


def test_the_list_leads_to_each_day_and_days_to_each_other(officer: Client, store: Store) -> None:
    assert "还没有日报" in officer.get("/digests/").content.decode()
    for back in (0, 1, 5):
        make_digest(store, DAY - timedelta(days=back), NOW)
    text = officer.get("/digests/").content.decode()
    assert text.index("/digests/2019-08-02/") < text.index("/digests/2019-08-01/") < text.index("/digests/2019-07-28/")
    middle = officer.get("/digests/2019-08-01/").content.decode()
    assert "前一期 7月28日" in middle
    assert "后一期 8月2日" in middle


@pytest.mark.parametrize("page", ["/digests/2019-08-03/", "/digests/2019-02-30/", "/digests/yesterday/"])
def test_a_day_without_a_digest_is_no_page(officer: Client, page: str) -> None:
    assert officer.get(page).status_code == 404


def test_wrong_methods_are_refused(officer: Client, store: Store) -> None:
    make_digest(store, DAY, NOW)
    assert officer.post("/digests/").status_code == 405
    assert officer.post("/digests/2019-08-02/").status_code == 405


def test_hostile_text_of_a_digest_stays_text(officer: Client, store: Store) -> None:
    incident(title=HOSTILE)
    digest = make_digest(store, date(2019, 8, 2), NOW)
    digest.content["questions"]["list"] = [
        {"title": HOSTILE, "source": HOSTILE, "url": "javascript:alert(1)", "asked": "2019-07-01", "days": 3}
    ]
    digest.save()
    text = officer.get("/digests/2019-08-02/").content.decode()
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert "7月1日 提出" in text, "as days read everywhere else"
