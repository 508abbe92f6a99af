"""minsheng round: one monitoring round over what is new, then the incidents its findings open."""

import sys
from typing import Any

from django.core.management.base import CommandError

from console.archive import archive
from console.command import Command as Base
from console.rounds import BusyError
from console.work import watch
from monitor.sentiment import SentimentError


class Command(Base):
    help = "对新采集的信息运行一轮监测，并为发现的问题建立舆情"
    example = "minsheng round --now 2026-11-01T08:00:00+08:00"

    def run(self, **options: Any) -> None:
        progress = self._progress if sys.stderr.isatty() else None
        try:
            report, opened = watch(archive(), self.now, progress)
        except (SentimentError, BusyError) as error:
            raise CommandError(str(error)) from error
        lines = [str(report), *report.faults, f"新开舆情 {len(opened)} 起"]
        lines += [f"  {incident.number} {incident.title}：{incident.explanation}" for incident in opened]
        data = {**report.as_dict(), "incidents": [incident.number for incident in opened]}
        self.emit("\n".join(lines), data)

    def _progress(self, read: int) -> None:
        self.stderr.write(f"\r已读 {read} 条", ending="")
