"""The second opinion: what another engine says of the posts that reached an incident. Where the two say different
things, the post is marked and offered for a person's judgement first (monitor.offered).

SnowNLP costs 420 MB and seconds to begin with, so it is asked after a round, of all new evidence together, and its
process ends at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from archive.post import Kind, Polarity, Sentiment
from monitor.engines import engine
from monitor.models import SecondOpinion

OTHER = {"linear": "snownlp", "snownlp": "linear"}


def ask(texts: Sequence[tuple[str, str, Kind]], first: str, now: datetime) -> int:
    """Ask of these (post's id, text, kind) that were not asked of yet; how many. `first` is the engine the first
    opinion is from. Raises SentimentError."""
    known = set(SecondOpinion.objects.filter(post_id__in=[each[0] for each in texts]).values_list("post_id", flat=True))
    new = [each for each in texts if each[0] not in known]
    if not new or first not in OTHER:
        return 0
    with engine(OTHER[first]) as other:
        said = other.score([(text, kind) for _, text, kind in new]) if other else []
    rows = [
        SecondOpinion(
            post_id=identity, engine=OTHER[first], p_neg=each.p_neg, p_neu=each.p_neu, p_pos=each.p_pos, asked_at=now
        )
        for (identity, _, _), each in zip(new, said, strict=True)
    ]
    SecondOpinion.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def opinions(ids: Iterable[str]) -> Mapping[str, Sentiment]:
    """What the other engine said, by post."""
    rows = SecondOpinion.objects.filter(post_id__in=list(ids))
    return {row.post_id: Sentiment(row.p_neg, row.p_neu, row.p_pos) for row in rows}


def differing(shown: Mapping[str, Polarity | str]) -> dict[str, Polarity]:
    """Of these posts with the label that is shown of each, those of which the other engine says another one: that."""
    return {identity: said.label for identity, said in opinions(shown).items() if said.label != shown[identity]}
