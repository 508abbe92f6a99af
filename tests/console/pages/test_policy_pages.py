"""政策: the list, registering (by hand, of a proposal), changing, the report and its numbers' way to the posts."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Role
from archive.post import Kind, Marks, Post
from archive.store import Store
from console.pages.policy_forms import PolicyForm
from monitor.models import Policy, PolicyProposal
from tests.console.factories import BAD_URL, HOSTILE, NOW, policy, policy_answer, post, source

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


def mention(index: int, days_ago: float = 1, *, matter: str | None = None, **fields: Any) -> Post:
    at = NOW - timedelta(days=days_ago)
    known = {
        "url": f"http://board.example.cn/m/{index}",
        "title": f"停车收费办法怎么收（{index}）",
        "text": "请问一下。",
    }
    made = post(0, **{**known, "published_at": at, "collected_at": at, **fields})
    return made.with_marks(Marks(matter=matter))


def put(store: Store, *posts: Post) -> None:
    store.put(posts)
    store.annotate([(each.id, store.get([each.id])[each.id].revision, each.marks) for each in posts])


def proposal(title: str = "关于印发《清江市养犬管理规定》的通知", **fields: Any) -> PolicyProposal:
    known = {"post_id": f"p-{title}"[:64], "seen_at": NOW, "published_at": NOW - DAY, "url": "http://gov.example.cn/1"}
    return PolicyProposal.objects.create(title=title, **{**known, **fields})


def filled(of: Policy | None = None, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the form."""
    known: dict[str, Any] = {"title": "清江市城区供水价格方案", "needs_interpretation": "on", "enabled": "on"}
    if of:
        kept = {name: getattr(of, name) for name in PolicyForm.base_fields if hasattr(of, name)}
        known = {name: "on" if value is True else value for name, value in kept.items() if value not in (None, False)}
        known["released_on"] = timezone.localtime(of.released_at).date().isoformat() if of.released_at else ""
        known["seen"] = "0"
    return {**known, **fields}


def test_the_list_says_what_the_dates_say_and_puts_what_is_late_first(officer: Client, store: Store) -> None:
    policy("清江市已解读的办法", interpreted_at=NOW - 10 * DAY, released_at=NOW - 2 * DAY, effective_on=TODAY + DAY)
    policy("清江市没有解读的办法")
    policy("清江市养犬管理规定", released_at=None, effective_on=None, consulted_until=TODAY + DAY)
    text = officer.get("/policies/").content.decode()
    assert "解读超期 10 天" in text
    assert text.index("没有解读的办法") < text.index("养犬管理规定") < text.index("已解读的办法")
    for word, number in (("全部", 3), ("尚未发布", 1), ("尚未施行", 1), ("有效", 1), ("失效、已废止", 0)):
        assert f"{word} {number}</a>" in text
    pending = officer.get("/policies/?state=pending").content.decode()
    assert "清江市已解读的办法" in pending and "清江市没有解读的办法" not in pending


def test_a_proposal_is_registered_with_one_click_and_its_dates_are_offered(officer: Client, store: Store) -> None:
    page = post(0, url="http://gov.example.cn/1", kind=Kind.POLICY, title="关于印发《清江市养犬管理规定》的通知",
                text="本规定自2019年9月1日起施行，有效期五年。")  # fmt: skip
    put(store, page)
    made = proposal(post_id=page.id)
    assert "登记：关于印发" in officer.get("/policies/").content.decode()
    response = officer.post(f"/policies/proposals/{made.pk}/register/")
    kept = Policy.objects.get()
    assert response["Location"] == f"/policies/{kept.pk}/edit/"
    assert (kept.effective_on, kept.released_at) == (None, NOW - DAY), "found in the text, not confirmed"
    form = officer.get(response["Location"]).content.decode()
    assert 'value="2019-09-01"' in form and 'value="2024-09-01"' in form
    assert "从正文中找到，请核对：“本规定自2019年9月1日起施行" in form
    assert "施行日期 9月1日" in officer.get(f"/policies/{kept.pk}/").content.decode()
    again = officer.post(f"/policies/proposals/{made.pk}/register/")
    assert again["Location"] == "/policies/" and Policy.objects.count() == 1


@pytest.mark.parametrize("way", ["proposal", "by hand", "dated since"])
def test_what_is_out_already_is_not_called_overdue_until_the_next_round(
    officer: Client, store: Store, way: str
) -> None:
    title = "关于印发《清江市养犬管理规定》的通知"
    put(store, mention(1, 3, kind=Kind.INTERPRETATION, title=f"一图读懂《{title}》", text="一看就懂。"))
    if way == "proposal":
        officer.post(f"/policies/proposals/{proposal().pk}/register/")
    elif way == "by hand":
        officer.post("/policies/add/", filled(title=title, released_on=str(TODAY - 3 * DAY)))
    else:
        officer.post("/policies/add/", filled(title=title))
        made = Policy.objects.get()
        seen = AuditEntry.objects.get(act="登记政策").pk
        officer.post(f"/policies/{made.pk}/edit/", filled(made, released_on=str(TODAY - 3 * DAY), seen=seen))
    assert Policy.objects.get().interpreted_at == NOW - 3 * DAY
    assert "解读超期" not in officer.get("/policies/").content.decode()


def test_a_proposal_is_declined_with_one_click(officer: Client, store: Store) -> None:
    made = proposal()
    for _ in range(2):
        assert officer.post(f"/policies/proposals/{made.pk}/decline/")["Location"] == "/policies/"
    made.refresh_from_db()
    assert (made.decided, Policy.objects.count()) == ("declined", 0)
    assert [row.actor for row in AuditEntry.objects.filter(act="不登记政策")] == ["officer"]


def test_a_policy_is_registered_by_hand(officer: Client, store: Store) -> None:
    assert "登记政策" in officer.get("/policies/add/").content.decode()
    response = officer.post("/policies/add/", filled(planned_on="2019-09-01", consulted_until="2019-08-20"))
    made = Policy.objects.get()
    assert response["Location"] == f"/policies/{made.pk}/"
    assert (made.released_at, made.planned_on, made.enabled) == (None, date(2019, 9, 1), True)
    text = officer.get(response["Location"]).content.decode()
    assert "征求意见中" in text and "尚未发布" in text
    assert AuditEntry.objects.get(act="登记政策").actor == "officer"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"title": "长" * 301}, "最多 300 字，现有 301 字"),
        ({"url": BAD_URL}, "链接应以 http"),
        ({"effective_on": "2019-02-30"}, "日期应形如"),
        ({"effective_on": "2019-09-01", "expires_on": "2019-08-01"}, "失效日期应晚于施行日期"),
        ({"validity": "已废止"}, "写明理由"),
        ({"validity": "也许有效"}, "请从列出的几种里选"),
        ({"query": "停车+"}, "检索式有误"),
        ({"title": "通知"}, "太笼统"),
    ],
)
@pytest.mark.parametrize("where", ["add", "edit"])
def test_what_is_wrong_comes_back_marked_and_with_what_was_typed(
    officer: Client, store: Store, change: dict[str, str], says: str, where: str
) -> None:
    made = policy() if where == "edit" else None
    address = f"/policies/{made.pk}/edit/" if made else "/policies/add/"
    extra = {"query": ""} if change.get("title") == "通知" else {}
    response = officer.post(address, filled(made, unit="市水务局 <新>", **extra, **change))
    assert response.status_code == 422
    text = response.content.decode()
    assert says in unescape(text)
    assert "--query" not in text, "a page has no options of the command"
    assert "市水务局 &lt;新&gt;" in text
    assert not Policy.objects.filter(unit__contains="水务").exists()


def test_a_change_is_kept_and_stands_in_the_trail(officer: Client, store: Store) -> None:
    made = policy()
    before = made.released_at
    data = filled(made, effective_on="2019-08-09", validity="已废止", validity_reason="被新办法取代")
    assert officer.post(f"/policies/{made.pk}/edit/", data)["Location"] == f"/policies/{made.pk}/"
    made.refresh_from_db()
    assert (made.effective_on, made.released_at) == (date(2019, 8, 9), before), "the hour of the release is kept"
    row = AuditEntry.objects.get(act="修改政策")
    assert set(row.details) == {"effective_on", "validity", "validity_reason"}
    text = officer.get(f"/policies/{made.pk}/").content.decode()
    assert "被新办法取代" in text and "人工认定" in text


def test_who_has_not_seen_the_last_change_does_not_undo_it(officer: Client, store: Store) -> None:
    made = policy()
    assert officer.post(f"/policies/{made.pk}/edit/", filled(made, unit="甲局")).status_code == 302
    response = officer.post(f"/policies/{made.pk}/edit/", filled(made, unit="乙局"))
    assert response.status_code == 409
    assert "别人刚刚修改了" in response.content.decode() and "乙局" in response.content.decode()
    assert Policy.objects.get().unit == "甲局"


@pytest.mark.parametrize("role", list(Role))
def test_only_an_officer_or_higher_may_change_anything(
    as_role: Callable[[Role], Client], store: Store, role: Role
) -> None:
    made, waiting = policy(), proposal()
    client = as_role(role)
    page = client.get("/policies/").content.decode() + client.get(f"/policies/{made.pk}/").content.decode()
    for address in (f"/policies/proposals/{waiting.pk}/register/", f"/policies/{made.pk}/suggest/"):
        assert (address in page) is (role != Role.READER)
        assert client.post(address).status_code == (403 if role == Role.READER else 302)


def test_every_number_of_the_report_leads_to_a_search_that_counts_the_same(officer: Client, store: Store) -> None:
    source()
    source("paper", "清江日报")
    made = policy()
    put(
        store,
        mention(0, 12), mention(1, 9, matter="咨询"), mention(2, 8, matter="投诉"), mention(3, 6), mention(4, 4),
        mention(5, 1, kind=Kind.NEWS, source="paper", region="西城区"), mention(6, 0.2, kind=Kind.POST, matter="投诉"),
        mention(7, 2, kind=Kind.POLICY), mention(8, 2, kind=Kind.INTERPRETATION),
    )  # fmt: skip
    text = officer.get(f"/policies/{made.pk}/").content.decode()
    numbers = re.findall(
        r'<a href="(/search/[^"]+)">([\d,]+)</a>', text.split("<details>")[0] + text.split("</details>")[-1]
    )
    assert len(numbers) >= 20
    for address, number in numbers:
        found = officer.get(unescape(address))
        assert f'<h2 id="hits">{number} 条</h2>' in found.content.decode(), address
    assert "发布前 7 天" in text and "施行后 7 天" in text and "施行后第 1 至 3 个月" in text
    assert "未到" in text, "half a year on is still to come"


def test_the_bars_lead_to_their_days(officer: Client, store: Store) -> None:
    put(store, mention(1, 2), mention(2, 2), mention(3, 1))
    text = officer.get(f"/policies/{policy().pk}/").content.decode()
    table = text.split("<details>")[1].split("</details>")[0]
    for address, number in re.findall(r'<a href="([^"]+)">(\d+)</a>', table):
        assert f'<h2 id="hits">{number} 条</h2>' in officer.get(unescape(address)).content.decode(), address


def test_the_chip_of_the_reaction_can_be_taken_away(officer: Client, store: Store) -> None:
    put(store, mention(1), mention(2, kind=Kind.POLICY), mention(3, kind=Kind.NEWS))
    asked = {"q": "停车收费办法", "reaction": "public"}
    text = officer.get("/search/", asked).content.decode()
    assert '<h2 id="hits">1 条</h2>' in text and "公众（帖子、问答） ×" in text
    assert '<h2 id="hits">3 条</h2>' in officer.get("/search/", {"q": "停车收费办法"}).content.decode()
    none = officer.get("/search/", {**asked, "kind": "news"}).content.decode()
    assert '<h2 id="hits">0 条</h2>' in none
    assert "不认识的范围" in officer.get("/search/", {"reaction": "people"}).content.decode()


def test_stance_is_told_with_its_limits_and_adds_up(officer: Client, store: Store) -> None:
    put(
        store,
        mention(1, text="我坚决反对停车收费办法。"), mention(2, text="我支持停车收费办法，早该管了。"),
        mention(3, text="停车收费办法出来了。"),
    )  # fmt: skip
    text = officer.get(f"/policies/{policy().pk}/").content.decode()
    rows = re.findall(
        r'<th scope="row">([^<]+)</th><td class="n">(\d+)</td>', text.split('id="stance"')[1].split("</table>")[0]
    )
    assert rows == [("明说支持", "1"), ("明说反对", "1"), ("立场不明", "1"), ("公众合计", "3")]
    assert "不代表民意的比例" in text


def test_a_query_that_cannot_be_read_leaves_a_page_that_says_so(officer: Client, store: Store) -> None:
    made = policy(query="停车+")
    text = officer.get(f"/policies/{made.pk}/").content.decode()
    assert "检索式有误" in text and "信息量与诉求" not in text
    assert officer.get(f"/policies/{made.pk}/report.docx")["Location"] == f"/policies/{made.pk}/"
    assert "检索式有误" in officer.post(f"/policies/{made.pk}/suggest/", follow=True).content.decode()


def test_the_report_as_a_paper_says_the_same_and_leaves_a_row(officer: Client, store: Store) -> None:
    put(store, mention(1, 9, matter="咨询"), mention(2, 8, matter="投诉", reply="已办"))
    made = policy(title=f"清江市停车收费办法{HOSTILE}"[:300])
    response = officer.get(f"/policies/{made.pk}/report.docx")
    assert "%E6%94%BF%E7%AD%96" in response["Content-Disposition"]
    words = ZipFile(BytesIO(response.content)).read("word/document.xml").decode()
    for said in ("政策反响报告", "发布后 7 天", "投诉 1、咨询 1", "提问 2 条，已答复 1 条", "解读", "超期 10 天"):
        assert said in words, said
    assert "<script" not in words
    assert AuditEntry.objects.get(act="policy.download").actor == "officer"


def test_hostile_text_stays_text(officer: Client, store: Store) -> None:
    made = policy(
        title=HOSTILE, unit=HOSTILE, url=BAD_URL, query='"停车收费办法"', interpretation_url=BAD_URL, interpreted_at=NOW
    )
    proposal(title=HOSTILE, url=BAD_URL)
    policy_answer(made, question=HOSTILE, answer=HOSTILE)
    put(store, mention(1, title=f"停车收费办法{HOSTILE}"))
    for address in ("/policies/", f"/policies/{made.pk}/", f"/policies/{made.pk}/edit/"):
        text = officer.get(address).content.decode()
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


@pytest.mark.parametrize("number", [99, 10**30])
def test_a_policy_that_is_not_there_is_no_page(officer: Client, store: Store, number: int) -> None:
    for act in ("", "edit/", "report.docx"):
        assert officer.get(f"/policies/{number}/{act}").status_code == 404


def test_an_act_from_another_site_is_refused(store: Store, officer: Client) -> None:
    made, waiting = policy(), proposal()
    client = Client(enforce_csrf_checks=True)
    client.cookies = officer.cookies
    for address in ("/policies/add/", f"/policies/{made.pk}/edit/", f"/policies/proposals/{waiting.pk}/decline/"):
        response = client.post(
            address, urlencode(filled()), "application/x-www-form-urlencoded", HTTP_ORIGIN="https://evil.example"
        )
        assert response.status_code == 403
    assert Policy.objects.count() == 1


def test_people_read_a_random_sample_and_the_report_tells_its_range(officer: Client, store: Store) -> None:
    made = policy()
    put(store, *(mention(n, 1 + n / 50) for n in range(40)))
    address = f"/policies/{made.pk}/stance/"
    assert "想知道比例，可由人随机判读一部分（已判读 0 条）" in officer.get(f"/policies/{made.pk}/").content.decode()
    for batch in range(3):
        fresh = officer.get(address).content.decode().split("改正刚才判读的")[0]
        names = re.findall(r'name="(s_[0-9a-f]{64})" value="favor"', fresh)
        assert len(names) == 10, batch
        said = {name: "against" if index % 2 else "favor" for index, name in enumerate(names)}
        assert "已记下 10 条" in officer.post(address, said, follow=True).content.decode()
    text = officer.get(f"/policies/{made.pk}/").content.decode()
    assert '人工判读的随机样本 <span class="soft">30 条' in text
    rows = re.findall(
        r'<th scope="row">(支持|反对|没有表态)</th><td class="n">(\d+)</td><td class="n soft">([^<]+)<', text
    )
    assert rows == [("支持", "15", "41% 至 59%"), ("反对", "15", "41% 至 59%"), ("没有表态", "0", "0% 至 3%")]
    words = ZipFile(BytesIO(officer.get(f"/policies/{made.pk}/report.docx").content)).read("word/document.xml").decode()
    assert "随机抽取 30 条由人判读" in words


def test_where_people_read_all_there_is_no_range_to_tell(officer: Client, store: Store) -> None:
    made = policy()
    posts = [mention(n, 1 + n / 50) for n in range(4)]
    put(store, *posts)
    officer.post(f"/policies/{made.pk}/stance/", {f"s_{each.id}": "favor" for each in posts})
    text = officer.get(f"/policies/{made.pk}/").content.decode()
    assert '人工判读的全部信息 <span class="soft">4 条' in text and "100%</td>" in text
    words = ZipFile(BytesIO(officer.get(f"/policies/{made.pk}/report.docx").content)).read("word/document.xml").decode()
    assert "全部 4 条由人判读：支持 4 条（100%），反对 0 条（0%）" in words and "95%" not in words


def test_a_reading_can_be_put_right(officer: Client, store: Store) -> None:
    made, about = policy(), mention(1)
    put(store, about)
    address, name = f"/policies/{made.pk}/stance/", f"s_{about.id}"
    officer.post(address, {name: "favor"})
    assert f'name="{name}" value="favor" checked' in officer.get(address).content.decode()
    for said, told in (("against", "已记下 1 条"), ("against", "没有新的选择")):
        assert told in officer.post(address, {name: said}, follow=True).content.decode()
    assert made.stances.get().stance == "against"
    assert AuditEntry.objects.filter(act="判读立场").count() == 2


def test_only_posts_about_the_policy_can_be_read_for_it(officer: Client, store: Store) -> None:
    made, other = policy(), mention(7, title="另一件事", text="与此无关。")
    put(store, mention(1), other)
    response = officer.post(f"/policies/{made.pk}/stance/", {f"s_{other.id}": "favor", "s_x": "favor"}, follow=True)
    assert "没有新的选择，什么也没有记" in response.content.decode()
    assert not made.stances.exists()
