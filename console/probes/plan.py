"""minsheng probe plan (COMMANDS.md)."""

from argparse import ArgumentParser
from typing import Any

HELP = "plan"


def arguments(parser: ArgumentParser) -> None:
    """To be given by the room that owns this step."""


def run(options: dict[str, Any]) -> None:
    raise NotImplementedError("plan")
