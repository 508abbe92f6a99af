"""政策咨询问答库: entries suggested from questions about a policy that are asked again and again, each with the newest
official reply to any of them; a person edits, adopts or declines. What a person has written is never overwritten."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.language import parse
from archive.post import Kind, Post
from archive.store import Store
from monitor.alike_questions import Group, group
from monitor.matters import Matter
from monitor.models import Policy, PolicyAnswer
from monitor.policy_report import PUBLIC, between, read
from monitor.policy_spans import since
from monitor.stance import names_of
from monitor.validity import dates_of, day_of

LEAST = 2  # times a question is asked before it is suggested
LONGEST_QUESTION, LONGEST_ANSWER = 300, 4000
KEPT_POSTS = 200  # ids kept with an entry, the newest
# What a reply begins with says nothing about the matter.
_OPENING = re.compile(
    r"^\s*(?:(?:尊敬的)?(?:网友|市民|网民|群众|同志|先生|女士|朋友|【[^】]{1,8}】|[“\"][^”\"]{1,20}[”\"]){1,3}[,，:：!！。]?\s*)?"
    r"(?:(?:您|你)好[,，:：!！。]?\s*)?(?:感谢(?:您|你)?[^。]{0,30}。\s*)?"
    r"(?:(?:您|你|关于您)?(?:的|所|提出|反映|咨询|在)?[^。]{0,40}(?:收悉|获悉|已阅|知悉)(?!后)[,，。]?\s*)?"
    r"(?:(?:经[^。]{0,24})?现?(?:就|将|对)?[^。]{0,24}(?:答复|回复|解答|回答)(?:内容)?如下[:：,，。]?\s*)?"
)
_ASKING = (Matter.QUESTION, Matter.HELP, None)


class AnswerError(Exception):
    """An entry cannot be changed so; the message (Chinese) says why. Raised by `edit`."""


def suggest(store: Store, policy: Policy, now: datetime) -> tuple[int, int]:
    """Entries for what was asked at least twice since the policy was released (or announced): (new, brought up to
    date). Run again, it adds nothing. Raises QueryError."""
    query, dates, today = parse(policy.query), dates_of(policy), day_of(now)
    posts = read(store, between(query, since(dates, today), today, PUBLIC, now))
    groups = group([post for post in posts if asks(post)], names_of(query), LEAST)
    made = changed = 0
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        entries = list(PolicyAnswer.objects.filter(policy=policy))
        taken: set[int] = set()
        for each in groups:
            entry = _entry_of(each, entries, taken)
            if entry is None:
                taken.add(_new(policy, each, now).pk)
                made += 1
            else:
                taken.add(entry.pk)
                changed += _refresh(entry, each, now)
        if made:
            audit.record(now, None, "建议政策问答", "policy", policy.title, {"new": made})
    return made, changed


def asks(post: Post) -> bool:
    """Whether a message may ask about a policy: not a complaint, never a report of wrongdoing, and counted once."""
    if post.marks.double:
        return False
    if post.kind is Kind.QUESTION:
        return post.marks.matter in _ASKING
    return post.marks.matter == Matter.QUESTION


def edit(
    entry: PolicyAnswer, question: str, answer: str, status: PolicyAnswer.Status, *, by: User, now: datetime
) -> list[str]:
    """Write an entry anew; the names of what changed. An adopted entry needs an answer. Raises AnswerError."""
    question, answer = " ".join(question.split()), answer.strip()
    if not question:
        raise AnswerError("缺少问题")
    for word, said, longest in (("问题", question, LONGEST_QUESTION), ("答复", answer, LONGEST_ANSWER)):
        if len(said) > longest:
            raise AnswerError(f"{word}超过 {longest} 个字")
    if status == PolicyAnswer.Status.ADOPTED and not answer:
        raise AnswerError("采纳的条目要有答复")
    with transaction.atomic():
        kept = PolicyAnswer.objects.select_for_update().get(pk=entry.pk)
        wanted = {"question": question, "answer": answer, "status": str(status)}
        before = {name: str(getattr(kept, name)) for name in wanted}
        changed = [name for name, value in wanted.items() if before[name] != value]
        if not changed:
            return []
        for name in changed:
            setattr(kept, name, wanted[name])
        kept.edited = kept.edited or "question" in changed or "answer" in changed
        kept.changed_by, kept.changed_at = by.get_username(), now
        kept.save()
        told = {name: [before[name][:200], wanted[name][:200]] for name in changed}
        audit.record(now, by, "修改政策问答", "policy_answer", str(kept.pk), {"policy": kept.policy.title, **told})
    return changed


def reply_of(posts: Iterable[Post]) -> Post | None:
    """The one with the newest official reply."""
    replied = [post for post in posts if post.reply.strip()]
    return max(replied, key=lambda post: (post.replied_at or post.counted_at, post.id), default=None)


def without_opening(reply: str) -> str:
    """The reply without 您好，您的留言收悉，现答复如下; as it is where nothing would be left."""
    plain = reply.strip()
    cut = _OPENING.sub("", plain, count=1).strip()
    return cut if len(cut) >= 10 else plain


def _entry_of(found: Group, entries: Sequence[PolicyAnswer], taken: set[int]) -> PolicyAnswer | None:
    """The entry that has most posts of the group; each is of one group only."""
    ids = {post.id for post in found.posts}
    shared = [(len(ids & set(entry.posts)), -entry.pk, entry) for entry in entries if entry.pk not in taken]
    best = max(shared, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] else None


def _new(policy: Policy, found: Group, now: datetime) -> PolicyAnswer:
    entry = PolicyAnswer(policy=policy, question=found.question[:LONGEST_QUESTION], changed_at=now)
    _take(entry, found)
    entry.save()
    return entry


def _refresh(entry: PolicyAnswer, found: Group, now: datetime) -> bool:
    """Counts always; the answer only of what nobody has touched."""
    before = (entry.asked, entry.posts, entry.answer_post, entry.answered_at, entry.answer)
    untouched = entry.status == PolicyAnswer.Status.SUGGESTED and not entry.edited
    _take(entry, found, text=untouched)
    if before == (entry.asked, entry.posts, entry.answer_post, entry.answered_at, entry.answer):
        return False
    entry.save()
    return True


def _take(entry: PolicyAnswer, found: Group, *, text: bool = True) -> None:
    entry.asked = len(found.posts)
    entry.posts = [post.id for post in found.posts][-KEPT_POSTS:]
    replied = reply_of(found.posts)
    if replied and text:
        entry.answer = without_opening(replied.reply)[:LONGEST_ANSWER]
        entry.answer_post, entry.answered_at = replied.id, replied.replied_at or replied.counted_at
