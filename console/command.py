"""What every command of `minsheng` shares: --now, --json, one-line errors, an example in --help."""

import os
import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connections
from django.utils import timezone

from archive.post import CHINA
from archive.store import ArchiveError
from console import faults, tables
from console.arguments import Parser
from console.jsonlines import usual, written


def moment(text: str) -> datetime:
    """An ISO 8601 time; without an offset it is Asia/Shanghai. Raises ArgumentTypeError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"时间 {text!r} 不是 ISO 8601 格式，例如 2026-11-01T08:00:00+08:00") from error
    if not usual(at):
        raise ArgumentTypeError(f"时间 {text!r} 的年份不对")
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def day(text: str) -> date:
    """Raises ArgumentTypeError."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError as error:
        raise ArgumentTypeError(f"日期 {text!r} 应形如 2026-11-01") from error
    if not usual(found):
        raise ArgumentTypeError(f"日期 {text!r} 的年份不对")
    return found.date()


class Command(BaseCommand):
    """Subclasses give `help` and `example` (of each act, where there are acts, `examples`), and implement `run`.
    What the archive, the state database or the system refuses becomes a one-line error."""

    example = ""
    examples: ClassVar[Mapping[str, str]] = {}
    timed = True  # takes --now
    stateful = True  # uses the state database, which is made at its first use
    # Django's checks are of the code, not of what a user may set: a test makes them, once. Here they would have every
    # process import every page.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Parser:
        parser = Parser(
            prog=f"{Path(prog_name).name} {subcommand}",
            description=self.help,
            epilog=f"例：{self.example}",
            called_from_command_line=getattr(self, "_called_from_command_line", None),
            **kwargs,
        )
        for option in ("--traceback", "--no-color", "--force-color", "--skip-checks"):  # Django's own, for developers
            parser.add_argument(option, action="store_true", help=SUPPRESS)
        parser.add_argument("-v", "--verbosity", type=int, default=1, help=SUPPRESS)
        parser.add_argument("--settings", help=SUPPRESS)
        parser.add_argument("--pythonpath", help=SUPPRESS)
        self.add_arguments(parser)
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        self._common(parser)
        self.arguments(parser)
        # After an act's name too; SUPPRESS, or the act's default would undo what stood before its name.
        for name, act in parser.branches() if isinstance(parser, Parser) else ():
            self._common(act, default=SUPPRESS)
            if example := self.examples.get(name):
                act.epilog = f"例：{example}"

    def _common(self, parser: ArgumentParser, **extra: Any) -> None:
        parser.add_argument("--json", action="store_true", help="每行一个 JSON", **extra)
        if self.timed:
            parser.add_argument("--now", type=moment, metavar="时刻", help="以此时刻为现在（ISO 8601）", **extra)

    def arguments(self, parser: ArgumentParser) -> None:
        """Further arguments."""

    def run_from_argv(self, argv: list[str]) -> None:
        """Django's, but that an error is `minsheng: …` on one line, also one that is found while arguments are read."""
        self._called_from_command_line = True
        options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
        try:
            self.execute(**options)
        except CommandError as error:
            if options["traceback"]:
                raise
            self.stderr.write(f"minsheng: {error}")
            sys.exit(error.returncode)
        finally:
            connections.close_all()

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        # The one place where a command reads the clock; everything inside is given `now`, and what may last for hours
        # the clock itself, which stands still where --now was given.
        given: datetime | None = options.get("now")
        self.now: datetime = given or timezone.now()
        self.clock: Callable[[], datetime] = (lambda: self.now) if given else timezone.now
        try:
            if self.stateful:
                self.prepare()
            self.run(**options)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the last flush fails again
            sys.exit(0)
        except OSError as error:
            raise CommandError(faults.of_system(error)) from error
        except Error as error:
            if told := faults.of_database(error):
                raise CommandError(told) from error
            raise

    def prepare(self) -> None:
        """The very first command makes the tables. Later changes of them are `minsheng migrate`, done knowingly."""
        if not tables.made():
            self.stderr.write("首次使用，正在建立状态库……", lambda text: text)
            tables.migrate()

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def emit(self, text: str, data: Mapping[str, Any]) -> None:
        """One result: `text` for people, `data` with --json."""
        self.stdout.write(written(data) if self.as_json else text)
