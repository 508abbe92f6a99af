"""minsheng incident: the same acts as in the console."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import CommandError
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from alerts import acts, clocks
from alerts.filling import watchlist_of
from alerts.levels import look, read_level
from alerts.models import OPEN_STATES, Incident, State, Unit
from archive.post import CHINA
from console.command import Command as Base
from console.command import moment
from console.operator import login, operator
from console.pages.standing import clock_now

EMERGENCY = {"yes": True, "no": False}


class Command(Base):
    help = "舆情：列出、查看、认定、交办、登记回应、办结"
    example = "minsheng incident confirm 2019-0802-01 --level 3 --emergency no --by 周"
    examples: ClassVar = {
        "list": "minsheng incident list --all",
        "show": "minsheng incident show 2019-0802-01 --plan",
        "confirm": example,
        "dismiss": "minsheng incident dismiss 2019-0802-01 --reason 旧闻重发 --by 周",
        "assign": "minsheng incident assign 2019-0802-01 --unit 市水务局 --by 周",
        "answer": "minsheng incident answer 2019-0802-01 --what 已恢复供水 --link https://… --by 周",
        "close": "minsheng incident close 2019-0802-01 --summary 已恢复供水并回访 --by 周",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        acting = parser.add_subparsers(dest="act", required=True, metavar="动作")
        listing = acting.add_parser("list", help="列出未办结的舆情")
        listing.add_argument("--all", action="store_true", help="连同已办结和存档的")
        self._one(acting, "show", "查看一起舆情", signed=False).add_argument(
            "--plan", action="store_true", help="连同方案"
        )
        confirm = self._one(acting, "confirm", "认定级别")
        confirm.add_argument("--level", required=True, metavar="级别", help="1 至 4，或 Ⅰ 至 Ⅳ")
        confirm.add_argument("--emergency", required=True, choices=EMERGENCY, help="是否涉及特别重大、重大突发事件")
        confirm.add_argument("--reason", default="", metavar="理由", help="为什么是这一级；与建议级别不同的请写明")
        self._one(acting, "dismiss", "不作舆情处置（存档）").add_argument(
            "--reason", required=True, metavar="理由", help="为什么不作舆情处置"
        )
        self._one(acting, "assign", "交办责任单位").add_argument(
            "--unit", required=True, metavar="单位", help="责任单位名称"
        )
        answer = self._one(acting, "answer", "登记回应")
        answer.add_argument("--what", required=True, metavar="内容", help="回应内容")
        answer.add_argument("--link", default="", metavar="网址", help="回应的链接")
        answer.add_argument("--when", type=moment, metavar="时刻", help="回应时间，默认现在")
        answer.add_argument("--press", action="store_true", help="以新闻发布会回应")
        self._one(acting, "close", "办结").add_argument(
            "--summary", required=True, metavar="总结", help="处置情况的总结"
        )

    def _one(self, acting: Any, name: str, text: str, *, signed: bool = True) -> Any:
        parser = acting.add_parser(name, help=text)
        parser.add_argument("number", metavar="编号", help="如 2019-0802-01")
        if signed:
            parser.add_argument("--by", metavar="姓名", help="操作人（用户名或姓名），默认本机登录名")
        return parser

    def run(self, **options: Any) -> None:
        act = options["act"]
        if act == "list":
            self.listing(options["all"])
            return
        incident = Incident.objects.filter(number=options["number"]).first()
        if incident is None:
            raise CommandError(f"没有编号为 {options['number']} 的舆情；minsheng incident list 可查看编号")
        if act == "show":
            acts.view(incident, operator(), self.now)
        else:
            try:
                incident = self.perform(act, incident, options)
            except acts.ActError as error:
                raise CommandError(str(error)) from error
        self.show(incident, plan=bool(options.get("plan")))

    def perform(self, act: str, incident: Incident, options: dict[str, Any]) -> Incident:
        name = options["by"] or login()
        by: User | str = User.objects.filter(username=name).first() or name
        # Nobody has shown here that they are who --by says: the trail names the machine's account as well.
        with transaction.atomic():
            done = self.act(act, incident, by, options)
            record(self.now, operator(), f"command.{act}", "incident", incident.number, {"by": name})
        return done

    def act(self, act: str, incident: Incident, by: User | str, options: dict[str, Any]) -> Incident:
        match act:
            case "confirm":
                level = read_level(options["level"], 0)
                emergency = EMERGENCY[options["emergency"]]
                return acts.confirm(incident, by, self.now, level, emergency, options["reason"])
            case "dismiss":
                return acts.dismiss(incident, by, self.now, options["reason"])
            case "assign":
                return acts.assign(incident, by, self.now, _unit(options["unit"]))
            case "answer":
                how = {"when": options["when"], "press": options["press"]}
                return acts.answer(incident, by, self.now, options["what"], options["link"], **how)
            case _:
                return acts.close(incident, by, self.now, options["summary"])

    def listing(self, everything: bool) -> None:
        found = Incident.objects.all() if everything else Incident.objects.filter(state__in=OPEN_STATES)
        for incident in found.select_related("unit"):
            self.emit(_line(incident), _data(incident))
        if not found and not self.as_json:
            self.stdout.write("没有未办结的舆情。")

    def show(self, incident: Incident, *, plan: bool) -> None:
        running = [
            f"  {clock.name}：{clocks.until(clock.ends_at)}，" + clock_now(clock, self.now).left
            for clock in incident.clocks.all()
        ]
        steps = [f"  {s.at.astimezone(CHINA):%m-%d %H:%M} {s.by}：{s.what}" for s in incident.steps.all()]
        mails = [f"  {m.get_status_display()} {m.address} {m.outcome}" for m in incident.deliveries.all()]
        filled = incident.filled_plans.first()
        lines = [_line(incident), incident.explanation, f"监测方案：{watchlist_of(incident) or '无'}"]
        lines += ["时限", *running, "记录", *steps, "邮件", *mails]
        if plan and filled:
            lines += ["", filled.text]
        steps_data = [{"at": s.at, "by": s.by, "act": s.act, "what": s.what} for s in incident.steps.all()]
        text = filled.text if plan and filled else None
        self.emit("\n".join(lines), _data(incident) | {"steps": steps_data, "plan": text})


def _unit(name: str) -> Unit:
    unit = Unit.objects.filter(name=name).first()
    if unit is None:
        known = "、".join(Unit.objects.values_list("name", flat=True)[:20]) or "还没有登记责任单位"
        raise CommandError(f"没有名为 {name} 的责任单位；现有：{known}")
    return unit


def _line(incident: Incident) -> str:
    level = look(int(incident.effective_level)).full + ("" if incident.level else "（建议）")
    unit = f"　{incident.unit.name}" if incident.unit else ""
    return f"{incident.number}　{level}　{State(incident.state).label}　{incident.title}{unit}"


def _data(incident: Incident) -> dict[str, Any]:
    return {
        "number": incident.number,
        "title": incident.title,
        "state": incident.state,
        "level": int(incident.effective_level),
        "confirmed": incident.level is not None,
        "emergency": incident.emergency,
        "discovered_at": incident.discovered_at.isoformat(),
        "explanation": incident.explanation,
        "kind": incident.kind,
        "posts": incident.posts.count(),
        "clocks": {clock.slug: clock.ends_at.isoformat() for clock in incident.clocks.all()},
    }
