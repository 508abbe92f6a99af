"""An invented city's posts, findings and recipients for the tests of alerts."""

from datetime import datetime, timedelta
from typing import Any

from alerts.models import Recipient, Unit
from archive.post import CHINA, Kind, Marks, Post, Precision, post_id
from archive.store import Store
from monitor.models import Finding

NOW = datetime(2019, 8, 2, 8, 20, tzinfo=CHINA)
HOSTILE = "{{7*7}}{% for x in range(9**9) %}<script>alert(1)</script>[点我](http://evil.example/x)|**x**"
RISK = {
    "score": 48,
    "level": 3,
    "contributions": [{"name": "信息量", "points": 14, "evidence": "24 小时 5 条 / 通常 0.3 条"}],
    "trigger": "",
}


def post(name: str, at: datetime = NOW - timedelta(hours=2), event: str | None = "车位", **changes: Any) -> Post:
    fields: dict[str, Any] = {
        "id": post_id(source="board", item_id=name),
        "url": f"https://board.example.cn/{name}",
        "kind": Kind.QUESTION,
        "title": f"滨河苑捆绑销售车位 {name}",
        "text": "认购书要求一次性付清车位款，不买车位就取消购房资格。",
        "source": "board",
        "collected_at": at + timedelta(minutes=10),
        "published_at": at,
        "published_precision": Precision.MINUTE,
    }
    made = Post(**(fields | changes))
    return made.with_marks(Marks(event=event, matter="投诉")) if made.marks == Marks() else made


def fill(store: Store, posts: list[Post]) -> None:
    """Put and mark, as crawl and round do."""
    store.put(posts)
    now_in = store.get([each.id for each in posts])
    assert not store.annotate([(each.id, now_in[each.id].revision, each.marks) for each in posts])


def finding(posts: list[Post], at: datetime = NOW, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "kind": Finding.Kind.SPIKE,
        "subject_kind": "event",
        "subject": "车位",
        "onset": at.replace(minute=0, second=0, microsecond=0),
        "title": "滨河苑职工购房捆绑销售车位",
        "explanation": "最近 24 小时 5 条，通常 0.3 条",
        "facts": {"window_hours": 24, "observed": 5, "expected": 0.3, "total": len(posts), "speakers": 4},
        "post_ids": [each.id for each in posts],
        "events": ["车位"],
        "risk": RISK,
        "found_at": at,
    }
    return Finding.objects.create(**(fields | changes))


def recipient(email: str = "zhou@press.example.gov.cn", **fields: Any) -> Recipient:
    return Recipient.objects.create(email=email, **({"name": "周"} | fields))


def unit(name: str = "市住建局", **fields: Any) -> Unit:
    return Unit.objects.create(name=name, **({"phone": "0839-0000012", "topics": ["车位", "住房"]} | fields))
