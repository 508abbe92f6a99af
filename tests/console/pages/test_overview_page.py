from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from alerts.models import Delivery, Digest, Level, State
from archive.store import Store
from console import archive as opened
from monitor.models import Finding
from tests.alerts.city import finding
from tests.console.factories import HOSTILE, NOW, delivery, incident, post, source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def test_what_needs_me_now_comes_first_by_level_and_deadline(officer: Client) -> None:
    incident("2019-0801-01", title="西城区停水未提前告知", suggested_level=Level.IV)
    incident("2019-0802-01", title="乙事", discovered_at=NOW - timedelta(hours=1))
    incident("2019-0802-02", title="甲事", discovered_at=NOW - timedelta(hours=9))
    incident("2019-0802-03", title="东城区仓库起火", level=Level.II)
    incident("2019-0730-01", title="早已办结", state=State.CLOSED)
    text = officer.get("/").content.decode()
    order = [text.index(title) for title in ("东城区仓库起火", "甲事", "乙事", "西城区停水")]
    assert order == sorted(order)
    assert "早已办结" not in text
    assert "Ⅱ 重大 橙" in text
    assert "Ⅲ 较大 黄（建议）" in text


def test_the_chart_counts_the_last_thirty_days_and_its_table_leads_to_the_posts(officer: Client, store: Store) -> None:
    store.put([post(index) for index in range(5)] + [post(40)])
    text = officer.get("/").content.decode()
    assert "最多 1，合计 5" in text
    assert "条，近 30 天日均 0.2 条" in text
    assert "/search/?since=2019-08-01&amp;until=2019-08-01" in text


def test_calm_never_means_blind(officer: Client, settings: Settings) -> None:
    settings.UNCOVERED = ["抖音", "微博"]
    source("board")
    source("gov", "东城区政务动态", last_new=NOW - timedelta(days=4))
    source("feed", "清江日报", failures=3)
    source("new", "新信源", last_ok=None)
    source("off", "停用信源", failures=9, enabled=False)
    text = officer.get("/").content.decode()
    assert "目前没有未办结的舆情" in text
    assert "未自动覆盖：</b>抖音、微博" in text
    assert "1 个信源正常" in text
    for name, what in (("东城区政务动态", "3 天以上无更新"), ("清江日报", "连续 3 次采集失败"), ("新信源", "尚未采集")):
        assert f'{name} <span class="soft">{what}' in text
    assert "停用信源" not in text


def test_a_mail_that_did_not_arrive_is_said_at_the_top(officer: Client) -> None:
    assert "没有送达" not in officer.get("/").content.decode()
    for number, status in enumerate((Delivery.Status.FAILED, Delivery.Status.DUE, Delivery.Status.SENT)):
        delivery(number, status)
    assert "有 2 封邮件没有送达" in officer.get("/").content.decode()


def test_a_threat_nobody_could_be_told_of_stays_at_the_top(officer: Client) -> None:
    threat = finding([written := post(0)], kind=Finding.Kind.LIFE_THREAT, subject_kind="post", subject=written.id)
    text = officer.get("/").content.decode()
    assert "没有启用的收件人可告知。请立即拨打 110" in text and f"/posts/{written.id}/" in text
    Finding.objects.filter(pk=threat.pk).update(handled_at=NOW)
    assert "轻生风险" not in officer.get("/").content.decode()


def test_the_digest_of_the_day_is_one_click_away(officer: Client) -> None:
    Digest.objects.create(day=NOW.date(), content={}, made_at=NOW)
    assert 'href="/digests/2019-08-02/"' in officer.get("/").content.decode()


def test_without_the_archive_the_incidents_still_show(officer: Client, settings: Settings) -> None:
    incident(title="仍要看得见")
    settings.ARCHIVE_URL = "mysql://nowhere"
    opened.archive.cache_clear()
    response = officer.get("/")
    assert response.status_code == 200
    assert "仍要看得见" in response.content.decode()
    assert "不认识的档案库地址" in response.content.decode()


def test_hostile_titles_stay_text(officer: Client) -> None:
    incident(title=HOSTILE, explanation=HOSTILE)
    text = officer.get("/").content.decode()
    assert "<script>alert" not in text
    assert "{{7*7}}" in text
