import pytest

from monitor.places import stems


@pytest.mark.parametrize(
    ("text", "names", "why"),
    [
        ("我是暮云街道丽发新城小区的一名业主", {"暮云", "丽发"}, "endings are peeled: 新城小区"),
        ("A市丽发小区建搅拌站", {"a市", "丽发"}, "another ending, the same stem"),
        ("伊景园.滨河苑捆绑销售车位", {"伊景", "滨河"}, "a dot in a name"),
        ("Ａ３区的道路", {"a3区"}, "masked names, full-width too"),
        ("东城区停水，清江市和滨江县也停", set(), "where half a city lives is no place two posts have in common"),
        ("东城区滨河苑开发区停水", {"滨河"}, "but a place in it is"),
        ("本小区的业主，我们小区", set(), "what names nothing"),
        ("", set(), "nothing"),
    ],
)
def test_places_are_known_by_their_stems(text: str, names: set[str], why: str) -> None:
    assert names <= set(stems(text)), why
    if not names:
        assert stems(text) == {}, why


def test_listed_places_count_wherever_they_stand() -> None:
    assert stems("皇泽寺门口停车难，皇泽寺", known=["皇泽寺"]) == {"皇泽寺": 2}
