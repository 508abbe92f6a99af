"""minsheng policy …: registered policies, what their dates say, and the reaction to them."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.db.models import F

from archive.language import QueryError
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import Kind, Polarity
from console.archive import archive
from console.command import Command as Base
from console.command import day, moment
from console.management.commands.watch import BY, line
from monitor import policy_answers
from monitor.models import Policy, PolicyProposal
from monitor.policies import DAYS, PolicyError, register
from monitor.policy_found import interpretation_post
from monitor.policy_report import Report, Volume, report
from monitor.validity import Due, day_of, interpretation_due, result_due, standing

_DATES = {  # option: (field, what it is)
    "--planned": ("planned_on", "拟发布日期"),
    "--effective": ("effective_on", "施行日期"),
    "--expires": ("expires_on", "失效日期（自这一天起失效）"),
    "--consult-from": ("consulted_from", "征求意见开始"),
    "--consult-until": ("consulted_until", "征求意见截止"),
}


class Command(Base):
    help = "政策：登记、列出、反响报告、问答库建议"
    example = "minsheng policy add 关于调整供水价格的通知 --date 2026-11-01 --number 清府办发〔2026〕3号"
    examples: ClassVar = {
        "add": example,
        "list": "minsheng policy list",
        "report": "minsheng policy report 1 --now 2026-11-08T08:00:00+08:00",
        "suggest": "minsheng policy suggest 1",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="操作")
        add = acts.add_parser("add", help="登记政策，自动生成检索式")
        add.add_argument("title", metavar="标题", help="政策的标题")
        add.add_argument("--date", type=moment, metavar="日期", help="发布日期（ISO 8601）；不写则是尚未发布的政策")
        for option, (_, what) in _DATES.items():
            add.add_argument(option, type=day, metavar="日期", help=what)
        add.add_argument("--number", default="", metavar="文号", help="文号")
        add.add_argument("--unit", default="", metavar="单位", help="责任单位")
        add.add_argument("--url", default="", metavar="网址", help="链接")
        add.add_argument("--query", default="", metavar="检索式", help="检索式；不写则由标题和文号生成")
        acts.add_parser("list", help="列出已登记的和待定的政策")
        for name, what in (("report", "发布和施行前后的反响"), ("suggest", "从反复的提问里整理问答库建议")):
            acts.add_parser(name, help=what).add_argument("id", type=int, metavar="编号", help="见 policy list")

    def run(self, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        dates = {field: options[option[2:].replace("-", "_")] for option, (field, _) in _DATES.items()}
        try:
            policy = register(
                options["title"],
                released_at=options["date"],
                by=BY,
                now=self.now,
                doc_number=options["number"],
                unit=options["unit"],
                url=options["url"],
                query=options["query"],
                **dates,
            )
        except PolicyError as error:
            raise CommandError(str(error)) from error
        self.emit(f"已登记 {policy.pk}《{policy.title}》，检索式：{policy.query}", _data(policy, self.now))

    def _list(self, options: dict[str, Any]) -> None:
        if not self.as_json and not (Policy.objects.exists() or PolicyProposal.objects.filter(decided="").exists()):
            self.stdout.write("还没有登记政策，可用 minsheng policy add 登记")
        for policy in Policy.objects.all():
            released = day_of(policy.released_at) if policy.released_at else "未发布"
            words = [standing(policy, self.now).validity, interpreted(policy, self.now), consulted(policy, self.now)]
            told = "\t".join(filter(None, words))
            self.emit(
                f"{policy.pk}\t{released}\t《{policy.title}》{policy.doc_number}\t{told}", _data(policy, self.now)
            )
        waiting = PolicyProposal.objects.filter(decided="").order_by(F("published_at").desc(nulls_last=True), "pk")
        for proposal in waiting:
            data = {"proposal": proposal.pk, "title": proposal.title, "url": proposal.url}
            self.emit(f"待定\t《{proposal.title}》{proposal.doc_number}\t{proposal.url}", data)

    def _report(self, options: dict[str, Any]) -> None:
        policy = _policy(options["id"])
        try:
            found = report(archive(), policy, self.now)
            told = interpretation_post(archive(), policy, self.now)
        except QueryError as error:
            raise CommandError(f"政策的检索式有误：{error.pointed()}") from error
        text = "\n".join(_lines(policy, found, self.now))
        self.emit(text, _report_data(policy, found, self.now) | {"interpretation": told.url if told else None})

    def _suggest(self, options: dict[str, Any]) -> None:
        policy = _policy(options["id"])
        try:
            new, changed = policy_answers.suggest(archive(), policy, self.now)
        except QueryError as error:
            raise CommandError(f"政策的检索式有误：{error.pointed()}") from error
        self.emit(f"问答库：新建议 {new} 条，更新 {changed} 条", {"id": policy.pk, "new": new, "changed": changed})


def _policy(identity: int) -> Policy:
    policy = Policy.objects.filter(pk=identity).first()
    if policy is None:
        raise CommandError(f"没有编号为 {identity} 的政策；minsheng policy list 列出全部")
    return policy


def interpreted(policy: Policy, now: datetime) -> str:
    """已解读, 尚无解读（超期 3 天）; "" where none is due."""
    due = interpretation_due(policy, now)
    if policy.interpreted_at:
        return "已解读" + (f"（迟 {due.late} 天）" if due and due.late else "")
    return _missing("尚无解读", due) if due else ""


def consulted(policy: Policy, now: datetime) -> str:
    due = result_due(policy, now)
    if due is None:
        return ""
    if due.done_on:
        return "已公布意见采纳情况" + (f"（迟 {due.late} 天）" if due.late else "")
    return _missing(f"意见采纳情况应于 {due.on} 前公布", due)


def _missing(word: str, due: Due) -> str:
    return word + (f"（超期 {due.late} 天）" if due.overdue else "")


def _lines(policy: Policy, found: Report, now: datetime) -> list[str]:
    state = standing(policy, now)
    before, after = found.volume("before_released"), found.volume("after_released")
    kinds = [*found.media.kinds, *found.public.kinds]
    kinds_told = "、".join(f"{KIND_NAMES[Kind(kind)]} {count} 条" for kind, count in kinds)
    feelings = [f"{POLARITY_NAMES[Polarity(name)]} {count} 条" for name, count in found.media.sentiments if name]
    released = f"{day_of(policy.released_at)} 发布" if policy.released_at else "尚未发布"
    lines = [f"《{policy.title}》{policy.doc_number} {released}，{state.validity}（{state.why}）"]
    if before and after:
        lines.append(f"发布前 7 天 {before.total} 条，发布后 7 天 {after.total} 条，发布以来 {found.total} 条")
    lines += [_volume_line(volume) for volume in found.volumes if volume not in (before, after)]
    lines += [
        f"类型：{kinds_told or '无'}；公众 {found.public.accounts} 个账号",
        f"媒体报道的情感：{'、'.join(feelings) or '无'}",
        f"诉求类型：{_counted(found.matters) or '无'}",
        "地区："
        + ("、".join(f"{name or '未注明'} {media + public} 条" for name, media, public in found.regions) or "无"),
        f"提问 {found.asked} 条，已答复 {found.answered} 条",
        *map(line, found.questions),
        f"明说支持 {found.stance.favor} 条、反对 {found.stance.against} 条，其余 {found.stance.unclear} 条立场不明",
    ]
    told = policy.interpretation_url or (f"{day_of(policy.interpreted_at)}" if policy.interpreted_at else "")
    due = interpretation_due(policy, now)
    lines.append(f"解读：{told or '尚未见到'}" + (f"（{interpreted(policy, now)}）" if due and due.late else ""))
    return [*lines, *filter(None, [consulted(policy, now)])]


def _volume_line(volume: Volume) -> str:
    span = volume.span
    state = "（未到）" if span.ahead else "（进行中）" if span.running else ""
    matters = f"，其中{_counted(volume.matters)}" if volume.matters else ""
    return f"{span.name}{state} {volume.total} 条：媒体 {volume.media}，公众 {volume.public}{matters}"


def _counted(matters: dict[str, int]) -> str:
    return "、".join(f"{name} {count} 条" for name, count in matters.items())


def _data(policy: Policy, now: datetime) -> dict[str, Any]:
    names = ("id", "title", "doc_number", "unit", "url", "query", "released_at", *DAYS, "interpreted_at", "result_at")
    state = standing(policy, now)
    data = {name: getattr(policy, name) for name in names}
    return {**data, "validity": state.validity, "validity_why": state.why, "validity_by_hand": state.by_hand}


def _report_data(policy: Policy, found: Report, now: datetime) -> dict[str, Any]:
    before, after = found.volume("before_released"), found.volume("after_released")
    due, result = interpretation_due(policy, now), result_due(policy, now)
    return {
        **_data(policy, now),
        "before": before.total if before else None,
        "after": after.total if after else None,
        "since": found.since,
        "total": found.total,
        "days": found.days,
        "spans": [
            {"key": each.span.key, "first": each.span.first, "last": each.span.last, "ahead": each.span.ahead,
             "running": each.span.running, "total": each.total, "media": each.media, "public": each.public,
             "matters": each.matters}
            for each in found.volumes
        ],
        "kinds": [*found.media.kinds, *found.public.kinds],
        "sentiments": found.media.sentiments,
        "sources": [*found.media.sources, *found.public.sources],
        "accounts": found.public.accounts,
        "regions": found.regions,
        "matters": found.matters,
        "asked": found.asked,
        "answered": found.answered,
        "questions": [post.id for post in found.questions],
        "stance": {"favor": found.stance.favor, "against": found.stance.against, "unclear": found.stance.unclear},
        "interpretation_late": due.late if due else None,
        "result_due": result.on if result else None,
        "result_late": result.late if result else None,
    }  # fmt: skip
