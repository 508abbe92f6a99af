"""minsheng doctor: is everything there that is needed?"""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from console.command import Command as Base
from console.doctor import NAMES, examine

SIGNS = {"ok": "正常", "warn": "注意", "fail": "故障"}


class Command(Base):
    help = "检查安装所需的一切，写明哪里不对、怎样处理"
    example = "minsheng doctor"
    stateful = False  # it says itself what is wrong with it

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", choices=sorted(NAMES), help="只做其中一项检查，可写多次")
        parser.add_argument("--strict", action="store_true", help="“注意”也算不正常（供容器的健康检查用）")

    def run(self, **options: Any) -> None:
        findings = examine(self.now, options["only"])
        for found in findings:
            remedy = f"\n      处理：{found.remedy}" if found.remedy else ""
            self.emit(f"[{SIGNS[found.state]}] {found.check}：{found.message}{remedy}", asdict(found))
        wrong = {"fail", "warn"} if options["strict"] else {"fail"}
        if any(found.state in wrong for found in findings):
            sys.exit(1)
