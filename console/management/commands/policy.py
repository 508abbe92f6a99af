"""minsheng policy …: registered policies and the reaction to them."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.db.models import F

from archive.language import QueryError
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import CHINA, Kind, Polarity
from console.archive import archive
from console.command import Command as Base
from console.command import moment
from console.management.commands.watch import BY, line
from monitor.models import Policy, PolicyProposal
from monitor.policies import PolicyError, Reaction, reaction, register


class Command(Base):
    help = "政策：登记、列出、反响报告"
    example = "minsheng policy add 关于调整供水价格的通知 --date 2026-11-01 --number 清府办发〔2026〕3号"
    examples: ClassVar = {
        "add": example,
        "list": "minsheng policy list",
        "report": "minsheng policy report 1 --now 2026-11-08T08:00:00+08:00",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="操作")
        add = acts.add_parser("add", help="登记政策，自动生成检索式")
        add.add_argument("title", metavar="标题", help="政策的标题")
        add.add_argument("--date", type=moment, required=True, metavar="日期", help="发布日期（ISO 8601）")
        add.add_argument("--number", default="", metavar="文号", help="文号")
        add.add_argument("--unit", default="", metavar="单位", help="责任单位")
        add.add_argument("--url", default="", metavar="网址", help="链接")
        add.add_argument("--query", default="", metavar="检索式", help="检索式；不写则由标题和文号生成")
        acts.add_parser("list", help="列出已登记的和待定的政策")
        acts.add_parser("report", help="发布前后的反响").add_argument(
            "id", type=int, metavar="编号", help="见 policy list"
        )

    def run(self, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
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
            )
        except PolicyError as error:
            raise CommandError(str(error)) from error
        self.emit(f"已登记 {policy.pk}《{policy.title}》，检索式：{policy.query}", _data(policy))

    def _list(self, options: dict[str, Any]) -> None:
        if not self.as_json and not (Policy.objects.exists() or PolicyProposal.objects.filter(decided="").exists()):
            self.stdout.write("还没有登记政策，可用 minsheng policy add 登记")
        for policy in Policy.objects.all():
            day = policy.released_at.astimezone(CHINA).date()
            told = "已解读" if policy.interpreted_at else "尚无解读"
            self.emit(f"{policy.pk}\t{day}\t《{policy.title}》{policy.doc_number}\t{told}", _data(policy))
        waiting = PolicyProposal.objects.filter(decided="").order_by(F("published_at").desc(nulls_last=True), "pk")
        for proposal in waiting:
            data = {"proposal": proposal.pk, "title": proposal.title, "url": proposal.url}
            self.emit(f"待定\t《{proposal.title}》{proposal.doc_number}\t{proposal.url}", data)

    def _report(self, options: dict[str, Any]) -> None:
        policy = Policy.objects.filter(pk=options["id"]).first()
        if policy is None:
            raise CommandError(f"没有编号为 {options['id']} 的政策；minsheng policy list 列出全部")
        try:
            found = reaction(archive(), policy, self.now)
        except QueryError as error:
            raise CommandError(f"政策的检索式有误：{error.pointed()}") from error
        self.emit("\n".join(_lines(policy, found)), _report_data(policy, found))


def _lines(policy: Policy, found: Reaction) -> list[str]:
    kinds = "、".join(f"{KIND_NAMES[Kind(kind)]} {count} 条" for kind, count in found.kinds)
    feelings = "、".join(f"{POLARITY_NAMES[Polarity(name)]} {count} 条" for name, count in found.sentiments if name)
    lines = [
        f"《{policy.title}》{policy.doc_number} {policy.released_at.astimezone(CHINA):%Y-%m-%d} 发布",
        f"发布前 7 天 {found.before} 条，发布后 7 天 {found.after} 条，发布以来 {found.total} 条",
        f"类型：{kinds or '无'}；情感：{feelings or '无'}",
        f"提问 {found.asked} 条，已答复 {found.answered} 条",
        *map(line, found.questions),
    ]
    interpreted = found.interpretation
    return [*lines, f"解读：{interpreted.title} {interpreted.url}" if interpreted else "解读：尚未见到"]


def _data(policy: Policy) -> dict[str, Any]:
    names = ("id", "title", "doc_number", "unit", "url", "query", "released_at", "interpreted_at")
    return {name: getattr(policy, name) for name in names}


def _report_data(policy: Policy, found: Reaction) -> dict[str, Any]:
    names = ("before", "after", "total", "asked", "answered", "kinds", "sentiments", "sources", "days")
    return {
        **_data(policy),
        **{name: getattr(found, name) for name in names},
        "questions": [post.id for post in found.questions],
        "interpretation": found.interpretation.url if found.interpretation else None,
    }
