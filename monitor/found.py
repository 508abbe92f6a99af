"""From what was found to rows of Finding, each once however often the round runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive.post import Post
from archive.store import Store
from monitor.findings import MOST_POSTS, Matter, describe, main_events
from monitor.models import Finding, Policy, SubjectState, Watchlist
from monitor.risk_tables import FOUR_LEVELS, Preset
from monitor.spikes import Onset

TITLE = 300
FINDINGS = "findings"  # whose turn it is to write them (leases.turn)


@dataclass(frozen=True, slots=True)
class Found:
    """Something worth telling. `state_kind` is the subject's kind in SubjectState ("" keeps no state). `broad`: it is
    told only if others have not told most of its posts."""

    kind: str
    subject_kind: str
    subject: str
    onset: datetime
    title: str
    explanation: str
    matter: Matter
    events: tuple[str, ...]
    tier: int = 0
    watchlist: Watchlist | None = None
    policy: Policy | None = None
    state_kind: str = ""
    broad: bool = False
    rise: bool = False


def rows(
    store: Store, found: Sequence[Found], names: Mapping[str, str], now: datetime, table: Preset = FOUR_LEVELS
) -> list[Finding]:
    """Unsaved rows, with facts and risk by `table`. Reads the archive: call it outside any transaction."""
    return [_row(store, each, names, now, table) for each in found]


def save(row: Finding, found: Found) -> bool:
    """Whether it is new. Call it inside a transaction with the mark that says how far the round has come."""
    same = {name: getattr(row, name) for name in ("kind", "subject_kind", "subject", "onset")}
    if Finding.objects.filter(**same).exists():
        return False
    row.save()
    keep_state(found)
    return True


def keep_state(found: Found) -> None:
    """Remember its onset, so that it is never computed again; in the same transaction."""
    if found.state_kind:
        SubjectState.objects.update_or_create(
            subject_kind=found.state_kind,
            subject=found.subject,
            defaults={"last_onset": found.onset, "last_tier": found.tier},
        )


LATEST = timedelta(hours=72)  # as late as for an immediate list
MOSTLY = 0.5  # of a finding's posts; as for one that joins an incident


def sifted(found: Sequence[Found], now: datetime) -> tuple[list[Found], list[Found]]:
    """(what to tell, what others tell already): of the broad ones only those of whose posts more than half are in
    no other finding, of this round or of the last days. The order is kept; of the broad ones the first has them."""
    exact = [each for each in found if not each.broad]
    recent = Finding.objects.filter(found_at__gt=now - LATEST).values_list("post_ids", flat=True)
    told = {identity for ids in recent for identity in ids}
    told |= {post.id for each in exact for post in each.matter.posts}
    tell, leave = list(exact), []
    for each in found:
        if not each.broad:
            continue
        ids = {post.id for post in each.matter.posts}
        if len(ids & told) >= MOSTLY * len(ids):
            leave.append(each)
        else:
            tell.append(each)
            told |= ids
    return tell, leave


def last_rises(onsets: Sequence[Onset], now: datetime) -> list[Onset]:
    """An onset that rose before anybody was told is told once, at its height. What burst days before anybody looked
    (the program was off, a source came back) is history: its hours count as judged, but nobody is warned of it."""
    kept: list[Onset] = []
    for onset in onsets:
        if onset.rise and kept:
            kept[-1] = replace(onset, rise=kept[-1].rise)
        else:
            kept.append(onset)
    return [onset for onset in kept if onset.hour > now - LATEST]


def headline(posts: Sequence[Post], fallback: str) -> str:
    """The title of the oldest original among a finding's posts."""
    titled = [post for post in reversed(posts) if post.title.strip()]
    originals = [post for post in titled if post.marks.copy_of is None]
    chosen = (originals or titled)[:1]
    return " ".join(chosen[0].title.split())[:TITLE] if chosen else fallback[:TITLE]


def _row(store: Store, each: Found, names: Mapping[str, str], now: datetime, table: Preset) -> Finding:
    facts, risk = describe(store, each.matter, names, now, table)
    return Finding(
        kind=each.kind,
        subject_kind=each.subject_kind,
        subject=each.subject,
        onset=each.onset,
        tier=each.tier,
        rise=each.rise,
        title=each.title[:TITLE],
        explanation=each.explanation[:TITLE],
        facts=facts,
        post_ids=[post.id for post in each.matter.posts][:MOST_POSTS],
        events=list(each.events) or main_events(each.matter.posts),
        risk=risk.as_dict(),
        situation=risk.situation.as_dict(),
        watchlist=each.watchlist,
        watchlist_version=each.watchlist.version if each.watchlist else None,
        policy=each.policy,
        found_at=now,
    )
