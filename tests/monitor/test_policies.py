"""Policies: the query a title makes, registering, reaction, proposals."""

from datetime import timedelta

import pytest

from archive.language import parse
from archive.post import Kind, Post
from archive.store import Store
from monitor.models import Policy, PolicyProposal
from monitor.policies import (
    PolicyError,
    compiled,
    core_titles,
    note_interpretations,
    policy_query,
    propose,
    reaction,
    register,
)  # fmt: skip
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


def mention(at: int, kind: Kind = Kind.POST, *, reply: str = "", n: int = 0) -> Post:
    """A post about the policy, `at` days from its release."""
    return post(f"说说{CORE}", at=NOW + (at - 10) * DAY, kind=kind, reply=reply, key=f"{at}-{kind}-{n}-{bool(reply)}")


@pytest.mark.django_db
def test_reaction_before_and_after_release(store: Store) -> None:
    posts = [
        mention(-8), mention(-6), mention(-1),  # one is older than a week
        mention(0), mention(1), mention(2, Kind.NEWS), mention(3, Kind.QUESTION),
        mention(4, Kind.QUESTION, reply="您好，自4月1日起执行。"), mention(8),
        mention(0, Kind.POLICY), mention(0, Kind.INTERPRETATION),
    ]  # fmt: skip
    store.put(posts)
    found = reaction(store, registered(), NOW)
    assert (found.before, found.after, found.total) == (2, 5, 6), "policy and interpretation are no reaction"
    assert (found.asked, found.answered) == (2, 1)
    assert dict(found.kinds) == {"post": 3, "question": 2, "news": 1}
    assert sum(count for _, count in found.days) == found.total, "sums add up"
    assert [question.counted_at for question in found.questions] == [NOW - 6 * DAY, NOW - 7 * DAY]
    assert found.interpretation is not None
    assert found.interpretation.kind is Kind.INTERPRETATION


@pytest.mark.django_db
def test_an_interpretation_that_appears_is_noted_once(store: Store) -> None:
    registered()
    policies, _ = compiled()
    assert note_interpretations(store, policies, NOW) == 0
    store.put([mention(2, Kind.INTERPRETATION)])
    assert note_interpretations(store, policies, NOW) == 1
    assert note_interpretations(store, compiled()[0], NOW) == 0
    assert Policy.objects.get().interpreted_at == NOW - 8 * DAY


@pytest.mark.django_db
def test_a_crawled_policy_is_proposed_once_and_never_registered_by_itself() -> None:
    found = [post("关于调整城区公交票价的通知", kind=Kind.POLICY), post("有人问票价")]
    assert propose(found, NOW) == 1
    assert propose(found, NOW) == 0
    assert (Policy.objects.count(), PolicyProposal.objects.get().title) == (0, "关于调整城区公交票价的通知")


@pytest.mark.django_db
def test_what_is_registered_is_not_proposed_and_a_proposal_registered_is_decided() -> None:
    registered()
    assert propose([post(TITLE, kind=Kind.POLICY)], NOW) == 0
    propose([post("关于调整城区公交票价的通知", kind=Kind.POLICY)], NOW)
    register("关于调整城区公交票价的通知", released_at=NOW, by="周", now=NOW)
    assert PolicyProposal.objects.get().decided == "registered"
