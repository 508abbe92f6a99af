"""What every command of `minsheng` shares: --now, --json, one-line errors, an example in --help."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.post import CHINA
from archive.store import ArchiveError


def moment(text: str) -> datetime:
    """An ISO 8601 time; without an offset it is Asia/Shanghai. Raises CommandError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"时间 {text!r} 不是 ISO 8601 格式，例如 2026-11-01T08:00:00+08:00") from error
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


class Command(BaseCommand):
    """Subclasses give `help` and `example`, and implement `run`. ArchiveError becomes a one-line error."""

    example = ""
    timed = True  # takes --now

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=f"例：{self.example}", formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="每行一个 JSON")
        if self.timed:
            parser.add_argument("--now", type=moment, help="以此时刻为现在（ISO 8601）")
        self.arguments(parser)

    def arguments(self, parser: ArgumentParser) -> None:
        """Further arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        # The one place where a command reads the clock; everything inside is given `now`.
        self.now: datetime = options.get("now") or timezone.now()
        try:
            self.run(**options)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            sys.exit(0)

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def emit(self, text: str, data: Mapping[str, Any]) -> None:
        """One result: `text` for people, `data` with --json."""
        self.stdout.write(json.dumps(data, ensure_ascii=False, default=str) if self.as_json else text)
