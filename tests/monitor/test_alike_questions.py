"""Which questions ask the same: pairs with a reason, and what a group is."""

from datetime import timedelta

import pytest

from archive.post import Post
from monitor.alike_questions import asked, group, question_of
from tests.monitor.city import NOW, post

# Other questions about the same policy, as there are when it matters: what all share says nothing.
OTHERS = (
    "停车收费管理办法里外地车怎么收费？",
    "停车收费管理办法对残疾人车辆有没有优惠？",
    "请问停车收费管理办法的监督电话是多少？",
    "停车收费管理办法发票在哪里开？",
    "按停车收费管理办法小区里也要收费吗？",
    "停车收费管理办法规定欠费了怎么补缴？",
)


def ask(title: str, text: str = "", minutes: int = 0) -> Post:
    return post(title, text or "如题。", at=NOW - timedelta(minutes=minutes), key=f"{title}{text}{minutes}")


def together(first: Post, second: Post) -> bool:
    others = [ask(title, minutes=10 + index) for index, title in enumerate(OTHERS)]
    groups = group([first, second, *others])
    return any({first.id, second.id} <= {each.id for each in found.posts} for found in groups)


@pytest.mark.parametrize(
    ("first", "second", "alike", "why"),
    [
        ("停车收费管理办法半小时内免费怎么算？", "停车收费管理办法半小时内免费怎么算？", True, "word for word"),
        ("停车收费管理办法半小时内免费怎么算？", "请问停车收费办法里半小时内免费是怎么算的", True, "nearly so"),
        (
            "咨询停车收费管理办法夜间几点免费",
            "停车收费管理办法夜间几点开始免费？谢谢领导",
            True,
            "with manners around it",
        ),
        (
            "停车收费管理办法半小时内免费怎么算？",
            "停车收费管理办法夜间几点免费？",
            False,
            "another question about the same",
        ),
        ("停车收费管理办法什么时候施行？", "停车收费管理办法月卡怎么办？", False, "only the policy in common"),
    ],
)
def test_questions_are_alike_where_what_they_ask_is(first: str, second: str, alike: bool, why: str) -> None:
    assert together(ask(first), ask(second, minutes=3)) is alike, why


def test_it_is_told_by_the_clauses_that_ask_not_by_the_story() -> None:
    story = "我住东城区，每天开车上下班，孩子上小学，老人要去医院。"
    first = ask("停车问题", f"{story}停车收费管理办法半小时内免费怎么算？")
    second = ask("咨询", "昨天收费员态度不好，说话难听。停车收费管理办法半小时内免费怎么算？", minutes=4)
    assert together(first, second)
    assert story not in asked(first)
    assert question_of(first) == "停车收费管理办法半小时内免费怎么算？"


def test_one_clause_that_both_ask_is_enough_among_others() -> None:
    first = ask("停车收费管理办法什么时候开始执行", "没有找到解读，请问是从发布之日还是下个月起收费，夜间停车收不收？")
    again = "请问停车收费管理办法什么时候开始执行，是从发布当天算，还是下个月一号？"
    assert together(first, ask("停车收费管理办法从哪天开始执行", again, minutes=5))


def test_the_name_of_what_all_are_about_makes_nothing_alike() -> None:
    name = "清江市城区停车泊位分类管理和差别化收费暂行办法"
    posts = [ask(f"{name}夜间几点免费？"), ask(f"{name}月卡怎么办？", minutes=3)]
    assert len(group(posts, least=1)) == 1, "told apart only by what they ask"
    assert len(group(posts, [name], least=1)) == 2


def test_what_asks_nothing_is_in_no_group() -> None:
    told = [post("反映停车收费管理办法执行不到位", "收费员乱收费。", key=str(n)) for n in range(3)]
    assert asked(told[0]) == ""
    assert group(told) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("尊敬的王市长：停车收费半小时内免费怎么算？", "停车收费半小时内免费怎么算？"),
        ("您好，停车收费半小时内免费怎么算？", "停车收费半小时内免费怎么算？"),
        ("尊敬的领导，你们好！停车收费半小时内免费怎么算？", "停车收费半小时内免费怎么算？"),
    ],
)
def test_whom_it_is_addressed_to_is_no_part_of_a_question(text: str, question: str) -> None:
    assert question_of(ask("留言", text)) == question


def test_groups_are_the_largest_first_and_the_oldest_in_front() -> None:
    free = [ask("停车收费管理办法半小时内免费怎么算？", minutes=n) for n in range(3)]
    night = [ask("停车收费管理办法夜间几点免费？", minutes=20 + n) for n in range(2)]
    groups = group([*night, *free, *(ask(title) for title in OTHERS)])
    assert [len(each.posts) for each in groups] == [3, 2]
    assert [each.id for each in groups[0].posts] == [each.id for each in reversed(free)]
    assert groups == group([*free, *(ask(title) for title in OTHERS), *night]), "in whatever order they come"


def test_a_chain_of_likenesses_joins_nothing_unlike() -> None:
    """Each is like the next, the first and the last have nothing in common: the group is round its first."""
    words = ["一二三四五六七八", "三四五六七八九十", "五六七八九十甲乙", "七八九十甲乙丙丁", "九十甲乙丙丁戊己"]
    chain = [ask(f"{word}怎么办？", minutes=20 - n) for n, word in enumerate(words)]
    for each in group(chain):
        assert not {chain[0].id, chain[-1].id} <= {one.id for one in each.posts}
