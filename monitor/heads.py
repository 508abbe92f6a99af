"""The default engine of sentiment: two linear models, chosen by kind. That of the posts knows emotion; that of the
news knows the negativity of an issue told without any, and so judges citizens' messages too, which are factual; but
where they are not negative, whether they give thanks is known by that of the posts as well (measured:
docs/decisions/0013-sentiment.md).

A long text is scored by its parts, whose logits are averaged by their length: so it is no surer for being long.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from archive.fold import fold
from archive.post import Kind, Polarity, Sentiment
from monitor.linear import Floats, Model, ModelError, softmax
from monitor.sentences import PART, parts, sentences
from monitor.sentiment import NEUTRAL, SentimentError
from monitor.shipped import model

POSTS, NEWS = "sentiment-posts", "sentiment-news"
HEADS = (POSTS, NEWS)
MOST_PARTS = 60  # of one text: 10,000 characters; of a longer one the beginning and the end are read
ENDING = 10  # of them, where there are more
SHOWN = 2  # sentences that are pointed out
LEAST_SHARE = 0.5  # of the weightiest's weight, for a second one to be pointed out


def spans_of(text: str) -> list[tuple[int, int]]:
    """The parts that are read."""
    if len(text) <= PART:
        return [(0, len(text))] if text else []
    spans = list(parts(text))
    return spans if len(spans) <= MOST_PARTS else [*spans[: MOST_PARTS - ENDING], *spans[-ENDING:]]


def head_of(kind: Kind) -> str:
    return POSTS if kind is Kind.POST else NEWS


class Linear:
    name = "linear"

    def __init__(self, models: Mapping[str, Model] | None = None) -> None:
        """`models` by name of the head; those in use where they are not given."""
        self._given = models

    def score(self, texts: Sequence[tuple[str, Kind]]) -> list[Sentiment]:
        found = [NEUTRAL] * len(texts)
        for head in HEADS:
            mine = [at for at, (_, kind) in enumerate(texts) if head_of(kind) == head]
            if mine:
                scores = self.probabilities(head, [texts[at][0] for at in mine])
                for at, row in zip(mine, scores, strict=True):
                    found[at] = Sentiment(*map(float, row)) if _says(texts[at][0]) else NEUTRAL
        asked = [at for at, (text, kind) in enumerate(texts) if kind is Kind.QUESTION and _says(text)]
        if asked:
            glad = self.probabilities(POSTS, [texts[at][0] for at in asked])[:, 2]
            for at, share in zip(asked, glad, strict=True):
                found[at] = _thanking(found[at], float(share))
        return found

    def probabilities(self, head: str, texts: Sequence[str]) -> Floats:
        """texts × (negative, neutral, positive). Raises SentimentError."""
        model = self.model(head)
        pieces, owners, lengths = [], [], []
        for at, text in enumerate(texts):
            spans = spans_of(text) or [(0, 0)]
            pieces += [text[start:end] for start, end in spans]
            owners += [at] * len(spans)
            lengths += [max(1, end - start) for start, end in spans]
        weights = np.array(lengths) / np.bincount(owners, lengths)[owners]
        logits = model.logits(pieces) * weights[:, None]
        summed = np.stack([np.bincount(owners, column, len(texts)) for column in logits.T], axis=1)
        order = [model.labels.index(each) for each in (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)]
        return softmax(summed / model.temperature)[:, order]

    def weighty(self, text: str, kind: Kind, label: Polarity) -> list[tuple[int, int]]:
        """Where the sentences stand that speak most for this label, at most SHOWN, the weightiest first. Raises
        SentimentError."""
        model = self.model(head_of(kind))
        weighed = []
        for begin, stop in spans_of(text):
            piece = text[begin:stop]
            folded = fold(piece)
            blank = len(folded.text) - len(folded.text.lstrip())
            speaks = model.along(piece, label)
            # The folded character i of what was looked at came from this place of the piece.
            places = np.array(folded.positions[blank : blank + len(speaks)], np.intp)
            share = (stop - begin) / len(text)
            for start, end in sentences(piece):
                inside = (places >= start) & (places < end)
                weighed.append((share * float(speaks[inside].sum()), begin + start, begin + end))
        weighed.sort(key=lambda each: (-each[0], each[1]))
        least = max(0.0, weighed[0][0] * LEAST_SHARE) if weighed else 0.0
        return [(start, end) for weight, start, end in weighed[:SHOWN] if weight > 0 and weight >= least]

    def model(self, head: str) -> Model:
        try:
            return self._given[head] if self._given else model(head)
        except ModelError as error:
            raise SentimentError(str(error)) from error


def _thanking(told: Sentiment, glad: float) -> Sentiment:
    """What is not negative, parted anew: by what the other head says too."""
    rest = told.p_neu + told.p_pos
    share = (told.p_pos / rest + glad) / 2 if rest else 0.0
    return Sentiment(told.p_neg, rest * (1 - share), rest * share)


def _says(text: str) -> bool:
    """Whether anything of it can be seen."""
    return any(character.isprintable() and not character.isspace() for character in text)
