import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from archive.post import Kind, Marks, Post, Sentiment
from archive.store import Store
from monitor.models import Event
from tests.console.factories import BAD_URL, HOSTILE, NOW, post, source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def ask(client: Client, **data: str) -> str:
    return client.get("/search/", data).content.decode()


def put_marked(store: Store, made: Post, marks: Marks) -> Post:
    store.put([made])
    store.annotate([(made.id, store.get([made.id])[made.id].revision, marks)])
    return made


def test_hits_are_counted_marked_and_lead_to_their_posts(officer: Client, store: Store) -> None:
    source()
    store.put([post(0), post(1), post(2, title="供水正常", text="无事")])
    text = ask(officer, q="停水 | 自来水")
    assert '<h2 id="hits">2 条</h2>' in text
    assert "<mark>停水</mark>" in text
    assert "<mark>自来水</mark>" in text
    assert f"/posts/{post(0).id}/" in text
    assert re.search(r"用时 \d+ 毫秒", text)
    assert "每日条数，最多 1，合计 2" in text


def test_without_a_query_the_newest_come_first(officer: Client, store: Store) -> None:
    store.put([post(1), post(0)])
    text = ask(officer)
    assert text.index(post(0).id) < text.index(post(1).id)


def test_a_wrong_query_is_pointed_at_with_readings_to_click(officer: Client) -> None:
    response = officer.get("/search/", {"q": "停水 + 供水 | 停电", "region": "东城区"})
    text = response.content.decode()
    assert response.status_code == 400
    assert 'class="here">' in text
    links = [unescape(link) for link in re.findall(r'<a class="button" href="(\?q=[^"]+)"', text)]
    assert len(links) == 2
    for link in links:
        assert "region=" in link
        assert officer.get(f"/search/{link}").status_code == 200


@pytest.mark.parametrize(
    ("data", "left", "why"),
    [
        ({"since": "2019-08-01"}, 2, "from the start of a day of Asia/Shanghai"),
        ({"until": "2019-07-31"}, 1, "to the end of a day"),
        ({"since": "2019-08-01", "until": "2019-08-01"}, 1, "one whole day"),
        ({"source": "feed"}, 1, "a source"),
        ({"kind": "news"}, 1, "a kind"),
        ({"region": "西城区"}, 1, "a region"),
        ({"sentiment": "negative"}, 1, "a sentiment"),
        ({"since": "2019-08-01", "kind": "news"}, 0, "filters narrow together"),
    ],
)
def test_filters(officer: Client, store: Store, data: dict[str, str], left: int, why: str) -> None:
    store.put([post(0), post(1)])
    news = post(2, kind=Kind.NEWS, source="feed", region="西城区")
    put_marked(store, news, Marks(sentiment=Sentiment(0.8, 0.1, 0.1)))
    assert f'<h2 id="hits">{left} 条</h2>' in ask(officer, **data), why


def test_a_citizens_message_is_found_by_its_matter_and_never_by_a_sentiment(officer: Client, store: Store) -> None:
    cold = Sentiment(0.8, 0.1, 0.1)
    put_marked(store, post(0), Marks(matter="投诉", sentiment=cold))
    put_marked(store, post(1), Marks(matter="咨询", sentiment=cold))
    put_marked(store, post(2, kind=Kind.POST), Marks(sentiment=cold))
    text = ask(officer, q="停水")
    link = re.search(r'class="facet" href="(\?[^"]*sentiment=negative[^"]*)"><span>负面</span><span>1</span>', text)
    assert link, "the facet counts what shows a sentiment"
    assert '<h2 id="hits">1 条</h2>' in officer.get("/search/" + unescape(link[1])).content.decode()
    assert '<option value="投诉">投诉</option>' in text
    assert '<h2 id="hits">1 条</h2>' in ask(officer, q="停水", matter="投诉")
    assert '<option value="投诉" selected>' in ask(officer, q="停水", matter="投诉")
    assert '<h2 id="hits">0 条</h2>' in ask(officer, kind="question", sentiment="negative")
    assert "<h2>情感</h2>" not in ask(officer, kind="question")


def test_a_link_to_an_event_that_was_merged_since_finds_what_it_is_of_now(officer: Client, store: Store) -> None:
    put_marked(store, post(0), Marks(event="whole"))
    for name, into in (("whole", ""), ("part", "whole")):
        Event.objects.create(id=name, title=f"停水：{name}", merged_into=into, first_at=NOW, last_at=NOW)
    text = ask(officer, event="part")
    assert '<h2 id="hits">1 条</h2>' in text and "事件：停水：whole ×" in text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"since": "昨天"}, "起始日期 '昨天' 不是日期"),
        ({"until": "2019-02-30"}, "截止日期 '2019-02-30' 不是日期"),
        ({"since": "2019-08-02", "until": "2019-08-01"}, "晚于截止日期"),
        ({"kind": "rumour"}, "不认识的类型 'rumour'"),
        ({"after": "made-up"}, "翻页的位置无效，请回到第一页。这里是第一页。"),
        ({"q": "长" * 2500}, "检索式最长 2000 字"),
    ],
)
def test_an_address_written_by_hand_is_answered_in_words(officer: Client, data: dict[str, str], says: str) -> None:
    response = officer.get("/search/", data)
    assert response.status_code == 200
    assert says in unescape(response.content.decode())


def test_pages_of_twenty_neither_repeat_nor_miss(officer: Client, store: Store) -> None:
    store.put([post(index) for index in range(45)])
    seen: list[str] = []
    link = "/search/?q=停水"
    sizes = []
    while link:
        text = officer.get(link).content.decode()
        ids = re.findall(r'<h3><a href="/posts/([0-9a-f]{64})/', text)
        sizes.append(len(ids))
        seen += ids
        more = re.search(r'href="(\?[^"]*after=[^"]*)">下一页', text)
        link = "/search/" + unescape(more[1]) if more else ""
    assert sizes == [20, 20, 5]
    assert len(set(seen)) == 45


def test_a_facet_narrows_and_its_second_click_widens(officer: Client, store: Store) -> None:
    source()
    store.put([post(0), post(1, kind=Kind.NEWS, source="feed")])
    text = ask(officer, q="停水")
    link = re.search(r'href="(\?[^"]*source=board[^"]*)"', text)
    assert link
    narrowed = officer.get("/search/" + unescape(link[1])).content.decode()
    assert '<h2 id="hits">1 条</h2>' in narrowed
    assert 'aria-label="去掉筛选：信源：市民留言板"' in narrowed
    wider = re.search(r'class="facet" href="(\?[^"]*)" aria-current="true"><span>市民留言板', narrowed)
    assert wider
    assert '<h2 id="hits">2 条</h2>' in officer.get("/search/" + unescape(wider[1])).content.decode()


def test_a_message_shows_its_matter_never_a_sentiment_and_nothing_its_writer(officer: Client, store: Store) -> None:
    cold = Sentiment(0.9, 0.05, 0.05)
    put_marked(store, post(0), Marks(matter="投诉", sentiment=cold))
    put_marked(store, post(1, kind=Kind.NEWS, title="停水报道"), Marks(sentiment=cold))
    hits = ask(officer, q="停水").split("每日条数")[0]
    message = hits[hits.index(post(0).id) :].split("</div>")[0]
    news = hits[hits.index(post(1).id) :].split("</div>")[0]
    assert "投诉 · 待答复" in message
    assert "负面" not in message
    assert "负面" in news
    page = officer.get(f"/posts/{post(0).id}/").content.decode()
    assert "<dt>诉求类型</dt><dd>投诉</dd>" in page
    assert "情感" not in page
    put_marked(store, post(3), Marks(sentiment=cold))
    page = officer.get(f"/posts/{post(3).id}/").content.decode()
    assert "<dt>诉求类型</dt><dd>未归类</dd>" in page and "<dt>情感</dt>" not in page
    for text in (hits, page):
        assert "secret-speaker" not in text


def test_a_post_shows_its_answer_its_copies_and_a_safe_way_out(officer: Client, store: Store) -> None:
    first = post(0, reply="已恢复供水。", replied_at=NOW - timedelta(hours=1))
    put_marked(store, first, Marks(event=first.id))
    copy = put_marked(store, post(1, title="转：停水"), Marks(event=first.id, copy_of=first.id))
    put_marked(store, post(2, title="同一事件的另一条"), Marks(event=first.id))
    text = officer.get(f"/posts/{first.id}/").content.decode()
    assert "已恢复供水。" in text
    assert "转：停水" in text
    assert "同一事件的另一条" not in text
    assert 'href="http://board.example.cn/post/0" rel="noopener noreferrer"' in text
    assert f"/posts/{first.id}/" in officer.get(f"/posts/{copy.id}/").content.decode()


def test_hostile_posts_and_queries_stay_text(officer: Client, store: Store) -> None:
    bad = post(0, title=HOSTILE, text=HOSTILE + "停水", publisher=HOSTILE, region=HOSTILE, reply=HOSTILE)
    worse = Post(**{**{f: getattr(bad, f) for f in bad.__slots__}, "url": BAD_URL})
    store.put([worse])
    source("board", HOSTILE)
    for text in (ask(officer, q="停水"), ask(officer, q=f'"{HOSTILE}"'), ask(officer, q=HOSTILE, source=HOSTILE)):
        assert "<script>alert" not in text
    text = officer.get(f"/posts/{worse.id}/").content.decode()
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert "{{7*7}}" in text


def test_wrong_addresses_and_methods(officer: Client) -> None:
    assert officer.get(f"/posts/{'0' * 64}/").status_code == 404
    assert officer.get("/posts/xyz/").status_code == 404
    assert officer.post("/search/").status_code == 405
    assert officer.post(f"/posts/{'0' * 64}/").status_code == 405
