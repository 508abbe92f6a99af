"""A burst as the office lives it: told, told again when it rises, kept open while it lasts, and not repeated."""

from datetime import timedelta
from random import Random

import pytest

from alerts.follow import follow
from alerts.incidents import open_incidents
from alerts.models import Delivery, Incident, IncidentFinding, State
from archive.post import Post
from archive.store import Store
from monitor.hours import DAY, HOUR
from monitor.models import Finding, KnownSource, RoundState
from monitor.round import run_round
from monitor.watchlists import Draft, save
from tests.alerts.city import recipient
from tests.monitor.city import NOW, post

pytestmark = pytest.mark.django_db(transaction=True)
# So many that no place has enough of them to burst by itself.
PLACES = [f"{one}{other}苑" for one in "锦望桃翠金玉银海紫梧枫" for other in "绣江花竹沙兰"]


def water(at_hour: float, number: int) -> Post:
    """Everybody says it in words of their own: what was said in the same words would be one event's."""
    own = "".join(Random(number).choices([chr(0x4E00 + 17 * at) for at in range(1200)], k=30))
    text = f"{PLACES[number % 66]}停水{own}"
    at = NOW + timedelta(hours=at_hour)
    return post(text, text, at=at, collected=at, key=f"w{number}", speaker=f"s{number}")


def live(store: Store, posts: list[Post], *hours: int) -> None:
    """At each: what was published is collected, a round, incidents, what came since."""
    for hour in hours:
        now = NOW + hour * HOUR
        store.put([each for each in posts if each.counted_at < now])
        run_round(store, now, sentiment="none")
        open_incidents(store, now)
        follow(store, now)


def test_a_burst_that_rises_and_lasts_is_one_incident_told_again_once(store: Store) -> None:
    save(Draft("停水", "公共服务保障", "停水"), by="周", now=NOW)
    recipient()
    KnownSource.objects.create(id="board", first_read=NOW - 200 * DAY)
    RoundState.objects.create(pk=1, evaluated=NOW - HOUR)
    store.put([water(-24 * day - 5, 1000 + day) for day in range(4, 40, 6)])
    small = [water(1.1 + n / 10, n) for n in range(4)]
    large = [water(3.02 + n / 30, 100 + n) for n in range(25)]
    lasting = [water(5.1 + n, 200 + n) for n in range(50)]  # one an hour for two days
    posts = [*small, *large, *lasting]

    live(store, posts, 1, 2)
    incident = Incident.objects.get()
    first = Finding.objects.get(subject_kind="watchlist")
    assert (first.tier < 6, incident.posts.count(), Delivery.objects.count()) == (True, 4, 1)

    Delivery.objects.update(status=Delivery.Status.SENT, sent_at=NOW + 2 * HOUR, attempts=1)

    live(store, posts, 3, 4, 5)
    rise = Finding.objects.filter(subject_kind="watchlist").latest("onset")
    assert rise.tier == 6 and rise.onset == NOW + 3 * HOUR
    assert set(IncidentFinding.objects.filter(incident=incident).values_list("finding", flat=True)) >= {
        first.pk,
        rise.pk,
    }
    assert incident.posts.count() >= 25
    incident.refresh_from_db()
    assert incident.explanation == rise.explanation, "it speaks for the incident now"
    told = Delivery.objects.filter(kind=Delivery.Kind.UPDATE)
    assert [each.due_at <= NOW + 15 * HOUR for each in told] == [True], "one mail more, when the cool-down is over"

    findings = set(Finding.objects.filter(subject_kind="watchlist").values_list("pk", flat=True))
    live(store, posts, *range(6, 60, 18))
    assert set(Finding.objects.filter(subject_kind="watchlist").values_list("pk", flat=True)) == findings
    incident.refresh_from_db()
    assert Incident.objects.exclude(pk=incident.pk).count() == 0
    assert incident.state == State.FOUND, "what stays high stays open"
