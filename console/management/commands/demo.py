"""minsheng demo: the main job on a bundled sample city."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from console.command import Command as Base
from console.demo.run import DemoError, Wish, run


class Command(Base):
    help = "演示：在本机虚构的清江市上，把采集、研判、预警、日报从头到尾做一遍，再打开网页；每次都重新开始"
    example = "minsheng demo --port 8000"
    stateful = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="网页端口；被占用时用下一个空闲的")
        parser.add_argument("--exit", action="store_true", help="显示结果后即结束，不保持网页")

    def run(self, **options: Any) -> None:
        def say(text: str) -> None:
            self.stdout.write(text)
            self.stdout.flush()

        wish = Wish(settings.VAR, self.now, options["now"] is not None, options["port"], options["exit"], say)
        try:
            run(wish)
        except DemoError as error:
            raise CommandError(str(error)) from error
