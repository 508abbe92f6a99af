"""Policies: registering one makes its query; its reaction before and after release; proposals of crawled ones.

Policies and interpretations are never counted as reaction to themselves: only news, posts and questions are.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.language import Query, QueryError, parse, quote
from archive.post import Kind, Post
from archive.store import Filter, Search, Store
from monitor.models import Policy, PolicyProposal

REACTION = (Kind.NEWS, Kind.POST, Kind.QUESTION)
BEFORE = AFTER = timedelta(days=7)
QUESTIONS_SHOWN = 20
SHORTEST_CORE = 6  # characters: a shorter core (关于放假的通知) would match anything
LEAST_OWN = 4  # letters of a title without 关于 and 通知 (养犬条例): fewer are in nearly every post
LONGEST_TITLE = 300

_BOOK = re.compile(r"《([^《》]{2,})》")
_ABOUT = re.compile(r"关于(?:印发|公布|发布|转发|做好|进一步做好|开展)?(.+)")
_TRIAL = re.compile(r"[（(](?:试行|暂行|修订|修订稿|征求意见稿)[）)]$")
_ENDING = re.compile(r"的?(?:通知|公告|通告|意见|决定|批复|函|公示|通报)$")


class PolicyError(Exception):
    """A policy cannot be registered; the message (Chinese) says why. Raised by `register`."""


def core_titles(title: str) -> list[str]:
    """What people call a policy by: its title as given, the work it prints, and without 关于…的通知."""
    titles = [title.strip()]
    titles += [named.strip() for named in _BOOK.findall(title)]
    if found := _ABOUT.search(title):
        titles.append(_ENDING.sub("", found.group(1)))
    found_cores = [_TRIAL.sub("", name.strip(" 《》")).strip() for name in titles[1:]]
    cores = [core for core in found_cores if len(core) >= SHORTEST_CORE]
    return list(dict.fromkeys([titles[0], *cores]))


def own_letters(title: str) -> str:
    """The letters of a title that are its own: without signs, 关于 and the word for what kind of paper it is."""
    core = _ENDING.sub("", _TRIAL.sub("", title.strip(" 《》")))
    return "".join(re.findall(r"\w", core.removeprefix("关于")))


def policy_query(title: str, doc_number: str = "") -> str:
    """The watchlist a policy makes of itself: its title, its core and its document number, each quoted."""
    wanted = core_titles(title)
    if doc_number.strip():
        wanted.append(doc_number.strip())
    return " | ".join(quote(name) for name in wanted)


def register(
    title: str, *, released_at: datetime, by: User | str | None, now: datetime,
    doc_number: str = "", unit: str = "", url: str = "", query: str = "", post_id: str = "",
) -> Policy:  # fmt: skip
    """Register a policy under its title; a title registered before is an error. `query` empty: made of the title.
    A proposal for the same post or title counts as decided. Raises PolicyError."""
    title = title.strip()
    if not title:
        raise PolicyError("缺少标题")
    if len(title) > LONGEST_TITLE:
        raise PolicyError(f"标题超过 {LONGEST_TITLE} 个字")
    if not query.strip() and len(own_letters(title)) < LEAST_OWN:
        raise PolicyError(f"标题“{title}”太笼统，几乎什么信息都会算作提到它：请写全称，或另给检索式（--query）")
    for name, said, longest in (("文号", doc_number, 64), ("责任单位", unit, 128), ("链接", url, 1000)):
        if len(said.strip()) > longest:
            raise PolicyError(f"{name}超过 {longest} 个字")
    query = query.strip() or policy_query(title, doc_number)
    try:
        parse(query)
    except QueryError as error:
        raise PolicyError(f"检索式有误（第 {error.position + 1} 个字）：{error}") from error
    with transaction.atomic():
        values = {"doc_number": doc_number.strip(), "released_at": released_at, "unit": unit.strip()}
        values |= {"url": url.strip(), "query": query, "post_id": post_id}
        policy, new = Policy.objects.get_or_create(title=title, defaults=values)
        if not new:
            raise PolicyError(f"政策《{title}》已登记")
        proposals = PolicyProposal.objects.filter(decided="")
        (proposals.filter(post_id=post_id) if post_id else proposals.filter(title=title)).update(decided="registered")
        audit.record(now, by, "登记政策", "policy", title, {"doc_number": doc_number, "query": query})
    return policy


def compiled() -> tuple[list[tuple[Policy, Query]], list[str]]:
    """Every enabled policy with its query, and the faults of those that no longer parse."""
    found, faults = [], []
    for policy in Policy.objects.filter(enabled=True):
        try:
            found.append((policy, parse(policy.query)))
        except QueryError as error:
            faults.append(f"政策《{policy.title}》的检索式有误，本轮未用：{error}")
    return found, faults


def propose(posts: list[Post], now: datetime) -> int:
    """Propose crawled policies that are neither registered nor proposed; a person decides. How many are new."""
    found = [post for post in posts if post.kind is Kind.POLICY and post.title.strip()]
    titles = [post.title.strip()[:LONGEST_TITLE] for post in found]
    registered = set(Policy.objects.filter(title__in=titles).values_list("title", flat=True))
    known = set(PolicyProposal.objects.filter(post_id__in=[p.id for p in found]).values_list("post_id", flat=True))
    fresh = [
        PolicyProposal(
            post_id=post.id,
            title=title,
            doc_number=post.doc_number[:64],
            url=post.url if len(post.url) <= 1000 else "",
            published_at=post.published_at,
            seen_at=now,
        )
        for post, title in zip(found, titles, strict=True)
        if title not in registered and post.id not in known
    ]
    PolicyProposal.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Posts, news and questions that mention a policy. `before`: the 7 days before its release; `after`: the 7 from
    it on; `total`: since release. `answered` of `asked` questions since release carry an answer."""

    before: int
    after: int
    total: int
    days: list[tuple[date, int]]
    kinds: list[tuple[str, int]]
    sentiments: list[tuple[str, int]]
    sources: list[tuple[str, int]]
    asked: int
    answered: int
    questions: list[Post]
    interpretation: Post | None


def reaction(store: Store, policy: Policy, now: datetime) -> Reaction:
    """Counted through the policy's query, so that an edited query has its own past. Raises QueryError."""
    query = parse(policy.query)
    release = policy.released_at
    kinds = tuple(REACTION)
    before = Filter(query=query, since=release - BEFORE, until=release, kinds=kinds)
    after = Filter(query=query, since=release, until=min(now, release + AFTER), kinds=kinds)
    page = store.search(Search(Filter(query=query, since=release, until=now, kinds=kinds), size=1))
    questions = Filter(query=query, since=release, until=now, kinds=(Kind.QUESTION,))
    ids = store.ids(questions, 1000)
    asked = store.get(ids)
    ordered = [asked[identity] for identity in ids if identity in asked]
    return Reaction(
        before=store.count(before),
        after=store.count(after),
        total=page.total,
        days=page.days,
        kinds=page.facets.get("kind", []),
        sentiments=page.facets.get("sentiment", []),
        sources=page.facets.get("source", []),
        asked=len(ordered),
        answered=sum(bool(post.reply) for post in ordered),
        questions=ordered[:QUESTIONS_SHOWN],
        interpretation=interpretation(store, query, policy, now),
    )


def interpretation(store: Store, query: Query, policy: Policy, now: datetime) -> Post | None:
    """The first interpretation that mentions the policy, published from a week before its release on (an
    interpretation is published with its policy), or None."""
    wanted = Filter(query=query, since=policy.released_at - BEFORE, until=now, kinds=(Kind.INTERPRETATION,))
    ids = store.ids(wanted, 100)
    return store.get(ids[-1:]).get(ids[-1]) if ids else None


def note_interpretations(store: Store, policies: list[tuple[Policy, Query]], now: datetime) -> int:
    """Write down which policies have been interpreted since; how many."""
    noted = 0
    for policy, query in policies:
        if policy.interpreted_at is None and (post := interpretation(store, query, policy, now)):
            policy.interpreted_at = post.counted_at
            policy.interpretation_url = post.url if len(post.url) <= 1000 else ""
            policy.save(update_fields=["interpreted_at", "interpretation_url"])
            noted += 1
    return noted
