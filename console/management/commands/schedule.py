"""minsheng schedule: what recurs."""

from argparse import ArgumentParser
from typing import Any

from console.command import Command as Base
from console.schedule import GROUPS, run_scheduler, table


class Command(Base):
    help = "按时采集、研判、送达、出日报（不含网页）；可开多个，只有一个在做"
    example = "minsheng schedule --only delivery"
    timed = False
    stateful = False  # for --list

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only",
            action="append",
            choices=GROUPS,
            help="只做其中一类，可写多次：crawl 采集，work 研判、日报和到期移出，delivery 送达",
        )
        parser.add_argument("--list", action="store_true", help="列出何时做什么")

    def run(self, **options: Any) -> None:
        if options["list"]:
            for task in table(options["only"]):
                self.emit(
                    f"{task.name:<10} {task.when:<16} {task.title}",
                    {"name": task.name, "when": task.when, "title": task.title, "group": task.group},
                )
            return
        self.prepare()
        run_scheduler(options["only"])
