"""Which of seven fields of government a message belongs to (领域): a suggestion with its probability and its reason, or
none where the model is not sure.

Two linear models, one of titles and one of texts (monitor.linear), whose logits are added: a title says in ten
characters what a text says in three hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.fold import fold_text
from monitor.linear import Floats, Model, ModelError, softmax
from monitor.shipped import model

TITLE, TEXT = "topics-title", "topics-text"
LONGEST = 1500  # characters of a text that are read
TERMS = 3  # words a reason tells


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`topic` None: unsure; `best` is then what it would have been, `p` its probability in either case."""

    topic: str | None
    best: str
    p: float


@dataclass(frozen=True)
class Topics:
    """The pair of models. The temperature of both together, and the least probability that is told, are the title
    model's (`temperature`, card "least")."""

    title: Model
    text: Model

    @cached_property
    def least(self) -> float:
        return float(self.title.card.get("least", 0.5))

    @property
    def labels(self) -> tuple[str, ...]:
        return self.title.labels

    def probabilities(self, messages: Sequence[tuple[str, str]]) -> Floats:
        """(title, text)s × labels; each row sums to 1."""
        titles = self.title.logits([title for title, _ in messages])
        texts = self.text.logits([text[:LONGEST] for _, text in messages])
        return softmax((titles + texts) / self.title.temperature)

    def suggest(self, messages: Sequence[tuple[str, str]]) -> list[Suggestion]:
        """One a message, in their order."""
        return [self.told(row) for row in self.probabilities(messages)]

    def told(self, shares: Floats) -> Suggestion:
        """What these probabilities of the labels say."""
        best = int(shares.argmax())
        p = float(shares[best])
        return Suggestion(self.labels[best] if p >= self.least else None, self.labels[best], p)

    def terms(self, messages: Sequence[tuple[str, str]], topic: str) -> list[str]:
        """The words of these messages that spoke most for this topic, at most TERMS, the weightiest first."""
        import rjieba  # its dictionary takes 33 MB: only of who asks for words

        weighed: dict[str, float] = {}
        for title, text in messages:
            for part, of in ((title, self.title), (text[:LONGEST], self.text)):
                folded, at = fold_text(part).strip(), 0
                speaks = of.along(part, topic)
                for word in rjieba.cut(folded):
                    if len(word) > 1 and word.isalnum() and not word.isascii():
                        weighed[word] = weighed.get(word, 0.0) + float(speaks[at : at + len(word)].sum())
                    at += len(word)
        found = sorted(weighed, key=lambda word: (-weighed[word], word))
        return [word for word in found[:TERMS] if weighed[word] > 0]


def topics() -> Topics:
    """The models in use: the office's own, else those shipped. Raises ModelError."""
    pair = Topics(model(TITLE), model(TEXT))
    if pair.title.labels != pair.text.labels:
        raise ModelError("领域的两个模型（标题、正文）不是同一次训练的：请用 minsheng train topics 重新训练")
    return pair
