"""What the archive shows of policies by itself: pages that are one are proposed, dates their text names suggested,
interpretations and results of consultations linked. A person registers, declines and confirms."""

import re
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.language import Query, parse
from archive.post import CHINA, Kind, Post
from archive.store import Filter, Store
from monitor.models import Policy, PolicyProposal
from monitor.policies import LONGEST_TITLE, PolicyError, register, same_paper
from monitor.policy_dates import Suggestion, suggest
from monitor.references import published
from monitor.validity import day_of

BEFORE = timedelta(days=7)  # an interpretation may be out before its policy
READ = 50  # posts that may tell what became of a consultation
_RESULT = re.compile(r"采纳|(?:征求|征集|收集|反馈).{0,20}(?:情况|结果)|情况反馈")
_DRAFT = re.compile(r"征求意见|意见征集|征集意见|征求.{0,40}意见")


def propose(posts: list[Post], now: datetime) -> int:
    """Propose crawled policies that are neither registered nor proposed; a person decides. How many are new."""
    found = [post for post in posts if post.kind is Kind.POLICY and post.title.strip()]
    if not found:
        return 0
    titles = [post.title.strip()[:LONGEST_TITLE] for post in found]
    policies = list(Policy.objects.all())
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
        if post.id not in known and not any(same_paper(policy, title, post.doc_number) for policy in policies)
    ]
    PolicyProposal.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def register_proposal(proposal: PolicyProposal, *, by: User | str | None, now: datetime) -> Policy:
    """Register what was proposed with what its page says; the dates its text names stay suggestions (`suggestions`).
    Raises PolicyError; one that is registered already is not offered again."""
    policies = Policy.objects.all()
    known = next((each for each in policies if same_paper(each, proposal.title, proposal.doc_number)), None)
    if known is not None:
        PolicyProposal.objects.filter(pk=proposal.pk).update(decided="registered")
        raise PolicyError(f"这就是已登记的《{known.title}》")
    return register(
        proposal.title, released_at=_released(proposal, now), by=by, now=now, doc_number=proposal.doc_number,
        url=proposal.url, post_id=proposal.post_id,
    )  # fmt: skip


def _released(proposal: PolicyProposal, now: datetime) -> datetime | None:
    """A draft whose opinions are sought has been announced, not released."""
    if proposal.published_at is None or proposal.published_at > now:
        return None
    return None if is_draft(proposal.title) else proposal.published_at


def is_draft(title: str) -> bool:
    return bool(_DRAFT.search(title))


def decline(proposal: PolicyProposal, *, by: User | str | None, now: datetime) -> None:
    """Not to be registered; a later page of the same title is proposed again. Raises PolicyError."""
    with transaction.atomic():
        if not PolicyProposal.objects.filter(pk=proposal.pk, decided="").update(decided="declined"):
            raise PolicyError("这件政策刚才已经有人处理了")
        audit.record(now, by, "不登记政策", "policy", proposal.title, {"post": proposal.post_id})


def suggestions(store: Store, policy: Policy) -> list[Suggestion]:
    """Dates that the policy's own page in the archive names and that are not registered yet; for one that was not
    released yet also the day on which such a page appeared."""
    page = published(store, policy)
    if page is None:
        return []
    shown = page.published_at or page.collected_at
    found = suggest(page.title, page.text, day_of(policy.released_at or shown))
    if not is_draft(page.title):
        found.insert(0, Suggestion("released_at", day_of(shown), f"《{page.title[:60]}》的页面"))
    return [each for each in found if getattr(policy, each.field) is None]


def interpretation(store: Store, query: Query, policy: Policy, now: datetime) -> Post | None:
    """The first interpretation that mentions the policy, published from a week before its release on (an
    interpretation is published with its policy), or None."""
    if policy.released_at is None:
        return None
    wanted = Filter(query=query, since=policy.released_at - BEFORE, until=now, kinds=(Kind.INTERPRETATION,))
    ids = store.ids(wanted, 100)
    return store.get(ids[-1:]).get(ids[-1]) if ids else None


def interpretation_post(store: Store, policy: Policy, now: datetime) -> Post | None:
    """`interpretation`, by the policy's own query. Raises QueryError."""
    return interpretation(store, parse(policy.query), policy, now)


def note_found(store: Store, policy: Policy, now: datetime) -> None:
    """Write down what is out already of a policy just registered or changed: it must not be called overdue until a
    round comes."""
    about = [(policy, parse(policy.query))] if policy.enabled else []
    note_interpretations(store, about, now)
    note_results(store, about, now)


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


def result(store: Store, query: Query, policy: Policy, now: datetime) -> Post | None:
    """The first page of an office that tells what became of the opinions asked for, or None."""
    if policy.consulted_until is None:
        return None
    since = datetime.combine(policy.consulted_until, time(), CHINA)
    wanted = Filter(query=query, since=since, until=now, kinds=(Kind.POLICY, Kind.INTERPRETATION, Kind.NEWS))
    ids = store.ids(wanted, READ)
    posts = store.get(ids)
    told = [posts[each] for each in reversed(ids) if each in posts and _RESULT.search(posts[each].title)]
    return next((post for post in told if post.id != policy.post_id), None)


def note_results(store: Store, policies: list[tuple[Policy, Query]], now: datetime) -> int:
    """Write down where the results of consultations have been published since; how many."""
    noted = 0
    for policy, query in policies:
        if policy.result_at is None and (post := result(store, query, policy, now)):
            policy.result_at = post.counted_at
            policy.result_url = post.url if len(post.url) <= 1000 else ""
            policy.save(update_fields=["result_at", "result_url"])
            noted += 1
    return noted
