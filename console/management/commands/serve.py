"""minsheng serve: the web console."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from console import tables
from console.command import Command as Base
from console.faults import reason
from console.supervise import listenable


def free(host: str, port: int) -> None:
    """Raises CommandError where the web cannot be served."""
    try:
        listenable(host, port)
    except (OSError, OverflowError) as error:
        why = reason(error) if isinstance(error, OSError) else "端口应在 1 到 65535 之间"
        raise CommandError(f"网页不能开在 {host}:{port}：{why}；可用 --port 换一个端口") from error


class Command(Base):
    help = "启动网页（不含定时任务）"
    example = "minsheng serve --port 8000"
    timed = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址；给全单位用时填 0.0.0.0")
        parser.add_argument("--port", type=int, default=8000, metavar="端口", help="默认 8000")
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="进程数，默认 1")

    def run(self, **options: Any) -> None:
        free(options["host"], options["port"])
        tables.migrate()
        self.stdout.write(f"民声：http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
        command += ["--host", options["host"], "--port", str(options["port"])]
        command += ["--workers", str(options["workers"]), "--blocking-threads", "4", "console.wsgi:application"]
        os.execv(sys.executable, command)  # noqa: S606 - no shell; the arguments are ours
