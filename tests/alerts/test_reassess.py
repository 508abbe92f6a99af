"""An incident is graded by what it keeps, and again when that has changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.acts import confirm
from alerts.follow import follow
from alerts.incidents import open_incidents
from alerts.models import Delivery, Incident, Level
from alerts.plans.facts import read_counts
from alerts.reassess import has_changed, reassess
from archive.post import Kind
from archive.store import Store
from monitor import risk_store
from monitor.risk import assess
from monitor.risk_tables import FOUR_LEVELS
from monitor.situation import Situation, Voice, read_situation
from tests.alerts.city import NOW, fill, finding, post, recipient

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def opened(store: Store, number: int = 3) -> Incident:
    first = [post(str(n)) for n in range(number)]
    fill(store, first)
    voices = tuple(Voice(each.id, each.title, "board", "投诉", answer="waiting") for each in first)
    risk = assess(Situation(3, 3, 0.25, 3, 1, voices, accounts=0))
    finding(first, risk=risk.as_dict(), situation=risk.situation.as_dict())
    (incident,) = open_incidents(store, NOW)
    return incident


def test_an_incident_that_grows_is_graded_again_and_the_change_is_told_with_its_sum(store: Store) -> None:
    recipient()
    incident = opened(store)
    assert incident.suggested_level == Level.IV
    Delivery.objects.update(status=Delivery.Status.SENT, attempts=1)
    fill(store, [post(f"later {n}", NOW + HOUR, speaker=f"hash-{n}") for n in range(12)])
    follow(store, NOW + 2 * HOUR)
    incident.refresh_from_db()
    assert incident.suggested_level == Level.III
    assert incident.risk["score"] == sum(part["points"] for part in incident.risk["contributions"])
    situation = read_situation(incident.situation)
    assert situation
    assert (len(situation.voices), situation.speakers) == (15, 15), "three that name nobody and twelve that do"
    assert {c["name"]: c["evidence"] for c in incident.risk["contributions"]}["持续"] == "1 天 12 个账号"
    counts = read_counts(incident.facts)
    assert (counts.speakers, counts.speakers_at) == (12, NOW + 2 * HOUR), "as the points beside it have them"
    step = incident.steps.get(act="regraded")
    assert step.what == f"建议级别由Ⅳ 一般 · 蓝色升为Ⅲ 较大 · 黄色：原文 15 条，{incident.risk['score']} 分"
    assert "级别升高" in str(list(incident.steps.filter(act="told").values_list("what", flat=True)))
    told = incident.steps.count()
    follow(store, NOW + 2 * HOUR)
    assert incident.steps.count() == told, "once"


def test_it_is_graded_by_all_of_its_event_from_the_start(store: Store) -> None:
    fill(store, [post(f"earlier {n}", NOW - timedelta(days=n)) for n in range(1, 20)])
    incident = opened(store)
    assert incident.posts.count() == 22
    assert incident.suggested_level == Level.III
    assert read_situation(incident.situation).days == 20  # type: ignore[union-attr]


def test_questions_past_their_time_count_without_anything_new(store: Store) -> None:
    incident = opened(store, 6)
    assert not has_changed(incident, NOW + HOUR)
    later = NOW + timedelta(days=40)
    assert has_changed(incident, later)
    follow(store, later)
    incident.refresh_from_db()
    evidence = {part["name"]: part["evidence"] for part in incident.risk["contributions"]}
    assert evidence["未答复"] == "未答复 6 条，其中逾期 6 条"


def test_an_answer_lowers_the_sum_and_never_the_suggestion(store: Store) -> None:
    fill(store, [post(f"earlier {n}", NOW - timedelta(days=n)) for n in range(1, 16)])
    incident = opened(store)
    assert incident.suggested_level == Level.III
    before = incident.risk["score"]
    answered = [post(str(n), reply="已责令整改。", replied_at=NOW + HOUR) for n in range(3)]
    answered += [
        post(f"earlier {n}", NOW - timedelta(days=n), reply="已责令整改。", replied_at=NOW + HOUR) for n in range(1, 16)
    ]
    fill(store, answered)
    follow(store, NOW + 2 * HOUR)
    incident.refresh_from_db()
    assert incident.risk["score"] < before
    assert incident.suggested_level == Level.III


def test_a_confirmed_level_stays_and_what_is_graver_since_is_shown_beside_it(store: Store) -> None:
    incident = confirm(opened(store), "周", NOW, 4, False)
    report = post("report", NOW + HOUR, kind=Kind.NEWS, publisher="新华社", text="现场坍塌造成3人死亡。", title="通报")
    fill(store, [report])
    follow(store, NOW + 2 * HOUR)
    incident.refresh_from_db()
    assert (incident.level, incident.raised_level) == (Level.IV, incident.suggested_level)
    assert incident.suggested_level <= Level.II
    assert incident.risk["trigger"] == "中央媒体、伤亡"
    assert incident.risk["quotes"][0]["sentence"] == "现场坍塌造成3人死亡。"


def test_what_an_earlier_version_kept_nothing_for_is_left_as_it_is(store: Store) -> None:
    incident = opened(store)
    incident.situation = {}
    risk = incident.risk
    assert not has_changed(incident, NOW + timedelta(days=99))
    assert not reassess(incident, NOW + timedelta(days=99), FOUR_LEVELS)
    assert incident.risk == risk


def test_another_table_grades_what_changes_from_then_on(store: Store) -> None:
    incident = opened(store)
    strict = replace(FOUR_LEVELS, bands=((1, 80), (2, 55), (3, 30), (4, 0)), version=3)
    assert not reassess(incident, NOW, strict), "nothing has changed but the table"
    fill(store, [post("later", NOW + HOUR)])
    follow(store, NOW + HOUR)
    incident.refresh_from_db()
    assert reassess(incident, NOW + timedelta(days=40), strict)
    assert (incident.risk["table"], incident.suggested_level) == (3, Level.III)
    assert risk_store.in_force().version == 0
