"""minsheng deliver: send what is due in the outbox; stops cleanly after the current mail."""

import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import CommandError

from alerts.models import Delivery
from alerts.outbox import deliver
from console.command import Command as Base


class Command(Base):
    help = "发送待送的邮件（预警、续报、日报）；收到 SIGTERM 时送完手上这封再停"
    example = "minsheng deliver"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--failed", action="store_true", help="只列出被拒收和未送达的邮件，不发送")

    def run(self, **options: Any) -> None:
        if options["failed"]:
            self.failed()
            return
        asked = Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            asked.set()

        before = signal.signal(signal.SIGTERM, stop)
        try:
            report = deliver(self.now, stop=asked.is_set, clock=self.clock)
        finally:
            signal.signal(signal.SIGTERM, before)
        data = {"sent": report.sent, "later": report.later, "refused": report.refused, "stopped": report.stopped}
        data |= {"withdrawn": report.withdrawn}
        rows = [f"  {key}：{what}" for key, what in report.rows]
        self.emit("\n".join([str(report), *rows]), data | {"rows": report.rows})
        if report.stopped and not asked.is_set():
            raise CommandError(report.stopped)

    def failed(self) -> None:
        wanted = [Delivery.Status.REFUSED, Delivery.Status.FAILED]
        for row in Delivery.objects.filter(status__in=wanted):
            told = {"key": row.natural_key, "address": row.address, "status": row.status, "outcome": row.outcome}
            self.emit(f"{row.get_status_display()}　{row.address}　{row.subject}　{row.outcome}", told)
