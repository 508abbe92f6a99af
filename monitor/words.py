"""What a matter is told by where its event has no words of its own: terms of the watchlists its posts came up under."""

from collections import Counter
from collections.abc import Sequence

from archive.fold import fold_text
from archive.language import Query, QueryError, parse
from archive.post import Post
from monitor.models import Watchlist


def words_of(query: Query, posts: Sequence[Post]) -> list[str]:
    """The query's terms that stand in the posts, those in most of them first."""
    texts = [fold_text(f"{post.title}\n{post.text}") for post in posts]
    terms = list(dict.fromkeys(term.text for term in query.terms()))
    counts = Counter({term: sum(fold_text(term) in text for text in texts) for term in terms})
    return [term for term, count in counts.most_common() if count]


def watched_words(posts: Sequence[Post]) -> list[str]:
    """Those of the watchlist that most of the posts, and at least half of them, came up under; else none."""
    counts = Counter(name for post in posts for name in post.marks.watchlists)
    name, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    row = Watchlist.objects.filter(name=name).first() if 2 * count >= len(posts) and count else None
    try:
        return words_of(parse(row.query), posts) if row else []
    except QueryError:
        return []
