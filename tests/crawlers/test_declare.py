"""Sources declared in YAML: what is wrong is named with line, key and remedy, and does not stop the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.declaration import SourceKind
from crawlers.declare import DeclarationError, from_mapping, load

ROOT = Path(__file__).parents[2]
GOOD = """- id: qj-news
  name: 清江要闻
  kind: list
  url: https://www.qj.example/news/index{,_1}.html
  item: ul.list li
  fields: {url: a@href, title: a@title}
"""


def test_a_good_source_is_read_with_its_defaults() -> None:
    declarations, faults = load(GOOD)
    assert faults == []
    (one,) = declarations
    assert (one.id, one.kind, one.follow, one.every, one.delay, one.limit) == (
        "qj-news", SourceKind.LIST, True, 3600, 1.0, 20,
    )  # fmt: skip
    assert list(one.urls[0]) == ["https://www.qj.example/news/index.html", "https://www.qj.example/news/index_1.html"]
    assert from_mapping(one.raw).fields.keys() == {"url", "title"}


CASES = [
    ("feilds: {title: a}", "feilds", "是否想写 fields", "an unknown field, with the nearest"),
    ("fields: {titel: a, url: a@href}", "fields.titel", "是否想写 title", "an unknown field of an item"),
    ("item: 'ul[li'", "item", "CSS 选择器", "a selector that cannot be read"),
    ("item: //ul[", "item", "XPath", "an XPath that cannot be read"),
    ("item: $.data[", "item", "JSONPath", "a JSONPath that cannot be read"),
    ("fields: {url: a@href, title: $.title}", "fields.title", "要用 CSS 或 XPath", "JSONPath in a page"),
    ("url: 'http://x/{1..}{2..}'", "url", "只能有一处", "two patterns"),
    ("url: 'http://x/{5..2}'", "url", "终点小于起点", "a range upside down"),
    ("url: 'http://x/{1..3'", "url", "没有配对", "a brace left open"),
    ("url: ftp://x/", "url", "http:// 或 https://", "another protocol"),
    ("url: http://user:pass@x/", "url", "不登录", "a login"),
    ("url: https://weibo.com/u/12345", "url", "微博", "a platform that is not crawled"),
    ("url: https://bbs.x.cn/space-uid-1.html", "url", "个人账号", "a person's page"),
    ("kind: page", "kind", "list、feed、sitemap、api、qa", "an unknown kind"),
    ("every: 10", "every", "30m、1h、1d", "an interval without a unit"),
    ("every: 1m", "every", "不短于 5 分钟", "too often"),
    ("delay: 0", "delay", "0.5 到 60", "too fast for somebody else's server"),
    ("limit: 0", "limit", "1 到 1000", "no pages"),
    ("follow: 是", "follow", "true 或 false", "no flag"),
    ("post_kind: policies", "post_kind", "policy", "an unknown kind of post"),
    ("scope: '停水 + 供水 | 停电'", "scope", "", "a scope with two readings"),
    ("scope: '情感:负面'", "scope", "", "a field a scope may not ask for"),
    ("id: 清江", "id", "小写字母", "an id that is no slug"),
    ("name: ''", "name", "不能为空", "no name"),
    ("item: =x", "item", "不能是常量", "a constant for a list"),
    ("fields: {title: a}", "fields", "要有 url", "articles without addresses"),
]


@pytest.mark.parametrize(("line", "key", "message", "why"), CASES, ids=[case[3] for case in CASES])
def test_a_fault_names_line_key_and_remedy(line: str, key: str, message: str, why: str) -> None:
    lines = [each.lstrip("- ") for each in GOOD.splitlines()]
    kept = [each for each in lines if each.split(":")[0] != line.split(":")[0]]
    number = len(kept) + 1
    text = "- " + "\n  ".join([*kept, line]) + "\n"
    declarations, faults = load(text + GOOD.replace("qj-news", "qj-other"))
    assert [one.id for one in declarations] == ["qj-other"], why
    assert [(fault.key, fault.line) for fault in faults] == [(key, number)], why
    assert message in faults[0].message
    assert f"第 {number} 行" in str(faults[0])


def test_a_missing_key_is_named() -> None:
    _, faults = load("- id: a\n  kind: list\n")
    assert {fault.key for fault in faults} == {"name", "url", "item"}


@pytest.mark.parametrize(
    ("broken", "line"),
    [("- id: [a\n", 7), ("- id: a\n  name: b: c\n", 8), ("- id: a\n\tname: b\n", 8), ("- id: 'a\n", 7)],
    ids=["a bracket left open", "a colon in a value", "a tab", "a quote left open"],
)
def test_broken_yaml_costs_one_source_and_names_its_place(broken: str, line: int) -> None:
    declarations, faults = load(GOOD + broken + GOOD.replace("qj-news", "qj-other"))
    assert [one.id for one in declarations] == ["qj-news", "qj-other"]
    assert len(faults) == 1 and "YAML 写法有误" in faults[0].message and faults[0].line >= line


BOMB = "- id: x\n  note: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"  k{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("hostile", "line", "says"),
    [
        (BOMB, 9, "不能用 YAML 引用"),
        ("- id: x\n  note: &x [*x]\n", 8, "不能用 YAML 引用"),
        ("- id: x\n  note: " + "[" * 5000 + "]" * 5000 + "\n", 8, "嵌套超过"),
        ("- id: x\n  note: " + "[" * 20000 + "\n", 8, "嵌套超过"),
        ("- id: x\n  item: " + "a " * 20000 + "\n", 8, "太长"),
        ('- id: x\n  item: "//a\\u0000"\n', 8, "控制字符"),
        ("- id: x\n  item: $.a.`sub(/(/, x)`\n", 8, "JSONPath"),
        ("- id: x\n  every: " + "9" * 5000 + "\n", 8, "采集间隔"),
        ("- id: x\n  every: 2020-99-99\n", 8, "采集间隔"),
    ],
    ids=["a bomb", "itself", "depth", "depth left open", "length", "a NUL", "a regex", "a long number", "no day"],
)
def test_a_hostile_file_costs_itself_and_nothing_else(hostile: str, line: int, says: str) -> None:
    declarations, faults = load(GOOD + hostile + GOOD.replace("qj-news", "qj-other"))
    assert [one.id for one in declarations] == ["qj-news", "qj-other"]
    assert [fault.line for fault in faults if says in fault.message] == [line]


def test_an_id_used_twice_is_refused_the_second_time() -> None:
    declarations, faults = load(GOOD + GOOD)
    assert len(declarations) == 1 and "重复" in faults[0].message and faults[0].line == 7


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "文件是空的"), ("# nothing\n", "文件是空的"), ("7", "应为信源的列表"), ("sources:\n", "应为信源")],
)
def test_an_empty_file_is_a_fault(text: str, says: str) -> None:
    declarations, (fault,) = load(text)
    assert declarations == [] and says in fault.message and fault.line == 1


def test_an_empty_list_is_none() -> None:
    assert load("sources: []\n") == ([], [])


@pytest.mark.parametrize(
    ("more", "line", "key", "says", "why"),
    [
        (
            "  url: https://y.example/",
            7,
            "url",
            "字段 url 写了两次，第 7 行；前一处在第 4 行",
            "the last would win in silence",
        ),
        (
            "  article: {title: h1, title: h2}",
            7,
            "article.title",
            "字段 article.title 写了两次，第 7 行",
            "inside another",
        ),
        ("  note: [{a: 1, a: 2}]", 7, "note[1].a", "字段 note[1].a 写了两次", "in a list"),
        ("  ? {a: b}\n  : c", 7, "", "字段名应是一个词", "a map for a key"),
        ("  fields2:\n    ? [a]\n    : c", 8, "fields2", "字段名应是一个词", "a list for a key, inside"),
    ],
)
def test_keys_that_cannot_be_told_apart_cost_their_source(more: str, line: int, key: str, says: str, why: str) -> None:
    declarations, faults = load(GOOD + more + "\n" + GOOD.replace("qj-news", "qj-other"))
    assert [one.id for one in declarations] == ["qj-other"], why
    (fault,) = [each for each in faults if says in each.message]
    assert (fault.source, fault.line, fault.key) == ("qj-news", line, key), why


@pytest.mark.parametrize(
    ("text", "good", "says"),
    [
        ("? {a: b}\n: c\n", 0, "应为信源的列表"),
        ("? [a]\n: c\nsources:\n" + GOOD, 1, ""),
        ("sources:\n" + GOOD + "sources:\n" + GOOD.replace("qj-news", "qj-other"), 2, ""),
        (
            "sources:\n" + "".join(f"  {each}\n" for each in (GOOD + "- id: b: c").splitlines()),
            1,
            "第 8 行：YAML 写法有误",
        ),
        (GOOD + "  fields2: {2026-01-01: a}\n", 0, "不认识的字段 'fields2'"),
        ("!!set {a}", 0, "不能用 YAML 标签"),
        (GOOD + "---\n" + GOOD, 0, "请删去中间的“---”"),
    ],
    ids=[
        "no list",
        "a list for a key",
        "two lists",
        "an indented list",
        "a day for a key",
        "a tag",
        "two files in one",
    ],
)
def test_other_shapes_are_read_or_refused(text: str, good: int, says: str) -> None:
    declarations, faults = load(text)
    assert len(declarations) >= good and (says in "".join(map(str, faults)) if says else not faults)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    load(text)
    load(GOOD + text)


def test_a_stored_declaration_that_no_longer_passes_says_why() -> None:
    with pytest.raises(DeclarationError, match="缺少 name"):
        from_mapping({"id": "a", "kind": "feed", "url": "http://x/"})


def test_the_presets_and_the_replay_are_without_fault() -> None:
    files = [*sorted((ROOT / "sources").glob("*.yaml")), ROOT / "tests/replay/sources.yaml"]
    names: list[str] = []
    regions = set()
    for file in files:
        declarations, faults = load(file.read_text(encoding="utf-8"))
        assert declarations and faults == [], (file.name, [str(fault) for fault in faults])
        names += [one.id for one in declarations]
        regions |= {one.region for one in declarations}
    assert len(names) == len(set(names))
    assert {
        "广元市", "利州区", "昭化区", "朝天区", "旺苍县", "青川县", "剑阁县", "苍溪县",
    } <= regions  # fmt: skip
