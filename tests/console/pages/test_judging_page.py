"""研判校正: what is offered, judging from a post's page, learning and undoing by a click."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Role
from archive.post import Kind, Marks, Sentiment
from archive.store import Store
from monitor.correction import LEAST
from monitor.models import Correction, Judgement, SecondOpinion
from tests.console.factories import HOSTILE, NOW, post

pytestmark = pytest.mark.django_db
UNSURE, SURE = Sentiment(0.4, 0.35, 0.25), Sentiment(0.05, 0.05, 0.9)


def kept(store: Store, index: int, felt: Sentiment = UNSURE, **fields: object) -> str:
    made = replace(post(index), kind=Kind.POST, **fields)  # type: ignore[arg-type]
    store.put([made])
    store.annotate([(made.id, 1, Marks(sentiment=felt, watchlists=("供水",)))])
    return made.id


def test_what_the_machine_is_least_sure_of_is_offered(store: Store, officer: Client) -> None:
    unsure, sure = kept(store, 1), kept(store, 2, SURE)
    shown = officer.get("/judging/").content.decode()
    assert f"/posts/{unsure}/" in shown
    assert f"/posts/{sure}/" not in shown
    assert "系统拿不准" in shown


def test_where_the_engines_differ_is_offered_before_what_is_unsure(store: Store, officer: Client) -> None:
    unsure, differing = kept(store, 1), kept(store, 2, SURE)
    SecondOpinion.objects.create(post_id=differing, engine="snownlp", p_neg=0.9, p_neu=0.05, p_pos=0.05, asked_at=NOW)
    shown = officer.get("/judging/").content.decode()
    assert "两个引擎判断不同" in shown
    assert shown.index(f"/posts/{differing}/") < shown.index(f"/posts/{unsure}/")


def test_who_judges_many_does_not_lose_their_place(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    for address, place in ((f"/posts/{there}/", "judge"), ("/judging/", "p1")):
        shown = officer.get(address).content.decode()
        assert f'id="{place}"' in shown and f'name="next" value="{address}#{place}"' in shown
    sent = {"about": "topic", "value": "环境保护", "next": "/judging/#p1"}
    assert officer.post(f"/posts/{there}/judge/", sent)["Location"] == "/judging/#p1"


def test_an_officer_judges_and_comes_back_to_the_page(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    asked = {"about": "sentiment", "value": "negative", "next": f"/posts/{there}/"}
    answer = officer.post(f"/posts/{there}/judge/", asked, follow=True)
    assert answer.redirect_chain[-1][0] == f"/posts/{there}/"
    assert "已记下您的判断：负面" in answer.content.decode()
    assert "周" in answer.content.decode()
    assert Judgement.objects.get().value == "negative"


def test_a_judged_post_is_not_offered_again_and_can_be_taken_back(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    officer.post(f"/posts/{there}/judge/", {"about": "sentiment", "value": "neutral"})
    shown = officer.get("/judging/").content.decode()
    assert "近期没有拿不准的信息" in shown
    assert "最近的判断" in shown and "中性" in shown
    assert store.get([there])[there].marks.sentiment == Sentiment(0, 1, 0)
    told = officer.post(f"/judging/{Judgement.objects.get().pk}/withdraw/", {"next": "/judging/"}, follow=True)
    assert "已撤回这条判断，恢复为系统的判断" in told.content.decode()
    assert not Judgement.objects.exists()
    felt = store.get([there])[there].marks.sentiment
    assert felt and max(felt.p_neg, felt.p_neu, felt.p_pos) < 1, "scored, not judged"


def test_what_a_person_said_of_a_post_is_not_shown_as_the_machines(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    assert "<dt>领域</dt><dd>未定</dd>" in officer.get(f"/posts/{there}/").content.decode()
    for about, value, of in (
        ("sentiment", "negative", ""),
        ("topic", "环境保护", ""),
        ("relevance", "irrelevant", "供水"),
    ):
        officer.post(f"/posts/{there}/judge/", {"about": about, "value": value, "watchlist": of})
    shown = officer.get(f"/posts/{there}/").content.decode()
    assert '<dt>情感</dt><dd>负面 <span class="soft small">人工判断</span></dd>' in shown
    assert '<dt>领域</dt><dd>环境保护 <span class="soft small">人工判断</span></dd>' in shown
    assert '供水 <b>不相关</b> <span class="soft small">人工判断</span>' in shown
    assert "标出的句子" not in shown, "they explain what the machine says"


def test_a_field_is_judged_from_the_post_and_none_of_them_is_an_answer(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    assert "都不是" in officer.get(f"/posts/{there}/").content.decode()
    told = officer.post(f"/posts/{there}/judge/", {"about": "topic", "value": "环境保护"}, follow=True)
    assert "已记下您的判断：环境保护" in told.content.decode()
    told = officer.post(f"/posts/{there}/judge/", {"about": "topic", "value": ""}, follow=True)
    assert "已记下您的判断：都不是" in told.content.decode()
    assert "未定" in officer.get("/judging/").content.decode(), "what the machine had said"


@pytest.mark.parametrize("value", ["", "angry", HOSTILE])
def test_an_answer_that_is_none_is_said_and_not_kept(store: Store, officer: Client, value: str) -> None:
    there = kept(store, 1)
    answer = officer.post(f"/posts/{there}/judge/", {"about": "sentiment", "value": value}, follow=True)
    assert "没有记下" in answer.content.decode()
    assert not Judgement.objects.exists()


def test_a_reader_sees_but_does_not_judge(store: Store, as_role: Callable[[Role], Client]) -> None:
    there = kept(store, 1)
    reader = as_role(Role.READER)
    assert "/judge/" not in reader.get(f"/posts/{there}/").content.decode()
    assert "/judge/" not in reader.get("/judging/").content.decode()


def test_too_few_judgements_are_counted_and_learning_from_them_is_refused(store: Store, officer: Client) -> None:
    there = kept(store, 1)
    officer.post(f"/posts/{there}/judge/", {"about": "relevance", "watchlist": "供水", "value": "irrelevant"})
    assert f"还差 {LEAST - 1} 条判断" in officer.get("/judging/").content.decode()
    answer = officer.post("/judging/relevance/learn/", follow=True)
    assert f"至少要有 {LEAST} 条判断" in answer.content.decode()
    assert not Correction.objects.exists()


def test_learning_says_before_and_after_marks_what_is_doubtful_and_is_undone(store: Store, officer: Client) -> None:
    for number in range(60):
        meant = number % 2 == 0
        title = f"{number}号楼又停水了" if meant else f"供水公司篮球队第{number}场赢了"
        there = kept(store, number, title=title, text=title, collected_at=NOW - timedelta(days=number))
        value = "relevant" if meant else "irrelevant"
        officer.post(f"/posts/{there}/judge/", {"about": "relevance", "watchlist": "供水", "value": value})
    told = officer.post("/judging/relevance/learn/", follow=True).content.decode()
    assert "已启用新的校正：未参与校正的判断 60 条，原来判对 30 条" in told
    doubted = kept(store, 61, title="供水公司篮球队第99场赢了", text="供水公司篮球队第99场赢了")
    assert "可能不相关" in officer.get(f"/posts/{doubted}/").content.decode()
    undone = officer.post("/judging/relevance/undo/", follow=True).content.decode()
    assert "恢复为出厂模型" in undone
    assert "（已撤销）" in undone, "it was better, and is not in force: that needs a reason"
    assert "可能不相关" not in officer.get(f"/posts/{doubted}/").content.decode()


@pytest.mark.parametrize("about", ["sentiment", "topic", "nothing"])
@pytest.mark.parametrize("step", ["learn", "undo"])
def test_what_cannot_be_done_is_said(store: Store, officer: Client, about: str, step: str) -> None:
    answer = officer.post(f"/judging/{about}/{step}/", follow=True)
    assert answer.status_code == 200
    assert 'class="note error"' in answer.content.decode()


def test_another_engine_has_no_correction_and_that_is_said_without_a_name_of_ours(
    store: Store, officer: Client, settings: Settings
) -> None:
    settings.SENTIMENT_ENGINE = "none"
    told = officer.post("/judging/sentiment/learn/", follow=True).content.decode()
    assert "只加在自带的模型上" in told and "linear" not in told
