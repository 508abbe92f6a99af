"""What one crawl has on its desk: shared by spider, middlewares and resolver, hung on the crawler as `desk`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.address_book import AddressBook
from crawlers.declaration import Declaration
from crawlers.job import Job, Outcome, State
from crawlers.keeper import Keeper


@dataclass(slots=True)
class Desk:
    """`say` writes one JSON line for whoever started the crawl. `robots` is the record of checks by site."""

    job: Job
    declaration: Declaration
    keeper: Keeper
    book: AddressBook
    state: State
    outcome: Outcome
    say: Callable[[Mapping[str, Any]], None]
    robots: dict[str, Any] = field(default_factory=dict)
