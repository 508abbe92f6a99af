"""minsheng up: everything on one machine."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.db import connections

from console import tables
from console.command import Command as Base
from console.management.commands.serve import free
from console.supervise import become


class Command(Base):
    help = "一台机器上运行全部：网页、定时任务、送达"
    example = "minsheng up --port 8000"
    timed = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址；给全单位用时填 0.0.0.0")
        parser.add_argument("--port", type=int, default=8000, metavar="端口", help="默认 8000")

    def run(self, **options: Any) -> None:
        free(options["host"], options["port"])
        tables.migrate()
        connections.close_all()
        me = [sys.executable, "-m", "console"]
        become(
            {
                "web": [*me, "serve", "--host", options["host"], "--port", str(options["port"])],
                "scheduler": [*me, "schedule", "--only", "crawl", "--only", "work"],
                "delivery": [*me, "schedule", "--only", "delivery"],
            }
        )
