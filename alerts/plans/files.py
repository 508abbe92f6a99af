"""The plans that ship, one Markdown file each with a short head (name, words by which it is chosen, other names)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from alerts.plans.fill import Prepared

FOLDER = Path(__file__).parent
DEFAULT = "complaint"


@dataclass(frozen=True, slots=True)
class Shipped:
    plan: Prepared
    topics: tuple[str, ...]
    aliases: tuple[str, ...]


@cache
def shipped() -> dict[str, Shipped]:
    """By slug, the default plan first."""
    read = [_read(path) for path in sorted(FOLDER.glob("*.md"))]
    return {each.plan.slug: each for each in sorted(read, key=lambda each: each.plan.slug != DEFAULT)}


def find(name: str) -> Shipped | None:
    """By slug, name or another name (民生诉求, 民生诉求类预案, citizens-complaint …)."""
    wanted = _fold(name)
    for each in shipped().values():
        names = (each.plan.slug, each.plan.name, each.plan.name.removesuffix("类预案"), *each.aliases)
        if wanted in {_fold(other) for other in names}:
            return each
    return None


def _read(path: Path) -> Shipped:
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    known: dict[str, Any] = yaml.safe_load(head)
    plan = Prepared(path.stem, known["name"], text.lstrip("\n"), int(known["version"]))
    return Shipped(plan, tuple(known["topics"]), tuple(known["aliases"]))


def _fold(name: str) -> str:
    return name.strip().casefold().replace("_", "-").replace(" ", "-")
