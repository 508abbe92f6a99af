"""The second opinion on what reached an incident: asked once, kept as numbers, told where it differs."""

from pathlib import Path

import pytest
from pytest_django import Settings

from alerts.evidence import keep, unheard
from alerts.models import Incident, State
from archive.post import Kind, Marks, Polarity, Post, Sentiment
from console import work
from monitor import second
from monitor.models import SecondOpinion
from monitor.sentiment import SentimentError
from monitor.snow import SnowNLP
from tests.alerts.city import NOW, post

pytestmark = pytest.mark.django_db(transaction=True)
SAD, GLAD = Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.1, 0.8)


class Asked(SnowNLP):
    """Stands for SnowNLP, which takes three seconds to begin; that it answers is tested in test_sentiment."""

    texts: list[str] = []

    def score(self, texts: list[tuple[str, Kind]]) -> list[Sentiment]:  # type: ignore[override]
        Asked.texts += [text for text, _ in texts]
        return [GLAD] * len(texts)


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    Asked.texts = []
    monkeypatch.setattr("monitor.engines.SnowNLP", Asked)
    return Asked.texts


def evidence(*posts: Post, state: str = State.FOUND) -> None:
    incident = Incident.objects.create(
        number=f"2019-0802-{Incident.objects.count() + 1:02}", title="停水", discovered_at=NOW, state=state
    )
    keep(incident, posts, NOW)


def felt(name: str, kind: Kind = Kind.POST, **marks: object) -> Post:
    return post(name, kind=kind, marks=Marks(**{"sentiment": SAD, **marks}))  # type: ignore[arg-type]


def test_only_evidence_that_shows_a_sentiment_is_asked_of() -> None:
    evidence(
        felt("甲"),
        felt("乙", Kind.NEWS),
        felt("丙", Kind.QUESTION),  # shows its 诉求类型
        felt("丁", matter="投诉"),
        felt("戊", sentiment=None),
        felt("己", copy_of="甲"),
    )
    evidence(felt("庚"), state=State.CLOSED)
    assert {identity for identity, _, _ in unheard(10)} == {felt("甲").id, felt("乙", Kind.NEWS).id}
    assert len(unheard(1)) == 1


def test_it_is_asked_once_and_both_opinions_can_be_compared(settings: Settings, asked: list[str]) -> None:
    evidence(felt("甲"), felt("乙"))
    assert work.second_opinions(NOW) == 2
    assert work.second_opinions(NOW) == 0
    assert len(asked) == 2
    ids = [felt("甲").id, felt("乙").id]
    assert second.opinions([*ids, "none"]) == dict.fromkeys(ids, GLAD)
    shown = {ids[0]: Polarity.NEGATIVE, ids[1]: Polarity.POSITIVE}
    assert second.differing(shown) == {ids[0]: Polarity.POSITIVE}


def test_snownlp_s_second_is_the_linear_engine(asked: list[str]) -> None:
    assert second.ask([("a" * 64, "气死我了，太差劲！", Kind.POST)], "snownlp", NOW) == 1
    assert asked == []
    assert SecondOpinion.objects.get().engine == "linear"


def test_without_an_engine_nobody_is_asked() -> None:
    assert second.ask([("a" * 64, "好", Kind.POST)], "none", NOW) == 0


def test_an_engine_that_fails_is_no_trouble_of_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SentimentError("坏了")

    monkeypatch.setattr(Asked, "score", fail)
    evidence(felt("甲"))
    assert work.second_opinions(NOW) == 0
    assert not SecondOpinion.objects.exists()


def test_a_round_asks_at_its_end_where_the_office_wants_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests.console.monitoring import own_archive

    calls: list[object] = []
    monkeypatch.setattr(work, "second_opinions", calls.append)
    with own_archive(settings, tmp_path) as store:
        for wanted in (False, True):
            settings.SECOND_OPINION = wanted
            work.watch(store, NOW)
    assert calls == [NOW]
