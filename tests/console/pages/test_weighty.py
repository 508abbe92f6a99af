"""Why a post is called what it is called: the sentences that weigh most are marked, a differing opinion is told."""

import pytest
from django.test import Client
from pytest_django import Settings

from alerts.models import Incident
from archive.post import Kind, Marks, Polarity, Sentiment
from archive.store import Store
from console.pages.weighty import pieces, told
from monitor.models import SecondOpinion
from tests.console.factories import NOW, incident, kept_post, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
SAD, CALM = "气死我了，太差劲，再也不来了！", "今天上午召开工作会议。"
FELT = Sentiment(0.8, 0.1, 0.1)


def second(identity: str, p_neg: float, p_pos: float) -> None:
    SecondOpinion.objects.create(post_id=identity, engine="snownlp", p_neg=p_neg, p_neu=0.1, p_pos=p_pos, asked_at=NOW)


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        ([], [("一二三四", False)]),
        ([(1, 3)], [("一", False), ("二三", True), ("四", False)]),
        ([(2, 4), (0, 1)], [("一", True), ("二", False), ("三四", True)]),
        ([(3, 3), (2, 1)], [("一二三四", False)]),
        ([(0, 3), (2, 4)], [("一二三", True), ("四", False)]),
    ],
    ids=["none", "middle", "in any order", "empty ones", "overlapping ones"],
)
def test_a_text_is_cut_at_its_spans(spans: list[tuple[int, int]], wanted: list[tuple[str, bool]]) -> None:
    assert pieces("一二三四", spans) == wanted


@pytest.mark.parametrize(
    ("label", "engine", "weighed"),
    [
        (Polarity.NEGATIVE, "linear", True),
        (Polarity.NEUTRAL, "linear", False),
        (None, "linear", False),
        (Polarity.NEGATIVE, "snownlp", False),
    ],
    ids=["as it should be", "nothing weighs for neutral", "no sentiment", "an engine that cannot say"],
)
def test_when_sentences_are_marked(settings: Settings, label: Polarity | None, engine: str, weighed: bool) -> None:
    settings.SENTIMENT_ENGINE = engine
    assert told("标题", CALM + SAD, "post", label, None).weighed is weighed


def test_a_sentence_in_the_title_is_marked_there() -> None:
    found = told(SAD, CALM, "post", Polarity.NEGATIVE, None)
    assert found.title == [(SAD, True)]
    assert found.text == [(CALM, False)]


def test_a_post_shows_its_weighty_sentence_escaped_and_the_other_opinion(officer: Client, store: Store) -> None:
    held = post(title="服务", text=f"{CALM}<b>{SAD}", kind=Kind.POST)
    store.put([held])
    store.annotate([(held.id, 1, Marks(sentiment=FELT))])
    page = officer.get(f"/posts/{held.id}/").content.decode()
    assert f"<mark>&lt;b&gt;{SAD}</mark>" in page and CALM in page and "标出的句子分量最重" in page
    assert "意见不一" not in page
    second(held.id, 0.1, 0.8)
    assert "另一引擎判为正面，意见不一，请人工判断" in officer.get(f"/posts/{held.id}/").content.decode()


def test_evidence_shows_it_too_but_a_citizen_s_message_does_not(officer: Client) -> None:
    found = incident(posts=0)
    for index, more in enumerate(({"kind": "post"}, {"kind": "post", "matter": "投诉"}, {"kind": "question"})):
        kept = kept_post(
            found, index, **{"matter": None, "sentiment": "negative", "text": SAD, "title": "停水", **more}
        )
        second(kept.post_id, 0.1, 0.8)
    page = officer.get(f"/incidents/{found.number}/posts/").content.decode()
    assert page.count(f"<mark>{SAD}</mark>") == 1
    assert page.count("意见不一") == 1


def test_where_the_engines_agree_nothing_is_told(officer: Client) -> None:
    found = incident(posts=0)
    kept = kept_post(found, 0, kind="post", matter=None, sentiment="negative", text=SAD)
    second(kept.post_id, 0.8, 0.1)
    assert "意见不一" not in officer.get(f"/incidents/{Incident.objects.get().number}/posts/").content.decode()
