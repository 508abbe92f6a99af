"""Rows and posts that read like the press office's day. Shared by the tests of pages; everything is invented."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Role, User
from alerts import running
from alerts.models import Delivery, FilledPlan, Incident, IncidentPost, IncidentStep, Level, PlanTemplate, Unit
from archive.post import CHINA, Kind, Marks, Post, Precision, post_id
from monitor.models import Finding, Policy, PolicyAnswer, Source
from monitor.risk import assess
from monitor.situation import Answer, Quote, Situation, Voice
from monitor.triggers import DEATH

NOW = datetime(2019, 8, 2, 8, 20, tzinfo=CHINA)
HOSTILE = "<script>alert('x')</script>{{7*7}}{% if 1 %}"
BAD_URL = "javascript:alert(document.cookie)"
PASSWORD = "qing-jiang-2019-duty"

PLAN = """# 应对处置方案

## 一、舆情概况

7 月 7 日以来 23 条留言反映认购须同时购买车位。【待填：一句话研判结论】

## 六、责任分工

| 职责 | 单位 |
| --- | --- |
| 牵头（第一责任主体） | 市住建局 |

## 八、回应方案

口径：【待填】
"""


def user(role: Role = Role.OFFICER, name: str = "", password: str = PASSWORD) -> User:
    made = User(username=name or str(role), role=role, first_name="周", is_staff=role is Role.ADMIN)
    made.is_superuser = role is Role.ADMIN
    made.set_password(password)
    made.save()
    return made


def unit(name: str = "市住建局") -> Unit:
    return Unit.objects.get_or_create(name=name, defaults={"phone": "0839-×××××12"})[0]


def source(identity: str = "board", name: str = "市民留言板", **fields: Any) -> Source:
    fresh = {"last_ok": NOW - timedelta(minutes=5), "last_new": NOW - timedelta(hours=1), "region": "东城区"}
    return Source.objects.create(id=identity, name=name, declaration={}, **{**fresh, **fields})


def incident(number: str = "2019-0802-01", posts: int = 3, **fields: Any) -> Incident:
    """待研判, with its 48-hour clock, a plan, posts and a first step."""
    known: dict[str, Any] = {
        "title": "滨河苑职工购房捆绑销售车位",
        "kind": Finding.Kind.SPIKE,
        "suggested_level": Level.III,
        "discovered_at": NOW - timedelta(hours=1, minutes=18),
        "explanation": "最近 24 小时 5 条，通常 0.3 条",
        "facts": {"total": posts, "speakers": 19, "sources": 3, "matters": {"投诉": posts}},
        "risk": {
            "score": 48,
            "level": 3,
            "contributions": [
                {"name": "信息量", "points": 14, "evidence": "24 小时 5 条，通常 0.3 条"},
                {"name": "诉求", "points": 12, "evidence": "23 条中投诉 21 条"},
                {"name": "领域", "points": 12, "evidence": "住房"},
                {"name": "持续", "points": 6, "evidence": "27 天 19 个账号"},
                {"name": "扩散", "points": 4, "evidence": "3 个信源"},
            ],
            "trigger": None,
        },
        "plan": plan_template(),
    }
    made = Incident.objects.create(number=number, **{**known, **fields})
    running.start(made, made.discovered_at)
    for index in range(posts):
        kept_post(made, index)
    FilledPlan.objects.create(
        incident=made,
        number=made.filled_plans.count() + 1,
        template_name="民生诉求类预案",
        template_version=2,
        text=PLAN,
        at=NOW,
    )
    IncidentStep.objects.create(
        incident=made, at=made.discovered_at, by="系统", act="found", state=made.state, what="系统发现（信息量突增）"
    )
    return made


def graded(made: Incident, answer: Answer = "waiting") -> Incident:
    """The incident with what its risk rests on: its complaints about a school and a report of a death."""
    asked = [row.post_id for row in made.posts.all()]
    report = kept_post(made, 9, title="通报", kind="news", publisher="新华社", text="坍塌造成3人死亡。", matter=None)
    voices = [Voice(identity, "小学食堂", "board", "投诉", answer=answer) for identity in asked]
    news = Voice(report.post_id, "通报", "新华网", publisher="新华社", quotes=(Quote(DEATH, f"3人死亡。{HOSTILE}"),))
    risk = assess(Situation(24, len(asked), 0.3, len(asked), 1, (*voices, news)))
    made.risk, made.situation, made.suggested_level = risk.as_dict(), risk.situation.as_dict(), risk.level
    made.save()
    return made


def delivery(number: int = 1, status: Delivery.Status = Delivery.Status.SENT, **fields: Any) -> Delivery:
    known: dict[str, Any] = {
        "kind": Delivery.Kind.ALERT,
        "natural_key": f"alert:{number}",
        "address": "press@example.cn",
        "message_id": f"<{number}@example.cn>",
        "subject": "预警",
        "text": "预警",
        "html": "预警",
        "due_at": NOW - timedelta(hours=1),
        "made_at": NOW - timedelta(hours=1),
        "sent_at": NOW if status == Delivery.Status.SENT else None,
    }
    return Delivery.objects.create(status=status, **{**known, **fields})


def plan_template() -> PlanTemplate:
    return PlanTemplate.objects.get_or_create(slug="complaint", defaults={"name": "民生诉求类预案", "text": PLAN})[0]


def kept_post(of: Incident, index: int = 0, **snapshot: Any) -> IncidentPost:
    at = NOW - timedelta(days=index, hours=10)
    known = {
        "url": f"http://board.example.cn/{of.number}/{index}",
        "title": f"滨河苑捆绑销售车位（{index + 1}）",
        "text": "认购时要求同时购买车位，不买车位不予签约。",
        "source": "board",
        "source_name": "市民留言板",
        "publisher": "",
        "kind": "question",
        "published_at": at.isoformat(),
        "region": "东城区",
        "matter": "投诉",
        "sentiment": "negative",
        "reply": "",
        "replied_at": None,
        "copy_of": None,
    }
    kept = {**known, **snapshot}
    return IncidentPost.objects.create(
        incident=of, post_id=post_id(url=f"{known['url']}"), snapshot=kept, published_at=at, added_at=NOW
    )


def post(index: int = 0, marks: Marks | None = None, **fields: Any) -> Post:
    """A post of the archive: a question of the board, `index` days old."""
    at = NOW - timedelta(days=index, hours=3)
    known: dict[str, Any] = {
        "url": f"http://board.example.cn/post/{index}",
        "kind": Kind.QUESTION,
        "title": f"反映东城区停水无人通知（{index + 1}）",
        "text": "从周一早上开始停水，物业说是自来水公司抢修，一直没有公告，请问什么时候恢复供水？",
        "source": "board",
        "collected_at": at + timedelta(minutes=10),
        "published_at": at,
        "published_precision": Precision.MINUTE,
        "region": "东城区",
        "speaker": f"secret-speaker-{index}",
    }
    known |= fields
    made = Post(id=post_id(url=known["url"]), **known)
    return made.with_marks(marks) if marks else made


def policy(title: str = "清江市城区停车收费管理办法", **fields: Any) -> Policy:
    """Released ten days ago, in force since five."""
    known: dict[str, Any] = {
        "doc_number": "清府办发〔2019〕18号",
        "unit": "市发展改革委",
        "released_at": NOW - timedelta(days=10),
        "effective_on": (NOW - timedelta(days=5)).date(),
        "query": '"停车收费管理办法" | "停车收费办法"',
    }
    return Policy.objects.create(title=title, **{**known, **fields})


def policy_answer(of: Policy, **fields: Any) -> PolicyAnswer:
    known: dict[str, Any] = {"question": "停车收费办法里半小时内免费怎么算", "asked": 3, "changed_at": NOW}
    return PolicyAnswer.objects.create(policy=of, **{**known, **fields})
