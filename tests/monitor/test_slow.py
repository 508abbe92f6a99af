"""The rule of slow burns."""

from datetime import datetime

import pytest

from archive.post import CHINA
from monitor.slow import LEAST_DAYS, LEAST_SPEAKERS, burns, explain


@pytest.mark.parametrize(
    ("speakers", "days", "told", "why"),
    [
        (LEAST_SPEAKERS, LEAST_DAYS, True, "just enough of both"),
        (LEAST_SPEAKERS - 1, 30, False, "a few who write every day"),
        (40, LEAST_DAYS - 1, False, "what comes within days is a spike's business"),
        (0, 0, False, "nothing"),
    ],
)
def test_burns(speakers: int, days: int, told: bool, why: str) -> None:
    assert burns(speakers, days) is told, why


def test_the_explanation_counts_posts_and_accounts() -> None:
    assert explain(24, 19) == "近 30 天 24 条，19 个账号，持续反映"
    assert explain(24, 0) == "近 30 天 24 条，持续反映", "articles have no accounts"
    until = datetime(2019, 8, 28, 8, tzinfo=CHINA)
    assert explain(24, 19, until) == "截至 8月28日 08:00 的 30 天 24 条，19 个账号，持续反映"
