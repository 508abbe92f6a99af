"""minsheng backup DIR: everything, while running."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from console.backups import BackupError, save
from console.command import Command as Base
from console.pg_programs import ProgramError
from console.rounds import BusyError


class Command(Base):
    help = "备份全部数据（状态库、档案库、密钥）到一个文件夹，运行中即可执行"
    example = "minsheng backup /var/backups/minsheng"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="文件夹", type=Path, help="没有就建立；同一文件夹再次备份会换成最新的")

    def run(self, **options: Any) -> None:
        try:
            made = save(options["folder"], self.now, settings.SNAPSHOTS)
        except (BackupError, ProgramError, BusyError) as error:
            raise CommandError(str(error)) from error
        self.emit(f"已备份到 {options['folder']}：{made.posts} 条信息、{made.incidents} 起舆情", asdict(made))
