"""Who agrees to an immediate list (即报). Any hit of it is reported at once, so two different people stand for every
query of it: an edited one waits until two have agreed to it, and until then the list watches with the one before."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import User
from monitor.drafts import APPROVERS, WatchlistError
from monitor.models import Watchlist
from monitor.versions import keep_version


def strangers(names: Sequence[str]) -> list[str]:
    """Those who are nobody with an account here; none where there are no accounts at all yet."""
    if not User.objects.filter(is_active=True).exists():
        return []
    return [name for name in names if _account(name) is None]


def one_person(names: Sequence[str]) -> bool:
    """Whether fewer than two people stand behind these names: an account's name and its owner's are one."""
    return len({_person(name) for name in names}) < APPROVERS


def agree(watchlist: Watchlist, person: str, *, by: User | str | None, now: datetime) -> Watchlist:
    """Note that `person` agrees to the query that waits; with the second person's word it is the list's. Raises
    WatchlistError."""
    with transaction.atomic():
        row = Watchlist.objects.select_for_update().get(pk=watchlist.pk)
        if not row.proposed:
            raise WatchlistError([f"监测方案「{row.name}」没有等待同意的修改"])
        person = person.strip()
        if not person:
            raise WatchlistError(["请写明同意人"])
        if strangers([person]):
            raise WatchlistError([f"「{person}」不是本系统启用的账号，不能作为同意人"])
        if any(_person(name) == _person(person) for name in row.agreed):
            raise WatchlistError([f"「{person}」已经同意过，还须另一人同意"])
        row.agreed = [*row.agreed, person]
        details = {"query": row.proposed, "person": person}
        audit.record(now, by, "同意即报方案的修改", "watchlist", row.name, details)
        if len(row.agreed) >= APPROVERS:
            _put_in_force(row, by, now)
        row.save()
    return row


def _put_in_force(row: Watchlist, by: User | str | None, now: datetime) -> None:
    was = {"query": row.query, "approved_by": row.approved_by}
    row.query, row.approved_by, row.version = row.proposed, row.agreed, row.version + 1
    row.proposed, row.agreed = "", []
    keep_version(row, by, now)
    to = {"query": row.query, "approved_by": row.approved_by}
    audit.record(now, by, "修改监测方案", "watchlist", row.name, {"version": row.version, "from": was, "to": to})


def _person(name: str) -> str:
    account = _account(name)
    return account.get_username() if account else "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _account(name: str) -> User | None:
    plain = name.strip()
    return User.objects.filter(Q(username__iexact=plain) | Q(first_name=plain), is_active=True).order_by("pk").first()
