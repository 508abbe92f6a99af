"""Invented posts of 清江市, a city that is not there, for the monitor's tests."""

from datetime import UTC, datetime, timedelta

from archive.post import Kind, Post, Precision, post_id

NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def post(
    title: str,
    text: str = "",
    *,
    at: datetime | None = NOW - HOUR,
    collected: datetime | None = None,
    kind: Kind = Kind.QUESTION,
    source: str = "board",
    precision: Precision = Precision.MINUTE,
    speaker: str | None = None,
    reply: str = "",
    publisher: str = "",
    key: str = "",
) -> Post:
    """A post of a board; its URL comes from `key`, else from title and time."""
    when = collected or at or NOW
    url = f"http://board.qingjiang.test/{key or f'{title}-{at}'}"
    return Post(
        id=post_id(url=url),
        url=url,
        kind=kind,
        title=title,
        text=text or f"{title}，请有关部门处理。",
        source=source,
        collected_at=when,
        publisher=publisher,
        speaker=speaker,
        published_at=at,
        published_precision=precision if at else Precision.NONE,
        reply=reply,
        replied_at=when if reply else None,
    )
