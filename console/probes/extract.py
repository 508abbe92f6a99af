"""minsheng probe extract PAGE.html …: what the extraction reads from saved pages, one JSON line a page."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from archive.post import Precision
from console.faults import reason
from console.jsonlines import written
from crawlers.extract import Article, extract

HELP = "从保存的网页中提取标题、时间、来源、作者、文号和正文"
EXAMPLE = "minsheng probe extract page.html --url https://www.cngy.gov.cn/art/20260101.html"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("pages", nargs="+", metavar="PAGE.html", help="保存的网页（原始字节）")
    parser.add_argument("--url", default="", metavar="网址", help="网页的网址（网址里有日期时有用）")


def run(options: dict[str, Any]) -> None:
    failed = False
    for page in options["pages"]:
        try:
            fields = facts(extract(Path(page).read_bytes(), url=options["url"]))
        except OSError as error:
            fields, failed = {"error": f"无法读取网页 {page}：{reason(error)}"}, True
        sys.stdout.write(written({"page": page, **fields}))
    if failed:
        sys.exit(1)


def facts(article: Article) -> dict[str, Any]:
    """The fields that COMMANDS.md names; a time as ISO 8601 to the minute, or a day."""
    at = article.published
    day = at is not None and article.precision is Precision.DAY
    return {
        "title": article.title,
        "published": None if at is None else at.date().isoformat() if day else at.isoformat(timespec="minutes"),
        "source": article.source,
        "author": article.author,
        "doc_number": article.doc_number,
        "text": article.text,
    }
