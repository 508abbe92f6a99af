"""minsheng sources list | import FILE | export | check ID-or-FILE."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import yaml
from django.core.management.base import CommandError
from django.db import transaction

from accounts.audit import record
from accounts.by_character import ByCharacter
from archive.post import CHINA
from console.command import Command as Base
from console.crawling import fields_of, trial
from console.faults import reason
from console.management.commands.crawl import summary
from console.operator import operator
from console.outcomes import as_text, post_text, robots_text
from crawlers.declaration import Declaration, Fault
from crawlers.declare import KEYS, DeclarationError, from_mapping, load
from monitor.models import Source
from monitor.sources import save_source


class Command(Base):
    help = "信源：列出、导入、导出、试采"
    example = "minsheng sources check sources/guangyuan.yaml"
    examples: ClassVar = {
        "list": "minsheng sources list",
        "import": "minsheng sources import sources/guangyuan.yaml",
        "export": "minsheng sources export > 信源.yaml",
        "check": "minsheng sources check sources/guangyuan.yaml --posts 1",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_subparsers(dest="act", required=True, metavar="做什么")
        chosen.add_parser("list", help="列出信源及其状况")
        importing = chosen.add_parser("import", help="导入 YAML 声明；有误的逐条指出，其余照常导入")
        importing.add_argument("file", metavar="文件或文件夹")
        chosen.add_parser("export", help="把全部声明写成 YAML")
        check = chosen.add_parser("check", help="试采：逐个字段显示会采到什么，什么也不保存")
        check.add_argument("what", metavar="编号或文件")
        check.add_argument("--posts", type=int, default=3, metavar="N", help="每个信源最多显示几条（默认 3）")

    def run(self, **options: Any) -> None:
        act = options["act"]
        if act == "list":
            self.show()
        elif act == "import":
            self.import_file(Path(options["file"]))
        elif act == "export":
            self.export()
        else:
            self.check_sources(options["what"], max(1, options["posts"]))

    def show(self) -> None:
        rows = Source.objects.all()
        if not rows and not self.as_json:
            self.stdout.write("还没有信源，可用 minsheng sources import sources/ 导入预置的")
        for row in rows:
            health = health_of(row)
            at = row.last_ok.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if row.last_ok else "—"
            self.emit(
                f"{row.id}\t{row.name}\t{row.group}\t{health}\t上次成功 {at}",
                {
                    "id": row.id, "name": row.name, "group": row.group, "region": row.region, "enabled": row.enabled,
                    "health": health, "failures": row.failures, "last_ok": row.last_ok, "last_new": row.last_new,
                    "next_due": row.next_due,
                },
            )  # fmt: skip

    def import_file(self, path: Path) -> None:
        declarations, faults = read_files(path)
        tally = {"new": 0, "changed": 0, "same": 0}
        for declaration in declarations:
            tally[self.keep(declaration)] += 1
        for fault in faults:
            self.stderr.write(str(fault))
        self.emit(
            f"新增 {tally['new']} 个，修改 {tally['changed']} 个，未变 {tally['same']} 个",
            {**tally, "faults": [str(fault) for fault in faults]},
        )
        if faults:
            raise CommandError(f"{path} 里有 {len(faults)} 处错误，有误的信源没有导入，其余已导入")

    def keep(self, declaration: Declaration) -> str:
        with transaction.atomic():
            done = save_source(fields_of(declaration))
            if done != "same":
                act = {"new": "新增信源", "changed": "修改信源"}[done]
                record(self.now, operator(), act, "source", declaration.id, {"declaration": declaration.raw})
        return done

    def export(self) -> None:
        rows = [_in_order(row.declaration) for row in Source.objects.order_by(ByCharacter("id"))]
        if self.as_json:
            for row in rows:
                self.emit("", row)
        elif rows:
            self.stdout.write(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=110))

    def check_sources(self, what: str, posts: int) -> None:
        declarations, faults = self.declared(what)
        for fault in faults:
            self.stderr.write(str(fault))
        failed = []
        for declaration in declarations:
            if not self.as_json:
                self.stdout.write(f"试采 {declaration.name}（{declaration.id}）……")
            outcome, shown = trial(declaration, self.now, posts)
            for number, post in enumerate(shown, 1):
                self.emit(post_text(number, post), {"source": declaration.id, "post": post})
            robots = robots_text(outcome)
            self.emit(
                (robots + "\n" if robots else "") + as_text(declaration.name, outcome),
                {"source": declaration.id, "outcome": summary(outcome)},
            )
            if not outcome.ok:
                failed.append(declaration.id)
        if faults or failed:
            raise CommandError(f"{len(faults)} 处声明有误，{len(failed)} 个信源试采没有成功，原因见上")

    def declared(self, what: str) -> tuple[list[Declaration], list[Fault]]:
        row = Source.objects.filter(id=what).first()
        if row is None:
            if not Path(what).exists():
                raise CommandError(f"{what} 既不是信源编号，也不是文件；minsheng sources list 可看全部编号")
            return read_files(Path(what))
        try:
            return [from_mapping(row.declaration)], []
        except DeclarationError as error:
            return [], error.faults


def read_files(path: Path) -> tuple[list[Declaration], list[Fault]]:
    """Every declaration of a YAML file, or of a folder's. Raises CommandError where nothing can be read."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise CommandError(f"{path} 里没有 .yaml 文件")
    declarations: list[Declaration] = []
    faults: list[Fault] = []
    for file in files:
        try:
            good, wrong = load(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"读不出 {file}：{reason(error)}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} 不是 UTF-8 文本，请另存为 UTF-8") from error
        declarations.extend(good)
        faults.extend(wrong)
    return declarations, faults


def health_of(row: Source) -> str:
    if not row.enabled:
        return "停用"
    if row.failures:
        return f"连续失败 {row.failures} 次"
    if row.silent_since is not None:
        return "长期无新信息"
    return "正常" if row.last_ok else "未采集"


def _in_order(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """As one would write it: a database keeps no order of keys."""
    return {key: declaration[key] for key in KEYS if key in declaration}
