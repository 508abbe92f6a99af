"""minsheng digest: show or send the digest of a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from alerts.digest import draft, make_digest
from alerts.digest_counts import span
from alerts.mail.digest import digest_letter
from alerts.models import Digest
from archive.post import CHINA
from console.archive import archive
from console.command import Command as Base
from console.command import day


class Command(Base):
    help = "显示某日的日报（前一天 8:00 至当天 8:00）；--send 时存档并放入待送邮件"
    example = "minsheng digest --date 2026-11-01 --send"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", type=day, metavar="日期", help="哪一天的日报，默认今天")
        parser.add_argument("--send", action="store_true", help="存档并发给日报收件人（每人每天一次）")

    def run(self, **options: Any) -> None:
        wanted: date = options["date"] or self.now.astimezone(CHINA).date()
        if options["send"]:
            if self.now < span(wanted).until:
                raise CommandError(f"{wanted} 的日报要到当天 08:00 才完整，请届时再发；不加 --send 可先查看")
            content = make_digest(archive(), wanted, self.now).content
        else:
            kept = Digest.objects.filter(day=wanted).first()
            content = kept.content if kept else draft(archive(), wanted, self.now)
        self.emit(digest_letter(content).text, content)
