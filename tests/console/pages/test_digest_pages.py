from datetime import date, timedelta

import pytest
from django.test import Client

from alerts.digest import make_digest
from alerts.models import Recipient
from archive.store import Store
from tests.console.factories import HOSTILE, NOW, incident, post, source

pytestmark = pytest.mark.django_db
DAY = NOW.date()


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
        '涉本市信息 <span class="figure">4</span> 条',
        "待办舆情 <span",
        "滨河苑职工购房捆绑销售车位",
        "/incidents/2019-0802-01/",
        "未自动覆盖：</b>微信公众号",
        "duty@example.cn",
    ):
        assert expected in text, expected


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
