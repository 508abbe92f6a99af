"""Between Post and the documents of Elasticsearch (mappings/posts.json). Times are ISO strings: a number would be read
as milliseconds; what must be exact to the microsecond (`changed`, `collected`) is a number of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.fold import fold_text
from archive.merge import Stored
from archive.pairs import pairs
from archive.post import Kind, Marks, Post, Precision, Sentiment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_AS_IT_IS = (
    "id", "url", "title", "text", "source", "publisher", "speaker", "region", "doc_number", "reply", "likes",
    "comments", "shares", "revision", "marked_revision",
)  # fmt: skip
_TIMES = ("collected_at", "published_at", "replied_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Held:
    """A post as a document holds it: where, since which write (for if_seq_no), its sort key, its first write, and the
    period of the key its speaker was hashed with at that."""

    stored: Stored
    index: str
    seq_no: int
    term: int
    order: int
    born: int
    period: int


def ticks(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // _TICK


def month_of(at: datetime) -> str:
    """The month of UTC a post is kept in, by its first collection."""
    return f"{at.astimezone(UTC):%Y.%m}"


def document(stored: Stored, order: int, born: int, period: int) -> dict[str, Any]:
    post = stored.post
    marks = post.marks
    felt = marks.sentiment
    made: dict[str, Any] = {name: getattr(post, name) for name in _AS_IT_IS}
    made |= {name: at.isoformat() for name in _TIMES if (at := getattr(post, name)) is not None}
    made |= {
        "kind": str(post.kind),
        "published_precision": str(post.published_precision),
        "text_source": stored.text_source,
        "order": order,
        "born": born,
        "counted_at": max(post.counted_at, EPOCH).isoformat(),  # as `order` has it
        "hourly": post.hourly,
        "counted": post.hourly and not marks.double,
        "period": period,
        "changed": ticks(post.changed_at or post.collected_at),
        "collected": ticks(post.collected_at),
        "region_folded": fold_text(post.region),
        "feeling": str(felt.label) if felt else None,
        "marks": marks_document(marks),
        "tok_title": pairs(fold_text(post.title)),
        "tok": pairs(fold_text(post.text)),
        "tok_reply": pairs(fold_text(post.reply)),
        "tok_publisher": pairs(fold_text(post.publisher)),
    }
    return {name: value for name, value in made.items() if value is not None and value != ""}


def marks_document(marks: Marks) -> dict[str, Any]:
    felt = marks.sentiment
    return {
        "watchlists": list(marks.watchlists),
        "policies": list(marks.policies),
        "topic": marks.topic,
        "matter": marks.matter,
        "sentiment": felt and {"p_neg": felt.p_neg, "p_neu": felt.p_neu, "p_pos": felt.p_pos},
        "event": marks.event,
        "copy_of": marks.copy_of,
        "double": marks.double,
    }


def stored_of(source: dict[str, Any]) -> Stored:
    """From a document's `_source`."""
    fields: dict[str, Any] = {name: source.get(name) for name in _AS_IT_IS}
    for name in ("url", "title", "text", "publisher", "region", "doc_number", "reply"):
        fields[name] = fields[name] or ""
    for name in _TIMES:
        at = source.get(name)
        fields[name] = datetime.fromisoformat(at) if at else None
    post = Post(
        kind=Kind(source["kind"]),
        published_precision=Precision(source["published_precision"]),
        marks=_marks_of(source.get("marks") or {}),
        **fields,
    )
    return Stored(post, source["text_source"])


def _marks_of(fields: dict[str, Any]) -> Marks:
    felt = fields.get("sentiment")
    return Marks(
        watchlists=tuple(fields.get("watchlists") or ()),
        policies=tuple(fields.get("policies") or ()),
        topic=fields.get("topic"),
        matter=fields.get("matter"),
        sentiment=Sentiment(felt["p_neg"], felt["p_neu"], felt["p_pos"]) if felt else None,
        event=fields.get("event"),
        copy_of=fields.get("copy_of"),
        double=bool(fields.get("double")),
    )


def held_of(hit: dict[str, Any]) -> Held:
    """From a hit of a search that asked for seq_no_primary_term, or from an answer of mget."""
    source = hit["_source"]
    return Held(
        stored=stored_of(source),
        index=hit["_index"],
        seq_no=hit["_seq_no"],
        term=hit["_primary_term"],
        order=source["order"],
        born=source["born"],
        period=source["period"],
    )
