"""The digest: what was collected in its day and nothing else, sums that add up, once a day to each recipient."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from pytest_django import Settings

from accounts.models import AuditEntry
from alerts import acts
from alerts.digest import draft, make_digest
from alerts.digest_counts import NONE, collected, count, span
from alerts.digest_links import posts_address
from alerts.incidents import open_incidents
from alerts.mail.digest import digest_letter
from alerts.models import Delivery, Digest
from archive.post import CHINA, Kind, Marks, Post
from archive.store import Store
from console.pages.asked import read
from monitor.models import Event, Policy, Source, Watchlist
from tests.alerts.city import NOW, fill, finding, post, recipient, unit

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2019, 8, 2)
EIGHT = datetime(2019, 8, 2, 8, 0, tzinfo=CHINA)


def collected_at(at: datetime, name: str, **changes: object) -> Post:
    return post(name, at - timedelta(minutes=30), collected_at=at, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "belongs", "why"),
    [
        (EIGHT - timedelta(days=1), True, "from eight of the day before"),
        (EIGHT - timedelta(days=1, microseconds=1), False, "just before that"),
        (EIGHT - timedelta(microseconds=1), True, "until just before eight"),
        (EIGHT, False, "eight itself is tomorrow's"),
    ],
)
def test_the_day_runs_from_eight_to_eight(store: Store, at: datetime, belongs: bool, why: str) -> None:
    fill(store, [collected_at(at, "a")])
    assert draft(store, DAY, EIGHT + timedelta(hours=1))["total"] == int(belongs), why


def test_every_post_is_in_one_digest_and_one_only(store: Store) -> None:
    posts = [collected_at(EIGHT - timedelta(days=2) + timedelta(hours=n), f"p{n}") for n in range(96)]
    fill(store, posts)
    days = [DAY + timedelta(days=n) for n in range(-2, 4)]
    assert sum(draft(store, day, EIGHT + timedelta(days=5))["total"] for day in days) == len(posts)


def test_what_is_written_after_its_digest_was_made_is_in_the_next(store: Store) -> None:
    """A crawl that began at 07:55 writes until 08:20; the digest was made at 08:00."""
    early, tardy = (collected_at(EIGHT - timedelta(minutes=5), name) for name in ("早", "晚"))
    next_day = DAY + timedelta(days=1)
    fill(store, [early])
    assert make_digest(store, DAY, EIGHT).content["total"] == 1
    fill(store, [tardy, collected_at(EIGHT + timedelta(hours=1), "新")])
    asked = collected_at(EIGHT - timedelta(days=9), "问")
    fill(store, [asked])
    answered = EIGHT - timedelta(minutes=9)
    store.put([replace(asked, reply="已处理", replied_at=answered, collected_at=EIGHT + timedelta(hours=2))])
    told = make_digest(store, next_day, EIGHT + timedelta(days=1)).content
    assert (told["total"], told["late"], told["answers"]) == (2, 1, 1)
    assert "上期日报生成后才入库的信息 1 条" in digest_letter(told).text
    after = draft(store, DAY + timedelta(days=2), EIGHT + timedelta(days=2))
    assert (after["total"], after["answers"]) == (0, 0), "and in no third one"


@pytest.mark.parametrize(
    ("order", "total", "why"),
    [
        ((0, 1, 2, 3), 12, "one day after the other"),
        ((0, 2, 1, 3), 12, "a day that was missed, made up later"),
        ((3, 2, 1, 0), 10, "two are written later than the reach before any digest that is still to come"),
    ],
)
def test_in_whatever_order_they_come_each_post_is_told_once(
    store: Store, order: tuple[int, ...], total: int, why: str
) -> None:
    """Two posts of a day before its digest is made, and one after; in the end one more digest."""
    days, now, told = [DAY + timedelta(days=n) for n in range(5)], EIGHT + timedelta(days=9), 0
    for index in order:
        at = span(days[index]).until - timedelta(minutes=30)
        fill(store, [collected_at(at, f"{index}-{n}") for n in range(2)])
        told += make_digest(store, days[index], now).content["total"]
        fill(store, [collected_at(at, f"{index}-后")])
    assert told + make_digest(store, days[4], now).content["total"] == total, why


def test_before_the_first_digest_there_is_nothing_to_catch_up(store: Store) -> None:
    fill(store, [collected_at(EIGHT - timedelta(days=1, hours=1), "旧")])
    assert make_digest(store, DAY, EIGHT).content["total"] == 0


def test_sums_add_up(store: Store) -> None:
    Source.objects.create(id="board", name="市民留言板", declaration={})
    Watchlist.objects.create(name="住房", purpose="测试", query="车位")
    Watchlist.objects.create(name="水电气", purpose="测试", query="停水")
    at = EIGHT - timedelta(hours=3)
    posts = [
        collected_at(at, "a", marks=Marks(watchlists=("住房",), matter="投诉")),
        collected_at(at, "b", marks=Marks(watchlists=("住房", "水电气"), matter="咨询")),
        collected_at(at, "c", kind=Kind.NEWS, source="daily", marks=Marks(copy_of="x")),
        collected_at(at, "twice", marks=Marks(double=True)),
        collected_at(at, "old", published_at=at - timedelta(days=900)),
    ]
    fill(store, posts)
    told = draft(store, DAY, EIGHT)
    assert (told["total"], told["doubles"], told["history"], told["copies"]) == (4, 1, 1, 1)
    assert sum(row["count"] for row in told["kinds"]) == 4
    assert sum(row["count"] for row in told["sources"]) == 4
    assert [(row["name"], row["count"]) for row in told["matters"]] == [("咨询", 1), ("投诉", 1), ("未归类", 1)]
    by_list = {row["name"]: row["count"] for row in told["watchlists"]}
    assert by_list == {"住房": 2, "水电气": 1, NONE: 2}
    assert told["watched"] + by_list[NONE] == told["total"], "one post may be of two lists, so these do not add up"
    assert {row["name"] for row in told["sources"]} == {"市民留言板", "daily"}


def test_every_number_leads_to_exactly_its_posts(store: Store) -> None:
    Source.objects.create(id="board", name="市民留言板", declaration={})
    Watchlist.objects.create(name="住房", purpose="测试", query="车位")
    at, start = EIGHT - timedelta(hours=3), EIGHT - timedelta(days=1)
    posts = [
        collected_at(start, "first", marks=Marks(watchlists=("住房",), matter="投诉")),
        collected_at(at, "b", marks=Marks(watchlists=("住房",), matter="咨询", event="车位")),
        collected_at(at, "silent", marks=Marks(event="车位")),
        collected_at(at, "news", kind=Kind.NEWS, source="daily", marks=Marks(copy_of="x")),
        collected_at(at, "twice", marks=Marks(double=True, matter="投诉")),
        collected_at(at, "week", published_at=EIGHT - timedelta(days=8, hours=7)),
        collected_at(at, "old", published_at=EIGHT - timedelta(days=8, hours=8, minutes=1)),
        collected_at(EIGHT, "tomorrow"),
        collected_at(start - timedelta(microseconds=1), "yesterday"),
    ]
    fill(store, posts)
    Event.objects.create(id="车位", title="车位", first_at=at, last_at=at)
    told = draft(store, DAY, EIGHT)

    def found(**only: str) -> int:
        return store.count(read(QueryDict(urlsplit(posts_address(told, **only)).query)).filter(None))

    assert found() == told["total"] == 6
    for field, name in (("kinds", "kind"), ("sources", "source"), ("matters", "matter"), ("watchlists", "watchlist")):
        for row in told[field]:
            only = {"unwatched": "1"} if row["key"] == NONE else {name: row["key"]}
            assert found(**only) == row["count"], (field, row)
    assert [found(event=row["key"]) for row in told["events"]] == [row["count"] for row in told["events"]] == [3]
    assert sum(row["count"] for row in told["kinds"]) == sum(row["count"] for row in told["sources"]) == found()


def test_the_mail_leads_to_the_posts_and_names_the_base_of_its_mean(store: Store) -> None:
    fill(store, [collected_at(EIGHT - timedelta(days=1, hours=2), "a")])
    make_digest(store, DAY - timedelta(days=1), EIGHT - timedelta(days=1))
    fill(store, [collected_at(EIGHT - timedelta(hours=2), "b"), collected_at(EIGHT - timedelta(hours=2), "c")])
    made = digest_letter(draft(store, DAY, EIGHT))
    assert "涉本市信息 2 条（近 1 期平均 1 条）" in made.subject
    assert "http://minsheng.example.gov.cn/search/?since=2019-07-25&amp;collected_since=2019-08-01T08" in made.html
    assert "kind=question" in made.html and "unwatched=1" in made.html
    assert "日均" not in made.html + made.text


def test_a_guessed_unit_is_told_as_one(store: Store) -> None:
    unit()
    posts = [post(str(n), EIGHT - timedelta(hours=2)) for n in range(2)]
    fill(store, posts)
    finding(posts, EIGHT)
    (incident,) = open_incidents(store, EIGHT)
    assert draft(store, DAY, EIGHT)["open_incidents"][0]["unit"] == "市住建局（建议，未交办）"
    acts.confirm(incident, "周", EIGHT, 3, False)
    acts.assign(incident, "周", EIGHT, unit("市房管局"))
    assert draft(store, DAY, EIGHT)["open_incidents"][0]["unit"] == "市房管局"


def test_an_answer_that_came_is_counted_but_its_question_is_not_news(store: Store) -> None:
    asked = collected_at(EIGHT - timedelta(days=5), "问")
    fill(store, [asked])
    at = EIGHT - timedelta(hours=2)
    store.put([replace(asked, reply="已处理", replied_at=at - timedelta(minutes=1), collected_at=at)])
    told = draft(store, DAY, EIGHT)
    assert (told["total"], told["answers"]) == (0, 1)


def test_counting_goes_page_by_page(store: Store) -> None:
    fill(store, [collected_at(EIGHT - timedelta(hours=2), f"p{n}") for n in range(1203)])
    wanted = span(DAY)
    assert count(collected(store, wanted), wanted).total == 1203


def test_usual_is_the_mean_of_the_digests_before(store: Store) -> None:
    for back, total in ((1, 4), (2, 8)):
        at = EIGHT - timedelta(days=back, hours=2)
        fill(store, [collected_at(at, f"{back}-{n}") for n in range(total)])
        make_digest(store, DAY - timedelta(days=back), at + timedelta(hours=3))
    told = draft(store, DAY, EIGHT)
    assert told["usual"] == 6
    assert told["total"] == 0
    empty = draft(store, DAY - timedelta(days=9), EIGHT)
    assert empty["usual"] is None, "with nothing to compare, no usual number is claimed"


def test_it_is_made_once_and_sent_once_to_each(store: Store) -> None:
    recipient()
    recipient("leader@qq.com")
    recipient("none@press.example.gov.cn", digest=False)
    fill(store, [collected_at(EIGHT - timedelta(hours=2), "a")])
    first = make_digest(store, DAY, EIGHT)
    fill(store, [collected_at(EIGHT - timedelta(hours=1), "b")])
    again = make_digest(store, DAY, EIGHT + timedelta(hours=1))
    assert (first.pk, first.content["total"]) == (again.pk, again.content["total"]), "what was sent is what is kept"
    rows = {row.address: row for row in Delivery.objects.all()}
    assert set(rows) == {"zhou@press.example.gov.cn", "leader@qq.com"}
    assert rows["zhou@press.example.gov.cn"].natural_key == "digest:2019-08-02:zhou@press.example.gov.cn"
    assert "市" not in rows["leader@qq.com"].text, "no content for other domains"
    assert AuditEntry.objects.filter(act="digest.make").count() == 1


def test_incidents_stand_with_their_clocks_overdue_first(store: Store) -> None:
    unit()
    for index, at in enumerate((NOW - timedelta(days=3), NOW - timedelta(hours=20), NOW - timedelta(hours=2))):
        posts = [post(f"{index}-{n}", at - timedelta(hours=1), event=f"事{index}") for n in range(2)]
        fill(store, posts)
        finding(posts, at, subject=f"事{index}", events=[f"事{index}"], title=f"第{index}件")
        open_incidents(store, at)
    told = draft(store, DAY, NOW)
    assert [row["title"] for row in told["open_incidents"]] == ["第0件", "第1件", "第2件"]
    assert [row["overdue"] for row in told["open_incidents"]] == [True, False, False]
    assert told["open_incidents"][0]["left"] == "已超期 24 小时 0 分"
    assert [row["title"] for row in told["new_incidents"]] == ["第1件", "第2件"], "discovered in the digest's day"
    assert "1 起超期" in digest_letter(told).subject


def test_closed_incidents_are_no_longer_listed(store: Store) -> None:
    posts = [post("a")]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    acts.dismiss(incident, "周", NOW, "测试信息")
    assert draft(store, DAY, NOW)["open_incidents"] == []


def test_questions_past_their_time_are_counted_and_listed_but_reports_of_wrongdoing_only_counted(store: Store) -> None:
    long_ago = NOW - timedelta(days=60)
    fill(
        store,
        [
            post("超期", long_ago),
            post("举报", long_ago, title="举报某局长", marks=Marks(matter="举报")),
            post("已答", long_ago, reply="已办", replied_at=long_ago + timedelta(days=3)),
            post("刚问", NOW - timedelta(days=1)),
        ],
    )
    told = draft(store, DAY, NOW)["questions"]
    assert (told["count"], told["waiting"]) == (2, 1)
    assert [row["title"] for row in told["list"]] == ["滨河苑捆绑销售车位 超期"]
    assert "举报某局长" not in str(told)


def test_it_says_what_is_not_covered_and_which_sources_fail(store: Store, settings: Settings) -> None:
    settings.UNCOVERED = ["抖音", "微博"]
    fine = {"declaration": {}, "last_ok": NOW, "last_new": NOW}
    Source.objects.create(id="a", name="正常源", **fine)
    Source.objects.create(id="b", name="失败源", **fine | {"failures": 3})
    Source.objects.create(id="c", name="沉默源", **fine | {"last_new": NOW - timedelta(days=4)})
    Source.objects.create(id="d", name="新源", declaration={})
    Source.objects.create(id="e", name="停用源", enabled=False, declaration={}, failures=9)
    Policy.objects.create(title="停车收费办法", released_at=NOW - timedelta(days=3), query="停车", unit="发改委")
    Policy.objects.create(title="已解读", released_at=NOW - timedelta(days=3), query="x", interpreted_at=NOW)
    told = draft(store, DAY, NOW)
    assert (told["health"]["total"], told["health"]["ok"]) == (4, 1)
    assert {row["name"] for row in told["health"]["troubled"]} == {"失败源", "沉默源", "新源"}
    assert [(row["title"], row["days"]) for row in told["policies"]] == [("停车收费办法", 4)]
    text = digest_letter(told).text
    for said in (
        "未自动覆盖：抖音、微博",
        "失败源：连续 3 次采集失败",
        "沉默源：3 天以上无更新",
        "停车收费办法（发布第 4 天，解读超期 3 天）",
    ):
        assert said in text


def test_the_largest_events_are_named(store: Store) -> None:
    Event.objects.create(id="车位", title="滨河苑车位", first_at=NOW, last_at=NOW)
    fill(store, [collected_at(EIGHT - timedelta(hours=2), str(n)) for n in range(3)])
    assert draft(store, DAY, NOW)["events"] == [{"key": "车位", "title": "滨河苑车位", "count": 3, "denied": ""}]


def test_a_quiet_day_is_told_too(store: Store) -> None:
    recipient()
    make_digest(store, DAY, EIGHT)
    row = Delivery.objects.get()
    assert "涉本市信息 0 条" in row.subject
    assert "没有待办的舆情" in row.html and "未自动覆盖" in row.html


def test_hostile_titles_stay_text(store: Store) -> None:
    from tests.alerts.city import HOSTILE

    recipient()
    fill(store, [post("恶", NOW - timedelta(days=60), title=HOSTILE, url="javascript:alert(1)")])
    make_digest(store, DAY, EIGHT)
    row = Delivery.objects.get()
    assert "<script" not in row.html
    assert "javascript:" not in row.html
    assert Digest.objects.count() == 1


def test_a_title_brings_no_link_and_no_markup_into_the_mail(store: Store) -> None:
    title = "停水 http://evil.example/x\u202e www.evil.example <b>点这里</b>"
    policy = "关于供水的通知 https://evil.example/y"
    Policy.objects.create(title=policy, released_at=EIGHT - timedelta(days=3), query="供水", url="", enabled=True)
    fill(store, [collected_at(EIGHT - timedelta(hours=3), "q", kind=Kind.QUESTION, title=title)])
    content = draft(store, DAY, EIGHT)
    content["events"] = [{"title": title, "count": 3}]
    content["open_incidents"] = [
        {"number": "1", "title": title, "level_text": "", "state": "", "explanation": title, "left": "", "until": "",
         "unit": "", "clock": "", "overdue": False},
    ]  # fmt: skip
    made = digest_letter(content)
    for told in (made.subject, made.text, made.html):
        assert "evil.example" not in told
        assert "\u202e" not in told
        assert "<b>点" not in told or told is made.text
    assert "〔链接略〕" in made.text and "停水" in made.text
