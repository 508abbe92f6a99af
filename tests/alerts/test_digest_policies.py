"""What a digest says of policies, in the mail too."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.digest import draft
from alerts.digest_policies import uninterpreted, work
from alerts.mail.digest import digest_letter
from archive.post import CHINA
from archive.store import Store
from monitor.models import Policy, PolicyAnswer, PolicyProposal
from tests.alerts.city import NOW

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)
TODAY = NOW.astimezone(CHINA).date()


def policy(title: str, **fields: Any) -> Policy:
    return Policy.objects.create(**{"title": title, "released_at": NOW - 200 * DAYS, "query": "供水", **fields})


def test_an_interpretation_is_asked_for_until_it_is_there() -> None:
    policy("半年前发布的")
    policy("今天发布的", released_at=NOW - timedelta(hours=1))
    policy("已解读的", interpreted_at=NOW)
    policy("无需解读的", needs_interpretation=False)
    policy("已失效的", expires_on=TODAY - DAYS)
    policy("人工认定废止的", validity="已废止", validity_reason="被新办法取代")
    policy("尚未发布的", released_at=None)
    policy("明天发布的", released_at=NOW + DAYS)
    policy("停用的", enabled=False)
    told = [(row["title"], row["days"], row["late"]) for row in uninterpreted(NOW)]
    assert told == [("半年前发布的", 201, 200), ("今天发布的", 1, 0)]


def test_the_result_of_a_consultation_is_asked_for_when_its_month_is_over() -> None:
    draft_of = {"released_at": None}
    policy("超期的", consulted_until=TODAY - 40 * DAYS, **draft_of)
    policy("还在一个月内的", consulted_until=TODAY - 20 * DAYS, **draft_of)
    policy("已公布的", consulted_until=TODAY - 40 * DAYS, result_at=NOW, **draft_of)
    policy("还在征求的", consulted_until=TODAY, **draft_of)
    (row,) = work(NOW)["results"]
    assert row["title"] == "超期的"
    assert 9 <= row["days"] <= 12, "a month has 28 to 31 days"


def test_what_comes_into_force_within_a_week_is_told_by_day() -> None:
    for days in (0, 1, 7, 8):
        policy(f"{days} 天后", effective_on=TODAY + days * DAYS)
    assert [(row["title"], row["days"]) for row in work(NOW)["coming"]] == [("1 天后", 1), ("7 天后", 7)]


def test_what_waits_for_a_person_is_counted() -> None:
    made = policy("供水价格")
    PolicyProposal.objects.create(post_id="a", title="关于公交票价的通知", seen_at=NOW)
    PolicyProposal.objects.create(post_id="b", title="不登记的", seen_at=NOW, decided="declined")
    PolicyAnswer.objects.create(policy=made, question="几点停水", changed_at=NOW)
    PolicyAnswer.objects.create(policy=made, question="怎么缴费", changed_at=NOW, status="adopted")
    told = work(NOW)
    assert (told["proposals"], told["suggested"]) == (1, 1)
    assert [row["title"] for row in told["proposed"]] == ["关于公交票价的通知"]


def test_the_mail_says_all_of_it_and_leads_there(store: Store) -> None:
    late = policy("没有解读的办法", unit="市水务局")
    policy("养犬规定征求意见", consulted_until=TODAY - 40 * DAYS, released_at=None)
    policy("供水价格方案", effective_on=TODAY + 3 * DAYS, interpreted_at=NOW)
    PolicyProposal.objects.create(post_id="a", title="票价 http://evil.example/x 通知", seen_at=NOW)
    made = digest_letter(draft(store, TODAY, NOW))
    for said in ("解读超期 200 天", "意见采纳情况未公布", "还有 3 天", "待登记的政策 1 件"):
        assert said in made.text and said in made.html, said
    assert f"/policies/{late.pk}/" in made.html
    assert "evil.example" not in made.html + made.text


def test_a_digest_kept_before_there_was_more_to_say_still_makes_a_letter(store: Store) -> None:
    policy("没有解读的办法")
    content = draft(store, TODAY, NOW)
    del content["policy_work"]
    content["policies"] = [{"title": "没有解读的办法", "unit": "", "url": "", "days": 4}]
    assert "没有解读的办法（发布第 4 天）" in digest_letter(content).text
