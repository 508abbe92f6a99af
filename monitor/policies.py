"""Policies: registering one makes its query; changing one. What the archive shows of them is in policy_found.

Policies and interpretations are never counted as reaction to themselves: only news, posts and questions are.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from archive.fold import fold_text
from archive.language import Query, QueryError, parse, quote
from archive.post import Kind
from monitor.models import Policy, PolicyProposal
from monitor.validity import Validity, dates_of, faults

REACTION = (Kind.NEWS, Kind.POST, Kind.QUESTION)
SHORTEST_CORE = 6  # characters: a shorter core (关于放假的通知) would match anything
LEAST_OWN = 4  # letters of a title without 关于 and 通知 (养犬条例): fewer are in nearly every post
LONGEST_TITLE = 300


TEXTS = {  # of Policy: what it is called, and its longest
    "doc_number": ("文号", 64), "unit": ("责任单位", 128), "url": ("链接", 1000), "validity_reason": ("认定理由", 200),
    "interpretation_url": ("解读链接", 1000), "result_url": ("意见采纳情况链接", 1000),
}  # fmt: skip
DAYS = ("planned_on", "effective_on", "expires_on", "consulted_from", "consulted_until")
OTHERS = ("validity", "needs_interpretation", "interpreted_at", "result_at", "enabled")

_PRINTS = re.compile(r"(?:印发|公布|发布|转发)《(.{2,})》的(?:通知|公告|通告)$")
_BRACKETS = re.compile(r"[\s()\[\]【】〔〕]")
_BOOK = re.compile(r"《([^《》]{2,})》")
_ABOUT = re.compile(r"关于(?:印发|公布|发布|转发|做好|进一步做好|开展)?(.+)")
_TRIAL = re.compile(r"[（(](?:试行|暂行|修订|修订稿|征求意见稿)[）)]$")
_ENDING = re.compile(r"的?(?:通知|公告|通告|意见|决定|批复|函|公示|通报)$")


class PolicyError(Exception):
    """A policy cannot be registered or changed; the message (Chinese) says why. `field`: of Policy, where it is known.
    Raised by `register`, `amend` and `decline`."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


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


def same_paper(policy: Policy, title: str, doc_number: str) -> bool:
    """Whether a page of that title and number is the registered policy: a number is one paper's alone. Where one of
    them has none, it is told by the title, or by the work the page prints (关于印发《…》的通知)."""
    numbers = [_bare(policy.doc_number), _bare(doc_number)]
    if all(numbers):
        return numbers[0] == numbers[1]
    if title == policy.title:
        return True
    printed = _PRINTS.search(title)
    return printed is not None and fold_text(printed[1].strip()) == fold_text(policy.title.strip(" 《》"))


def _bare(doc_number: str) -> str:
    """清府办发〔2026〕18号, however its brackets are typed."""
    return _BRACKETS.sub("", fold_text(doc_number))


def register(
    title: str, *, by: User | str | None, now: datetime, released_at: datetime | None = None, doc_number: str = "",
    unit: str = "", url: str = "", query: str = "", post_id: str = "", **more: Any,
) -> Policy:  # fmt: skip
    """Register a policy under its title; a title registered before is an error. Without `released_at` it is one that
    is still to come. `query` empty: made of the title. `more`: other fields of Policy by their names. A proposal for
    the same post or paper counts as decided. Raises PolicyError."""
    plain = {name: value.strip() if isinstance(value, str) else value for name, value in more.items()}
    policy = Policy(title=title.strip(), released_at=released_at, post_id=post_id, **plain)
    policy.doc_number, policy.unit, policy.url = doc_number.strip(), unit.strip(), url.strip()
    policy.query = query.strip()
    _check(policy)
    with transaction.atomic():
        values = {name: getattr(policy, name) for name in ("released_at", "post_id", "query", *TEXTS, *DAYS, *OTHERS)}
        made, new = Policy.objects.get_or_create(title=policy.title, defaults=values)
        if not new:
            raise PolicyError(f"政策《{policy.title}》已登记", "title")
        waiting = PolicyProposal.objects.filter(decided="")
        same = [each.pk for each in waiting if each.post_id == post_id or same_paper(made, each.title, each.doc_number)]
        waiting.filter(pk__in=same).update(decided="registered")
        audit.record(now, by, "登记政策", "policy", policy.title, _told(made, ("doc_number", "query", *DAYS)))
    return made


def amend(policy: Policy, changes: Mapping[str, Any], *, by: User | str | None, now: datetime) -> list[str]:
    """Change fields of a registered policy; gives the names of those that are another now. Raises PolicyError."""
    with transaction.atomic():
        kept = Policy.objects.select_for_update().get(pk=policy.pk)
        before = {name: getattr(kept, name) for name in changes}
        for name, value in changes.items():
            setattr(kept, name, value.strip() if isinstance(value, str) else value)
        changed = [name for name in changes if getattr(kept, name) != before[name]]
        if not changed:
            return []
        _check(kept)
        if Policy.objects.filter(title=kept.title).exclude(pk=kept.pk).exists():
            raise PolicyError(f"政策《{kept.title}》已登记", "title")
        kept.save(update_fields=changed)
        told = {name: [str(before[name] or ""), str(getattr(kept, name) or "")] for name in changed}
        audit.record(now, by, "修改政策", "policy", kept.title, told)
    policy.refresh_from_db()
    return changed


def _check(policy: Policy) -> None:
    """Raises PolicyError. Where the query is empty it is made of the title."""
    title = policy.title
    if not title:
        raise PolicyError("缺少标题", "title")
    if len(title) > LONGEST_TITLE:
        raise PolicyError(f"标题超过 {LONGEST_TITLE} 个字", "title")
    if not policy.query and len(own_letters(title)) < LEAST_OWN:
        wrong = f"标题“{title}”太笼统，几乎什么信息都会算作提到它：请写全称，或另给检索式"
        raise PolicyError(wrong, "title")
    for name, (word, longest) in TEXTS.items():
        if len(getattr(policy, name)) > longest:
            raise PolicyError(f"{word}超过 {longest} 个字", name)
    if policy.validity and policy.validity not in list(Validity):
        raise PolicyError(f"不认识的有效性“{policy.validity[:20]}”", "validity")
    if policy.validity and not policy.validity_reason:
        raise PolicyError("人工认定有效性要写明理由", "validity_reason")
    for name, wrong in faults(dates_of(policy)).items():
        raise PolicyError(wrong, name)
    policy.query = policy.query or policy_query(title, policy.doc_number)
    try:
        parse(policy.query)
    except QueryError as error:
        raise PolicyError(f"检索式有误（第 {error.position + 1} 个字）：{error}", "query") from error


def _told(policy: Policy, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(value) for name in names if (value := getattr(policy, name))}


def compiled() -> tuple[list[tuple[Policy, Query]], list[str]]:
    """Every enabled policy with its query, and the faults of those that no longer parse."""
    found, faults = [], []
    for policy in Policy.objects.filter(enabled=True):
        try:
            found.append((policy, parse(policy.query)))
        except QueryError as error:
            faults.append(f"政策《{policy.title}》的检索式有误，本轮未用：{error}")
    return found, faults
