"""The default engine of sentiment: two heads by kind, long texts by their parts, the sentences that weigh most."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.post import Kind, Polarity
from monitor import shipped
from monitor.engines import engine
from monitor.heads import HEADS, MOST_PARTS, NEWS, POSTS, Linear
from monitor.linear import Model
from monitor.sentences import PART
from monitor.sentiment import NEUTRAL, SentimentError

GLAD, SAD, FLAT = "太开心了，服务真好，谢谢你们！", "气死我了，太差劲，再也不来了！", "今天上午召开工作会议。"


@pytest.fixture(scope="module")
def linear() -> Linear:
    """With the models that are shipped."""
    return Linear()


@pytest.mark.parametrize("head", HEADS)
def test_each_head_is_shipped_with_its_card(head: str) -> None:
    model = Model.load(shipped.FOLDER / f"{head}.npz")
    assert set(model.labels) == set(Polarity)
    assert {"data", "date", "scores", "limits", "split"} <= set(model.card)
    assert 200_000 < (shipped.FOLDER / f"{head}.npz").stat().st_size < 1_700_000


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        (GLAD, Kind.POST, Polarity.POSITIVE),
        (SAD, Kind.POST, Polarity.NEGATIVE),
        ("氣死我了，太差勁，再也不來了！", Kind.POST, Polarity.NEGATIVE),
        ("😡😡😡", Kind.POST, Polarity.NEGATIVE),
        ("某地化工厂爆炸，三人死亡。事故原因正在调查。", Kind.NEWS, Polarity.NEGATIVE),
        ("维生素是一类微量有机物质，在人体生长代谢过程中发挥重要作用。", Kind.NEWS, Polarity.NEUTRAL),
        ("楼下工地半夜施工噪音扰民，多次投诉无人处理，居民无法入睡。", Kind.QUESTION, Polarity.NEGATIVE),
        ("请问办理居住证需要带什么材料？", Kind.QUESTION, Polarity.NEUTRAL),
        ("谢谢领导，路灯已经修好了，我们很满意", Kind.QUESTION, Polarity.POSITIVE),
        ("感谢交警同志帮我找回丢失的钱包，太感谢了！", Kind.QUESTION, Polarity.POSITIVE),
    ],
)
def test_what_it_says_of_plain_cases(linear: Linear, text: str, kind: Kind, label: Polarity) -> None:
    assert linear.score([(text, kind)])[0].label == label


@pytest.mark.parametrize("kind", [Kind.POST, Kind.NEWS])
@pytest.mark.parametrize("text", ["", " 　\n", "\u200b\ufeff"])
def test_what_says_nothing_is_neutral(linear: Linear, text: str, kind: Kind) -> None:
    assert linear.score([(text, kind)]) == [NEUTRAL]


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(list(Kind))), max_size=8))
@settings(max_examples=50, deadline=None)
def test_each_text_scores_as_it_does_alone(texts: list[tuple[str, Kind]]) -> None:
    linear = Linear()
    for each, scored in zip(texts, linear.score(texts), strict=True):
        assert scored.p_neg + scored.p_neu + scored.p_pos == pytest.approx(1)
        assert linear.score([each])[0].p_neg == pytest.approx(scored.p_neg)


@pytest.mark.parametrize("times", [2, 7, 40])
@pytest.mark.parametrize("text", [GLAD, SAD, FLAT])
def test_a_text_that_goes_on_in_the_same_way_scores_about_the_same(linear: Linear, text: str, times: int) -> None:
    unit = text * (PART // len(text))
    once, often = linear.score([(unit, Kind.POST), (unit * times, Kind.POST)])
    assert often.label == once.label
    assert abs(often.p_neg - once.p_neg) < 0.1


def test_of_an_endless_text_the_beginning_and_the_end_are_read(linear: Linear) -> None:
    middle = FLAT * (MOST_PARTS * PART // len(FLAT) * 10)
    calm, loud = linear.score([(middle, Kind.POST), (middle + SAD * 200, Kind.POST)])
    assert loud.p_neg > calm.p_neg


def test_the_sentences_that_weigh_most_are_named(linear: Linear) -> None:
    text = f"{FLAT}会议听取了汇报。{SAD}随后安排了下一步工作。"
    spans = linear.weighty(text, Kind.POST, Polarity.NEGATIVE)
    assert [text[start:end] for start, end in spans] == [SAD]


def test_sentences_are_named_in_the_text_as_it_was_written(linear: Linear) -> None:
    text = f"　　\u200b{FLAT}\n\n㍿ﷺ會議聽取了匯報。\n氣死我了，太差勁，再也不來了！"
    (span, *_) = linear.weighty(text, Kind.POST, Polarity.NEGATIVE)
    assert text[slice(*span)] == "氣死我了，太差勁，再也不來了！"


@given(st.text(max_size=60), st.sampled_from(list(Polarity)))
@settings(max_examples=50, deadline=None)
def test_any_text_has_its_sentences_weighed(text: str, label: Polarity) -> None:
    for start, end in Linear().weighty(text, Kind.POST, label):
        assert 0 <= start < end <= len(text)


def test_the_office_s_own_model_goes_before_and_is_taken_up_at_once(
    settings: object, tmp_path: Path, linear: Linear
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    before = linear.score([(SAD, Kind.POST)])
    other = Model.load(shipped.FOLDER / f"{NEWS}.npz")
    shipped.own(POSTS).parent.mkdir()
    other.save(shipped.own(POSTS))
    assert linear.score([(SAD, Kind.POST)]) == linear.score([(SAD, Kind.NEWS)]) != before
    shipped.own(POSTS).unlink()
    assert linear.score([(SAD, Kind.POST)]) == before


def test_a_broken_model_is_an_error_of_the_engine(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    shipped.own(POSTS).parent.mkdir()
    shipped.own(POSTS).write_bytes(b"none")
    with pytest.raises(SentimentError, match=r"sentiment-posts\.npz"), engine("linear") as chosen:
        assert chosen is not None
        chosen.score([(SAD, Kind.POST)])
