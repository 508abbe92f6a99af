"""minsheng crawl [ID …] [--due]."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from console.command import Command as Base
from console.crawling import crawl_due
from console.outcomes import as_text
from crawlers.job import Outcome
from monitor.models import Source


class Command(Base):
    help = "采集信源：写明编号则采这些，--due 则只采到期的，都不写则采全部已启用的"
    example = "minsheng crawl --due"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="编号")
        parser.add_argument("--due", action="store_true", help="只采集到期的")

    def run(self, **options: Any) -> None:
        ids: list[str] = options["ids"]
        unknown = sorted(set(ids) - set(Source.objects.filter(id__in=ids).values_list("id", flat=True)))
        if unknown:
            raise CommandError(f"没有编号为 {'、'.join(unknown)} 的信源，minsheng sources list 可看全部")

        # Told one by one as they end: that is the progress.
        def told(source: Source, outcome: Outcome) -> None:
            self.emit(as_text(source.name, outcome), {"source": source.id, **summary(outcome)})

        outcomes = crawl_due(self.now, ids or None, only_due=options["due"], told=told, clock=self.clock)
        if not outcomes and not self.as_json:
            self.stdout.write("没有要采集的信源")
        if failed := [outcome.source for outcome in outcomes if not outcome.ok]:
            raise CommandError(f"{len(failed)} 个信源没有采集成功：{'、'.join(failed)}，原因见上")


def summary(outcome: Outcome) -> dict[str, Any]:
    """An outcome without the state it leaves for the next crawl."""
    return {name: value for name, value in outcome.to_json().items() if name not in {"state", "source"}}
