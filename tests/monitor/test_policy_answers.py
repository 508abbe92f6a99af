"""Entries for the question-and-answer base: suggested once, brought up to date, never over what a person wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import AuditEntry, User
from archive.post import Kind, Marks, Post
from archive.store import Store
from monitor.models import Policy, PolicyAnswer
from monitor.policies import register
from monitor.policy_answers import AnswerError, edit, reply_of, suggest, without_opening
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HALF = "停车收费管理办法半小时内免费怎么算？"
NIGHT = "停车收费管理办法夜间几点免费？"
Status = PolicyAnswer.Status


@pytest.fixture
def parking(db: None) -> Policy:
    return register(
        "清江市城区停车收费管理办法", released_at=NOW - 20 * DAY, by="周", now=NOW, query="停车收费管理办法"
    )


def ask(store: Store, title: str, days: float, reply: str = "", matter: str | None = "咨询", **fields: object) -> Post:
    made = post(title, "如题。", at=NOW - days * DAY, reply=reply, key=f"{title}-{days}")
    made = replace(made, **fields)  # type: ignore[arg-type]
    store.put([made])
    kept = store.get([made.id])[made.id]
    store.annotate([(made.id, kept.revision, Marks(matter=matter))])
    return made


def test_what_is_asked_twice_is_suggested_with_the_newest_reply(store: Store, parking: Policy) -> None:
    ask(store, HALF, 9, reply="您好，您的留言已收悉，现答复如下：停放三十分钟内免费。")
    ask(store, HALF, 5, reply="自驶入起三十分钟内免费。")
    ask(store, HALF, 1)
    ask(store, NIGHT, 2)
    assert suggest(store, parking, NOW) == (1, 0)
    entry = PolicyAnswer.objects.get()
    assert (entry.question, entry.asked, entry.answer) == (HALF, 3, "自驶入起三十分钟内免费。")
    assert (entry.status, entry.answered_at) == (Status.SUGGESTED, NOW - 5 * DAY)
    assert suggest(store, parking, NOW) == (0, 0), "again it adds nothing"
    assert AuditEntry.objects.filter(act="建议政策问答").count() == 1


def test_more_of_the_same_raise_its_count_and_a_newer_reply_its_answer(store: Store, parking: Policy) -> None:
    ask(store, HALF, 9)
    ask(store, HALF, 8)
    suggest(store, parking, NOW)
    ask(store, HALF, 1, reply="自驶入起三十分钟内免费。")
    assert suggest(store, parking, NOW) == (0, 1)
    entry = PolicyAnswer.objects.get()
    assert (entry.asked, entry.answer) == (3, "自驶入起三十分钟内免费。")


@pytest.mark.parametrize("status", [Status.ADOPTED, Status.DECLINED, Status.SUGGESTED])
def test_what_a_person_wrote_stays(store: Store, parking: Policy, status: Status) -> None:
    ask(store, HALF, 9, reply="旧的答复，已经不适用。")
    ask(store, HALF, 8)
    suggest(store, parking, NOW)
    officer = User.objects.create(username="zhou")
    edit(PolicyAnswer.objects.get(), "半小时免费怎么算", "人写的答复", status, by=officer, now=NOW)
    ask(store, HALF, 1, reply="更新的答复，来自留言板。")
    assert suggest(store, parking, NOW) == (0, 1)
    entry = PolicyAnswer.objects.get()
    assert (entry.question, entry.answer, entry.status, entry.asked) == ("半小时免费怎么算", "人写的答复", status, 3)


@pytest.mark.parametrize(
    ("matter", "kind", "double", "counts", "why"),
    [
        ("咨询", Kind.QUESTION, False, True, "asks"),
        ("求助", Kind.QUESTION, False, True, "asks for help with it"),
        (None, Kind.QUESTION, False, True, "nothing speaks up, but its clauses ask"),
        ("投诉", Kind.QUESTION, False, False, "complains"),
        ("举报", Kind.QUESTION, False, False, "a report of wrongdoing is never quoted"),
        ("咨询", Kind.POST, False, True, "asked in public"),
        (None, Kind.POST, False, False, "a post that asks nobody"),
        ("咨询", Kind.NEWS, False, False, "news asks nothing"),
        ("咨询", Kind.QUESTION, True, False, "the same account again"),
    ],
)
def test_whose_asking_counts(
    store: Store, parking: Policy, matter: str | None, kind: Kind, double: bool, counts: bool, why: str
) -> None:
    for days in (9, 8):
        made = ask(store, HALF, days, matter=matter, kind=kind)
        if double:
            store.annotate([(made.id, store.get([made.id])[made.id].revision, Marks(matter=matter, double=True))])
    assert suggest(store, parking, NOW)[0] == counts, why


def test_what_was_asked_before_the_policy_is_not_about_it(store: Store, parking: Policy) -> None:
    ask(store, HALF, 40)
    ask(store, HALF, 9)
    assert suggest(store, parking, NOW) == (0, 0)


def test_two_questions_stay_two_entries_when_more_come(store: Store, parking: Policy) -> None:
    for title in (HALF, NIGHT):
        ask(store, title, 9)
        ask(store, title, 8)
    assert suggest(store, parking, NOW) == (2, 0)
    ask(store, NIGHT, 1)
    assert suggest(store, parking, NOW) == (0, 1)
    assert sorted((entry.question, entry.asked) for entry in PolicyAnswer.objects.all()) == [(HALF, 2), (NIGHT, 3)]


def test_an_edit_is_told_once_with_what_was(parking: Policy) -> None:
    entry = PolicyAnswer.objects.create(policy=parking, question=HALF, changed_at=NOW)
    officer = User.objects.create(username="zhou")
    assert edit(entry, HALF, "三十分钟内免费。", Status.ADOPTED, by=officer, now=NOW) == ["answer", "status"]
    assert edit(entry, HALF, "三十分钟内免费。", Status.ADOPTED, by=officer, now=NOW) == []
    row = AuditEntry.objects.get(act="修改政策问答")
    assert (row.actor, row.details["status"], row.details["answer"]) == (
        "zhou", ["suggested", "adopted"], ["", "三十分钟内免费。"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer", "status", "says"),
    [
        (" ", "x", Status.SUGGESTED, "缺少问题"),
        ("问" * 301, "x", Status.SUGGESTED, "问题超过"),
        ("问", "答" * 4001, Status.SUGGESTED, "答复超过"),
        ("问", " ", Status.ADOPTED, "要有答复"),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(
    parking: Policy, question: str, answer: str, status: Status, says: str
) -> None:
    entry = PolicyAnswer.objects.create(policy=parking, question=HALF, changed_at=NOW)
    with pytest.raises(AnswerError, match=says):
        edit(entry, question, answer, status, by=User.objects.create(username="zhou"), now=NOW)
    assert not AuditEntry.objects.filter(act="修改政策问答").exists()


@pytest.mark.parametrize(
    ("reply", "left", "why"),
    [
        ("您好，您的留言已收悉，现答复如下：停放三十分钟内免费。", "停放三十分钟内免费。", "the usual opening"),
        (
            "网友“某某0081059”您好！来信收悉。现回复如下：停放三十分钟内免费。",
            "停放三十分钟内免费。",
            "the name of an account",
        ),
        (
            "尊敬的网友：您好！感谢您的关注。停放三十分钟内免费，夜间不收费。",
            "停放三十分钟内免费，夜间不收费。",
            "thanks",
        ),
        ("停放三十分钟内免费。", "停放三十分钟内免费。", "no opening"),
        ("您好，您的留言已收悉。", "您好，您的留言已收悉。", "nothing but an opening: kept as it is"),
        ("您好！您的来帖我局收悉后，已转相关部门。", "您的来帖我局收悉后，已转相关部门。", "收悉后 goes on"),
    ],
)
def test_what_a_reply_opens_with_is_cut(reply: str, left: str, why: str) -> None:
    assert without_opening(reply) == left, why


def test_the_newest_reply_is_taken_and_none_where_there_is_none() -> None:
    first = replace(post("a", reply="旧", key="a"), replied_at=NOW - 2 * DAY)
    second = replace(post("b", reply="新", key="b"), replied_at=NOW - DAY)
    assert reply_of([second, first, post("c", key="c")]) == second
    assert reply_of([post("c", key="c")]) is None
