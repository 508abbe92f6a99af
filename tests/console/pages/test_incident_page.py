import html
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import AuditEntry, Role, User
from alerts.history import step
from alerts.models import Delivery, FilledPlan, IncidentStep, State
from tests.console.factories import BAD_URL, HOSTILE, NOW, delivery, graded, incident, kept_post, unit

pytestmark = pytest.mark.django_db
PAGE = "/incidents/2019-0802-01/"


def test_it_shows_facts_reasons_plan_posts_and_record(officer: Client) -> None:
    made = incident()
    delivery(incident=made)
    text = officer.get(PAGE).content.decode()
    for expected in (
        "Ⅲ 较大 黄（建议）",
        "滨河苑职工购房捆绑销售车位",
        "最近 24 小时 5 条，通常 0.3 条",
        "8月4日 07:02 前，还剩 46 小时 42 分",
        "19 个账号、3 个信源",
        '<mark class="fill">【待填：一句话研判结论】</mark>',
        "还有 <b>2</b> 处",
        "依据《民生诉求类预案》第 2 版",
        "系统发现（信息量突增）",
        "press@example.cn",
        "内部资料 注意保管",
    ):
        assert expected in text


def test_what_was_counted_is_told_with_its_end_and_accounts_apart_from_a_total_counted_later(officer: Client) -> None:
    counted = {"accounts": 7, "speakers": 9, "counted_at": "2019-08-02T07:02:00+08:00", "total": 10, "sources": 3}
    incident(facts=counted | {"told": "同一事件截至 8月2日 07:00 的 24 小时 7 条（平时没有）"})
    text = officer.get(PAGE).content.decode()
    assert "<p>同一事件截至 8月2日 07:00 的 24 小时 7 条（平时没有）</p>" in text
    assert "最近 24 小时 5 条" not in text
    assert "10 条、3 个信源" in text
    assert '7 个<span class="soft small">（截至 8月2日 07:02）</span>' in text


def test_the_record_shows_a_persons_name_not_the_login(officer: Client) -> None:
    made = incident()
    User.objects.create(username="zhou3", first_name="周敏")
    step(made, User.objects.get(username="zhou3"), "confirm", "认定为Ⅲ 较大", NOW)
    text = officer.get(PAGE).content.decode()
    assert "<b>周敏</b> 认定为Ⅲ 较大" in text
    assert "zhou3" not in text


def test_a_guessed_unit_is_no_fact(officer: Client) -> None:
    made = incident(unit=unit("市教育局"))
    for address in ("/", "/incidents/"):
        assert "市教育局（建议，未交办）" in officer.get(address).content.decode()
    assert '<b>市教育局</b><span class="soft">（建议，未交办）</span>' in officer.get(PAGE).content.decode()
    made.state = State.HANDLING
    made.save()
    for address in ("/", "/incidents/", PAGE):
        assert "（建议，未交办）" not in officer.get(address).content.decode()


def test_a_copy_is_not_among_the_five_posts_shown(officer: Client) -> None:
    made = incident(posts=0)
    for index in range(6):
        kept_post(made, index, copy_of="x" if index else None)
    shown = officer.get(PAGE).content.decode()
    assert shown.count('<div class="hit">') == 1
    assert "6 条" in shown


def test_the_contributions_add_up(officer: Client) -> None:
    incident()
    text = officer.get(PAGE).content.decode()
    assert '<td class="n">48</td>' in text
    for points in (14, 12, 6, 4):
        assert f'<td class="n">+{points}</td>' in text


def test_a_sum_held_at_zero_says_so(officer: Client) -> None:
    parts = [{"name": "信息量", "points": 3, "evidence": ""}, {"name": "官方已回应", "points": -9, "evidence": ""}]
    incident(risk={"score": 0, "contributions": parts})
    text = officer.get(PAGE).content.decode()
    assert "合计不低于 0" in text
    assert '<td class="n">+6</td>' in text


def test_the_sentence_behind_a_trigger_is_shown_and_leads_to_its_post(officer: Client) -> None:
    made = graded(incident(posts=4))
    text = officer.get(PAGE).content.decode()
    assert '“<a href="/incidents/2019-0802-01/posts/?of=%E4%BC%A4%E4%BA%A1">3人死亡。' in text
    assert "<script>alert" not in text
    assert "中央媒体、伤亡" in text
    posts = officer.get(f"{PAGE}posts/", {"of": "伤亡"}).content.decode()
    assert "计入“伤亡”的原文 1 条" in posts
    assert posts.count('<div class="body">') == 1
    assert made.suggested_level == 1


def test_each_contribution_leads_to_the_posts_it_counts(officer: Client) -> None:
    made = graded(incident(posts=4))
    text = officer.get(PAGE).content.decode()
    for part in made.risk["contributions"]:
        linked = f'?of={quote(part["name"])}">{part["evidence"]}</a>' in text
        assert linked is (part["name"] not in ("信息量", "扩散", "持续")), part
    posts = officer.get(f"{PAGE}posts/", {"of": "诉求"}).content.decode()
    assert "计入“诉求”的原文 4 条" in posts
    assert f"{PAGE}posts/" in posts
    for unknown in ("持续", "x", HOSTILE):
        assert "原文 0 条" in officer.get(f"{PAGE}posts/", {"of": unknown}).content.decode()


def test_what_would_change_the_level_is_shown_with_its_reason(officer: Client) -> None:
    made = graded(incident(posts=4))
    text = officer.get(PAGE).content.decode()
    assert "什么会改变建议级别" in text
    for change in made.risk["changes"]:
        assert f"若{change['fact']} → " in text
        assert change["why"] in text
    assert "若核实后不属“伤亡” →" in html.unescape(text)
    assert '按<a href="/risk/?from=four">随系统附带的风险表</a>计算' in text


def test_a_sum_that_fell_says_that_the_suggestion_does_not(officer: Client) -> None:
    made = graded(incident(posts=4), "answered")
    made.risk["level"], made.risk["table"] = 3, 7
    made.save()
    text = officer.get(PAGE).content.decode()
    assert "现有情况按表为 Ⅲ 较大 黄；建议级别只升不降，降级由人认定" in text
    assert '<a href="/risk/?from=7">第 7 版风险表</a>' in text


def test_who_confirmed_the_level_when_and_why_stands_beside_the_sum(officer: Client) -> None:
    graded(incident(posts=4))
    officer.post(f"{PAGE}confirm/", {"level": "3", "reason": "死亡报道系邻市同名工地", "seen": "0"})
    text = officer.get(PAGE).content.decode()
    said = "认定为Ⅲ 较大 · 黄色；不涉及特别重大、重大突发事件；理由：死亡报道系邻市同名工地"
    assert f'<p class="small">8月2日 08:20 <b>周</b> {said}</p>' in text
    assert IncidentStep.objects.get(act="confirm").what == said


def test_a_suggestion_that_rose_after_it_was_confirmed_and_a_mail_taken_back_are_shown(officer: Client) -> None:
    made = incident(level=4, suggested_level=2, raised_level=2)
    delivery(incident=made, status=Delivery.Status.WITHDRAWN)
    text = officer.get(PAGE).content.decode()
    assert "系统建议升为 Ⅱ 重大 橙，请重新认定级别" in text
    assert "已撤回" in text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_read_and_every_look_is_recorded(as_role: Callable[[Role], Client], role: Role) -> None:
    incident()
    client = as_role(role)
    assert client.get(PAGE).status_code == 200
    entry = AuditEntry.objects.get(subject="2019-0802-01")
    assert (entry.act, entry.actor, entry.address) == ("incident.view", str(role), "127.0.0.1")
    assert entry.at == NOW


def test_a_reader_is_offered_no_act(as_role: Callable[[Role], Client]) -> None:
    incident()
    text = as_role(Role.READER).get(PAGE).content.decode()
    assert 'action="/incidents/' not in text
    assert "处置由值班员或带班领导进行" in text


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.FOUND, {"confirm", "dismiss"}),
        (State.CONFIRMED, {"confirm", "dismiss", "assign"}),
        (State.HANDLING, {"confirm", "dismiss", "assign", "answer"}),
        (State.ANSWERED, {"confirm", "answer", "close"}),
        (State.CLOSED, set()),
        (State.DISMISSED, set()),
    ],
)
def test_only_the_acts_of_its_state_are_offered(officer: Client, state: State, offered: set[str]) -> None:
    incident(state=state)
    text = officer.get(PAGE).content.decode()
    acts = {"confirm", "dismiss", "assign", "answer", "close"}
    assert {act for act in acts if f'action="{PAGE}{act}/"' in text} == offered


def test_hostile_text_stays_text_everywhere(officer: Client) -> None:
    made = incident(title=HOSTILE, explanation=HOSTILE, watchlist_name=HOSTILE)
    kept_post(incident("2019-0802-09", posts=0), title="x")
    made.posts.update(snapshot={"title": HOSTILE, "text": HOSTILE, "url": BAD_URL, "publisher": HOSTILE})
    FilledPlan.objects.filter(incident=made).update(text=f"{HOSTILE}\n\n[点我]({BAD_URL})", fault=HOSTILE)
    for page in (PAGE, f"{PAGE}posts/"):
        text = officer.get(page).content.decode()
        assert "<script>alert" not in text
        assert 'href="javascript' not in text
        assert HOSTILE.split("</script>")[1] in text


def test_all_posts_are_shown_with_text_and_a_safe_way_out(officer: Client) -> None:
    incident(posts=7)
    text = officer.get(f"{PAGE}posts/").content.decode()
    assert text.count("认购时要求同时购买车位") == 7
    assert 'rel="noopener noreferrer"' in text
    assert AuditEntry.objects.filter(act="incident.posts").count() == 1


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}posts/", f"{PAGE}plan.docx"])
def test_wrong_addresses_methods_and_strangers(officer: Client, page: str) -> None:
    assert officer.get(page).status_code == 404
    assert "没有这一页" in officer.get(page).content.decode()
    incident()
    refused = officer.post(page)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
    assert "不能这样打开" in refused.content.decode()
    assert Client().get(page)["Location"] == f"/login/?next={page}"


def test_the_plan_comes_as_a_word_file(officer: Client) -> None:
    incident()
    response = officer.get(f"{PAGE}plan.docx")
    assert response["Content-Type"].endswith("wordprocessingml.document")
    assert "attachment" in response["Content-Disposition"]
    assert response.content[:2] == b"PK"
    assert AuditEntry.objects.filter(act="incident.download").count() == 1
