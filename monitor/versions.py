"""A watchlist's versions are kept, so that an alert can be read with the query that raised it."""

from datetime import datetime

from accounts import audit
from accounts.models import User
from monitor.models import Watchlist, WatchlistVersion


def keep_version(watchlist: Watchlist, by: User | str | None, now: datetime) -> None:
    who = by.get_username() if isinstance(by, User) else by or audit.SYSTEM
    WatchlistVersion.objects.create(
        watchlist=watchlist,
        number=watchlist.version,
        query=watchlist.query,
        purpose=watchlist.purpose,
        immediate=watchlist.immediate,
        by=who[:150],
        at=now,
    )
