"""Judgements: kept, taken over, respected by later rounds, learned from, undone."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from accounts.models import AuditEntry, Role, User
from archive.post import Kind, Marks, Polarity, Post, Sentiment
from archive.store import Store
from monitor import corrections, judging
from monitor.correction import CorrectionError
from monitor.judging import About, JudgementError, judge, withdraw
from monitor.models import Correction, Judgement
from monitor.round import run_round
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db
WRONG = Sentiment(0.1, 0.2, 0.7)
AGAIN = Sentiment(0.2, 0.1, 0.7)


@pytest.fixture
def officer() -> User:
    return User.objects.create(username="zhou", role=Role.OFFICER)


def kept(store: Store, title: str = "又是“正在走流程”", text: str = "走了三年", **marks: object) -> Post:
    made = replace(post(title, text), kind=Kind.POST)
    store.put([made])
    known: dict[str, object] = {"sentiment": WRONG, "watchlists": ("办事",)}
    store.annotate([(made.id, 1, Marks(**{**known, **marks}))])  # type: ignore[arg-type]
    return store.get([made.id])[made.id]


def unasked(there: Post) -> Sentiment:
    raise AssertionError("only what was judged is scored again")


def test_a_judgement_is_kept_with_what_the_machine_had_said(store: Store, officer: User) -> None:
    there = kept(store)
    judge(store, there.id, About.SENTIMENT, "negative", officer, NOW)
    row = Judgement.objects.get()
    assert (row.value, row.machine, row.by, row.at) == ("negative", "positive", "zhou", NOW)
    assert AuditEntry.objects.get().details["machine"] == "positive"


def test_the_post_says_what_the_person_said(store: Store, officer: User) -> None:
    there = kept(store)
    judge(store, there.id, About.SENTIMENT, "negative", officer, NOW)
    felt = store.get([there.id])[there.id].marks.sentiment
    assert felt is not None and felt.label is Polarity.NEGATIVE
    assert store.get([there.id])[there.id].marks.watchlists == ("办事",)


def test_a_second_judgement_replaces_the_first_and_the_trail_keeps_both(store: Store, officer: User) -> None:
    there = kept(store)
    judge(store, there.id, About.SENTIMENT, "negative", officer, NOW)
    judge(store, there.id, About.SENTIMENT, "neutral", officer, NOW + timedelta(minutes=1))
    row = Judgement.objects.get()
    assert (row.value, row.machine) == ("neutral", "positive")  # what the machine had said, not the first judgement
    assert [entry.details["before"] for entry in AuditEntry.objects.order_by("id")] == ["", "negative"]


def test_new_words_do_not_undo_a_judgement(store: Store, officer: User) -> None:
    there = kept(store)
    judge(store, there.id, About.SENTIMENT, "negative", officer, NOW)
    store.put([replace(there, text="走了三年，终于办好了", collected_at=there.collected_at + timedelta(hours=1))])
    run_round(store, NOW + timedelta(hours=2), sentiment="none")
    felt = store.get([there.id])[there.id].marks.sentiment
    assert felt is not None and felt.label is Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("about", "value", "watchlist", "why"),
    [
        ("sentiment", "angry", "", "no such feeling"),
        ("relevance", "relevant", "别的方案", "the post was not found by that list"),
        ("relevance", "maybe", "办事", "no such answer"),
        ("author", "张三", "", "nobody judges people"),
    ],
)
def test_what_is_no_judgement_is_refused(
    store: Store, officer: User, about: str, value: str, watchlist: str, why: str
) -> None:
    there = kept(store)
    with pytest.raises(JudgementError):
        judge(store, there.id, about, value, officer, NOW, watchlist=watchlist)
    assert not Judgement.objects.exists(), why


def test_a_post_that_is_gone_cannot_be_judged(store: Store, officer: User) -> None:
    with pytest.raises(JudgementError, match="已不在档案库"):
        judge(store, "0" * 64, About.SENTIMENT, "negative", officer, NOW)


def test_a_judgement_can_be_taken_back(store: Store, officer: User) -> None:
    there = kept(store)
    made = judge(store, there.id, About.RELEVANCE, "irrelevant", officer, NOW, watchlist="办事")
    withdraw(store, made, officer, NOW, unasked)
    assert not Judgement.objects.exists()
    assert AuditEntry.objects.filter(act="撤回判断").exists()


@pytest.mark.parametrize(
    ("about", "value", "machines", "why"),
    [
        (About.SENTIMENT, "positive", Marks(sentiment=AGAIN, topic="交通运输", watchlists=("办事",)), "scored again"),
        (About.TOPIC, "", Marks(sentiment=WRONG, topic="交通运输", watchlists=("办事",)), "as it was before"),
    ],
)
def test_what_is_taken_back_is_the_machines_again(
    store: Store, officer: User, about: About, value: str, machines: Marks, why: str
) -> None:
    there = kept(store, topic="交通运输")
    made = judge(store, there.id, about, value, officer, NOW)
    withdraw(store, made, officer, NOW, lambda post: AGAIN)
    assert store.get([there.id])[there.id].marks == machines, why
    assert judge(store, there.id, about, value, officer, NOW).machine == made.machine, "not what a person had said"


def test_what_is_judged_about_something_else_stays_judged(store: Store, officer: User) -> None:
    there = kept(store, topic="交通运输")
    judge(store, there.id, About.TOPIC, "", officer, NOW)
    made = judge(store, there.id, About.SENTIMENT, "positive", officer, NOW)
    withdraw(store, made, officer, NOW, lambda post: AGAIN)
    assert store.get([there.id])[there.id].marks.topic is None


def test_a_topic_may_be_one_there_is_or_none(store: Store, officer: User) -> None:
    there = kept(store, topic="交通运输")
    judge(store, there.id, About.TOPIC, "环境保护", officer, NOW, topics=("交通运输", "环境保护"))
    assert store.get([there.id])[there.id].marks.topic == "环境保护"
    assert Judgement.objects.get().machine == "交通运输"
    judge(store, there.id, About.TOPIC, "", officer, NOW, topics=("交通运输", "环境保护"))
    assert store.get([there.id])[there.id].marks.topic is None
    with pytest.raises(JudgementError):
        judge(store, there.id, About.TOPIC, "别的", officer, NOW, topics=("交通运输", "环境保护"))


def test_rounds_use_the_topics_people_taught(store: Store, officer: User) -> None:
    base = corrections.TopicBase()
    for number in range(60):
        title = f"第{number}回：河长制巡河打卡又断网" if number % 2 else f"第{number}所小学门口的早点摊"
        value = "环境保护" if number % 2 else "教育文体"
        judge(store, kept(store, title, title).id, About.TOPIC, value, officer, NOW, topics=base.names)
    made = corrections.retrain(store, About.TOPIC, base, officer, NOW)
    assert made.active and made.compared["right_after"] > made.compared["right_before"]
    new = post("第99回：河长制巡河打卡又断网", "第99回：河长制巡河打卡又断网")
    store.put([new])
    run_round(store, NOW + timedelta(hours=1), sentiment="none")
    assert store.get([new.id])[new.id].marks.topic == "环境保护"
    messages, taught = [(new.title, new.text)], corrections.active(About.TOPIC)
    before, after = (base.together(messages, [""], correction) for correction in (None, taught))
    assert before and after and (before.topic, after.topic) == (None, "环境保护"), "what an incident is about, too"


def test_a_matter_is_about_what_people_said_of_its_messages() -> None:
    base = corrections.TopicBase()
    messages = [("小学食堂的饭馊了", "孩子在学校食堂吃坏了肚子")] * 3
    told = [base.together(messages, said, None) for said in (["", "", ""], ["卫生计生"] * 3, ["没有的"] * 3)]
    assert [each and each.topic for each in told] == ["教育文体", "卫生计生", "教育文体"]
    assert base.together([], [], None) is None


def judged_often(store: Store, officer: User) -> None:
    """Thirty that the watchlist means and thirty that only use its word."""
    for number in range(60):
        title, value = (f"第{number}次去办事大厅，号又没了", "relevant") if number % 2 else (
            f"王家办事酒席{number}桌，请来帮厨", "irrelevant")  # fmt: skip
        judge(store, kept(store, title, title).id, About.RELEVANCE, value, officer, NOW, watchlist="办事")


def test_a_correction_that_does_better_comes_into_force_and_is_undone(store: Store, officer: User) -> None:
    judged_often(store, officer)
    made = corrections.retrain(store, About.RELEVANCE, corrections.RelevanceBase(), officer, NOW)
    assert made.active
    assert made.compared["right_before"] == 30 < made.compared["right_after"]
    model = corrections.active(About.RELEVANCE)
    assert model is not None
    again = corrections.retrain(store, About.RELEVANCE, corrections.RelevanceBase(), officer, NOW + timedelta(days=1))
    assert Correction.objects.get(active=True) == again
    assert corrections.undo(About.RELEVANCE, officer, NOW) == made
    assert Correction.objects.get(active=True) == made
    assert corrections.undo(About.RELEVANCE, officer, NOW) is None
    assert corrections.active(About.RELEVANCE) is None
    with pytest.raises(CorrectionError):
        corrections.undo(About.RELEVANCE, officer, NOW)


def test_a_correction_that_does_no_better_is_kept_out_of_force(store: Store, officer: User) -> None:
    class Right(corrections.RelevanceBase):
        def shares(self, posts):  # type: ignore[no-untyped-def]
            return np.array([[0.0, 1.0] if "酒席" in each.title else [1.0, 0.0] for each in posts])

    judged_often(store, officer)
    made = corrections.retrain(store, About.RELEVANCE, Right(), officer, NOW)
    assert not made.active
    assert made.compared["right_before"] == 60


class Shipped:
    """Stands for the shipped engine at its word, to see what a correction adds."""

    name = "linear"

    def score(self, texts):  # type: ignore[no-untyped-def]
        return [WRONG for _ in texts]


def test_rounds_use_the_correction_in_force(store: Store, officer: User) -> None:
    for number in range(60):
        title = f"第{number}次来，还是正在走流程" if number % 2 else f"樱花节第{number}天，风景真好"
        judge(store, kept(store, title, title).id, About.SENTIMENT,
              "negative" if number % 2 else "positive", officer, NOW)  # fmt: skip
    made = corrections.retrain(store, About.SENTIMENT, corrections.SentimentBase(Shipped()), officer, NOW)
    assert made.active
    model = corrections.active(About.SENTIMENT)
    assert model is not None
    told = corrections.Corrected(Shipped(), model).score([("第77次来，还是正在走流程", Kind.POST)])
    assert told[0].label is Polarity.NEGATIVE
    assert judging.judged([]) == {}
