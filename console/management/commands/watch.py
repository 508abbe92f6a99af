"""minsheng watch …: watchlists (监测方案)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError

from alerts.plans.store import known_plans
from archive.language import Query, QueryError, parse
from archive.post import CHINA, Post
from console.archive import archive
from console.command import Command as Base
from console.faults import reason
from console.operator import operator
from monitor.approvals import agree
from monitor.models import Watchlist
from monitor.watchlists import Draft, Trial, WatchlistError, export_yaml, load_yaml, save, try_query, waiting

BY = operator()


class Command(Base):
    help = "监测方案：列出、查看、新建或修改、试用、导入、导出"
    example = 'minsheng watch try "停水 | 供水" --name 水电气'
    examples: ClassVar = {
        "list": "minsheng watch list",
        "export": "minsheng watch export > 监测方案.yaml",
        "show": "minsheng watch show 水电气",
        "add": 'minsheng watch add 水电气 "停水 | 供水 | 停电" --purpose 掌握群众对水电气供应的反映',
        "try": example,
        "agree": "minsheng watch agree 公共安全 --person 周",
        "import": "minsheng watch import 监测方案.yaml",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="操作")
        acts.add_parser("list", help="列出监测方案")
        acts.add_parser("export", help="以 YAML 输出全部监测方案")
        acts.add_parser("show", help="一个监测方案和它的各版").add_argument(
            "name", metavar="名称", help="监测方案的名称"
        )
        add = acts.add_parser("add", help="新建，或给已有的出新版")
        add.add_argument("name", metavar="名称", help="监测方案的名称")
        add.add_argument("query", metavar="检索式", help="例如 停水|供水")
        add.add_argument("--purpose", default="", metavar="目的", help="监测目的（必填）")
        add.add_argument("--immediate", action="store_true", help="即报：任一命中立即上报，须两人同意")
        add.add_argument("--approved-by", action="append", default=[], metavar="姓名", help="同意即报的人，可写两次")
        add.add_argument("--plan", default="", metavar="编号", help="预案编号")
        agreeing = acts.add_parser("agree", help="同意即报方案的检索式修改；两个不同的人都同意后生效")
        agreeing.add_argument("name", metavar="名称", help="监测方案的名称")
        agreeing.add_argument("--person", required=True, metavar="姓名", help="同意人的账号或姓名")
        trial = acts.add_parser("try", help="7 天、30 天命中数和样例；加 --name 则与已保存的比较")
        trial.add_argument("query", metavar="检索式", help="例如 停水|供水")
        trial.add_argument("--name", metavar="名称", help="已保存的监测方案")
        acts.add_parser("import", help="从 YAML 文件导入").add_argument(
            "file", type=Path, metavar="文件", help="YAML 文件"
        )

    def run(self, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        if not (watchlists := Watchlist.objects.all()) and not self.as_json:
            self.stdout.write("还没有监测方案，可用 minsheng watch import 文件 导入，或用 watch add 新建")
        for watchlist in watchlists:
            states = (
                ("即报", watchlist.immediate),
                ("停用", not watchlist.enabled),
                ("修改待同意", watchlist.proposed),
            )
            signs = [word for word, on in states if on]
            head = f"{watchlist.name}（第 {watchlist.version} 版）" + "".join(f" [{sign}]" for sign in signs)
            self.emit(f"{head}\t{watchlist.query}", self._data(watchlist))

    def _export(self, options: dict[str, Any]) -> None:
        if self.as_json:
            for watchlist in Watchlist.objects.all():
                self.emit("", self._data(watchlist))
        else:
            self.stdout.write(export_yaml(), ending="")

    def _show(self, options: dict[str, Any]) -> None:
        watchlist = saved(options["name"])
        lines = [f"{watchlist.name}（第 {watchlist.version} 版）", f"监测目的：{watchlist.purpose}"]
        if watchlist.immediate:
            lines.append(f"即报，同意人：{'、'.join(watchlist.approved_by)}")
        if watchlist.proposed:
            lines += [f"待同意的检索式：{watchlist.proposed}", waiting(watchlist)]
        versions: list[dict[str, Any]] = [
            {"version": version.number, "query": version.query, "by": version.by, "at": version.at}
            for version in watchlist.versions.all()
        ]
        lines += [f"第 {each['version']} 版 {each['at'].astimezone(CHINA):%Y-%m-%d %H:%M} {each['by']}：{each['query']}"
                  for each in versions]  # fmt: skip
        self.emit("\n".join(lines), {**self._data(watchlist), "versions": versions})

    def _add(self, options: dict[str, Any]) -> None:
        draft = Draft(
            name=options["name"],
            purpose=options["purpose"],
            query=options["query"],
            immediate=options["immediate"],
            approved_by=tuple(options["approved_by"]),
            plan=options["plan"],
        )
        try:
            watchlist, changed = save(draft, by=BY, now=self.now, known=True, plans=known_plans())
        except WatchlistError as error:
            raise CommandError(f"监测方案「{draft.name}」没有保存：{error}") from error
        told = "已保存" if changed else "没有变化"
        note = f"\n{waiting(watchlist)}" if watchlist.proposed else ""
        self.emit(f"{told}：{watchlist.name}（第 {watchlist.version} 版）{note}", self._data(watchlist))

    def _agree(self, options: dict[str, Any]) -> None:
        try:
            watchlist = agree(saved(options["name"]), options["person"], by=BY, now=self.now)
        except WatchlistError as error:
            raise CommandError(str(error)) from error
        told = waiting(watchlist) if watchlist.proposed else f"已生效：{watchlist.name}（第 {watchlist.version} 版）"
        self.emit(told, self._data(watchlist))

    def _try(self, options: dict[str, Any]) -> None:
        query = read(options["query"])
        known = read(saved(options["name"]).query) if options["name"] else None
        trial = try_query(archive(), query, self.now, known)
        self.emit("\n".join(_lines(trial)), _trial_data(trial))

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise CommandError(f"读不出 {path}：{reason(error)}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} 不是 UTF-8 文本，请另存为 UTF-8") from error
        loaded = load_yaml(text, by=BY, now=self.now, plans=known_plans())
        told = f"已保存 {len(loaded.saved)} 个，没有变化 {len(loaded.unchanged)} 个，有误 {len(loaded.faults)} 处"
        data = {"saved": loaded.saved, "unchanged": loaded.unchanged, "faults": loaded.faults, "notes": loaded.notes}
        self.emit("\n".join([told, *loaded.notes]), data)
        if loaded.faults:
            raise CommandError(f"{path} 中有误的未导入，其余已保存：\n" + "\n".join(loaded.faults))

    @staticmethod
    def _data(watchlist: Watchlist) -> dict[str, Any]:
        names = ["name", "purpose", "query", "version", "immediate", "approved_by", "enabled", "plan"]
        return {name: getattr(watchlist, name) for name in [*names, "proposed", "agreed"]}


def saved(name: str) -> Watchlist:
    watchlist = Watchlist.objects.filter(name=name).first()
    if watchlist is None:
        raise CommandError(f"没有名为「{name}」的监测方案；minsheng watch list 列出全部")
    return watchlist


def read(text: str) -> Query:
    try:
        return parse(text)
    except QueryError as error:
        raise CommandError(f"检索式有误：{error.pointed()}") from error


def line(post: Post) -> str:
    """A post on one line."""
    title = post.title or " ".join(post.text.split())[:40]
    return f"  {post.counted_at.astimezone(CHINA):%Y-%m-%d %H:%M}  {title}  {post.url}"


def _lines(trial: Trial) -> list[str]:
    lines = [f"最近 7 天 {trial.week} 条，30 天 {trial.month} 条", *map(line, trial.samples)]
    if (change := trial.difference) is not None:
        lines += [f"与已保存的相比，30 天内增加 {change.added} 条", *map(line, change.added_samples)]
        lines += [f"减少 {change.dropped} 条", *map(line, change.dropped_samples)]
    return lines


def _trial_data(trial: Trial) -> dict[str, Any]:
    data: dict[str, Any] = {"week": trial.week, "month": trial.month, "samples": [post.id for post in trial.samples]}
    if (change := trial.difference) is not None:
        data |= {"added": change.added, "dropped": change.dropped}
        data |= {"added_samples": [post.id for post in change.added_samples]}
        data |= {"dropped_samples": [post.id for post in change.dropped_samples]}
    return data
