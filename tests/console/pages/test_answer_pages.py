"""政策咨询问答库: what is suggested, edited, adopted, and taken out as a table."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, Role
from archive.post import Kind, Marks
from archive.store import Store
from console.pages.answers import harmless
from monitor.models import PolicyAnswer
from tests.console.factories import HOSTILE, NOW, policy, policy_answer, post

pytestmark = pytest.mark.django_db


def filled(entry: PolicyAnswer, **fields: Any) -> dict[str, Any]:
    return {"question": entry.question, "answer": entry.answer, "status": entry.status, "seen": "0", **fields}


def test_repeated_questions_become_suggestions_on_a_click(officer: Client, store: Store) -> None:
    made = policy()
    for index in range(3):
        at = NOW - timedelta(days=index + 1)
        reply = "您好，您的留言已收悉。停放不超过三十分钟免费。" if index == 1 else ""
        title, url = "停车收费办法里半小时内免费怎么算？", f"http://b.example.cn/{index}"
        asked = post(index, url=url, title=title, text="请问。", published_at=at, reply=reply)
        store.put([asked])
        store.annotate([(asked.id, store.get([asked.id])[asked.id].revision, Marks(matter="咨询"))])
    text = officer.post(f"/policies/{made.pk}/suggest/", follow=True).content.decode()
    assert "新建议 1 条" in text and "问过 3 次" in text
    entry = PolicyAnswer.objects.get()
    assert (entry.answer, entry.status) == ("停放不超过三十分钟免费。", "suggested")
    assert "停车收费办法里半小时内免费怎么算？" in officer.get("/policies/answers/").content.decode()
    page = officer.get(f"/policies/answers/{entry.pk}/").content.decode()
    assert page.count("/posts/") == 3


def test_an_edit_is_kept_decided_and_told(officer: Client, store: Store) -> None:
    entry = policy_answer(policy())
    data = filled(entry, answer="三十分钟内免费。", status="adopted")
    assert officer.post(f"/policies/answers/{entry.pk}/", data)["Location"] == f"/policies/answers/{entry.pk}/"
    entry.refresh_from_db()
    assert (entry.answer, entry.status, entry.edited, entry.changed_by) == (
        "三十分钟内免费。",
        "adopted",
        True,
        "officer",
    )
    row = AuditEntry.objects.get(subject_kind="policy_answer")
    assert row.details["status"] == ["suggested", "adopted"]
    assert "改了答复、改了状态" in officer.get(f"/policies/answers/{entry.pk}/").content.decode()
    assert "已采纳 1" in officer.get("/policies/answers/?status=adopted").content.decode()


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"question": ""}, 422, "请填写这一项"),
        ({"question": "问" * 301}, 422, "最多 300 字"),
        ({"answer": "", "status": "adopted"}, 422, "采纳的条目要有答复"),
        ({"status": "maybe"}, 422, "请从三种状态里选"),
        ({"seen": "7"}, 409, "别人刚刚修改了"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    officer: Client, store: Store, change: dict[str, str], status: int, says: str
) -> None:
    entry = policy_answer(policy())
    response = officer.post(f"/policies/answers/{entry.pk}/", filled(entry, **{"answer": "写了一半 <的>", **change}))
    assert response.status_code == status
    text = response.content.decode()
    assert says in text
    assert change.get("answer") == "" or "写了一半 &lt;的&gt;" in text
    entry.refresh_from_db()
    assert (entry.answer, entry.status) == ("", "suggested")


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_and_officers_decide(as_role: Callable[[Role], Client], store: Store, role: Role) -> None:
    entry = policy_answer(policy(), answer="三十分钟内免费。")
    client = as_role(role)
    assert "三十分钟内免费" in client.get(f"/policies/answers/{entry.pk}/").content.decode()
    response = client.post(f"/policies/answers/{entry.pk}/", filled(entry, status="declined"))
    entry.refresh_from_db()
    assert (response.status_code, entry.status) == ((403, "suggested") if role == Role.READER else (302, "declined"))


def test_only_what_is_adopted_is_taken_out_and_that_leaves_a_row(officer: Client, store: Store) -> None:
    made = policy()
    policy_answer(made, question="采纳的", answer="一，\n“二”", status="adopted", answered_at=NOW)
    policy_answer(made, question="没审的", answer="x")
    response = officer.get("/policies/answers/adopted.csv")
    text = response.content.decode()
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    rows = list(csv.reader(StringIO(text[1:])))
    assert rows[1:] == [[made.title, made.doc_number, "采纳的", "一，\n“二”", "3", "2019-08-02"]]
    assert "attachment" in response["Content-Disposition"] and response["Content-Type"].startswith("text/csv")
    assert AuditEntry.objects.get(act="answers.download").details == {"rows": 1}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=1+1", "a formula"),
        ("+86", "so begins one too"),
        ("-2", "and so"),
        ("@SUM(A1)", "of old spreadsheets"),
        ("\t=1+1", "white space before it is dropped by some"),
        (" =cmd|'/c calc'!A0", "likewise"),
        ("＝1+1", "in full width some fold it"),
        ("\r=1", "a line's end"),
    ],
)
def test_no_cell_begins_a_formula(text: str, why: str) -> None:
    assert harmless(text) == f"'{text}", why


@given(st.text(max_size=20))
def test_a_harmless_cell_never_begins_with_a_sign_of_a_formula(text: str) -> None:
    kept = harmless(text)
    assert kept.lstrip()[:1] not in set("=+-@＝＋－＠") or kept.startswith("'")
    assert kept in (text.replace("\x00", ""), "'" + text.replace("\x00", "")), "nothing else is changed"


def test_hostile_text_stays_text(officer: Client, store: Store) -> None:
    asked = post(1, title=HOSTILE, kind=Kind.QUESTION)
    store.put([asked])
    entry = policy_answer(policy(), question=HOSTILE, answer=HOSTILE, posts=[asked.id])
    for address in ("/policies/answers/", f"/policies/answers/{entry.pk}/"):
        text = officer.get(address).content.decode()
        assert "<script>alert" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize("address", ["/policies/answers/99/", f"/policies/answers/{10**30}/"])
def test_an_entry_that_is_not_there_is_no_page(officer: Client, store: Store, address: str) -> None:
    assert officer.get(address).status_code == 404
