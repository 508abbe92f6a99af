"""Whose report it is, by the publisher that stands on it."""

import pytest

from monitor.risk_media import names_first, speaks_officially
from monitor.risk_tables import CENTRAL_MEDIA, OFFICIAL


@pytest.mark.parametrize(
    ("publisher", "central", "why"),
    [
        ("新华社", True, "itself"),
        ("人民日报客户端四川频道", True, "what it runs"),
        ("来源：新华网", True, "as pages write it"),
        ("【转自】央视新闻", True, "in brackets"),
        ("清江日报、中国新闻网", True, "one of two"),
        ("清江融媒 人民网", True, "two with a space"),
        ("河南经济日报", False, "a province's paper"),
        ("四川工人日报", False, "another one"),
        ("实事求是网", False, "a word that holds a name"),
        ("清江日报", False, "the city's own"),
        ("", False, "none"),
    ],
)
def test_a_medium_counts_by_the_beginning_of_its_name(publisher: str, central: bool, why: str) -> None:
    assert names_first(publisher, CENTRAL_MEDIA) is central, why


@pytest.mark.parametrize(
    ("publisher", "official", "why"),
    [
        ("东城发布", True, "an account of the government"),
        ("清江市人民政府", True, "itself"),
        ("清江日报、清江市公安局", True, "one of two"),
        ("发布会观察", False, "a word that begins so"),
        ("清江日报", False, "a paper"),
        ("", False, "none"),
    ],
)
def test_the_government_counts_by_the_end_of_its_name(publisher: str, official: bool, why: str) -> None:
    assert speaks_officially(publisher, OFFICIAL) is official, why
