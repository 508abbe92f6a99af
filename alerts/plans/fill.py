"""Fill a plan for an incident. A plan that is broken never stops the alert: its facts go out plainly."""

from dataclasses import dataclass
from datetime import datetime

from alerts.plans.blocks import Blocks, blocks, evidence
from alerts.plans.escape import markdown
from alerts.plans.facts import Facts
from alerts.plans.sandbox import PlanError, render
from archive.post import clean_text

HEADING = "# 应对处置方案"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan as prepared: the text of one version."""

    slug: str
    name: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """`fault` (Chinese) is set where the plan was broken and `text` is the plain one."""

    text: str
    fault: str = ""


def fill(plan: Prepared, facts: Facts, now: datetime) -> Filled:
    """The filled plan as Markdown."""
    known = blocks(facts, now, plan.name, plan.version)
    try:
        return Filled(render(plan.text, dict(known)))
    except PlanError as error:
        return Filled(clean_text(_plain(known, facts, str(error))), str(error))


def known_names() -> set[str]:
    """The names a plan may use."""
    nothing = Facts(title="", level=4, confirmed=False, discovered_at=datetime.fromisoformat("2000-01-01T00:00+08:00"))
    return set(blocks(nothing, nothing.discovered_at, "", None))


_FACTS = (
    *("编号", "标题", "级别", "发现时间", "突发事件", "概况", "发现依据", "监测方案", "首发", "走势", "平台", "账号数"),
    *("关键词", "诉求", "答复情况", "责任单位", "责任单位电话", "值班电话", "政策", "审签"),
)


def _plain(known: Blocks, facts: Facts, fault: str) -> str:
    lines = [
        HEADING,
        "",
        "内部资料 注意保管",
        "",
        f"**预案未能填写：{markdown(fault, 400)}。以下为系统掌握的全部事实。**",
        "",
        "方案各项请人工撰写：【待填：应对处置方案】",
        "",
        *(f"- {name}：{known[name]}" for name in _FACTS),
        f"- 所依据预案：{known['预案']}",
        "",
        "## 时限",
        "",
        str(known["时限表"]),
        "",
        "## 代表内容",
        "",
        str(known["代表内容"]),
        "",
        "## 级别依据",
        "",
        str(known["级别依据"]),
        "",
        "## 附件",
        "",
        evidence(facts),
        "",
    ]
    return "\n".join(lines)
