"""The field of a message: suggested with its probability and reason, or unsure."""

from pathlib import Path

import pytest

from monitor import shipped
from monitor.linear import ModelError
from monitor.topic_fitting import Message, fitted
from monitor.topics import Topics, topics

CASES = [
    ("违章建筑无人拆除", "小区楼顶违章搭建，开发商和物业互相推诿，城管没有拆除", "城乡建设", "buildings"),
    ("公司拖欠工资", "老板欠我们农民工三个月工资，劳动合同也没有签", "劳动和社会保障", "wages"),
    ("学校强制补课收费", "班主任要求学生周末补课，每人交五百元", "教育文体", "school"),
    ("化工厂半夜偷排废气", "废气刺鼻，污水流进河里，污染严重", "环境保护", "pollution"),
    ("", "", None, "nothing is said"),
    ("清江夜景", "今晚的灯光秀真好看", None, "no field of these"),
]


@pytest.mark.parametrize(("title", "text", "topic", "why"), CASES, ids=[case[3] for case in CASES])
def test_a_message_has_its_field_or_none_where_unsure(title: str, text: str, topic: str | None, why: str) -> None:
    (told,) = topics().suggest([(title, text)])
    assert told.topic == topic, why
    assert (told.p >= topics().least) == (topic is not None)


def test_each_message_is_told_alone_and_in_order() -> None:
    messages = [(title, text) for title, text, _, _ in CASES]
    assert [each.topic for each in topics().suggest(messages)] == [case[2] for case in CASES]
    assert topics().suggest([]) == []


def test_the_reason_is_words_that_stand_in_the_message() -> None:
    title, text, topic, _ = CASES[1]
    terms = topics().terms([(title, text)], str(topic))
    assert terms and all(term in title + text for term in terms) and any("工资" in term for term in terms)


def taught() -> list[Message]:
    known = {"水": "供水 水压 水管 停水", "路": "修路 路灯 路面 公路"}
    return [
        Message(f"{word}问题{n}", f"请解决{word}的事，编号{n}号，谢谢", topic)
        for topic, words in known.items()
        for n in range(12)
        for word in words.split()
    ]


def test_what_is_fitted_is_the_same_each_time_and_knows_what_it_was_taught() -> None:
    first, scores = fitted(taught(), [("水", "水表")], {"name": "two"})
    again, _ = fitted(taught(), [("水", "水表")], {"name": "two"})
    assert first.title.weights.tolist() == again.title.weights.tolist() and first.least == again.least
    assert scores.macro_f1 > 0.9 and first.title.card["name"] == "two"
    assert [each.best for each in first.suggest([("停水了", "供水何时恢复"), ("路灯不亮", "路面有坑")])] == ["水", "路"]


def test_models_of_two_fittings_are_not_mixed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pair, _ = fitted(taught(), [], {})
    monkeypatch.setattr(shipped, "own", lambda name: tmp_path / f"{name}.npz")
    pair.title.save(tmp_path / "topics-title.npz")
    with pytest.raises(ModelError, match="不是同一次训练"):
        topics()
    pair.text.save(tmp_path / "topics-text.npz")
    assert topics() == Topics(topics().title, topics().text) and topics().labels == ("水", "路")
