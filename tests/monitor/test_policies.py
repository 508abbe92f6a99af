"""Policies: the query a title makes, registering, changing."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from archive.language import parse
from monitor.models import Policy
from monitor.policies import PolicyError, amend, core_titles, policy_query, register
from tests.monitor.city import NOW, post

DAY = timedelta(days=1)
TITLE = "清江市人民政府办公室关于印发《清江市居民供水价格调整方案（试行）》的通知"
CORE = "清江市居民供水价格调整方案"


@pytest.mark.parametrize(
    ("title", "cores", "why"),
    [
        (TITLE, [CORE], "the work it prints, without 试行"),
        ("关于调整城区公交票价的通知", ["调整城区公交票价"], "without 关于…的通知"),
        ("清江市人民政府关于加强扬尘治理工作的意见", ["加强扬尘治理工作"], "other endings"),
        ("关于放假的通知", [], "a short core would match anything"),
        ("清江市物业管理条例", [], "nothing around it"),
    ],
)
def test_a_title_also_goes_by_its_core(title: str, cores: list[str], why: str) -> None:
    assert core_titles(title) == [title, *cores], why


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        (f"大家怎么看《{CORE}（试行）》？", True),
        ("清府办发〔2026〕3号什么时候执行", True),
        ("清江市供水价格什么时候调整", False),
    ],
)
def test_the_query_of_a_policy_finds_who_mentions_it(text: str, mentions: bool) -> None:
    query = parse(policy_query(TITLE, "清府办发〔2026〕3号"))
    assert query.matches(post("问一下", text)) is mentions


def test_a_title_full_of_signs_makes_a_query() -> None:
    title = '关于"停水|停电"+(补偿) !标准 ~3 的通知'
    assert parse(policy_query(title)).matches(post("转", f"看到{title}"))


def registered(**changes: str) -> Policy:
    return register(TITLE, released_at=NOW - 10 * DAY, by="周", now=NOW, doc_number="清府办发〔2026〕3号", **changes)


@pytest.mark.django_db
def test_registering_twice_is_an_error_and_a_bad_query_too() -> None:
    registered()
    with pytest.raises(PolicyError, match="已登记"):
        registered()
    with pytest.raises(PolicyError, match="检索式有误"):
        register("另一项", released_at=NOW, by="周", now=NOW, query="停水+")
    assert Policy.objects.count() == 1


@pytest.mark.django_db
def test_a_change_says_what_was_and_what_is_in_the_trail() -> None:
    policy = registered()
    changed = amend(policy, {"effective_on": date(2026, 4, 1), "unit": " 市水务局 ", "url": ""}, by="周", now=NOW)
    assert changed == ["effective_on", "unit"]
    row = AuditEntry.objects.get(act="修改政策")
    assert (row.actor, row.subject, row.at) == ("周", TITLE, NOW)
    assert row.details == {"effective_on": ["", "2026-04-01"], "unit": ["", "市水务局"]}
    assert amend(policy, {"unit": "市水务局"}, by="周", now=NOW) == []
    assert AuditEntry.objects.filter(act="修改政策").count() == 1, "what changes nothing is not told"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"title": ""}, "title", "缺少标题"),
        ({"title": "另一项已经登记的政策"}, "title", "已登记"),
        ({"query": "停水+"}, "query", "检索式有误"),
        ({"validity": "已废止"}, "validity_reason", "写明理由"),
        ({"validity": "好像有效", "validity_reason": "听说"}, "validity", "不认识的有效性"),
        ({"effective_on": date(2026, 5, 1), "expires_on": date(2026, 4, 1)}, "expires_on", "晚于施行"),
        ({"expires_on": date(2026, 3, 1)}, "expires_on", "晚于发布"),
        ({"consulted_from": date(2026, 3, 1)}, "consulted_until", "还要填截止"),
        ({"consulted_from": date(2026, 3, 2), "consulted_until": date(2026, 3, 1)}, "consulted_until", "不能早于开始"),
        ({"result_url": "http://a.example/" + "x" * 1000}, "result_url", "超过 1000 个字"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(changes: dict[str, Any], field: str, says: str) -> None:
    register("另一项已经登记的政策", released_at=NOW, by="周", now=NOW)
    policy = registered()
    before = Policy.objects.filter(pk=policy.pk).values().get()
    with pytest.raises(PolicyError, match=says) as refused:
        amend(policy, changes, by="周", now=NOW)
    assert refused.value.field == field
    assert Policy.objects.filter(pk=policy.pk).values().get() == before
    assert not AuditEntry.objects.filter(act="修改政策").exists()


@pytest.mark.django_db
def test_an_emptied_query_is_made_of_the_title_again() -> None:
    policy = registered(query="供水")
    amend(policy, {"query": ""}, by="周", now=NOW)
    assert Policy.objects.get().query == policy_query(TITLE, "清府办发〔2026〕3号")


@pytest.mark.django_db
def test_what_is_not_released_yet_comes_first() -> None:
    registered()
    register("清江市养犬管理规定", by="周", now=NOW)
    assert [policy.title for policy in Policy.objects.all()] == ["清江市养犬管理规定", TITLE]
