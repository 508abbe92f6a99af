"""minsheng doctor: is everything there that is needed?"""

import sys
from dataclasses import asdict
from typing import Any

from console.command import Command as Base
from console.doctor import examine

SIGNS = {"ok": "正常", "warn": "注意", "fail": "故障"}


class Command(Base):
    help = "检查安装所需的一切，写明哪里不对、怎样处理"
    example = "minsheng doctor"
    stateful = False  # it says itself what is wrong with it
    requires_system_checks: list[str] = []

    def run(self, **options: Any) -> None:
        findings = examine(self.now)
        for found in findings:
            remedy = f"\n      处理：{found.remedy}" if found.remedy else ""
            self.emit(f"[{SIGNS[found.state]}] {found.check}：{found.message}{remedy}", asdict(found))
        if any(found.state == "fail" for found in findings):
            sys.exit(1)
