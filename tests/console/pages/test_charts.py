from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages.charts import HEIGHT, WIDTH, day_chart

FIRST = date(2019, 7, 4)
days = st.dictionaries(st.integers(0, 800), st.integers(0, 500), min_size=1, max_size=60)


@given(days)
def test_every_post_is_in_one_bar_and_every_bar_in_the_box(counts: dict[int, int]) -> None:
    chart = day_chart([(FIRST + timedelta(days=offset), number) for offset, number in counts.items()])
    assert chart is not None
    assert chart.total == sum(counts.values()) == sum(bar.count for bar in chart.bars)
    assert chart.most == max(bar.count for bar in chart.bars)
    assert chart.bars[0].since == FIRST + timedelta(days=min(counts))
    assert chart.bars[-1].until == FIRST + timedelta(days=max(counts))
    for bar, following in zip(chart.bars, chart.bars[1:], strict=False):
        assert bar.until + timedelta(days=1) == following.since
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 0.01
        assert abs(bar.y + bar.height - HEIGHT) < 0.01
        assert (bar.height > 0) == (bar.count > 0)


@pytest.mark.parametrize(("length", "unit", "bars"), [(30, "每日", 30), (92, "每日", 92), (93, "每周", 14)])
def test_many_days_are_drawn_by_the_week(length: int, unit: str, bars: int) -> None:
    chart = day_chart([(FIRST, 1)], FIRST, FIRST + timedelta(days=length - 1))
    assert chart is not None
    assert (chart.unit, len(chart.bars)) == (unit, bars)


def test_days_without_posts_stay_as_gaps_and_the_burst_stands_out() -> None:
    chart = day_chart([(FIRST, 1), (FIRST + timedelta(days=9), 8)])
    assert chart is not None
    assert [bar.count for bar in chart.bars] == [1, *[0] * 8, 8]
    assert [bar.hot for bar in chart.bars] == [False] * 9 + [True]
    assert chart.ticks == [FIRST + timedelta(days=offset) for offset in (0, 3, 6, 9)]


def test_nothing_is_no_chart() -> None:
    assert day_chart([]) is None
    assert day_chart([], FIRST, FIRST - timedelta(days=1)) is None
