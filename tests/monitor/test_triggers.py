"""monitor.triggers: what a report says happened, and what it only mentions. Every sentence is invented."""

from datetime import date

import pytest

from monitor.triggers import DEATH, HOT, HURT, ORDER, quotes

DAY = date(2026, 11, 20)
REST = "记者从现场了解到，相关部门已经赶到并开展处置工作，周边道路实行临时交通管制，具体情况仍在进一步了解之中。"


def says(sentence: str, title: str = "清江一企业的情况通报") -> set[str]:
    return {quote.says for quote in quotes(title, f"{REST}{sentence}{REST}", DAY)}


@pytest.mark.parametrize(
    ("sentence", "wanted", "why"),
    [
        ("事故造成3人死亡。", {DEATH}, "a number and a verb"),
        ("事故已致2死5伤。", {DEATH, HURT}, "as headlines have it"),
        ("截至18时，遇难人数升至7人。", {DEATH}, "the toll"),
        ("一名男子坠楼身亡。", {DEATH}, "one person"),
        ("伤者经抢救无效死亡。", {DEATH}, "after the hospital"),
        ("爆炸造成四名工人受伤，已送往医院。", {HURT}, "hurt"),
        ("坍塌致12人被困井下，救援正在进行。", {HURT}, "trapped and not out"),
        ("午餐后11名学生呕吐送医。", {HURT}, "ill"),
        ("火灾造成人员伤亡，数字正在统计。", {HURT}, "no number yet"),
        ("11月18日的火灾造成1人死亡。", {DEATH}, "two days before"),
        ("2026年11月18日的火灾造成1人死亡。", {DEATH}, "with its year"),
        ("目前无人员伤亡。", set(), "none"),
        ("未造成人员伤亡。", set(), "denied"),
        ("所幸无一人受伤。", set(), "not one"),
        ("没有人员死亡和受伤。", set(), "denied"),
        ("经核实，没有学生中毒。", set(), "denied"),
        ("死亡人数为零。", set(), "none, told afterwards"),
        ("全年实现零死亡。", set(), "a yearly figure of none"),
        ("为防止人员伤亡，已疏散居民。", set(), "prevented"),
        ("若处置不当，可能造成人员伤亡。", set(), "feared"),
        ("演练设定爆炸造成3人死亡、5人受伤。", set(), "a drill"),
        ("模拟事故中2名工人受伤被困。", set(), "a drill"),
        ("去年该厂事故造成3人死亡。", set(), "a year ago"),
        ("2019年3月的爆炸造成78人死亡。", set(), "years ago"),
        ("今年3月12日，该厂坍塌造成2人死亡。", set(), "eight months ago"),
        ("1998年的洪水夺走多人生命，3人死亡。", set(), "history"),
        ("上半年交通事故死亡12人，同比下降三成。", set(), "statistics"),
        ("造成3人以上死亡的，为较大事故。", set(), "a rule"),
        ("被告人驾车致一人死亡，判处有期徒刑三年。", set(), "a sentence of a court"),
        ("网传该校有学生死亡。", set(), "hearsay"),
        ("“3人死亡”的说法系谣言。", set(), "a denial of a rumour"),
        ("当地时间19日，列车脱轨致30人死亡。", set(), "abroad"),
        ("3名乘客被困电梯，均已获救。", set(), "out again"),
        ("活动现场3只流浪猫死亡。", set(), "no people"),
        ("因患者死亡率较高，医院加强管理。", set(), "a rate"),
        ("该问题被省政府挂牌督办。", {ORDER}, "the province"),
        ("中央生态环境保护督察组交办的信访件已办结。", {ORDER}, "the inspectors of the centre"),
        ("省应急管理厅约谈该市政府负责人。", {ORDER}, "summoned"),
        ("对重大隐患实行挂牌督办制度。", set(), "a rule"),
        ("会议学习贯彻省委书记批示精神。", set(), "a meeting"),
        ("该问题未被省政府挂牌督办。", set(), "denied"),
        ("市城管局对该路段督办整改。", set(), "no superior of a city"),
        ("相关话题登上微博热搜。", {HOT}, "a hot search"),
        ("相关话题冲上全国热搜榜第三位。", {HOT}, "its rank"),
        ("相关话题并未登上热搜。", set(), "denied"),
        ("古城夜景登上旅游热搜榜。", set(), "an advertisement"),
        ("他热心搜集民间故事。", set(), "other words"),
    ],
)
def test_what_happened_and_what_is_only_mentioned(sentence: str, wanted: set[str], why: str) -> None:
    assert says(sentence) == wanted, why


@pytest.mark.parametrize(
    ("title", "text", "wanted", "why"),
    [
        ("清江一工地坍塌致3人死亡", "", {DEATH}, "a feed that brings no text"),
        ("清江一工地坍塌致3人死亡", REST, set(), "the text says nothing of it"),
        ("震惊！清江一工地竟致3人死亡", "", set(), "a headline that shouts"),
        ("清江一工地坍塌致3人死亡？官方回应", "", set(), "a headline that asks"),
        ("全市开展危化品泄漏应急演练", f"{REST}现场2人受伤。", set(), "the whole is a drill"),
        ("以案说法：超载的代价", f"{REST}事故造成3人死亡。", set(), "the whole is a lesson"),
        ("关于网传视频的辟谣说明", f"{REST}事故造成3人死亡。", set(), "the whole denies a rumour"),
        ("火灾通报", f"{REST}经过三小时扑救，明火被扑灭。事故造成2人死亡。", {DEATH}, "an ordinary report"),
    ],
)
def test_a_headline_alone_is_not_enough(title: str, text: str, wanted: set[str], why: str) -> None:
    assert {quote.says for quote in quotes(title, text, DAY)} == wanted, why


def test_the_sentence_is_shown_once_and_short() -> None:
    long = "据现场指挥部介绍，" + "情况" * 60 + "，事故造成3人死亡。"
    found = quotes("通报", f"事故造成2人死亡。\n后续：{long}{REST}", DAY)
    assert [quote.sentence for quote in found] == ["事故造成2人死亡。"]
    assert len(quotes("通报", f"{REST}{long}", DAY)[0].sentence) <= 90


def test_a_report_of_january_knows_december() -> None:
    text = f"{REST}12月30日的火灾造成2人死亡。"
    assert quotes("通报", text, date(2027, 1, 2))
    assert not quotes("通报", text, date(2027, 4, 2))
