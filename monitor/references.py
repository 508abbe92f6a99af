"""What a plan may quote for an answer: the policy's own text, and what was answered to like questions before.

Everything is looked for in the archive and bounded; whoever drafts the answer judges what fits."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from archive.fold import fold_text
from archive.language import Query, QueryError, parse, quote
from archive.post import CHINA, Kind, Post
from archive.store import Filter, Search, Store
from monitor.matters import Matter
from monitor.models import Policy

LOOKED_AT = 50  # questions, the most relevant of those that have a word in common
OFFERED = 3
ASKED = 12  # words asked for
READ = 30  # posts of a matter that are read for what it is about
EXCERPT = 200
PASSAGES, PASSAGE = 2, 120
SHORTEST = 10  # characters of a passage; shorter ones are headings and addresses
LIKE = 0.25  # of the pairs of a question's title that the matter speaks of too
COMMON = 2  # of the words asked for that a like question has, at least
_CLAUSE = re.compile(r"[^。！？\n]+[。！？]?")
_RUN = re.compile(r"[\u3400-\u9fff]+")


def policy_text(store: Store, policy: Policy | None, posts: Sequence[Post]) -> dict[str, Any] | None:
    """{title, doc_number, url, at, quotes}: the policy the matter is about (`policy`, else the one at least half of its
    posts mention) as the archive has it, with the passages that speak of the matter; None where there is none."""
    policy = policy or _mentioned(posts)
    found = published(store, policy) if policy else None
    if policy is None or found is None:
        return None
    return {
        "title": policy.title,
        "doc_number": policy.doc_number or found.doc_number,
        "url": policy.url or found.url,
        "at": found.counted_at.astimezone(CHINA).isoformat(),
        "quotes": _passages(found, posts),
    }


def earlier_answers(
    store: Store, posts: Sequence[Post], terms: Sequence[str], names: Mapping[str, str], now: datetime
) -> list[dict[str, Any]]:
    """At most 3 answered questions like the matter's, not of it: title, source, url, at (of the answer), excerpt (the
    answer). A report of wrongdoing is never among them."""
    query = _any_of(list(terms)[:ASKED])
    if query is None:
        return []
    wanted = Filter(query=query, kinds=(str(Kind.QUESTION),), until=now)
    own = {post.id for post in posts}
    pairs = _pairs(_words(posts))
    ranked: list[tuple[float, Post]] = []
    for post in store.search(Search(wanted, "relevance", LOOKED_AT)).posts:
        if post.id in own or not post.reply or post.marks.matter == Matter.REPORT:
            continue
        likeness = _likeness(post, pairs)
        if likeness >= LIKE or _common(post, terms) >= COMMON:
            ranked.append((likeness + _common(post, terms), post))
    ranked.sort(key=lambda pair: (-pair[0], -pair[1].counted_at.timestamp(), pair[1].id))
    return [_answer(post, names) for _, post in ranked[:OFFERED]]


def _answer(post: Post, names: Mapping[str, str]) -> dict[str, Any]:
    at = post.replied_at or post.counted_at
    return {
        "title": post.title,
        "source": names.get(post.source, post.source),
        "url": post.url,
        "at": at.astimezone(CHINA).isoformat(),
        "excerpt": " ".join(post.reply.split())[:EXCERPT],
    }


def _mentioned(posts: Sequence[Post]) -> Policy | None:
    counts = Counter(key for post in posts for key in post.marks.policies if key.isdigit())
    key, count = min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    return Policy.objects.filter(pk=int(key)).first() if count and 2 * count >= len(posts) else None


def published(store: Store, policy: Policy) -> Post | None:
    """The policy's own page: the post it was registered from, else one of its document number, else of its title."""
    if policy.post_id and (kept := store.get([policy.post_id]).get(policy.post_id)):
        return kept
    query = _any_of([policy.title, policy.doc_number])
    if query is None:
        return None
    wanted = Filter(query=query, kinds=(str(Kind.POLICY),))
    pages = store.search(Search(wanted, "relevance", LOOKED_AT)).posts
    numbered = [post for post in pages if policy.doc_number and post.doc_number == policy.doc_number]
    titled = [post for post in pages if fold_text(policy.title) in fold_text(post.title)]
    return next(iter([*numbered, *titled]), None)


def _passages(policy: Post, posts: Sequence[Post]) -> list[str]:
    """The clauses that have most in common with what people write (what the title says, all of them have), as they
    stand in the text; its first one where none has anything."""
    clauses = [clause.strip() for clause in _CLAUSE.findall(policy.text)]
    clauses = [clause for clause in clauses if len(clause) >= SHORTEST and not clause.endswith(("：", ":"))]
    spoken = _pairs(_words(posts)) - _pairs([policy.title])
    scored = [(len(_pairs([clause]) & spoken), -index) for index, clause in enumerate(clauses)]
    best = sorted(-index for score, index in sorted(scored, reverse=True)[:PASSAGES] if score)
    return [clauses[index][:PASSAGE] for index in best or range(min(1, len(clauses)))]


def _likeness(post: Post, pairs: set[str]) -> float:
    title = _pairs([post.title])
    return len(title & pairs) / len(title) if title else 0.0


def _common(post: Post, terms: Sequence[str]) -> int:
    text = fold_text(f"{post.title}\n{post.text}")
    return sum(fold_text(term) in text for term in terms)


def _words(posts: Sequence[Post]) -> list[str]:
    return [f"{post.title}\n{post.text[:EXCERPT]}" for post in posts[:READ]]


def _pairs(texts: Iterable[str]) -> set[str]:
    runs = (run for text in texts for run in _RUN.findall(fold_text(text)))
    return {first + second for run in runs for first, second in pairwise(run)}


def _any_of(words: Iterable[str]) -> Query | None:
    asked = [quote(word.strip()) for word in words if word.strip()]
    try:
        return parse(" | ".join(asked)) if asked else None
    except QueryError:  # a word the language has no place for, as one of signs alone
        return None
