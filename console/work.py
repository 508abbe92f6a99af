"""What recurs, each as one function of `now` that says in a line what it did; "" where there was nothing to do."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings

from alerts import retention as old
from alerts.digest import make_digest
from alerts.digest_counts import span
from alerts.evidence import unheard
from alerts.follow import follow, remind
from alerts.incidents import open_incidents, open_urgent
from alerts.models import Digest, Incident
from archive.post import CHINA
from archive.store import Store
from console.archive import archive
from console.crawling import crawl_due
from console.rounds import BusyError, one_round
from crawlers.job import Outcome
from monitor import policies, policy_answers, second
from monitor.models import Source
from monitor.round import RoundReport, run_round
from monitor.sentiment import SentimentError

log = logging.getLogger(__name__)

DIGEST_HOUR = 8
DIGESTS_BACK = timedelta(days=6)  # with today's, the days of a week
STALE = timedelta(days=1)
MOST_ASKED = 300  # second opinions after one round: six seconds

Clock = Callable[[], datetime]
Stop = Callable[[], bool]


def never() -> bool:
    return False


def crawl(
    now: datetime, *, clock: Clock | None = None, stop: Stop = never, brought: Callable[[], None] = lambda: None
) -> str:
    """`brought` hears at once when a source has brought something: others may take long yet."""

    def told(_source: Source, outcome: Outcome) -> None:
        if outcome.counts["new"] + outcome.counts["updated"]:
            brought()

    outcomes = crawl_due(now, told=told, clock=clock, stop=stop, rolling=True)
    news = sum(outcome.counts["new"] + outcome.counts["updated"] for outcome in outcomes)
    return f"采集 {len(outcomes)} 次信源，新到 {news} 条" if news else ""


def monitor(now: datetime) -> str:
    """A round that somebody has begun by hand will do."""
    try:
        report, opened = watch(archive(), now)
    except BusyError:
        return ""
    return f"{report}；新开舆情 {len(opened)} 起"


def watch(
    store: Store, now: datetime, progress: Callable[[int], None] | None = None
) -> tuple[RoundReport, list[Incident]]:
    """A round, the incidents its findings call for, and what is new about those that are open: at its end, but
    threats to a life and hits of immediate lists as soon as they are read, and also where the round fails. Raises
    BusyError where another is going on."""
    with one_round():
        done = _watch(store, now, progress)
    if settings.SECOND_OPINION:
        second_opinions(now)
    return done


def second_opinions(now: datetime) -> int:
    """Of new evidence, what the other engine says of it; how many posts. After everything that must be told: it costs
    seconds and, while it lasts, 420 MB. A trouble with it is no trouble of the round."""
    try:
        return second.ask(unheard(MOST_ASKED), settings.SENTIMENT_ENGINE, now)
    except SentimentError as error:
        log.warning("no second opinion: %s", error)
        return 0


def _watch(store: Store, now: datetime, progress: Callable[[int], None] | None) -> tuple[RoundReport, list[Incident]]:
    opened: list[Incident] = []

    def urgent() -> None:
        try:
            opened.extend(open_urgent(store, now))
        except Exception:
            log.exception("urgent findings could not be told during the round")

    try:
        report = run_round(store, now, progress=progress, urgent=urgent)
    except Exception:
        try:
            open_urgent(store, now, described=False)
        except Exception:
            log.exception("urgent findings could not be told after the round had failed")
        raise
    opened += open_incidents(store, now)
    follow(store, now)
    remind(now)
    return report, opened


def answers(now: datetime) -> str:
    """Suggested entries for the question-and-answer base of every policy that is watched; a query that cannot be read
    is told by each round."""
    made = 0
    for policy, _ in policies.compiled()[0]:
        made += policy_answers.suggest(archive(), policy, now)[0]
    return f"问答库新建议 {made} 条" if made else ""


def digest(now: datetime) -> str:
    """The digest of today, from 08:00 on, and each one of the last week that was missed because the machine was off.

    One that is a day late or more is made and kept for whoever looks for it, but not mailed any more: whoever reads
    mail wants to know of today. Before the first digest of all there is none to miss."""
    days = _days(now)
    for day in days:
        make_digest(archive(), day, now, mail=now - span(day).until < STALE)
    return "、".join(f"{day} 日报" for day in days)


def _days(now: datetime) -> list[date]:
    """Today (also where its digest is made: whoever was added since gets it), and what is missing, oldest first."""
    local = now.astimezone(CHINA)
    today = [local.date()] if local.hour >= DIGEST_HOUR else []
    first = Digest.objects.order_by("day").first()
    if first is None:
        return today
    made = set(Digest.objects.values_list("day", flat=True))
    days = [local.date() - timedelta(days=back) for back in range(DIGESTS_BACK.days, 0, -1)]
    return [day for day in days if day > first.day and day not in made] + today


def retention(now: datetime) -> str:
    before = now - timedelta(days=settings.RETENTION_DAYS)
    told = f"到期移出 {archive().expire(before)} 条；{old.expire(before)}"
    tidied = archive().tidy(now)
    return f"{told}；整理索引 {tidied} 个月" if tidied else told
