"""The acts on an incident: every role, the wrong method, the second click, what was typed is kept."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry, Role
from alerts.models import Clock, Incident, IncidentStep, State
from tests.console.factories import HOSTILE, NOW, incident, unit, user

pytestmark = pytest.mark.django_db
PAGE = "/incidents/2019-0802-01/"
WHERE = {"confirm": State.FOUND, "dismiss": State.FOUND, "assign": State.CONFIRMED, "answer": State.HANDLING}
WHERE |= {"close": State.ANSWERED}
AFTER = {"confirm": State.CONFIRMED, "dismiss": State.DISMISSED, "assign": State.HANDLING, "answer": State.ANSWERED}
AFTER |= {"close": State.CLOSED}


def filled(act: str) -> dict[str, object]:
    fields: dict[str, dict[str, object]] = {
        "confirm": {"level": "2"},
        "dismiss": {"reason": "系外地同名小区"},
        "assign": {"unit": unit().pk},
        "answer": {"what": "已在政府网站发布情况说明", "url": "https://www.example.cn/1"},
        "close": {"summary": "捆绑销售已取消"},
    }
    return fields[act] | {"seen": "0"}


@pytest.mark.parametrize("act", WHERE)
def test_an_act_changes_the_state_and_stands_in_the_record(officer: Client, act: str) -> None:
    made = incident(state=WHERE[act])
    response = officer.post(f"{PAGE}{act}/", filled(act))
    assert response["Location"] == PAGE
    made.refresh_from_db()
    assert made.state == AFTER[act]
    step = IncidentStep.objects.get(act=act)
    assert (step.by, step.at) == ("officer", NOW)
    assert step.what in officer.get(PAGE).content.decode()
    assert AuditEntry.objects.filter(act=f"incident.{act}", actor="officer").count() == 1


@pytest.mark.parametrize("act", WHERE)
def test_the_second_click_does_nothing_more(officer: Client, act: str) -> None:
    incident(state=WHERE[act])
    for _ in range(2):
        assert officer.post(f"{PAGE}{act}/", filled(act)).status_code == 302
    assert IncidentStep.objects.filter(act=act).count() == 1
    assert "已经办好，没有重复登记" in officer.get(PAGE).content.decode()


@pytest.mark.parametrize("act", WHERE)
@pytest.mark.parametrize("role", list(Role))
def test_only_an_officer_or_higher_may_act(as_role: Callable[[Role], Client], act: str, role: Role) -> None:
    made = incident(state=WHERE[act])
    response = as_role(role).post(f"{PAGE}{act}/", filled(act))
    made.refresh_from_db()
    if role is Role.READER:
        assert response.status_code == 403
        assert "需要“值班员”或更高的角色" in response.content.decode()
        assert made.state == WHERE[act]
    else:
        assert (response.status_code, made.state) == (302, AFTER[act])


@pytest.mark.parametrize("act", WHERE)
def test_wrong_method_unknown_incident_stranger_and_forgery(officer: Client, act: str) -> None:
    incident(state=WHERE[act])
    refused = officer.get(f"{PAGE}{act}/")
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert officer.post(f"/incidents/2019-0101-99/{act}/", filled(act)).status_code == 404
    assert Client().post(f"{PAGE}{act}/", filled(act))["Location"].startswith("/login/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user(name="x"), backend="django.contrib.auth.backends.ModelBackend")
    forged = strict.post(f"{PAGE}{act}/", filled(act))
    assert forged.status_code == 403
    assert "页面已过期" in forged.content.decode()
    assert not IncidentStep.objects.filter(act=act).exists()


@pytest.mark.parametrize(
    ("act", "data", "says"),
    [
        ("confirm", {"level": "9"}, "请从四个级别中选一个"),
        ("confirm", {}, "请选择级别"),
        ("dismiss", {"reason": "  "}, "请填写这一项"),
        ("assign", {"unit": "999"}, "这个单位不在名录里"),
        ("answer", {"what": "", "url": "https://kept.example.cn/"}, "请填写这一项"),
        ("answer", {"what": "已回应", "url": "javascript:alert(1)"}, "链接应以 http:// 或 https:// 开头"),
        ("answer", {"what": "已回应", "when": "昨天"}, "时间应形如"),
        ("close", {"summary": "长" * 2001}, "最多 2000 字，现有 2001 字"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    officer: Client, act: str, data: dict[str, str], says: str
) -> None:
    incident(state=WHERE[act])
    response = officer.post(f"{PAGE}{act}/", data | {"seen": "0"})
    text = response.content.decode()
    assert response.status_code == 422
    assert says in text
    assert 'aria-invalid="true"' in text
    for value in (data.get("what"), data.get("url"), data.get("summary")):
        assert not value or value in text
    assert not IncidentStep.objects.filter(act=act).exists()


def test_an_act_out_of_turn_is_refused_and_keeps_the_text(officer: Client) -> None:
    incident(state=State.FOUND)
    response = officer.post(f"{PAGE}close/", {"summary": "写了很久的总结", "seen": "0"})
    assert response.status_code == 409
    assert "现为“待研判”，不能办结" in response.content.decode()
    assert "写了很久的总结" in response.content.decode()


def test_an_answer_before_the_discovery_is_refused(officer: Client) -> None:
    incident(state=State.HANDLING)
    response = officer.post(f"{PAGE}answer/", filled("answer") | {"when": "2019-08-01T08:00"})
    assert response.status_code == 409
    assert "不能早于发现时间" in response.content.decode()


def test_what_a_colleague_did_meanwhile_is_not_overwritten(officer: Client, as_role: Callable[[Role], Client]) -> None:
    made = incident()
    as_role(Role.LEADER).post(f"{PAGE}confirm/", filled("confirm"))
    response = officer.post(f"{PAGE}confirm/", {"level": "4", "seen": "0"})
    text = response.content.decode()
    assert response.status_code == 409
    assert "周 刚刚更新了这起舆情" in text
    made.refresh_from_db()
    assert made.level == 2
    seen = re.search(r'name="seen" value="(\d+)"', text)
    assert seen
    assert officer.post(f"{PAGE}confirm/", {"level": "4", "seen": seen[1]}).status_code == 302
    assert Incident.objects.get().level == 4


def test_an_emergency_starts_its_own_clocks_from_discovery(officer: Client) -> None:
    incident()
    officer.post(f"{PAGE}confirm/", filled("confirm") | {"emergency": "on"})
    assert set(Clock.objects.values_list("slug", flat=True)) == {"authoritative_5h", "press_24h"}
    text = officer.get(PAGE).content.decode()
    assert "8月2日 12:02 前，还剩 3 小时 42 分" in text
    assert "Ⅱ 重大 橙</span>" in text


def test_an_answer_shows_how_long_it_took(officer: Client) -> None:
    incident(state=State.HANDLING)
    officer.post(f"{PAGE}answer/", filled("answer") | {"when": "2019-08-02T08:02"})
    assert "已办，用时 1 小时" in officer.get(PAGE).content.decode()


def test_hostile_words_of_a_colleague_stay_text(officer: Client, settings: Settings) -> None:
    incident()
    officer.post(f"{PAGE}dismiss/", {"reason": HOSTILE, "seen": "0"})
    assert "<script>alert" not in officer.get(PAGE).content.decode()
