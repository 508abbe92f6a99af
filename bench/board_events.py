"""Which events of the replayed board would be raised: python -m bench.board_events [FROM UNTIL]

The board is crawled at 08:00 and 20:00; what the first crawl finds comes at one moment in the order of ids, as the
archive would give it. Prints every event that reaches an onset or becomes a slow burn, and how many do in a month.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.post import CHINA, Kind, Post, Precision, post_id
from monitor import said, slow
from monitor.events import Assignment, EventIndex
from monitor.spikes import TIERS, Onset, evaluate_event

SHARED = Path(__file__).parents[2] / "shared"
KNOWN = {"伊景园": "2019-07", "丽发新城": "2019-11", "魅力之城": "2019-06"}
SLOW = (5, 6, 7, 8, 10, 12, 15)
DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Raised:
    event: str
    at: datetime
    about: str  # one of KNOWN, or ""
    size: int
    onsets: tuple[Onset, ...]


def board(begin: datetime, until: datetime) -> list[Post]:
    """Messages of both files as posts in the order in which twice-daily crawls from `begin` on would collect them."""
    posts = []
    for name in ("board.jsonl", "answers.jsonl"):
        with (SHARED / "data" / name).open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                at = datetime.fromisoformat(row["created"])
                if at < until:
                    posts.append(_post(row, at, max(begin, _crawl_after(at))))
    return sorted(posts, key=lambda post: (post.collected_at, post.id))


def _post(row: dict[str, str], at: datetime, collected: datetime) -> Post:
    return Post(
        id=post_id(url=f"http://127.0.0.1:8900/board/thread/{row['id']}.html"),
        url="",
        kind=Kind.QUESTION,
        title=row["title"],
        text=row["body"],
        source="board",
        collected_at=collected,
        speaker=row["user"],
        published_at=at,
        published_precision=Precision.MINUTE,
    )


def _crawl_after(at: datetime) -> datetime:
    local = at.astimezone(CHINA)
    morning = local.replace(hour=8, minute=0, second=0, microsecond=0)
    return next(
        crawl for crawl in (morning, morning + timedelta(hours=12), morning + timedelta(days=1)) if crawl >= local
    )


def raised(posts: list[Post], given: list[Assignment], begin: datetime, until: datetime) -> Iterator[Raised]:
    """Events with an onset, judged over the whole time at once."""
    for event, members in members_of(posts, given).items():
        spoken = [(post.counted_at, str(post.speaker)) for post in members]
        onsets = tuple(evaluate_event(spoken, now=until, after=begin))
        if onsets:
            yield Raised(event, onsets[0].hour, _about(members), len(members), onsets)


def slow_burns(posts: list[Post], given: list[Assignment], begin: datetime, speakers: int) -> Iterator[Raised]:
    """Events that reach `speakers` distinct speakers on enough different days within the span of a slow burn."""
    for event, members in members_of(posts, given).items():
        spoken = sorted((post.counted_at, str(post.speaker)) for post in members)
        for at, _ in spoken:
            recent = [(day.astimezone(CHINA).date(), who) for day, who in spoken if at - slow.SPAN < day <= at]
            people, days = len({who for _, who in recent}), len({day for day, _ in recent})
            if at >= begin and people >= speakers and days >= slow.LEAST_DAYS:
                yield Raised(event, at, _about(members), len(members), ())
                break


def members_of(posts: list[Post], given: list[Assignment]) -> dict[str, list[Post]]:
    """Posts by event, doubles left out."""
    events: defaultdict[str, list[Post]] = defaultdict(list)
    for post, assignment in zip(posts, given, strict=True):
        if not assignment.double:
            events[assignment.event].append(post)
    return events


def _about(members: list[Post]) -> str:
    """The known matter most of them name; their titles are not ours to copy."""
    counts = {name: sum(name in post.title + post.text for post in members) for name in KNOWN}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] * 2 >= len(members) else ""


def known_matters(posts: list[Post], given: list[Assignment]) -> str:
    lines = ["| matter | messages | in one event | the event's size | purity |", "|---|---|---|---|---|"]
    for name, since in KNOWN.items():
        month = datetime.fromisoformat(f"{since}-01").replace(tzinfo=CHINA)
        wanted = {post.id for post in posts if name in post.title + post.text and post.counted_at >= month}
        if not wanted:
            continue
        event, together = Counter(a.event for a in given if a.id in wanted).most_common(1)[0]
        size = sum(a.event == event for a in given)
        lines.append(f"| {name} since {since} | {len(wanted)} | {together} | {size} | {together / size:.3f} |")
    return "\n".join(lines)


def run(begin: datetime | None = None, until: datetime | None = None) -> str:
    """Markdown."""
    begin = begin or datetime(2019, 7, 1, 8, tzinfo=CHINA)
    until = until or datetime(2020, 1, 15, 20, tzinfo=CHINA)
    posts = board(begin, until)
    index = EventIndex()
    given = index.add(posts)
    months = (until - begin) / timedelta(days=DAYS_A_MONTH)
    found = sorted(raised(posts, given, begin, until), key=lambda each: each.at)
    lines = [known_matters(posts, given), "", f"{len(posts)} messages, {len({a.event for a in given})} events.", ""]
    for tier in TIERS:
        number = sum(any(onset.tier >= tier for onset in each.onsets) for each in found)
        lines.append(f"- onset of tier {tier} or more: {number} events, {number / months:.1f} a month")
    for speakers in SLOW:
        number = len(list(slow_burns(posts, given, begin, speakers)))
        lines.append(f"- {speakers} speakers in 30 days: {number} events, {number / months:.1f} a month")
    lines += ["", "| first onset | tier | what | size | known event |", "|---|---|---|---|---|"]
    for each in found:
        onset = each.onsets[0]
        counted = said.burst(onset.window_hours, onset.observed, onset.expected)
        told = f"| {each.at.astimezone(CHINA):%Y-%m-%d %H:00} | {onset.tier} | {counted} | {each.size} |"
        lines.append(f"{told} {each.about} |")
    lines += ["", f"| slow burn ({slow.LEAST_SPEAKERS} speakers) | size | known event |", "|---|---|---|"]
    for each in sorted(slow_burns(posts, given, begin, slow.LEAST_SPEAKERS), key=lambda each: each.at):
        lines.append(f"| {each.at.astimezone(CHINA):%Y-%m-%d} | {each.size} | {each.about} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    moments = [datetime.fromisoformat(text).replace(tzinfo=CHINA) for text in sys.argv[1:3]]
    sys.stdout.write(run(*moments))
