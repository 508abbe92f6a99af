"""Labels given by hand, keyed by a message's id; see the .md beside each."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

KEPT = ("more-held", "wide-held")


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    stratum: str
    matter: str

    @property
    def held_out(self) -> bool:
        """What no weight or threshold was fitted to: half of the 300 drawn at random, and the strata kept."""
        half = int(hashlib.sha256(f"half:{self.id}".encode()).hexdigest(), 16) % 2
        return (self.stratum == "random" and half == 1) or self.stratum in KEPT


def matters() -> list[Label]:
    with Path(__file__).with_name("matter.csv").open(encoding="utf-8", newline="") as file:
        return [Label(**row) for row in csv.DictReader(file)]


def city() -> list[tuple[str, int, str]]:
    """File of the sample city, place in it, matter."""
    with Path(__file__).with_name("city.csv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], int(row["number"]), row["matter"]) for row in csv.DictReader(file)]
