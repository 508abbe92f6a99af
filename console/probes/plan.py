"""minsheng probe plan ID: an incident's facts in (JSON on standard input), the filled plan out (COMMANDS.md)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from alerts.plans.asked import AskError, chosen, facts_from, moment_of
from alerts.plans.fill import fill
from alerts.plans.word import docx
from console.faults import reason
from console.jsonlines import decoded, given, read, written

HELP = "按舆情的事实（标准输入，JSON）填写预案，输出应对处置方案"
EXAMPLE = "minsheng probe plan complaint --docx 方案.docx < facts.json"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id", nargs="?", default="", metavar="预案编号", help="预案编号，如 complaint；不给则取 JSON 中的 plan"
    )
    parser.add_argument("--docx", type=Path, metavar="文件", help="另存为 Word 文件（GB/T 9704 版式）")


def run(options: dict[str, Any]) -> None:
    data = _read()
    try:
        plan = chosen(options["id"], data)
        told = moment_of(data, "now") or moment_of(data, "discovered_at")
        now = options["now"] if options["now_given"] else told or options["now"]
        facts = facts_from(data, now)
    except AskError as error:
        raise CommandError(str(error)) from error
    filled = fill(plan.plan, facts, now)
    if path := options["docx"]:
        try:
            path.write_bytes(docx(filled.text, str(data.get("title") or ""), now))
        except OSError as error:
            raise CommandError(f"写不进 {path}：{reason(error)}") from error
    if options["json"]:
        which = {"plan": plan.plan.slug, "name": plan.plan.name, "version": plan.plan.version}
        sys.stdout.write(written(which | {"text": filled.text, "fault": filled.fault}))
    else:
        print(filled.text, end="")


def _read() -> dict[str, Any]:
    data = read(decoded(given().read()).removeprefix("\ufeff").strip() or "{}", "标准输入")
    if not isinstance(data, dict):
        raise CommandError('标准输入应是一个 JSON 对象，如 {"plan": "complaint", "title": "…"}')
    return data
