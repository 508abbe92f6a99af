"""minsheng train …: fit a model to labelled texts, print how it does on those held back, write it."""

import importlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from console.command import Command as Base

# Each is a module console.training.NAME with HELP, EXAMPLE and `run(path, folder, now)`, which gives (text, data).
MODELS = ("sentiment", "topics")


class Command(Base):
    help = "用标注好的文本训练模型：打印留出部分的得分，写入模型文件"
    example = "minsheng train sentiment labelled.jsonl"
    stateful = False
    examples: ClassVar = {name: importlib.import_module(f"console.training.{name}").EXAMPLE for name in MODELS}

    def arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_subparsers(dest="model", required=True, metavar="模型")
        for name in MODELS:
            branch = chosen.add_parser(name, help=importlib.import_module(f"console.training.{name}").HELP)
            branch.add_argument("file", type=Path, metavar="文件", help="标注好的 JSON 行")
            branch.add_argument(
                "--into",
                type=Path,
                metavar="文件夹",
                help="写到哪里；默认 MINSHENG_VAR 下的 models，写入后即启用，删去即恢复自带的模型",
            )

    def run(self, **options: Any) -> None:
        module = importlib.import_module(f"console.training.{options['model']}")
        self.emit(*module.run(options["file"], options["into"], self.now))
