"""Where the numbers of a digest lead: the search of exactly the posts they count, as the address says it. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def posts_address(content: Mapping[str, Any], **only: str) -> str:
    """/search/?… for the posts of a digest, or of those only what `only` names (kind, source, watchlist, matter, event,
    unwatched; as console.pages.asked reads them). "" for a digest made before its posts could be asked for."""
    if "published_since" not in content:
        return ""
    wanted = {
        "since": content["published_since"],
        "collected_since": content["since"],
        "collected_until": content["until"],
        **only,
    }
    return f"/search/?{urlencode({name: value for name, value in wanted.items() if value})}"
