"""minsheng incident: the same acts as in the console, from the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, User
from alerts.models import Incident, State
from console.operator import operator
from tests.console.factories import NOW, incident, unit

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "2019-0802-01"


def run(*words: str) -> str:
    out = StringIO()
    call_command("incident", "--now", NOW.isoformat(), *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def one() -> Incident:
    return incident(NUMBER)


def test_the_whole_way_from_found_to_closed() -> None:
    owner = unit()
    why = ("--reason", "涉及群众切身利益")
    assert "已研判" in run("confirm", NUMBER, "--level", "Ⅲ", "--emergency", "no", "--by", "周", *why)
    assert Incident.objects.get().steps.get(act="confirm").what.endswith("；理由：涉及群众切身利益")
    assert owner.name in run("assign", NUMBER, "--unit", owner.name, "--by", "周")
    assert "已回应" in run("answer", NUMBER, "--what", "已公开回应", "--link", "https://a.gov.cn/1", "--by", "周")
    assert "已办结" in run("close", NUMBER, "--summary", "诉求已解决", "--by", "周")
    assert Incident.objects.get().state == State.CLOSED
    assert run("list").strip() == "没有未办结的舆情。"
    assert NUMBER in run("list", "--all")


def test_list_and_show_for_people_and_as_json() -> None:
    assert "Ⅲ 较大 · 黄色（建议）" in run("list")
    shown = run("show", NUMBER, "--plan")
    for said in ("回应（48 小时）", "系统发现", "# 应对处置方案"):
        assert said in shown
    assert json.loads(run("--json", "show", NUMBER))["number"] == NUMBER


def test_a_known_user_signs_as_that_user() -> None:
    User.objects.create(username="zhou")
    run("dismiss", NUMBER, "--reason", "与本市无关", "--by", "zhou")
    assert Incident.objects.get().steps.get(act="dismiss").by == "zhou"


def test_without_a_name_the_login_name_signs() -> None:
    run("dismiss", NUMBER, "--reason", "与本市无关")
    assert Incident.objects.get().steps.get(act="dismiss").by


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "2019-0101-99"], "没有编号"),
        (["close", NUMBER, "--summary", "x"], "须先登记回应"),
        (["assign", NUMBER, "--unit", "没有的单位"], "没有名为"),
        (["confirm", NUMBER, "--level", "十", "--emergency", "no"], "1 至 4"),
    ],
)
def test_errors_say_what_to_do(words: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*words)


def test_a_look_and_an_act_by_command_are_in_the_audit_trail_with_the_machines_account() -> None:
    User.objects.create(username="zhou")
    run("show", NUMBER)
    run("dismiss", NUMBER, "--reason", "与本市无关", "--by", "zhou")
    rows = AuditEntry.objects.filter(subject=NUMBER).values_list("act", "actor")
    assert {("incident.view", operator()), ("incident.dismiss", "zhou"), ("command.dismiss", operator())} <= set(rows)


def test_an_act_that_is_refused_leaves_no_trace() -> None:
    with pytest.raises(CommandError):
        run("close", NUMBER, "--summary", "办结")
    assert not AuditEntry.objects.filter(act__startswith="command.").exists()
