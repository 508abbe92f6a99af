"""minsheng probe …: see inside one step, on files, without touching any database."""

import importlib
from argparse import ArgumentParser
from typing import Any, ClassVar

from console.command import Command as Base

# Each is a module console.probes.NAME with HELP, EXAMPLE, `arguments(parser)` and `run(options)`.
PROBES = ("extract", "sentiment", "topic", "spikes", "events", "match", "mask", "plan")


class Command(Base):
    help = "在文件上单独运行一个步骤，不碰任何数据库"
    example = "minsheng probe extract page.html"
    stateful = False
    examples: ClassVar = {name: importlib.import_module(f"console.probes.{name}").EXAMPLE for name in PROBES}

    def arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_subparsers(dest="probe", required=True, metavar="步骤")
        for name in PROBES:
            module = importlib.import_module(f"console.probes.{name}")
            module.arguments(chosen.add_parser(name, help=module.HELP))

    def run(self, **options: Any) -> None:
        importlib.import_module(f"console.probes.{options['probe']}").run(
            {**options, "now": self.now, "now_given": options["now"] is not None}
        )
