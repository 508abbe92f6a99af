"""minsheng restore DIR: what a backup holds in the place of what is there."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from console.backups import BackupError, put_back, read
from console.command import Command as Base
from console.pg_programs import ProgramError


class Command(Base):
    help = "用备份替换现有的全部数据；先停下民声"
    example = "minsheng restore /var/backups/minsheng --yes"
    timed = False
    stateful = False  # the state database may not be there yet

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="文件夹", type=Path, help="minsheng backup 写成的文件夹")
        parser.add_argument("--yes", action="store_true", help="确认现有数据将被替换")

    def run(self, **options: Any) -> None:
        try:
            held = read(options["folder"])
            if not options["yes"]:
                told = f"备份于 {held.at}，有 {held.posts} 条信息、{held.incidents} 起舆情"
                raise CommandError(f"{told}；恢复会替换现有的全部数据，确认请加 --yes")
            made = put_back(options["folder"], settings.SNAPSHOTS)
        except (BackupError, ProgramError) as error:
            raise CommandError(str(error)) from error
        self.emit(f"已恢复：{made.posts} 条信息、{made.incidents} 起舆情（备份于 {made.at}）", asdict(made))
