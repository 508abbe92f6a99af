"""Where sources stand: what was not read and what brought nothing, as the round counts it and as people are told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.by_character import ByCharacter
from archive.post import Precision
from archive.store import Filter, Store
from monitor.gaps import Gap, patience, rhythm
from monitor.hours import HOUR, full_hour
from monitor.models import Outage, Source
from monitor.said import stamp

UNCHANGED = timedelta(days=3)  # told of a source whose rhythm is not known yet
LOOKED_AT = 200  # posts of an hour, to see whether a source says when they were published


def note_gap(source: Source, now: datetime) -> None:
    """Log that a source was not read, when a crawl of it that began at `now` has ended well; call before its row is
    changed, in that transaction."""
    if source.last_ok is not None and now - source.last_ok > patience(timedelta(seconds=source.every)):
        Outage.objects.get_or_create(source=source.id, began=source.last_ok, defaults={"ended": now})


def gaps(store: Store, since: datetime, now: datetime) -> list[Gap]:
    """Of the enabled sources, since `since`: when they were down and when they were silent. Notes each one's rhythm."""
    enabled = {source.id: source for source in Source.objects.filter(enabled=True)}
    found = [
        Gap(source.id, source.last_ok, None) for source in enabled.values() if source.last_ok and _down(source, now)
    ]
    log = Outage.objects.filter(source__in=enabled, ended__gt=since, began__lt=now)
    found += [Gap(row.source, row.began, row.ended) for row in log.order_by(ByCharacter("source"), "began")]
    hours = store.hours_by(Filter(since=since, until=now), "source")
    for source in enabled.values():
        how = rhythm(source.id, hours.get((source.id,), ()), now)
        found += how.silences
        silent = how.silences[-1].since if how.silences and how.silences[-1].until is None else None
        if (silent, how.longest) != (source.silent_since, source.longest_gap):
            Source.objects.filter(id=source.id).update(silent_since=silent, longest_gap=how.longest)
    return found


def lumps(store: Store, found: Sequence[Gap], since: datetime) -> set[tuple[str, datetime]]:
    """(source, hour) in which a source came back, after `since`, with posts of which nobody knows the hour: all of its
    backlog stands there, and says nothing of that hour."""
    back = {(gap.source, full_hour(gap.until)) for gap in found if gap.until is not None and gap.until > since}
    return {(source, hour) for source, hour in back if _without_hours(store, source, hour)}


def trouble(source: Source, now: datetime) -> str:
    """Why a source needs looking at (Chinese), "" where it does not."""
    if source.last_ok is None:
        return f"连续 {source.failures} 次采集失败" if source.failures else "尚未采集"
    since = f"{stamp(source.last_ok)}后未采集成功"
    if source.failures:
        return f"连续 {source.failures} 次采集失败" + (f"，{since}" if _down(source, now) else "")
    if _down(source, now):
        return f"采集中断：{since}"
    if source.silent_since is not None and source.longest_gap is not None:
        return f"{_long(now - source.silent_since)}无新信息，此前最长 {_long(source.longest_gap)}"
    if source.longest_gap is None and (source.last_new is None or now - source.last_new > UNCHANGED):
        return f"{UNCHANGED.days} 天以上无更新"
    return ""


def away(source: Source, now: datetime) -> bool:
    """Whether a source that was read before brings nothing now: it is down or silent."""
    return _down(source, now) or source.silent_since is not None


def _down(source: Source, now: datetime) -> bool:
    return source.last_ok is not None and now - source.last_ok > patience(timedelta(seconds=source.every))


def _without_hours(store: Store, source: str, hour: datetime) -> bool:
    ids = store.ids(Filter(sources=(source,), since=hour, until=hour + HOUR), LOOKED_AT)
    posts = store.get(ids).values()
    return 2 * sum(post.published_precision is not Precision.MINUTE for post in posts) > len(posts)


def _long(span: timedelta) -> str:
    """5 天, 30 小时."""
    return f"{span.days} 天" if span >= timedelta(days=2) else f"{round(span / HOUR)} 小时"
