"""Findings become incidents: once, with their posts, plan, clocks and mails, or they join the one that is open."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import AuditEntry, User
from alerts import acts, fields, notify
from alerts.decide import COOLDOWN
from alerts.incidents import open_incidents
from alerts.models import Delivery, Incident, IncidentFinding, IncidentPost, State
from alerts.outbox import deliver
from alerts.plans.escape import web_address
from alerts.smtp import Mail, Outcome, Result
from archive.post import Kind, Marks, Precision, Sentiment
from archive.store import Store
from monitor import judging
from monitor.models import Event, Finding, Watchlist
from tests.alerts.city import HOSTILE, NOW, RISK, fill, finding, post, recipient, unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_spike_opens_an_incident_with_all_it_needs(store: Store) -> None:
    posts = [post(str(n)) for n in range(5)]
    older = [post(f"旧{n}", NOW - timedelta(days=20)) for n in range(3)]
    fill(store, posts + older)
    recipient()
    owner = unit()
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.number == "2019-0802-01"
    assert incident.state == State.FOUND
    assert incident.suggested_level == 3
    assert incident.level is None, "only a person confirms a level"
    assert incident.unit == owner
    assert incident.plan is not None and incident.plan.slug == "complaint"
    assert incident.posts.count() == 8, "the whole event, not the burst alone"
    (clock,) = incident.clocks.all()
    assert (clock.slug, clock.ends_at - NOW) == ("answer_48h", timedelta(hours=48))
    (row,) = Delivery.objects.all()
    assert row.kind == Delivery.Kind.ALERT
    assert row.natural_key == "alert:2019-0802-01:1:zhou@press.example.gov.cn"
    assert "【待填" in row.text and "应对处置方案" in row.text
    assert row.attachments[0]["name"].endswith(".docx")
    acted = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"incident.found", "incident.told"} <= acted


def test_running_again_changes_nothing(store: Store) -> None:
    posts = [post(str(n)) for n in range(5)]
    fill(store, posts)
    recipient()
    finding(posts)
    assert len(open_incidents(store, NOW)) == 1
    before = (Incident.objects.count(), IncidentPost.objects.count(), Delivery.objects.count())
    assert open_incidents(store, NOW) == []
    assert (Incident.objects.count(), IncidentPost.objects.count(), Delivery.objects.count()) == before


def test_what_fails_half_way_leaves_nothing_and_is_done_next_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction's last part breaks, as if the program were killed there."""
    posts = [post(str(n)) for n in range(3)]
    fill(store, posts)
    recipient()
    finding(posts)

    def killed(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notify, "_put", killed)
        with pytest.raises(KeyboardInterrupt):
            open_incidents(store, NOW)
    assert not Incident.objects.exists()
    assert not Delivery.objects.exists()
    assert Finding.objects.filter(handled_at=None).count() == 1
    assert [each.number for each in open_incidents(store, NOW)] == ["2019-0802-01"]


@pytest.mark.parametrize(
    ("second", "joins", "why"),
    [
        ({"subject": "车位", "share": 0}, True, "its event is the incident's"),
        ({"subject_kind": "watchlist", "subject": "1", "events": [], "share": 3}, True, "half of its posts are there"),
        (
            {"subject_kind": "watchlist", "subject": "1", "events": [], "share": 1},
            False,
            "fewer than half of either are",
        ),
        (
            {"subject_kind": "watchlist", "subject": "1", "events": [], "share": 2},
            True,
            "half of the incident's four posts are in it",
        ),
        (
            {"subject_kind": "watchlist", "subject": "1", "events": [], "share": 3, "of": 9},
            True,
            "three of the incident's four posts are in it: it sees more of the same matter",
        ),
        (
            {"subject_kind": "watchlist", "subject": "1", "events": [], "share": 3, "of": 13},
            False,
            "but they are a small part of what it sees",
        ),
        ({"subject_kind": "watchlist", "subject": "1", "events": ["车位"], "share": 1}, True, "it is of one event"),
        ({"subject_kind": "watchlist", "subject": "1", "events": ["车位", "b"], "share": 1}, False, "it is of many"),
    ],
)
def test_a_finding_joins_by_event_or_by_half_of_the_posts_of_either(
    store: Store, second: dict[str, Any], joins: bool, why: str
) -> None:
    first = [post(str(n)) for n in range(4)]
    others = [post(f"其他{n}", event=None) for n in range(12)]
    fill(store, first + others)
    finding(first)
    open_incidents(store, NOW)
    said = dict(second)
    share, of = said.pop("share"), said.pop("of", 6)
    later = NOW + timedelta(hours=3)
    finding(first[:share] + others[: of - share], later, **said)
    opened = open_incidents(store, later)
    assert (not opened) is joins, why
    assert Incident.objects.count() == (1 if joins else 2)


def test_joining_adds_posts_and_may_raise_the_level_and_is_told_once(store: Store) -> None:
    first = [post(str(n)) for n in range(4)]
    fill(store, first)
    recipient()
    finding(first)
    (incident,) = open_incidents(store, NOW)
    Delivery.objects.update(status=Delivery.Status.SENT)
    more = [post(f"新{n}", NOW) for n in range(5)]
    fill(store, more)
    later = NOW + timedelta(hours=1)
    finding(
        more, later, risk=RISK | {"level": 2, "trigger": "省级媒体报道"}, explanation="最近 1 小时 5 条，通常 0.1 条"
    )
    assert open_incidents(store, later) == []
    incident.refresh_from_db()
    assert incident.suggested_level == 2
    assert incident.posts.count() == 9
    assert IncidentFinding.objects.count() == 2
    update = Delivery.objects.get(kind=Delivery.Kind.UPDATE)
    assert update.subject.startswith("【续报·Ⅱ重大·橙】")
    assert "级别升高" in update.text
    finding(more, later + timedelta(hours=1), risk=RISK)
    open_incidents(store, later + timedelta(hours=1))
    incident.refresh_from_db()
    assert incident.suggested_level == 2, "a suggestion never falls by itself"
    assert Delivery.objects.count() == 2, "nothing new to tell"


def test_a_finding_that_sees_only_a_part_does_not_make_the_incident_look_smaller(store: Store) -> None:
    posts = [post(str(n)) for n in range(8)]
    fill(store, posts)
    whole = {"total": 23, "speakers": 19, "first": {"source": "留言板", "url": "", "at": "2019-07-07T07:28:00+08:00"}}
    finding(posts, facts=whole, risk=RISK | {"score": 48}, explanation="最近 24 小时 8 条，通常 0.3 条")
    (incident,) = open_incidents(store, NOW)
    part = {"total": 4, "speakers": 4, "first": {"source": "论坛", "url": "", "at": "2019-08-02T05:00:00+08:00"}}
    later = NOW + timedelta(hours=1)
    finding(posts[:4], later, facts=part, risk=RISK | {"score": 20}, explanation="最近 1 小时 4 条，通常 0.3 条")
    assert open_incidents(store, later) == []
    incident.refresh_from_db()
    assert incident.explanation == "最近 24 小时 8 条，通常 0.3 条"
    assert incident.facts["speakers"] == 19
    assert incident.risk["score"] == 48


@pytest.mark.parametrize(
    ("terms", "joins", "why"),
    [
        (["广铁集团", "捆绑销售", "职工"], True, "the same matter in other words"),
        (["捆绑销售", "家电"], False, "one word in common is chance"),
        (["车位", "业主", "物业"], False, "words that are everywhere tell nothing"),
    ],
)
def test_events_told_by_the_same_words_are_one_incident(store: Store, terms: list[str], joins: bool, why: str) -> None:
    at = {"title": "捆绑", "size": 4, "first_at": NOW, "last_at": NOW}
    Event.objects.create(id="一", terms=["伊景园滨河苑", "广铁集团", "捆绑销售", "车位", "业主"], **at)
    Event.objects.create(id="二", terms=terms, **at)
    first, second = ([post(f"{event}{n}", event=event) for n in range(4)] for event in ("一", "二"))
    fill(store, first + second)
    finding(first, subject="一", events=["一"])
    open_incidents(store, NOW)
    later = NOW + timedelta(hours=1)
    finding(second, later, subject="二", events=["二"])
    assert (not open_incidents(store, later)) is joins, why


def test_an_incidents_figures_add_up(store: Store) -> None:
    """All are counted over the posts it keeps, whatever part of them each finding saw."""
    posts = [post(str(n), NOW - timedelta(days=n)) for n in range(6)]
    fill(store, posts)
    finding(posts[:2], facts={"total": 40, "sources": {"论坛": 2}, "matters": {"投诉": 1}})
    (incident,) = open_incidents(store, NOW)
    later = NOW + timedelta(hours=1)
    finding(posts[1:3], later, facts={"total": 9, "sources": {"论坛": 2}})
    open_incidents(store, later)
    incident.refresh_from_db()
    facts = incident.facts
    assert facts["total"] == incident.posts.count() == 6
    for parts in ("sources", "matters", "sentiments"):
        assert sum(facts[parts].values()) in (0, 6), parts
    assert sum(count for _, count in facts["days"]) == 6
    assert facts["answered"] + facts["unanswered"] == 6
    assert datetime.fromisoformat(facts["first"]["at"]) == min(each.counted_at for each in posts)


def told_all(at: datetime) -> list[Mail]:
    """What the outbox sends at `at`."""

    class Box:
        def send(self, mail: Mail) -> Outcome:
            sent.append(mail)
            return Outcome(Result.SENT)

    sent: list[Mail] = []
    deliver(at, Box())
    return sent


def more(store: Store, at: datetime, count: int, **changes: Any) -> None:
    """`count` posts more of the same event, found at `at`."""
    posts = [post(f"{at:%d%H%M}-{n}", at) for n in range(count)]
    fill(store, posts)
    finding(posts, at, **changes)
    open_incidents(store, at)


def test_a_confirmed_level_hides_no_later_rise(store: Store) -> None:
    recipient()
    recipient("leader@press.example.gov.cn", least_level=2)
    recipient("outside@qq.com")
    fill(store, posts := [post(str(n)) for n in range(10)])
    finding(posts, risk=RISK | {"level": 4})
    (incident,) = open_incidents(store, NOW)
    told_all(NOW)
    acts.confirm(incident, "周", NOW + timedelta(minutes=5), 4, False)
    later = NOW + timedelta(hours=1)
    more(store, later, 1, risk=RISK | {"level": 2, "trigger": "有人死亡"})
    incident.refresh_from_db()
    assert (incident.level, incident.suggested_level) == (4, 2), "the confirmed level stays the person's"
    mails = {mail.to: mail for mail in told_all(later)}
    assert set(mails) == {"zhou@press.example.gov.cn", "leader@press.example.gov.cn", "outside@qq.com"}
    told = mails["zhou@press.example.gov.cn"]
    assert told.subject.startswith("【续报·建议Ⅱ重大·橙】")
    assert "续报原因：建议级别升高" in told.text and "现为 Ⅳ 一般 · 蓝色（已认定）" in told.text
    assert "建议Ⅱ重大" in mails["outside@qq.com"].subject
    more(store, later + timedelta(hours=1), 1, risk=RISK | {"level": 2})
    assert told_all(later + timedelta(hours=1)) == [], "once"
    acts.confirm(incident, "周", later + timedelta(hours=2), 3, False)
    incident.refresh_from_db()
    assert incident.raised_level is None, "a person has judged it"


def test_what_grows_in_the_cool_down_is_told_in_one_mail_at_its_end(store: Store) -> None:
    recipient()
    fill(store, posts := [post(str(n)) for n in range(4)])
    finding(posts)
    open_incidents(store, NOW)
    assert len(told_all(NOW)) == 1
    more(store, NOW + timedelta(hours=1), 5)
    more(store, NOW + timedelta(hours=2), 9)
    assert told_all(NOW + COOLDOWN - timedelta(minutes=1)) == []
    (mail,) = told_all(NOW + COOLDOWN)
    assert "信息量明显增加" in mail.text and "冷却" not in mail.text
    assert Delivery.objects.get(kind=Delivery.Kind.UPDATE).posts == 18, "with all that came"
    more(store, NOW + COOLDOWN + timedelta(hours=1), 20)
    assert told_all(NOW + COOLDOWN + timedelta(hours=2)) == [], "the next cool-down runs from when the mail went"
    assert len(told_all(NOW + COOLDOWN * 2)) == 1
    assert told_all(NOW + COOLDOWN * 9) == [], "nothing was added, nothing is told"


def test_a_threat_nobody_could_be_told_of_waits_for_somebody(store: Store) -> None:
    written = post("绝望", event=None, title="我不想活了", text="今晚就从桥上跳下去")
    fill(store, [written])
    recipient("left@press.example.gov.cn", enabled=False)
    threat = finding([written], kind=Finding.Kind.LIFE_THREAT, subject_kind="post", subject=written.id, events=[])
    open_incidents(store, NOW)
    threat.refresh_from_db()
    assert threat.handled_at is None and not Delivery.objects.exists()
    recipient()
    open_incidents(store, NOW + timedelta(minutes=5))
    open_incidents(store, NOW + timedelta(minutes=10))
    threat.refresh_from_db()
    assert threat.handled_at == NOW + timedelta(minutes=5)
    assert Delivery.objects.filter(kind=Delivery.Kind.LIFE).count() == 1


def accusing(name: str, words: str) -> Any:
    return post(name, title="举报乱象", text=words, marks=Marks(event="车位", matter="举报"))


def test_a_report_of_wrongdoing_never_goes_to_the_unit_it_names(store: Store) -> None:
    accused, other = unit("清江市住建局"), unit("市纪委监委", topics=["纪律"])
    fill(store, posts := [post("1"), accusing("2", "实名举报清江市住建局的科长索贿，车位指标只给关系户。")])
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.unit is None, "whose field it is, but it is accused"
    acts.confirm(incident, "周", NOW, 3, False)
    with pytest.raises(acts.ActError, match="举报"):
        acts.assign(incident, "周", NOW, accused)
    assert acts.assign(incident, "周", NOW, other).unit == other


def test_a_complaint_that_was_called_a_report_may_go_to_the_unit_it_names(store: Store) -> None:
    """Two in five so called are none: whoever hands it over is warned, and decides."""
    named = unit("清江市住建局")
    words = "开发商违规收车位费，向清江市住建局反映没有下文，请查处。"
    told = post("2", title="投诉车位乱收费", text=words, marks=Marks(event="车位", matter="举报"))
    fill(store, posts := [post("1"), told])
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.unit is None and fields.accused(incident) == [named.name]
    acts.confirm(incident, "周", NOW, 3, False)
    assert acts.assign(incident, "周", NOW, named).unit == named


def test_an_incident_tells_its_field_with_reason_and_the_unit_of_the_offices_table(store: Store) -> None:
    words = "老板欠我们农民工三个月工资，劳动合同也没有签"
    fill(store, posts := [post(name, title="公司拖欠工资", text=words) for name in ("1", "2")])
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    told = fields.told(incident.facts)
    assert told.startswith("劳动和社会保障（概率 ") and "工资" in told
    assert told.endswith("建议由市人力资源和社会保障局负责"), "the usual name, as the table has none"
    unit("市劳动局", topics=["劳动和社会保障"])
    assert fields.unit_of("劳动和社会保障", "") == "市劳动局"
    assert fields.unit_of("劳动和社会保障", "举报市劳动局受贿") == "", "never the one a report names"


def test_an_incident_is_of_the_field_people_said_its_messages_are_of(store: Store) -> None:
    fill(store, posts := [post(name, title="公司拖欠工资", text="老板欠我们三个月工资") for name in ("1", "2")])
    boss = User.objects.create(username="zhou")
    for each in posts:
        judging.judge(store, each.id, judging.About.TOPIC, "交通运输", boss, NOW, topics=("交通运输",))
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert fields.told(incident.facts).startswith("交通运输（概率 1.00")


def test_an_unsure_field_is_told_as_open() -> None:
    field: dict[str, Any] = {"topic": None, "best": "环境保护", "p": 0.41, "terms": [], "unit": ""}
    assert fields.told({"field": field}) == "未定（最可能是环境保护，概率 0.41，不足以判断）"
    assert fields.told({}) == "" and fields.told(None) == ""


def test_what_may_be_a_report_is_not_suggested_to_the_unit_it_names_but_a_person_may_decide(store: Store) -> None:
    named = unit("清江市住建局")
    words = "听说清江市住建局有人和物业勾结，车位的钱去了哪里，请看一看。"
    fill(store, posts := [post("1"), post("2", text=words, marks=Marks(event="车位", matter="投诉"))])
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.unit is None, "nothing called it a report, but it may be one"
    acts.confirm(incident, "周", NOW, 3, False)
    assert acts.assign(incident, "周", NOW, named).unit == named


def test_a_report_that_comes_later_takes_the_guess_back(store: Store) -> None:
    accused = unit("清江市住建局")
    fill(store, posts := [post("1"), post("2", text="住建局的同志很热心，车位已经解决。")])
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.unit == accused, "named, but not in a report"
    fill(store, [report := accusing("3", "举报市住建局受贿")])
    finding([report], NOW + timedelta(hours=1))
    open_incidents(store, NOW + timedelta(hours=1))
    incident.refresh_from_db()
    assert incident.unit is None


def test_a_citizens_message_counts_by_its_matter_and_what_says_none_is_counted_too(store: Store) -> None:
    felt = Sentiment(0.1, 0.1, 0.8)
    posts = [
        post("a", marks=Marks(event="车位", matter="投诉", sentiment=felt)),
        post("b", marks=Marks(event="车位", sentiment=felt)),
        post("c", kind=Kind.NEWS, marks=Marks(event="车位", sentiment=felt)),
    ]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert incident.facts["matters"] == {"投诉": 1, "未归类": 1}
    assert incident.facts["sentiments"] == {"positive": 1}, "of the news alone"
    text = incident.filled_plans.get().text
    assert "投诉 1 条、未归类 1 条，合计 2 条" in text


def test_earlier_answers_the_monitor_found_stand_in_the_plan_behind_its_own(store: Store) -> None:
    posts = [post("a"), post("b", reply="已约谈开发商。")]
    fill(store, posts)
    other = {"title": "去年的车位", "source": "留言板", "url": "https://b.example.cn/9", "excerpt": "不得捆绑销售。"}
    again = {"title": "同一条", "url": posts[1].url, "excerpt": "已约谈开发商。"}
    policy = {
        "title": "商品房销售办法",
        "doc_number": "清府发〔2019〕3号",
        "url": "",
        "quotes": ["第九条 不得捆绑销售"],
    }
    finding(posts, facts={"earlier": [again, other], "policy": policy, "total": 2})
    (incident,) = open_incidents(store, NOW)
    text = incident.filled_plans.get().text
    assert text.index("已约谈开发商") < text.index("《去年的车位》：“不得捆绑销售。”")
    assert text.count("已约谈开发商") == 1
    assert "《商品房销售办法》清府发〔2019〕3号：“第九条 不得捆绑销售”" in text


def test_what_is_known_by_its_day_is_quoted_without_an_hour(store: Store) -> None:
    day = NOW.replace(hour=0, minute=0)
    posts = [post("a", day, published_precision=Precision.DAY, collected_at=NOW), post("b", NOW - timedelta(hours=3))]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    listed = incident.filled_plans.get().text.partition("十三、附件")[2]
    assert "8月2日 05:20" in listed
    assert "8月2日 |" in listed and "8月2日 00:00" not in listed and "8月2日 08:20 |" not in listed


def test_a_closed_incident_is_not_joined(store: Store) -> None:
    posts = [post(str(n)) for n in range(3)]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    acts.dismiss(incident, "周", NOW, "测试信息")
    later = NOW + timedelta(days=1)
    finding(posts, later)
    assert [each.number for each in open_incidents(store, later)] == ["2019-0803-01"]


def test_numbers_run_within_a_day_of_shanghai(store: Store) -> None:
    for index in range(3):
        posts = [post(f"{index}-{n}", event=f"事{index}") for n in range(2)]
        fill(store, posts)
        finding(posts, subject=f"事{index}", events=[f"事{index}"])
    late = NOW.replace(hour=23, minute=59)
    next_day = late + timedelta(minutes=2)
    for index, at in ((3, late), (4, next_day)):
        posts = [post(f"{index}-{n}", event=f"事{index}") for n in range(2)]
        fill(store, posts)
        finding(posts, at, subject=f"事{index}", events=[f"事{index}"])
    opened = [each.number for each in open_incidents(store, next_day)]
    assert opened == ["2019-0802-01", "2019-0802-02", "2019-0802-03", "2019-0802-04", "2019-0803-01"]


def test_a_threat_to_ones_own_life_opens_none_but_calls_for_110(store: Store) -> None:
    written = post("绝望", event=None, title="我不想活了", text="今晚就从桥上跳下去，手机 13800138000")
    fill(store, [written])
    recipient("duty@press.example.gov.cn", duty=True)
    recipient("leader@press.example.gov.cn")
    recipient("private@qq.com", duty=True)
    night = NOW.replace(hour=2)
    finding([written], night, kind=Finding.Kind.LIFE_THREAT, subject_kind="post", subject=written.id, events=[])
    assert open_incidents(store, night) == []
    assert not Incident.objects.exists()
    rows = {row.address: row for row in Delivery.objects.all()}
    assert set(rows) == {"duty@press.example.gov.cn", "private@qq.com"}, "the duty officers only"
    inside, outside = rows["duty@press.example.gov.cn"], rows["private@qq.com"]
    assert inside.due_at == night, "at any hour"
    assert "请立即拨打110" in inside.subject and "请立即拨打110" in inside.text
    assert web_address(written.url) in inside.text, "the police need it"
    assert "桥" not in outside.text + outside.html + outside.subject
    assert "值班室" in outside.subject


def test_personal_data_does_not_reach_title_or_evidence(store: Store) -> None:
    posts = [post("a", text="请联系我 13800138000"), post("b")]
    fill(store, posts)
    finding(posts, title="业主王某 13800138000 反映车位问题")
    (incident,) = open_incidents(store, NOW)
    assert "13800138000" not in incident.title
    assert "13800138000" not in str(list(incident.posts.values_list("snapshot", flat=True)))


def test_hostile_text_is_only_text_everywhere(store: Store) -> None:
    posts = [post("恶意", title=HOSTILE, text=HOSTILE)]
    fill(store, posts)
    recipient()
    sample = {"title": HOSTILE, "excerpt": HOSTILE, "url": "javascript:alert(1)", "source": HOSTILE}
    finding(posts, title=HOSTILE + "\r\nBcc: all@evil.example", facts={"samples": [sample], "terms": [HOSTILE]})
    (incident,) = open_incidents(store, NOW)
    plan = incident.filled_plans.get()
    row = Delivery.objects.get()
    assert not plan.fault
    for text in (plan.text, row.html):
        assert "<script" not in text
        assert "evil.example" not in text
        assert "javascript:" not in text
    assert "\n" not in row.subject and "\r" not in row.subject
    assert len(row.subject) <= 78


def test_outside_the_allowed_domains_nothing_but_number_level_deadline(store: Store) -> None:
    posts = [post(str(n)) for n in range(3)]
    fill(store, posts)
    recipient("leader@qq.com")
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    row = Delivery.objects.get()
    assert not row.full
    assert row.attachments == []
    everything = row.subject + row.text + row.html
    for word in ("滨河苑", "车位", "5 条", "住建", "board.example", "minsheng.example"):
        assert word not in everything
    for word in (incident.number, "Ⅲ", "较大", "8月4日 08:20 前", "请致电值班室"):
        assert word in row.subject + row.text
        assert word in everything


def test_no_domain_listed_means_nobody_gets_content(store: Store, settings: Settings) -> None:
    settings.MAIL_DOMAINS = []
    posts = [post("1")]
    fill(store, posts)
    recipient()
    finding(posts)
    open_incidents(store, NOW)
    assert not Delivery.objects.get().full


def test_without_recipients_the_incident_stands_and_says_so(store: Store) -> None:
    posts = [post("1")]
    fill(store, posts)
    finding(posts)
    (incident,) = open_incidents(store, NOW)
    assert "没有启用的预警收件人" in incident.steps.get(act="told").what


def test_a_watchlist_names_its_plan_and_its_version_is_told(store: Store) -> None:
    posts = [post("1")]
    fill(store, posts)
    recipient()
    watchlist = Watchlist.objects.create(name="水电气", purpose="保障", query="停水", version=4, plan="outage")
    finding(posts, watchlist=watchlist, watchlist_version=4)
    (incident,) = open_incidents(store, NOW)
    assert incident.plan is not None and incident.plan.slug == "outage"
    assert "水电气（第 4 版）" in Delivery.objects.get().text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("东城区停水三天无人通知", "outage"),
        ("实验小学发生校园欺凌", "school"),
        ("小区物业乱收费", "complaint"),
        ("完全无关的事", "complaint"),
    ],
)
def test_the_plan_is_chosen_by_words(store: Store, title: str, slug: str) -> None:
    posts = [post("1", title=title, text="情况如题。")]
    fill(store, posts)
    finding(posts, title=title)
    (incident,) = open_incidents(store, NOW)
    assert incident.plan is not None and incident.plan.slug == slug


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"days": "x", "sources": None, "samples": 3, "matters": [1], "first": [], "terms": {"a": 1}},
        {"expected": "NaN", "observed": 1e300, "total": -1, "window_hours": "六"},
    ],
)
def test_missing_or_odd_facts_never_stop_an_alert(store: Store, facts: dict[str, Any]) -> None:
    recipient()
    finding([], facts=facts, risk={}, post_ids=["gone"], title="")
    (incident,) = open_incidents(store, NOW)
    assert incident.suggested_level == 4
    assert Delivery.objects.count() == 1


def test_a_mail_and_the_plan_in_it_tell_the_same_figures_where_a_finding_joins_at_once(store: Store) -> None:
    recipient()
    told = [Marks(matter="投诉", event="车位" if n < 2 else "别的") for n in range(6)]
    posts = [post(str(n), marks=marks) for n, marks in enumerate(told)]
    fill(store, posts)
    finding(posts[:2])
    finding(posts, subject_kind="watchlist", subject="水电气", events=[], onset=NOW + timedelta(hours=1))
    open_incidents(store, NOW)
    mail = Delivery.objects.get()
    assert Incident.objects.get().facts["total"] == 6
    assert "共 6 条" in mail.text and "诉求类型：投诉 6 条" in mail.text
    assert "共 2 条" not in mail.text
