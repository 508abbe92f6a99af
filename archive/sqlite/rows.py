"""Between Post and the rows of the file. Times are microseconds since 1970, UTC."""

import json
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from archive.merge import Stored
from archive.post import Kind, Marks, Post, Precision, Sentiment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
COLUMNS = (
    "id", "url", "kind", "title", "text", "source", "collected_at", "publisher", "speaker", "published_at",
    "published_precision", "region", "doc_number", "reply", "replied_at", "likes", "comments", "shares", "revision",
    "marked_revision", "changed_at",
)  # fmt: skip
_TIMES = frozenset(("collected_at", "published_at", "replied_at", "changed_at"))
_TIMES_AT = tuple(index for index, name in enumerate(COLUMNS) if name in _TIMES)
_values = attrgetter(*COLUMNS)
SELECT = (
    f"SELECT {', '.join('p.' + name for name in COLUMNS)}, m.data, p.text_source, p.ord "
    "FROM posts p LEFT JOIN marks m USING (ord)"
)
INSERT = f"INSERT INTO posts ({', '.join(COLUMNS)}, text_source, ord) VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"
UPDATE = f"UPDATE posts SET {', '.join(name + ' = ?' for name in COLUMNS)}, text_source = ? WHERE ord = ?"


def ticks(at: datetime) -> int:
    return (at - _EPOCH) // _TICK


def moment(ticks: int) -> datetime:
    return _EPOCH + _TICK * ticks


def row_of(stored: Stored, order: int) -> tuple[Any, ...]:
    """The values of INSERT and UPDATE."""
    values = list(_values(stored.post))
    for index in _TIMES_AT:
        if values[index] is not None:
            values[index] = ticks(values[index])
    return (*values, stored.text_source, order)


def stored_of(row: tuple[Any, ...]) -> tuple[int, Stored]:
    """From a row of SELECT: the order and the post."""
    fields = dict(zip(COLUMNS, row, strict=False))
    for name in _TIMES:
        fields[name] = moment(fields[name]) if fields[name] is not None else None
    fields["kind"] = Kind(fields["kind"])
    fields["published_precision"] = Precision(fields["published_precision"])
    data, text_source, order = row[len(COLUMNS) :]
    return order, Stored(Post(**fields, marks=marks_of(data)), text_source)


def marks_text(marks: Marks) -> str:
    """Written out field by field: `asdict` copies as it goes, at four times the cost."""
    felt = marks.sentiment
    fields = {
        "watchlists": marks.watchlists,
        "policies": marks.policies,
        "topic": marks.topic,
        "matter": marks.matter,
        "sentiment": felt and {"p_neg": felt.p_neg, "p_neu": felt.p_neu, "p_pos": felt.p_pos},
        "event": marks.event,
        "copy_of": marks.copy_of,
        "double": marks.double,
    }
    return json.dumps(fields, ensure_ascii=False)


def marks_of(data: str | None) -> Marks:
    if data is None:
        return Marks()
    fields = json.loads(data)
    if fields["sentiment"]:
        fields["sentiment"] = Sentiment(**fields["sentiment"])
    fields["watchlists"], fields["policies"] = tuple(fields["watchlists"]), tuple(fields["policies"])
    return Marks(**fields)
