"""minsheng search QUERY: count, days, facets and the newest hits."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from archive.highlight import snippet
from archive.language import Query
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import CHINA, Post
from archive.store import Filter, Page, Search
from console.archive import archive
from console.command import Command as Base
from console.command import moment
from console.management.commands.watch import read
from monitor.models import Source

DAYS_SHOWN = 14
FACET_NAMES = {"source": "信源", "region": "地区", "kind": "类型", "topic": "领域", "sentiment": "情感"}
WORDS = {
    "kind": {str(kind): name for kind, name in KIND_NAMES.items()},
    "sentiment": {str(label): name for label, name in POLARITY_NAMES.items()},
}


class Command(Base):
    help = "检索全部信息：条数、各日、分布和最新命中"
    example = 'minsheng search "停水 + 临江区" --since 2026-10-01 --kind question'
    timed = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", metavar="检索式", help="例如 停水|供水")
        parser.add_argument("--since", type=moment, metavar="时刻", help="从此时起（ISO 8601）")
        parser.add_argument("--until", type=moment, metavar="时刻", help="到此时止，不含")
        parser.add_argument("--source", action="append", default=[], metavar="编号", help="信源编号，可写多次")
        parser.add_argument("--region", action="append", default=[], metavar="地区", help="地区，可写多次")
        parser.add_argument(
            "--sentiment", action="append", default=[], choices=WORDS["sentiment"], help=_names("sentiment")
        )
        parser.add_argument("--kind", action="append", default=[], choices=WORDS["kind"], help=_names("kind"))
        parser.add_argument("--size", type=int, default=20, metavar="条数", help="显示多少条，默认 20，最多 200")

    def run(self, **options: Any) -> None:
        query = read(options["query"])
        since, until = options["since"], options["until"]
        if since and until and since >= until:
            raise CommandError(f"--since {since.isoformat()} 不早于 --until {until.isoformat()}，这段时间是空的")
        wanted = Filter(
            query=query,
            since=since,
            until=until,
            sources=tuple(options["source"]),
            regions=tuple(options["region"]),
            kinds=tuple(options["kind"]),
            sentiments=tuple(options["sentiment"]),
        )
        page = archive().search(Search(wanted, size=max(1, min(200, options["size"]))))
        names = dict(Source.objects.values_list("id", "name"))
        for source in {*options["source"]} - names.keys():
            if not archive().count(Filter(sources=(source,))):  # a source that was removed still has its posts
                raise CommandError(f"没有编号为 {source} 的信源；minsheng sources list 列出全部")
        data = {
            "total": page.total,
            "days": [[day.isoformat(), count] for day, count in page.days],
            "facets": {name: list(rows) for name, rows in page.facets.items()},
            "hits": [_data(post) for post in page.posts],
        }
        self.emit("\n".join(_lines(page, query, names)), data)


def _names(facet: str) -> str:
    return "、".join(f"{name} {shown}" for name, shown in WORDS[facet].items()) + "，可写多次"


def _lines(page: Page, query: Query, names: dict[str, str]) -> list[str]:
    lines = [f"共 {page.total} 条"]
    if page.days:
        shown = "、".join(f"{day:%m-%d} {count}" for day, count in page.days[-DAYS_SHOWN:])
        lines.append(f"最近有信息的 {min(DAYS_SHOWN, len(page.days))} 天：{shown}")
    for facet, title in FACET_NAMES.items():
        words = names if facet == "source" else WORDS.get(facet, {})
        rows = [(words.get(name, name), count) for name, count in page.facets.get(facet, []) if name]
        if rows:
            lines.append(f"{title}：" + "、".join(f"{name} {count}" for name, count in rows[:8]))
    for post in page.posts:
        lines += _hit(post, query, names)
    return lines


def _hit(post: Post, query: Query, names: dict[str, str]) -> list[str]:
    """Title and snippet; what was searched stands in 【】."""
    found = snippet(post, query)
    title, body = (
        "".join(f"【{text}】" if on else text for text, on in pieces) for pieces in (found.title, found.body)
    )
    at = f"{post.counted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    meta = " · ".join(filter(None, (at, names.get(post.source, post.source), post.publisher, post.marks.matter)))
    return ["", f"{title or '（无标题）'}", f"  {meta}  {post.url}", f"  {' '.join(body.split())}"]


def _data(post: Post) -> dict[str, Any]:
    """What may leave the archive of a post: never its speaker."""
    names = ("id", "url", "kind", "title", "source", "publisher", "region", "published_at", "reply")
    marks = {name: getattr(post.marks, name) for name in ("watchlists", "topic", "matter", "event", "copy_of")}
    return {**{name: getattr(post, name) for name in names}, **marks}
