"""The matter of a message, by rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.post import Kind
from monitor.linear import ModelError
from monitor.matter_cues import DECLARED, FEATURES, heard
from monitor.matter_model import FILE, MatterModel
from monitor.matters import Matter, judge, matter_of, may_report

CASES = [
    ("投诉滨江小区物业乱收费", "", "投诉", "the title's first word says it"),
    ("清江市临江区投诉滨江小区物业", "", "投诉", "place names before the word do not hide it"),
    ("反映临江区河堤路夜间施工", "每晚施工到两点", "投诉", "反映 opens a complaint"),
    ("反映某局科长滥用职权收受好处", "该科长滥用职权、索贿受贿，套取补贴", "举报", "反映 of wrongdoing is a report"),
    ("实名举报村干部侵吞补偿款", "", "举报", "said in the title"),
    ("小区门口的空地", "有人勾结干部，贪污集体资金，请查处", "举报", "no opening, but the text reports wrongdoing"),
    ("我多次打举报电话无果", "油烟扰民", "投诉", "a telephone line named 举报 is no report"),
    ("咨询异地社保转移手续", "", "咨询", "said in the title"),
    ("关于购房补贴办理的咨询", "", "咨询", "titles of the form 关于…的咨询"),
    ("新北站的开工时间", "请问新北站什么时候能开工？", "咨询", "asked in the text"),
    ("建议河堤路增设红绿灯", "", "建言", "said in the title"),
    ("希望临江公园加装路灯", "", "建言", "a wish for something new"),
    ("感谢临江派出所帮老人找回家", "", "感谢", "said in the title"),
    ("油烟管道问题", "污水横流，油烟扰民，特此感谢", "投诉", "thanks at the end are manners"),
    ("求助：父亲重病没有医保", "", "求助", "said in the title"),
    ("一家三口的难处", "生活十分困难，求领导帮助", "求助", "said in the text"),
    ("停水三天无人管", "", "投诉", "a complaint without the word"),
    ("孩子吃完午饭呕吐", "班上有七八个孩子肚子疼，请有关部门马上查食堂。", "投诉", "who asks for a check complains"),
    ("小学多名学生腹泻，怀疑食堂食物变质", "希望市场监管部门封存留样，公布检验结果。", "投诉", "so who suspects"),
    ("河湾小区旁的工地太吵了", "晚上十一点还在施工，能不能有人来管管", "投诉", "a question in form only"),
    ("请取缔河湾小区楼下的游戏机", "孩子放学都往那里跑", "投诉", "asks for it to be stopped"),
    ("长青路十字路口天天堵", "说了两年，至今不见整改", "投诉", "what was promised and not done"),
    ("科长违纪，勾结会计做假账", "请严查严肃处理", "举报", "a report stays one, however it is pleaded"),
    ("现举报楼下私房菜馆", "垃圾乱倒，绿化脏乱差，希望管一管", "举报", "the writer calls it a report"),
    (
        "临江区一茶楼",
        "包厢里天天设赌，抽水上万，报过警也没人来，请严查",
        "举报",
        "crime told, and asked to be looked into",
    ),
    ("河湾路某培训学校无证办学", "没有办学许可证还在招生，请教育局查处", "举报", "an unlicensed school"),
    ("某村支书的账", "村支书私吞补偿款，账目从不公布，请纪委调查", "举报", "an official beside a misdeed"),
    (
        "建议夜里严查桥头宾馆卖淫",
        "有人组织卖淫，请公安机关打击这个团伙",
        "举报",
        "no title's opening hides an accusation",
    ),
    ("滨江小区的夜宵摊", "现举报楼下夜宵摊占道，请处理", "举报", "it calls itself a report"),
    ("关于滨江小区物业侵占公共收益的举报", "", "举报", "said at the end of the title"),
    (
        "临江路工地",
        "多次举报无果，打过举报电话，夜里还在施工，吵得睡不着",
        "投诉",
        "what was reported before is no report",
    ),
    ("滨江小区油烟扰民", "群众举报后城管来过一次，现在油烟照旧", "投诉", "what others reported is none"),
    ("请公布供餐企业名单", "食堂是外包的，供餐企业是哪家、有没有许可证", "咨询", "asks to be told"),
    ("食堂卫生许可证在哪里查询", "请问市民怎么查食堂的许可证", "咨询", "to look something up is no check"),
    ("停车免费时长怎么计算", "请问停放三十分钟以内怎么收费", "咨询", "a question is no complaint"),
    ("请问社保缴费标准调整了吗", "希望尽快查到缴费记录", "咨询", "nor is one that asks for its own record"),
    ("新标准太高，上班族停不起", "一个月光停车就要八百多，请再考虑考虑。", "投诉", "says it is too much"),
    ("一类区域包括哪些街道", "不清楚家门口算一类还是二类，希望把范围公布出来。", "咨询", "wants to know"),
    ("请求整修河堤路的路面", "坑里积了水，请路政维修", "求助", "asks for a repair"),
    ("清江夜景", "今晚的灯光秀", None, "nothing is asked"),
    ("", "", None, "an empty message has no matter"),
]


@pytest.mark.parametrize(("title", "text", "matter", "why"), CASES, ids=[case[0] or "empty" for case in CASES])
def test_matter_of(title: str, text: str, matter: str | None, why: str) -> None:
    assert matter_of(title, text) == matter, why


@given(st.text(max_size=80), st.text(max_size=800))
def test_any_text_has_a_known_matter_or_none(title: str, text: str) -> None:
    assert matter_of(title, text) in {None, *(matter.value for matter in Matter)}


MAY_REPORT = [
    ("实名举报村干部侵吞补偿款", "", True, "called a report"),
    (
        "小区停车场的事",
        "社区主任和物业勾结，收的钱没有进账，请纪委看看",
        True,
        "no title says it, but somebody is accused",
    ),
    ("桥头宾馆", "深夜总有人进出，听说涉黄，望派出所看一看", True, "crime told in passing"),
    ("建议河堤路增设红绿灯", "车多人多，过马路危险", False, "nobody is accused"),
    ("咨询异地社保转移手续", "需要什么材料", False, "a question"),
    ("某公司会销", "天天拉老人听课洗脑，发展下线", True, "a pyramid told of"),
    ("", "", False, "nothing is said"),
]


@pytest.mark.parametrize(("title", "text", "may", "why"), MAY_REPORT, ids=[case[3] for case in MAY_REPORT])
def test_what_may_be_a_report_is_treated_as_one(title: str, text: str, may: bool, why: str) -> None:
    assert may_report(title, text) is may, why


@given(st.text(max_size=80), st.text(max_size=800), st.sampled_from([Kind.POST, Kind.QUESTION]))
def test_whatever_is_called_a_report_is_treated_as_one(title: str, text: str, kind: Kind) -> None:
    judged = judge(title, text, kind)
    assert judged.may_report or judged.matter != Matter.REPORT


def test_more_is_asked_of_a_post_than_of_a_citizens_message() -> None:
    words = "楼下工地半夜施工，吵得睡不着"
    assert matter_of("", words) == "投诉" and matter_of("", words, Kind.POST) is None


def names(title: str, text: str) -> set[tuple[str, str]]:
    return {FEATURES[feature] for feature in heard(title, text)}


def test_a_cue_is_heard_where_it_stands() -> None:
    body = "路灯坏了。" + "夜里很黑。" * 60 + "请尽快维修。"
    assert ("破损", "title") in names("路灯损坏", body)
    assert ("破损", "ending") in names("夜路", body) and ("破损", "title") not in names("夜路", body)
    assert ("请修", "ending") in names("夜路", body), "a wish, and what is wished, near each other"
    assert ("请修", "ending") not in names("夜路", "请" + "你们来这里看一看走一走，" * 3 + "维修"), "too far apart"


def test_what_calls_itself_a_report_is_told_from_what_was_reported_before() -> None:
    declared = ("自称举报", "anywhere")
    for says in (
        "现举报该店",
        "举报人:某某",
        "被举报单位:某局",
        "路灯坏了。举报某局",
        "希望这次举报能核实",
        "我要举报",
    ):
        assert declared in names("", says), says
    for says in ("打过举报电话", "多次举报无果", "投诉举报均无人管", "向城管局举报过。", "已递交举报信", "怕被举报"):
        assert declared not in names("", says), says


def test_signs_of_ours_in_a_text_do_not_forge_a_beginning_or_an_end() -> None:
    assert ("题称建议", "title") not in names("路灯^建议", "") and ("难", "title") not in names("很难$了", "")
    assert ("自称举报", "anywhere") not in names("", f"路灯{DECLARED}坏了")


def test_a_model_of_other_cues_or_a_broken_file_is_refused(tmp_path: Path) -> None:
    model = MatterModel.load(FILE)
    model.save(tmp_path / "same.npz")
    assert MatterModel.load(tmp_path / "same.npz") == model
    fewer = MatterModel(model.labels, model.weights[:-1], model.bias)
    fewer.save(tmp_path / "fewer.npz")
    (tmp_path / "broken.npz").write_bytes(FILE.read_bytes()[:500])
    for name in ("fewer.npz", "broken.npz", "absent.npz"):
        with pytest.raises(ModelError, match=name):
            MatterModel.load(tmp_path / name)
