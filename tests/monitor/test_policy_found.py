"""What the archive shows of policies by itself: proposals, dates, interpretations, results of consultations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from archive.post import Kind, Post
from archive.store import Store
from monitor.models import Policy, PolicyProposal
from monitor.policies import PolicyError, compiled, register
from monitor.policy_found import (
    decline,
    is_draft,
    note_interpretations,
    note_results,
    propose,
    register_proposal,
    suggestions,
)
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TITLE = "清江市人民政府办公室关于印发《清江市居民供水价格调整方案（试行）》的通知"
CORE = "清江市居民供水价格调整方案"
DRAFT = "关于《清江市养犬管理规定（征求意见稿）》公开征求意见的公告"


def registered() -> Policy:
    return register(TITLE, released_at=NOW - 10 * DAY, by="周", now=NOW, doc_number="清府办发〔2026〕3号")


def consulted(until: date) -> Policy:
    return register(DRAFT, by="周", now=NOW, consulted_from=until - 30 * DAY, consulted_until=until)


def page(title: str, days_ago: int, kind: Kind = Kind.NEWS, text: str = "") -> Post:
    return post(title, text, at=NOW - days_ago * DAY, kind=kind, key=f"{title}-{days_ago}")


def test_an_interpretation_that_appears_is_noted_once(store: Store) -> None:
    registered()
    policies, _ = compiled()
    assert note_interpretations(store, policies, NOW) == 0
    store.put([page(f"说说{CORE}", 8, Kind.INTERPRETATION)])
    assert note_interpretations(store, policies, NOW) == 1
    assert note_interpretations(store, compiled()[0], NOW) == 0
    assert Policy.objects.get().interpreted_at == NOW - 8 * DAY


def test_what_is_not_released_has_no_interpretation_yet(store: Store) -> None:
    register(TITLE, by="周", now=NOW)
    store.put([page(f"说说{CORE}", 1, Kind.INTERPRETATION)])
    assert note_interpretations(store, compiled()[0], NOW) == 0


@pytest.mark.parametrize(
    ("title", "is_result", "why"),
    [
        ("《清江市养犬管理规定（征求意见稿）》公开征求意见采纳情况", True, "as it is usually called"),
        ("清江市养犬管理规定征求意见情况反馈", True, "as some call it"),
        ("关于清江市养犬管理规定意见征集结果的公告", True, "of the collection"),
        ("清江市养犬管理规定公开征求意见", False, "asks, tells no result"),
        ("清江市养犬管理规定引热议", False, "a report of the reaction"),
        ("市民对清江市养犬管理规定有意见，情况如何", False, "news of opinions, not of what became of them"),
    ],
)
def test_the_result_of_a_consultation_is_linked_when_it_appears(
    store: Store, title: str, is_result: bool, why: str
) -> None:
    consulted((NOW - 20 * DAY).date())
    store.put([page(title, 3)])
    assert note_results(store, compiled()[0], NOW) == is_result, why
    policy = Policy.objects.get()
    assert bool(policy.result_at) is bool(policy.result_url) is is_result
    assert note_results(store, compiled()[0], NOW) == 0, "once"


def test_a_result_published_before_the_end_is_of_something_else(store: Store) -> None:
    consulted((NOW - 20 * DAY).date())
    store.put([page("清江市养犬管理规定征求意见采纳情况", 40)])
    assert note_results(store, compiled()[0], NOW) == 0


def test_a_crawled_policy_is_proposed_once_and_never_registered_by_itself() -> None:
    found = [post("关于调整城区公交票价的通知", kind=Kind.POLICY), post("有人问票价")]
    assert propose(found, NOW) == 1
    assert propose(found, NOW) == 0
    assert (Policy.objects.count(), PolicyProposal.objects.get().title) == (0, "关于调整城区公交票价的通知")


def test_what_is_registered_is_not_proposed_and_a_proposal_registered_is_decided() -> None:
    registered()
    assert propose([post(TITLE, kind=Kind.POLICY)], NOW) == 0
    propose([post("关于调整城区公交票价的通知", kind=Kind.POLICY)], NOW)
    register("关于调整城区公交票价的通知", released_at=NOW, by="周", now=NOW)
    assert PolicyProposal.objects.get().decided == "registered"


@pytest.mark.parametrize(
    ("title", "number", "crawled", "crawled_number", "proposed", "why"),
    [
        (CORE, "清府办发〔2026〕3号", TITLE, "清府办发[2026]3号", 0, "one number, typed otherwise"),
        ("供水价格方案", "清府办发〔2026〕3号", TITLE, "清府办发〔2026〕3号", 0, "a number is one paper's alone"),
        (TITLE, "清府办发〔2026〕3号", TITLE, "清府办发〔2027〕9号", 1, "the same title again, the year after"),
        (f"《{CORE}（试行）》", "", TITLE, "清府办发〔2026〕3号", 0, "the work it prints"),
        (CORE, "", f"关于{CORE}公开征求意见的公告", "", 1, "its draft is another paper"),
        (CORE, "", f"关于转发《省里的办法》和《{CORE}》的通知", "", 1, "two works: a person looks"),
    ],
)
def test_a_policy_registered_by_hand_is_not_proposed_under_its_long_title(
    title: str, number: str, crawled: str, crawled_number: str, proposed: int, why: str
) -> None:
    register(title, by="周", now=NOW, doc_number=number, query="供水价格")
    assert propose([replace(post(crawled, kind=Kind.POLICY), doc_number=crawled_number)], NOW) == proposed, why


def test_a_proposal_is_decided_whenever_its_paper_is_registered() -> None:
    propose([replace(post(TITLE, kind=Kind.POLICY), doc_number="清府办发〔2026〕3号")], NOW)
    waiting = PolicyProposal.objects.get()
    register(CORE, by="周", now=NOW, doc_number="清府办发〔2026〕3号")
    waiting.refresh_from_db()
    assert waiting.decided == "registered"
    PolicyProposal.objects.update(decided="")  # as an earlier version left it
    with pytest.raises(PolicyError, match=CORE):
        register_proposal(waiting, by="周", now=NOW)
    assert (Policy.objects.count(), PolicyProposal.objects.get().decided) == (1, "registered")


def test_a_proposal_is_registered_with_what_its_page_says(store: Store) -> None:
    text = "《清江市公交票价方案》已经市政府同意。本方案自2026年4月1日起施行，有效期三年。"
    crawled = replace(page("关于调整城区公交票价的通知", 5, Kind.POLICY, text), doc_number="清府办发〔2026〕5号")
    store.put([crawled])
    propose([crawled], NOW)
    policy = register_proposal(PolicyProposal.objects.get(), by="周", now=NOW)
    assert (policy.released_at, policy.doc_number, policy.post_id) == (
        crawled.published_at,
        "清府办发〔2026〕5号",
        crawled.id,
    )
    assert PolicyProposal.objects.get().decided == "registered"
    found = {each.field: each.day for each in suggestions(store, policy)}
    assert found == {"effective_on": date(2026, 4, 1), "expires_on": date(2029, 4, 1)}
    assert policy.effective_on is None, "a person confirms"
    policy.effective_on = date(2026, 4, 1)
    assert [each.field for each in suggestions(store, policy)] == ["expires_on"]


def test_a_draft_is_announced_not_released(store: Store) -> None:
    crawled = page(DRAFT, 5, Kind.POLICY, "现向社会公开征求意见，征求意见时间为2026年3月15日至2026年4月14日。")
    store.put([crawled])
    propose([crawled], NOW)
    policy = register_proposal(PolicyProposal.objects.get(), by="周", now=NOW)
    assert policy.released_at is None
    assert {each.field: each.day for each in suggestions(store, policy)} == {
        "consulted_from": date(2026, 3, 15),
        "consulted_until": date(2026, 4, 14),
    }


def test_the_page_of_a_planned_policy_suggests_its_release(store: Store) -> None:
    policy = register(TITLE, by="周", now=NOW, planned_on=NOW.date())
    assert suggestions(store, policy) == []
    store.put([page(TITLE, 2, Kind.POLICY)])
    assert [(each.field, each.day) for each in suggestions(store, policy)] == [("released_at", (NOW - 2 * DAY).date())]


def test_a_proposal_is_declined_once_and_by_name() -> None:
    propose([post("关于调整城区公交票价的通知", kind=Kind.POLICY)], NOW)
    proposal = PolicyProposal.objects.get()
    decline(proposal, by="周", now=NOW)
    with pytest.raises(PolicyError, match="已经有人处理"):
        decline(proposal, by="吴", now=NOW)
    assert [row.actor for row in AuditEntry.objects.filter(act="不登记政策")] == ["周"]
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    ("title", "draft"),
    [
        (DRAFT, True),
        ("关于征求《清江市物业管理办法》意见的通知", True),
        ("清江市物业管理办法意见征集公告", True),
        ("关于进一步加强扬尘治理的意见", False),
        (TITLE, False),
    ],
)
def test_a_draft_is_told_by_its_title(title: str, draft: bool) -> None:
    assert is_draft(title) is draft
