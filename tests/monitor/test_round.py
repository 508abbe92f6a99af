"""A round on a real archive file: what it marks, what it finds, what it leaves alone."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from archive.post import Kind, Post, Precision
from archive.store import Filter, Store
from monitor.models import Event, EventIndex, Finding, KnownSource, Policy, PolicyProposal, RoundState, Unscored
from monitor.placing import Placing
from monitor.policies import register
from monitor.round import RoundReport, run_round
from monitor.said import stamp
from monitor.snow import SnowNLP
from monitor.watchlists import Draft, save
from tests.monitor.city import HOUR, NOW, post

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def go(store: Store, now: datetime = NOW) -> RoundReport:
    return run_round(store, now, sentiment="none")


def watch(name: str = "水电气", query: str = "停水|停电", *, immediate: bool = False) -> None:
    save(Draft(name, "公共服务保障", query, immediate, ("周", "李") if immediate else ()), by="周", now=NOW)


def settled(store: Store, posts: list[Post], now: datetime) -> None:
    """An installation that has run for a while: history read, its sources no longer new."""
    store.put(posts)
    go(store, now)
    KnownSource.objects.update(first_read=now - 30 * DAY)


QUIET = [
    "路灯不亮", "公交站牌被撞歪", "儿童医院挂号窗口排队", "广场舞声音太大", "小学门口接送拥堵", "菜场缺斤少两",
    "下水井盖破损", "快递柜乱收费", "养老金到账时间", "驾照换证地点", "图书馆开放时间", "野狗出没",
    "出租车拒载", "落户需要什么材料",
]  # fmt: skip
STREETS = ["河堤路", "解放路", "人民路", "车站路", "学府路", "青年路", "文昌街", "东风巷", "建设路", "迎宾道", "天桥北"]


def history(days: int, *, end: datetime = NOW) -> list[Post]:
    """A quiet board: one unrelated message a day, one about water every fourth."""
    posts = []
    for day in range(days, 0, -1):
        at, street, quiet = end - day * DAY - 5 * HOUR, STREETS[day % 11], QUIET[day % 14]
        # Words of its own, or so few words would make one matter of it all.
        own = "".join(chr(0x4E00 + 7 * number) for number in Random(day).sample(range(2900), 24))
        posts.append(post(f"{street}{quiet}", f"{street}{quiet}，{own}，请看看。", at=at, key=f"quiet-{day}"))
        if day % 4 == 0:
            text = f"{STREETS[day % 7]}{quiet}那边今天停水"
            posts.append(post(text, text, at=at + HOUR, key=f"water-{day}"))
    return posts


def water_burst(at: datetime, count: int = 8) -> list[Post]:
    """Eight different people of different places within two hours."""
    places = ["锦绣苑", "望江楼", "桃花源", "翠竹园", "金沙湾", "玉兰里", "银杏庭", "海棠府", "紫荆城"]
    return [
        post(
            f"{places[n]}停水了", f"{places[n]}从早上开始停水，{n + 1}号楼老人没水做饭，什么时候来水？",
            at=at + n * timedelta(minutes=12), speaker=f"s{n}", key=f"burst-{n}",
        )
        for n in range(count)
    ]  # fmt: skip


def test_a_post_gets_every_mark(store: Store) -> None:
    watch()
    policy = register("清江市居民供水价格调整方案", released_at=NOW - 9 * DAY, by="周", now=NOW)
    asked = post("投诉停水", "自从清江市居民供水价格调整方案出台，天天停水", speaker="a")
    store.put([asked])
    report = go(store)
    marks = store.get([asked.id])[asked.id].marks
    assert marks.watchlists == ("水电气",)
    assert marks.policies == (str(policy.pk),)
    assert marks.matter == "投诉"
    assert marks.event == asked.id
    assert (report.read.read, report.read.marked, report.read.refused) == (1, 1, 0)
    assert store.unmarked(10) == []
    assert go(store, NOW + HOUR).read.read == 0, "nothing is read twice"


def test_sentiment_comes_before_matching(store: Store) -> None:
    watch("差评", "情感:负面 + 物业")
    bad = post("物业太差", "太差了，非常失望，物业浪费时间", kind=Kind.POST)
    rule = post("关于物业管理的通知", "太差了，非常失望，物业浪费时间", kind=Kind.POLICY)
    store.put([bad, rule])
    run_round(store, NOW, sentiment="snownlp")
    found = store.get([bad.id, rule.id])
    assert found[bad.id].marks.watchlists == ("差评",)
    assert found[rule.id].marks.sentiment is None, "a policy has no feelings"


def test_a_broken_engine_stops_no_warning_and_its_posts_are_scored_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch("即报", "爆炸", immediate=True)
    watch("差评", "情感:负面")
    post_ = post("太差了", "听到爆炸声，太差了，非常失望，浪费时间", speaker="a")
    store.put([post_])
    monkeypatch.setattr(SnowNLP, "command", ("/bin/false",))
    report = run_round(store, NOW, sentiment="snownlp")
    assert "SnowNLP" in report.faults[0]
    assert (report.read.unscored, Unscored.objects.count()) == (1, 1)
    assert Finding.objects.get().kind == "immediate"
    monkeypatch.undo()
    run_round(store, NOW + HOUR, sentiment="snownlp")
    marks = store.get([post_.id])[post_.id].marks
    assert marks.sentiment is not None
    assert marks.watchlists == ("即报", "差评"), "情感: matches now"
    assert Unscored.objects.count() == 0
    assert Finding.objects.count() == 1, "told once"


def test_a_spike_is_found_explained_and_counted(store: Store) -> None:
    watch()
    settled(store, history(60), NOW - 6 * HOUR)
    burst = water_burst(NOW - 3 * HOUR)
    store.put(burst)
    report = go(store)
    spike = Finding.objects.get(subject_kind="watchlist")
    assert report.findings["spike"] >= 1
    assert (spike.kind, spike.subject, spike.watchlist_version) == ("spike", "水电气", 1)
    assert spike.onset.minute == 0
    assert spike.explanation.startswith("最近 ")
    assert f" {spike.facts['observed']} 条，平时没有" in spike.explanation, "the detector's least is no measurement"
    until = datetime.fromisoformat(spike.facts["until"])
    assert until == spike.onset + HOUR
    assert spike.facts["told"].startswith(f"截至 {stamp(until)} 的 "), "for whoever reads it later"
    assert set(spike.post_ids) <= {each.id for each in burst}
    assert len(spike.post_ids) == spike.facts["observed"], "every number leads to its posts"
    assert spike.facts["sources"] == {"board": spike.facts["observed"]}
    assert spike.facts["total"] == store.count(Filter(query=None, watchlist="水电气", since=NOW - 30 * DAY))
    assert sum(count for _, count in spike.facts["days"]) == spike.facts["total"]
    assert len(spike.facts["samples"]) <= 8
    assert spike.risk["score"] == sum(part["points"] for part in spike.risk["contributions"])
    newest = [store.get([identity])[identity].counted_at for identity in spike.post_ids]
    assert newest == sorted(newest, reverse=True)


def test_the_same_round_again_and_the_next_ones_find_nothing_more(store: Store) -> None:
    watch()
    settled(store, history(60), NOW - 6 * HOUR)
    store.put(water_burst(NOW - 3 * HOUR))
    go(store)
    before = list(Finding.objects.order_by("pk").values())
    for later in (timedelta(0), HOUR, 3 * HOUR, 12 * HOUR):
        assert sum(go(store, NOW + later).findings.values()) == 0
    assert list(Finding.objects.order_by("pk").values()) == before


def test_the_first_round_raises_nothing_for_the_past(store: Store) -> None:
    watch()
    store.put([*history(60), *water_burst(NOW - 3 * HOUR)])
    go(store)
    assert Finding.objects.count() == 0
    assert RoundState.objects.get().evaluated == NOW


def test_the_history_of_a_new_source_raises_no_spike(store: Store) -> None:
    """Three hundred messages without an exact time all count at the hour of their first crawl."""
    watch()
    settled(store, history(60), NOW - 2 * HOUR)
    flood = [
        post(f"停水第{n}件", f"第{n}件停水的事情", at=None, collected=NOW - HOUR, source="forum", key=f"old-{n}")
        for n in range(300)
    ]
    store.put(flood)
    for hours in (0, 1, 5, 20):
        go(store, NOW + hours * HOUR)
    assert Finding.objects.count() == 0


def test_late_posts_are_counted_in_their_own_hours(store: Store) -> None:
    """Half of a burst is crawled ten hours late: with it the day is a burst, though its hours were judged before."""
    watch()
    settled(store, history(60), NOW - 30 * HOUR)
    burst = water_burst(NOW - 12 * HOUR, 9)
    store.put([])
    go(store, NOW - HOUR)
    assert Finding.objects.count() == 0
    store.put([post(each.title, each.text, at=each.published_at, collected=NOW, key=f"late-{n}", speaker=each.speaker)
               for n, each in enumerate(burst)])  # fmt: skip
    go(store)
    assert Finding.objects.filter(subject_kind="watchlist").count() == 1


def test_policies_and_interpretations_are_no_reaction_to_themselves(store: Store) -> None:
    watch()
    settled(store, history(60), NOW - 6 * HOUR)
    store.put(
        [
            post(f"关于停水的通知之{n}", at=NOW - 2 * HOUR, kind=kind, key=f"own-{n}-{kind}", source="gov")
            for n in range(10)
            for kind in (Kind.POLICY, Kind.INTERPRETATION)
        ]
    )
    go(store)
    assert Finding.objects.count() == 0
    assert PolicyProposal.objects.count() == 10
    assert Policy.objects.count() == 0


def test_an_event_bursts_without_any_watchlist(store: Store) -> None:
    settled(store, history(20), NOW - 26 * HOUR)
    posts = [
        post(
            "滨河苑捆绑销售车位", f"滨河苑职工购房必须捆绑购买车位，每个车位{12 + n}万元，我们第{n}批职工不同意",
            at=NOW - (20 - 2 * n) * HOUR, speaker=f"s{n}", key=f"park-{n}",
        )
        for n in range(7)
    ]  # fmt: skip
    store.put(posts)
    go(store)
    burst = Finding.objects.get()
    assert (burst.kind, burst.subject_kind, burst.subject) == ("spike", "event", posts[0].id)
    assert burst.events == [posts[0].id]
    assert burst.explanation.startswith("同一事件最近 ")
    assert burst.facts["told"].startswith("同一事件截至 ")
    assert set(burst.post_ids) == {each.id for each in posts}
    assert "滨河苑" in burst.title
    assert Event.objects.get(id=posts[0].id).size == 7


def test_one_loud_speaker_is_no_event_burst(store: Store) -> None:
    settled(store, history(20), NOW - 26 * HOUR)
    store.put(
        [
            post(
                "滨河苑捆绑销售车位", f"滨河苑购房捆绑车位，第{n}次投诉，{n * 7}万元的车位不合理",
                at=NOW - (20 - 2 * n) * HOUR, speaker="same", key=f"loud-{n}",
            )
            for n in range(8)
        ]
    )  # fmt: skip
    go(store)
    assert Finding.objects.count() == 0


def slow_posts(count: int, end: datetime) -> list[Post]:
    """About one a day, each by another."""
    return [
        post(
            "丽江新村搅拌站噪音粉尘", f"丽江新村旁边的搅拌站噪音大粉尘多，{n}栋业主要求搬走搅拌站，已经第{n}天",
            at=end - (count - n) * DAY - HOUR, speaker=f"s{n}", key=f"slow-{n}",
        )
        for n in range(count)
    ]  # fmt: skip


def test_a_slow_burn_is_told_once_in_thirty_days(store: Store) -> None:
    posts = slow_posts(24, NOW)
    settled(store, posts[:-2], NOW - 3 * DAY)
    for late in posts[-2:]:
        store.put([late])
        go(store, (late.published_at or NOW) + HOUR)
    slow = Finding.objects.get()
    assert (slow.kind, slow.subject_kind) == ("slow_burn", "event")
    assert slow.explanation.startswith("近 30 天 ")
    assert slow.facts["speakers"] >= 10
    assert slow.facts["expected"] is None


def test_immediate_hits_of_an_hour_are_one_finding_with_all_posts(store: Store) -> None:
    watch("公共安全", "爆炸|坍塌", immediate=True)
    first, second = post("临江路爆炸", speaker="a"), post("河堤坍塌", speaker="b")
    store.put([first])
    go(store, NOW)
    store.put([second])
    go(store, NOW + timedelta(minutes=10))
    told = Finding.objects.get()
    assert (told.kind, told.onset, set(told.post_ids)) == ("immediate", NOW, {first.id, second.id})
    assert told.explanation == "即报方案「公共安全」命中 2 条"
    assert told.facts["sources"] == {"board": 2}
    assert told.risk["level"] in (3, 4)


def test_what_comes_after_the_hours_finding_was_handled_is_told_all_the_same(store: Store) -> None:
    watch("公共安全", "爆炸|坍塌", immediate=True)
    store.put([post("临江路爆炸")])
    go(store, NOW)
    Finding.objects.update(handled_at=NOW)
    later = post("河堤坍塌")
    store.put([later])
    go(store, NOW + timedelta(minutes=10))
    assert Finding.objects.get(handled_at=None).post_ids == [later.id]


@pytest.mark.parametrize(
    ("found", "told", "why"),
    [
        (post("爆炸了", at=NOW - 2 * HOUR), True, "fresh"),
        (post("爆炸了", at=NOW - 71 * HOUR, collected=NOW), True, "within 72 hours"),
        (post("爆炸了", at=NOW - 73 * HOUR, collected=NOW), False, "history"),
        (post("爆炸了", at=NOW - 73 * HOUR, collected=NOW, precision=Precision.DAY), True, "a day counts to its end"),
        (post("爆炸了", at=None, collected=NOW), False, "no date, and a source never read before"),
        (post("关于爆炸的通知", kind=Kind.POLICY), False, "a policy is no reaction"),
        (post("爆炸", kind=Kind.NEWS), True, "news count"),
        (post("停水"), False, "no hit"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_which_posts_an_immediate_list_reports(store: Store, found: Post, told: bool, why: str) -> None:
    watch("公共安全", "爆炸", immediate=True)
    store.put([found])
    go(store, NOW)
    assert Finding.objects.exists() is told, why


def test_an_immediate_post_is_not_told_again_when_it_is_edited(store: Store) -> None:
    watch("公共安全", "爆炸", immediate=True)
    store.put([post("爆炸了", "听到爆炸声", key="x")])
    go(store, NOW)
    store.put([post("爆炸了", "听到爆炸声，后来知道是鞭炮", key="x", collected=NOW + 2 * HOUR)])
    assert go(store, NOW + 2 * HOUR).read.read == 1
    assert Finding.objects.count() == 1


def test_a_threat_to_ones_own_life_is_told_once_by_post(store: Store) -> None:
    threat = post("求助", "工资拖了两年，我真的不想活了", speaker="a")
    store.put([threat, post("新闻", "一男子不想活了，被民警劝下", kind=Kind.NEWS)])
    go(store, NOW)
    go(store, NOW + 2 * HOUR)
    told = Finding.objects.get()
    assert (told.kind, told.subject_kind, told.subject) == ("life_threat", "post", threat.id)
    assert "110" in told.explanation


def test_a_reply_that_comes_while_marking_is_never_overwritten(store: Store) -> None:
    """The answer is put between reading and marking: the marks are refused and made in the next round."""
    asked = post("停水怎么办", key="q")
    store.put([asked])
    annotate = store.annotate

    def racing(marks):  # type: ignore[no-untyped-def]
        given = list(marks)
        store.put([post("停水怎么办", "改了一个字，请有关部门处理。", key="q", reply="已恢复供水", collected=NOW)])
        store.annotate = annotate  # type: ignore[method-assign]
        return annotate(given)

    store.annotate = racing  # type: ignore[method-assign]
    report = go(store)
    assert report.read.refused == 1
    assert "下轮再处理" in str(report)
    assert go(store, NOW + HOUR).read.marked == 1
    kept = store.get([asked.id])[asked.id]
    assert (kept.reply, kept.marks.event, kept.stale) == ("已恢复供水", asked.id, False)


@pytest.mark.parametrize("loss", ["none", "snapshot", "broken", "version"])
def test_events_are_the_same_after_a_restart_whatever_became_of_the_snapshot(
    tmp_path: Path, store: Store, loss: str
) -> None:
    from archive.store import open_store

    posts = sorted([*history(40), *slow_posts(10, NOW)], key=lambda each: each.collected_at)
    store.put(posts[:30])
    go(store, NOW)
    match loss:
        case "snapshot":
            EventIndex.objects.all().delete()
        case "broken":
            EventIndex.objects.update(blob=b"not a snapshot")
        case "version":
            EventIndex.objects.update(version=0)
    reopened = open_store(f"sqlite:///{tmp_path / 'archive.sqlite3'}")
    reopened.put(posts[30:])
    go(reopened, NOW + HOUR)
    straight = open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    EventIndex.objects.all().delete()
    straight.put(posts)
    go(straight, NOW)
    ids = [each.id for each in posts]
    events = {identity: found.marks.event for identity, found in reopened.get(ids).items()}
    assert events == {identity: found.marks.event for identity, found in straight.get(ids).items()}
    assert len(set(events.values())) < len(events), "something was grouped"
    reopened.close()
    straight.close()


def test_the_index_in_use_is_dropped_when_another_process_saved_a_newer_one(store: Store) -> None:
    store.put(history(10))
    go(store, NOW)
    EventIndex.objects.update(blob=b"another's")
    known = store.get(store.ids(Filter(), 100))
    assert {Placing.load(store, NOW).place(each).event for each in known.values()} == {
        each.marks.event for each in known.values()
    }, "rebuilt from the archive, to the same events"
