"""The words an event is told by: whole words of at least two texts, or none."""

from datetime import timedelta

import pytest

from archive.post import Kind
from monitor.events import EventIndex
from tests.monitor.city import HOUR, NOW, post

NOTICE = "东城区停水，供水公司正在抢修，何时恢复供水将及时公布"
PARKING = [
    ("伊河园滨江苑商品房竟然捆绑销售车位", "购房资格与车位绑在一起，伊河园滨江苑的职工不同意"),
    ("投诉伊河园滨江苑捆绑销售车位", "伊河园滨江苑购房时广源集团强制捆绑销售，要求职工一次付清车位款"),
    ("广源集团捆绑销售车位合理吗", "伊河园滨江苑职工购房被捆绑销售车位，请查处广源集团"),
    ("伊河园滨江苑职工购房要求买车位", "广源集团下发通知，捆绑销售"),
]


def terms(texts: list[tuple[str, str]], kind: Kind = Kind.QUESTION) -> tuple[str, ...]:
    index = EventIndex()
    index.add(post(f"第{n}路公交{n}点{n}分还没有来", key=f"b{n}") for n in range(30))  # so that rare is rare
    posts = [
        post(title, text, at=NOW + n * HOUR, kind=kind, speaker=f"s{n}", key=f"k{n}")
        for n, (title, text) in enumerate(texts)
    ]
    given = index.add(posts)
    assert len({each.event for each in given}) == 1
    return index.info(given[0].event).terms


def test_copies_of_one_text_have_no_words_in_common_with_anything() -> None:
    text = "供水公司表示主管道破裂，正在抢修，何时恢复供水将及时公布，请市民储水备用，不信谣不传谣。"
    assert terms([(NOTICE, text)] * 4, Kind.NEWS) == (), "一篇文稿转四遍，说不出共同的词"


def test_words_of_a_matter_are_whole_and_long_enough_to_tell_it() -> None:
    found = terms(PARKING)
    assert "捆绑销售" in found
    assert {"伊河园滨江苑", "广源集团"} & set(found), "the name the dictionary does not know stays whole"


@pytest.mark.parametrize("fragment", ["水将", "何", "的", "苑捆", "司正", "公布何", "园滨"])
def test_no_fragment_is_told(fragment: str) -> None:
    texts = [*PARKING, (NOTICE, "请储水"), ("东城区停水何时恢复", "供水公司正在抢修，水将何时来")]
    index = EventIndex()
    given = index.add(
        post(title, text, at=NOW + timedelta(hours=n), key=f"f{n}") for n, (title, text) in enumerate(texts)
    )
    for event in {each.event for each in given}:
        for term in index.info(event).terms:
            assert not term.startswith(fragment) and not term.endswith(fragment), term
