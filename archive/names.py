"""The Chinese names of kinds and feelings: in the watchlist language and on pages (docs/glossary.md)."""

from archive.post import Kind, Polarity

KIND_NAMES = {
    Kind.POLICY: "政策",
    Kind.INTERPRETATION: "解读",
    Kind.NEWS: "新闻",
    Kind.POST: "帖子",
    Kind.QUESTION: "问答",
}
POLARITY_NAMES = {Polarity.POSITIVE: "正面", Polarity.NEUTRAL: "中性", Polarity.NEGATIVE: "负面"}
