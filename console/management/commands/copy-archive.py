"""minsheng copy-archive FROM TO: move an archive between stores; counts of every watchlist are compared."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from archive.copying import Progress
from archive.store import open_store
from console.backups import running
from console.command import Command as Base
from console.config import with_login
from console.copying import Marker, compared, move


class Command(Base):
    help = "把档案库复制到另一处（SQLite 与 Elasticsearch 之间，两个方向都可以），并逐个核对监测方案的条数"
    example = "minsheng copy-archive sqlite:///var/archive.sqlite3 elasticsearch://127.0.0.1:9200/minsheng"
    timed = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="从", help="档案库地址，写法同 MINSHENG_ARCHIVE；复制期间请停用民声")
        parser.add_argument(
            "target", metavar="到", help="另一个档案库地址；中断后用同样的两个地址再执行一次即可接着复制"
        )

    def run(self, **options: Any) -> None:
        if options["source"] == options["target"]:
            raise CommandError("两个地址相同，没有可复制的")
        source = open_store(with_login("MINSHENG_ARCHIVE", options["source"]), create=False)
        target = open_store(with_login("MINSHENG_ARCHIVE", options["target"]))
        marker = Marker(settings.VAR, options["source"], options["target"])
        if who := running():
            self.stderr.write(f"民声正在运行（{who}）：复制期间采集到的可能漏掉，请先停下", lambda text: text)
        begun, since = marker.read(), marker.begun(self.now)
        if begun != Progress() and not self.as_json:
            self.stderr.write("接着上次中断的地方复制……", lambda text: text)
        total = source.size()
        end = move(source, target, marker, lambda progress: self.tell(progress, total))
        if sys.stderr.isatty():
            self.stderr.write("", ending="\n")
        counts = list(compared(source, target, since))
        differ = [each for each in counts if not each.alike]
        lines = [f"本次复制 {end.posts} 条信息、{end.graves} 个留存到期标记"]
        lines += [
            f"  {each.name}：{each.source} 条 → {each.target} 条{'' if each.alike else '　不一致'}" for each in counts
        ]
        data = {
            "posts": end.posts,
            "graves": end.graves,
            "counts": [{"name": each.name, "source": each.source, "target": each.target} for each in counts],
        }
        self.emit("\n".join(lines), data)
        if differ:
            why = "复制期间可能有新的写入，请停用民声后再执行一次"
            if any(each.target > each.source for each in differ):
                why = "目标档案库里有原档案库没有的信息，请换一个空的目标再复制"
            raise CommandError(f"{len(differ)} 项条数不一致：{why}")

    def tell(self, progress: Progress, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r已复制 {progress.posts} / {total} 条", lambda text: text, ending="")
