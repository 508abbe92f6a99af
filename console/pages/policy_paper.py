"""The report of a policy as a Word file, in the layout of the office's other papers."""

from collections.abc import Iterable
from datetime import datetime

from alerts.plans.escape import link, markdown
from alerts.plans.word import docx
from console.pages.formats import published
from console.pages.policies import Row
from monitor.models import Policy
from monitor.policy_report import Report
from monitor.policy_stance import Sample, share
from monitor.validity import Due, day_of, told


def paper(policy: Policy, row: Row, report: Report, sample: Sample, now: datetime) -> bytes:
    return docx(report_markdown(policy, row, report, sample, now), f"{policy.title[:80]} 反响报告", now)


def report_markdown(policy: Policy, row: Row, report: Report, sample: Sample, now: datetime) -> str:
    """Counts, times and titles only; nobody is named."""
    return "\n\n".join(
        [
            "# 政策反响报告",
            f"统计至 {told(day_of(now))}。只含公开信息，只计条数。",
            "## 一、政策",
            *_policy(policy, row),
            "## 二、信息量与诉求",
            _table(
                ("时段", "日期", "合计", "媒体", "公众", "诉求类型"),
                (
                    (
                        each.span.name + ("（进行中）" if each.span.running else "（未到）" if each.span.ahead else ""),
                        f"{told(each.span.first)}至{told(each.span.last)}",
                        *(["—"] * 3 if each.span.ahead else [each.total, each.media, each.public]),
                        "、".join(f"{name} {count}" for name, count in each.matters.items()) or "—",
                    )
                    for each in report.volumes
                ),
            ),
            "## 三、谁在说",
            f"{told(report.since)}以来 {report.total} 条：媒体 {report.media.total} 条，公众 {report.public.total} 条"
            f"（{report.public.accounts} 个账号）。",
            _table(("地区", "媒体", "公众"), ((name or "未注明", *counts) for name, *counts in report.regions)),
            f"明说支持 {report.stance.favor} 条、明说反对 {report.stance.against} 条，其余 {report.stance.unclear} 条"
            "立场不明。只数把“支持”“反对”直接说到这件政策上的，其余不作推测，不代表民意比例。",
            *_sample(sample),
            "## 四、提问与答复",
            f"提问 {report.asked} 条，已答复 {report.answered} 条。",
            *(
                f"{published(post.published_at, post.published_precision, now)}　{markdown(post.title, 60)}"
                f"（{'已答复' if post.reply else '待答复'}）"
                for post in report.questions
            ),
        ]
    )


def _sample(sample: Sample) -> list[str]:
    if not sample.enough:
        return []
    told, whole = [], sample.size == sample.of
    for word, count in (("支持", sample.favor), ("反对", sample.against), ("没有表态", sample.none)):
        low, high = share(count, sample.size, sample.of)
        told.append(f"{word} {count} 条（{low:.0%}" + ("）" if whole else f" 至 {high:.0%}）"))
    if whole:
        return [f"全部 {sample.of} 条由人判读：{'，'.join(told)}。只说明采集到的信息，不代表全体市民。"]
    return [
        f"从 {sample.of} 条里随机抽取 {sample.size} 条由人判读：{'，'.join(told)}。括号内为推到全部信息时的范围"
        "（95% 的把握），不代表全体市民。"
    ]


def _policy(policy: Policy, row: Row) -> list[str]:
    days = [
        ("拟发布", policy.planned_on),
        ("发布", day_of(policy.released_at) if policy.released_at else None),
        ("施行", policy.effective_on),
        ("失效", policy.expires_on),
        ("征求意见截止", policy.consulted_until),
    ]
    lines = [
        f"标题：{markdown(policy.title)}",
        f"文号：{markdown(policy.doc_number) or '无'}；责任单位：{markdown(policy.unit) or '未登记'}",
        "；".join(f"{word} {told(day)}" for word, day in days if day) or "没有登记日期",
        f"有效性：{row.standing.validity}，{markdown(row.standing.why)}"
        + ("（人工认定）" if row.standing.by_hand else ""),
        f"解读：{_due(row.interpretation, bool(policy.interpreted_at), policy.interpretation_url)}",
    ]
    if row.result:
        lines.append(f"意见采纳情况：{_due(row.result, bool(policy.result_at), policy.result_url)}")
    return lines


def _due(due: Due | None, done: bool, url: str) -> str:
    if done:
        return f"已公布{f'（迟 {due.late} 天）' if due and due.late else ''}，{link(url)}"
    if due is None:
        return "无需"
    return f"应于 {told(due.on)}公布，" + (f"超期 {due.late} 天" if due.overdue else "未到期")


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    cells = [[markdown(cell) for cell in row] for row in [names, *rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in [cells[0], ["---"] * len(names), *cells[1:]])
