"""Watchlists: what may be saved, versions, YAML, trying out."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import AuditEntry, User
from archive.language import parse
from archive.post import Kind
from archive.store import Store
from monitor.approvals import agree
from monitor.drafts import check
from monitor.models import Watchlist, WatchlistVersion
from monitor.watchlists import (
    Draft,
    WatchlistError,
    compiled,
    export_yaml,
    load_yaml,
    reports_at_once,
    save,
    try_query,
    waiting,
)
from tests.monitor.city import NOW, post

GOOD = Draft("水电气", "公共服务保障", "停水|停电")


@pytest.mark.parametrize(
    ("draft", "fault", "why"),
    [
        (Draft("", "目的", "停水"), "缺少名称", "no name"),
        (Draft("水", " ", "停水"), "缺少监测目的", "a watchlist says what it is for"),
        (Draft("水", "目的", "停水+停电|停气"), "检索式有误", "mixed without brackets"),
        (Draft("水", "目的", ""), "检索式有误", "an empty query"),
        (Draft("水", "目的", "停水 | 13812345678"), "手机号", "a telephone number"),
        (Draft("水", "目的", "138-1234-5678"), "手机号", "written with hyphens"),
        (Draft("水", "目的", "１３８１２３４５６７８"), "手机号", "in full-width digits"),
        (Draft("水", "目的", "51010219900307123X"), "身份证号", "an identity number"),
        (Draft("水", "目的", '"zhang.san@example.com"'), "邮箱", "an address"),
        (Draft("水", "目的", '"@清江小王"'), "账号", "an account"),
        (Draft("水", "目的", "微信号wxid_88231"), "账号", "an account by its platform"),
        (Draft("爆炸", "公共安全", "爆炸", True, ("周",)), "两个不同的人", "one approver"),
        (Draft("爆炸", "公共安全", "爆炸", True, ("周", " 周 ", "")), "两个不同的人", "twice the same"),
        (Draft("爆炸", "公共安全", "爆炸", True, ("Zhou 1", "ｚｈｏｕ１")), "两个不同的人", "the same in full width"),
    ],
)
def test_what_is_refused(draft: Draft, fault: str, why: str) -> None:
    assert any(fault in told for told in check(draft)), why


@pytest.mark.parametrize(
    "query", ["12345", "5G", "停水 ~10 投诉", "邮箱", "2026年3月20日", "QQ群", "来源:清江日报+停水"]
)
def test_numbers_and_words_that_name_no_person_pass(query: str) -> None:
    assert check(Draft("水", "目的", query)) == []


@pytest.mark.django_db
def test_a_changed_query_is_a_new_version_and_the_same_again_is_none() -> None:
    first, changed = save(GOOD, by="周", now=NOW)
    assert (first.version, changed) == (1, True)
    again, changed = save(GOOD, by="周", now=NOW)
    assert (again.version, changed) == (1, False)
    edited, changed = save(Draft("水电气", "公共服务保障", "停水|停电|停气"), by="李", now=NOW + timedelta(days=1))
    assert (edited.pk, edited.version, changed) == (first.pk, 2, True)
    told = list(WatchlistVersion.objects.filter(watchlist=first).values_list("number", "query", "by"))
    assert told == [(2, "停水|停电|停气", "李"), (1, "停水|停电", "周")]
    assert AuditEntry.objects.filter(subject="水电气").count() == 2


ONCE = Draft("公共安全", "公共安全", "爆炸", True, ("周", "李"))
EDITED = replace(ONCE, query="爆炸|坍塌")


@pytest.mark.django_db
def test_an_edited_immediate_list_watches_with_what_two_people_agreed_to() -> None:
    save(ONCE, by="周", now=NOW)
    row, changed = save(EDITED, by="周", now=NOW)
    assert (row.query, row.version, row.proposed, changed) == ("爆炸", 1, "爆炸|坍塌", True)
    assert reports_at_once(row) and "此前仍按第 1 版监测：爆炸" in waiting(row)
    assert save(EDITED, by="周", now=NOW)[1] is False, "the same edit again is no other"
    row = agree(row, "李", by="李", now=NOW)
    assert row.query == "爆炸", "one person's word is not enough"
    assert save(EDITED, by="周", now=NOW)[0].agreed == ["李"]
    with pytest.raises(WatchlistError, match="另一人"):
        agree(row, " 李 ", by="李", now=NOW)
    row = agree(row, "王", by="王", now=NOW)
    assert (row.query, row.version, row.approved_by, row.proposed, row.agreed) == (
        "爆炸|坍塌", 2, ["李", "王"], "", [],
    )  # fmt: skip
    assert list(row.versions.values_list("number", "query")) == [(2, "爆炸|坍塌"), (1, "爆炸")]
    with pytest.raises(WatchlistError, match="没有等待同意"):
        agree(row, "赵", by="赵", now=NOW)


@pytest.mark.django_db
def test_agreement_is_to_one_query_and_names_typed_with_another_are_none() -> None:
    save(ONCE, by="周", now=NOW)
    row, _ = save(EDITED, by="周", now=NOW)
    agree(row, "李", by="李", now=NOW)
    other, _ = save(replace(ONCE, query="爆炸|垮塌", approved_by=("赵", "钱")), by="周", now=NOW)
    assert (other.query, other.approved_by, other.proposed, other.agreed) == ("爆炸", ["周", "李"], "爆炸|垮塌", [])
    back, _ = save(ONCE, by="周", now=NOW)
    assert back.proposed == "", "the query in force takes a waiting one back"


@pytest.mark.django_db
def test_what_is_no_longer_immediate_needs_nobodys_word() -> None:
    save(ONCE, by="周", now=NOW)
    row, _ = save(replace(EDITED, immediate=False, approved_by=()), by="周", now=NOW)
    assert (row.query, row.proposed) == ("爆炸|坍塌", "")


@pytest.mark.django_db
def test_who_agrees_is_somebody_where_there_are_accounts() -> None:
    for name, display in (("zhou", "周"), ("li", "李")):
        User.objects.create_user(name, first_name=display)
    with pytest.raises(WatchlistError, match="同一个账号"):
        save(replace(ONCE, approved_by=("zhou", "周")), by="周", now=NOW)
    stranger = replace(ONCE, approved_by=("周", "路人"))
    with pytest.raises(WatchlistError, match="路人不是本系统启用的账号"):
        save(stranger, by="周", now=NOW, known=True)
    save(ONCE, by="周", now=NOW, known=True)
    row, _ = save(EDITED, by="周", now=NOW)
    with pytest.raises(WatchlistError, match="不是本系统启用的账号"):
        agree(row, "路人", by="周", now=NOW)
    agree(row, "周", by="周", now=NOW)
    with pytest.raises(WatchlistError, match="另一人"):
        agree(row, "ZHOU", by="周", now=NOW)
    assert agree(row, "li", by="李", now=NOW).version == 2


@pytest.mark.django_db
def test_a_file_is_loaded_whoever_agreed_and_says_whom_nobody_here_knows() -> None:
    User.objects.create_user("zhou", first_name="周")
    text = "- {name: 公共安全, purpose: 公共安全, query: %s, immediate: true, approved_by: [周, 二审]}"
    loaded = load_yaml(text % "爆炸", by="周", now=NOW)
    assert (loaded.saved, loaded.faults) == (["公共安全"], [])
    assert "同意人二审不是本系统启用的账号" in loaded.notes[0]
    edited = load_yaml(text % "坍塌", by="周", now=NOW)
    assert "须两人重新同意" in edited.notes[0]
    assert Watchlist.objects.get().query == "爆炸"


@pytest.mark.django_db
@pytest.mark.shared
def test_the_replays_watchlists_are_loaded(shared: Path) -> None:
    loaded = load_yaml((shared / "data" / "watchlists.yaml").read_text(encoding="utf-8"), by="replay", now=NOW)
    assert (loaded.faults, loaded.notes) == ([], [])
    assert reports_at_once(Watchlist.objects.get(immediate=True))


@pytest.mark.django_db
def test_switching_off_is_no_version_but_is_audited() -> None:
    save(GOOD, by="周", now=NOW)
    off, changed = save(Draft("水电气", "公共服务保障", "停水|停电", enabled=False), by="周", now=NOW)
    assert (off.version, changed, compiled()) == (1, True, ([], []))
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
def test_nothing_is_saved_of_a_bad_edit() -> None:
    save(GOOD, by="周", now=NOW)
    with pytest.raises(WatchlistError, match="检索式有误"):
        save(Draft("水电气", "公共服务保障", "停水 +"), by="周", now=NOW)
    assert Watchlist.objects.get().query == "停水|停电"


@pytest.mark.django_db
def test_a_bad_entry_of_a_file_does_not_stop_the_others() -> None:
    text = """
- {name: 水电气, purpose: 公共服务保障, query: "停水|停电"}
- {name: 坏的, purpose: 目的, query: "停水+停电|停气"}
- {name: 数字, purpose: 目的, query: 12345}
- {name: 即报, purpose: 公共安全, query: 爆炸, immediate: true, approved_by: [周]}
- {name: 多了, purpose: 目的, query: 停水, colour: red}
- 不是字段
- {name: 水电气, purpose: 目的, query: 停气}
- {name: 公共安全, purpose: 公共安全, query: "爆炸|坍塌", immediate: true, approved_by: [周, 李]}
"""
    loaded = load_yaml(text, by="周", now=NOW)
    assert loaded.saved == ["水电气", "公共安全"]
    assert [fault.split("：")[0] for fault in loaded.faults] == [
        "第 7 行", "第 3 行「坏的」", "第 4 行", "第 5 行「即报」", "第 6 行", "第 8 行「水电气」",
    ]  # fmt: skip
    assert "这一项不是监测方案" in loaded.faults[0]
    assert "query 应是文字" in loaded.faults[2]
    assert "不认识的字段 colour" in loaded.faults[4]
    assert load_yaml(text, by="周", now=NOW).unchanged == ["水电气", "公共安全"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {name: [", "第 1 行：YAML 写法有误"),
        ("name: 水", "列表"),
        ("", "文件是空的，应为监测方案的列表"),
        ("!!python/object/apply:os.system [ls]", "不能用 YAML 标签"),
        ("[" * 3000, "YAML 嵌套超过"),
    ],
)
def test_a_file_that_is_no_list_is_one_clear_fault(text: str, fault: str) -> None:
    loaded = load_yaml(text, by="周", now=NOW)
    assert loaded.saved == []
    assert len(loaded.faults) == 1
    assert fault in loaded.faults[0]


OTHERS = "- {name: 前, purpose: 目的, query: 停水}\n", "- {name: 后, purpose: 目的, query: 停电}\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entry", "line", "says"),
    [
        ("- name: 2026-13-45\n", 2, "缺少监测目的"),  # no day: as written
        ("- ? {a: b}\n  : c\n", 2, "字段名应是一个词"),
        ("- name: 中\n  query: 停水\n  query: 停电\n", 2, "字段 query 写了两次，第 4 行；前一处在第 3 行"),
        ("- name: [" + "[" * 3000 + "\n", 2, "嵌套超过"),
        ("- name: b: c\n", 2, "YAML 写法有误"),
        ("- name: &a b\n  purpose: *a\n", 3, "不能用 YAML 引用"),
        ("- name: 中\x01\n", 2, "不能用的字符"),
        ("- name: !!binary aaaa\n", 2, "不能用 YAML 标签"),
        ("---\n- name: a\n", 3, "缺少监测目的"),
        ("- purpose: 2026-01-01\n", 2, "purpose 应是文字"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_hostile_yaml_costs_its_own_entry_and_is_told_in_chinese(entry: str, line: int, says: str) -> None:
    loaded = load_yaml(OTHERS[0] + entry + OTHERS[1], by="周", now=NOW)
    assert loaded.saved == ["前", "后"] or entry.startswith("---")
    told = [fault for fault in loaded.faults if says in fault]
    assert told and told[0].startswith(f"第 {line} 行"), loaded.faults
    assert not any(word in "".join(loaded.faults) for word in ("found", "expected", "while", "could not"))


@pytest.mark.django_db
def test_what_is_exported_can_be_loaded_and_is_the_same() -> None:
    save(GOOD, by="周", now=NOW)
    save(Draft("公共安全", "公共安全", '"爆 炸": 坍塌', True, ("周", "李"), False, "outage"), by="周", now=NOW)
    before = list(
        Watchlist.objects.values_list("name", "purpose", "query", "immediate", "approved_by", "enabled", "plan")
    )
    text = export_yaml()
    Watchlist.objects.all().delete()
    assert load_yaml(text, by="周", now=NOW).faults == []
    after = list(
        Watchlist.objects.values_list("name", "purpose", "query", "immediate", "approved_by", "enabled", "plan")
    )
    assert before == after


@pytest.mark.django_db
def test_a_query_that_no_longer_parses_is_named_and_the_others_go_on() -> None:
    save(GOOD, by="周", now=NOW)
    Watchlist.objects.create(name="旧", purpose="目的", query="停水+停电|停气")
    found, faults = compiled()
    assert [row.name for row, _ in found] == ["水电气"]
    assert len(faults) == 1
    assert "「旧」" in faults[0]


@pytest.mark.parametrize(
    ("immediate", "approved", "at_once"),
    [(True, ["周", "李"], True), (True, ["周"], False), (True, ["周", "周"], False), (False, ["周", "李"], False)],
)
def test_an_immediate_list_needs_both_approvers_whatever_the_row_says(
    immediate: bool, approved: list[str], at_once: bool
) -> None:
    assert reports_at_once(Watchlist(name="x", immediate=immediate, approved_by=approved)) is at_once


def test_a_trial_counts_seven_and_thirty_days_and_says_what_an_edit_adds_and_drops(store: Store) -> None:
    days = timedelta(days=1)
    store.put(
        [
            post("临江区停水", at=NOW - 1 * days),
            post("河堤路停水", at=NOW - 6 * days),
            post("上城区停电", at=NOW - 8 * days),
            post("老城停水停电", at=NOW - 29 * days),
            post("旧事停水", at=NOW - 31 * days),
            post("明天停水", at=NOW + 1 * days),
            post("公交改线", at=NOW - 2 * days, kind=Kind.NEWS),
        ]
    )
    trial = try_query(store, parse("停电|公交"), NOW, parse("停水"))
    assert (trial.week, trial.month) == (1, 3)
    assert [sample.title for sample in trial.samples] == ["公交改线", "上城区停电", "老城停水停电"]
    assert trial.difference is not None
    assert (trial.difference.added, trial.difference.dropped) == (2, 2)
    assert [sample.title for sample in trial.difference.added_samples] == ["公交改线", "上城区停电"]
    assert [sample.title for sample in trial.difference.dropped_samples] == ["临江区停水", "河堤路停水"]
    assert try_query(store, parse("停电"), NOW).difference is None
