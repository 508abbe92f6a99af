"""Posts and queries for the archive's tests: plain makers, and hypothesis strategies."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from archive.fold import fold_text
from archive.language import quote
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import Kind, Marks, Post, Precision, Sentiment, post_id

NOW = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def make_post(name: str = "一", **changes: Any) -> Post:
    fields: dict[str, Any] = {
        "id": post_id(source="test", item_id=name),
        "url": f"https://example.gov.cn/{name}",
        "kind": Kind.POST,
        "title": "停水通知",
        "text": "利州区今日停水。",
        "source": "a",
        "collected_at": NOW,
        "published_at": NOW - timedelta(hours=1),
        "published_precision": Precision.MINUTE,
    }
    return Post(**(fields | changes))


# Few characters, so that terms are found often: Chinese, traditional, Latin, digits, signs, emoji, full-width,
# combining, zero-width, one that folds to three, one that grows when lowered.
ALPHABET = "停水区區蘋苹aAé1 1A０Ａ　\n\t.,，。！!|+-~:\"“”（）()#*^%_'\\😀👍\u0301\u200b\ufeff…①ﬁİſσςΣㄱ각ガﾞｶ\x1f"
_DENSE = "停水区a1"  # so few that terms overlap, repeat and stand near and far
texts = (
    st.text(st.sampled_from(_DENSE + " "), min_size=4, max_size=20)
    | st.text(st.sampled_from(ALPHABET), max_size=14)
    | st.text(max_size=6)
)


def _sentiment(label: str) -> Sentiment:
    return {
        "neg": Sentiment(0.8, 0.1, 0.1),
        "neu": Sentiment(0.1, 0.8, 0.1),
        "pos": Sentiment(0.1, 0.1, 0.8),
    }[label]


marks = st.builds(
    Marks,
    sentiment=st.none() | st.sampled_from(["neg", "neu", "pos"]).map(_sentiment),
    topic=st.sampled_from([None, "水"]),
)


@st.composite
def posts(draw: st.DrawFn, name: str = "x") -> Post:
    return make_post(
        name,
        title=draw(texts),
        text=draw(texts),
        reply=draw(st.just("") | texts),
        publisher=draw(st.sampled_from(["", "广元日报", "廣元日報", "Site A"])),
        region=draw(st.sampled_from(["", "昭化区", "昭化區"])),
        kind=draw(st.sampled_from(Kind)),
        published_at=NOW - timedelta(minutes=draw(st.integers(0, 3))),
        marks=draw(marks),
    )


def term_texts() -> st.SearchStrategy[str]:
    """A term as it may be written: few characters that are often there, or any signs at all, quoted."""
    often = st.text(st.sampled_from(_DENSE), min_size=1, max_size=3)
    signs = st.sampled_from(["苹", "蘋", "😀", "é", "…", "．", "fi", "A1", "水 ", "ｶﾞ"])
    anything = texts.filter(lambda text: bool(fold_text(text).strip()))
    return st.one_of(often, often, signs, anything).map(quote)


_facts = st.sampled_from(
    [f"类型:{name}" for name in KIND_NAMES.values()]
    + [f"情感:{name}" for name in POLARITY_NAMES.values()]
    + ["来源:日报", "来源:廣元", "来源:a", "地区:昭化区", "地区:昭化"]
)
_fielded = st.builds("{}:{}".format, st.sampled_from(["标题", "正文", "答复"]), term_texts())
_near = st.builds("{} ~{} {}".format, term_texts(), st.integers(0, 5), term_texts()) | st.builds(
    "({} | {}) ~{} {}".format, term_texts(), term_texts(), st.integers(0, 5), term_texts()
)
_atoms = term_texts() | _fielded | _facts | _near.map("({})".format)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=3)
    return (
        several.map(lambda parts: "(" + " + ".join(parts) + ")")
        | several.map(lambda parts: "(" + " | ".join(parts) + ")")
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]} !{pair[1]})")
        | st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} + ({three[1]} | !{three[2]}))")
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]}\n{pair[1]})")
    )


query_texts = st.recursive(_atoms, _combined, max_leaves=6)

# Proximities alone, over texts in which their sides often stand, near or far.
dense_texts = st.text(st.sampled_from(_DENSE + " "), max_size=20)
dense_near = st.builds(
    "{} ~{} {}".format,
    st.text(st.sampled_from(_DENSE), min_size=1, max_size=2),
    st.integers(0, 3),
    st.text(st.sampled_from(_DENSE), min_size=1, max_size=2) | st.just("(停|1)"),
)
