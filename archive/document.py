"""A YAML text as entries that know their lines; where one entry is broken, the others are still read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 20
_BASIC = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map"))
_ITEM = re.compile(r"( *)- ")


@dataclass(frozen=True, slots=True)
class Nouns:
    """What the entries are, for what is said of them: 信源, id, and the key under which their list may stand."""

    entry: str
    first: str
    root: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What could not be read (Chinese); `line` counts from 1, 0 where it is not known."""

    line: int
    message: str
    key: str = ""

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written. `lines` maps `key` and `key.sub` to the line it stands on; `wrong` are keys that cannot
    be told apart: an entry that has any must not be used."""

    values: dict[str, Any]
    lines: dict[str, int]
    line: int
    wrong: tuple[Wrong, ...] = ()

    def line_of(self, key: str) -> int:
        return self.lines.get(key) or self.lines.get(key.split(".")[0]) or self.line


class _UnusualError(Exception):
    """YAML that is right and that no declaration needs: a reference (ten lines of them unfold into gigabytes), a tag,
    or brackets in brackets in brackets. Raised by _usual, caught in read_entries."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


class _Loader(yaml.SafeLoader):
    """Keys are text; what YAML takes for a date or number and cannot read (2020-99-99) stays as written."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, OverflowError):
            if isinstance(node, yaml.ScalarNode):
                return node.value
            raise

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {_name(key): self.construct_object(value, deep=deep) for key, value in node.value}


def read_entries(text: str, nouns: Nouns) -> tuple[list[Entry], list[Wrong]]:
    """The entries of a list of mappings, and what could not be read."""
    if len(text) > MOST_CHARACTERS:
        return [], [Wrong(0, f"文件超过 {MOST_CHARACTERS} 个字符，不像{nouns.entry}的声明")]
    try:
        return _read(text, 0, nouns)
    except (yaml.YAMLError, _UnusualError) as error:
        whole = _broken(error, text, 0)
    chunks = _chunks(text)
    if len(chunks) < 2:
        return [], [whole]
    entries, faults = list[Entry](), list[Wrong]()
    for offset, chunk in chunks:
        try:
            more, wrong = _read(chunk, offset, nouns)
        except (yaml.YAMLError, _UnusualError) as error:
            more, wrong = [], [_broken(error, chunk, offset)]
        entries.extend(more)
        faults.extend(wrong)
    return entries, faults


def _chunks(text: str) -> list[tuple[int, str]]:
    """The text cut before every `- ` that stands as far in as the first: (lines before it, chunk)."""
    chunks: list[tuple[int, list[str]]] = []
    margin: str | None = None
    for number, line in enumerate(text.splitlines(keepends=True)):
        if found := _ITEM.match(line):
            margin = found[1] if margin is None else margin
            if found[1] == margin:
                chunks.append((number, []))
        if chunks:
            chunks[-1][1].append(line)
    return [(number, "".join(lines)) for number, lines in chunks]


def _broken(error: yaml.YAMLError | _UnusualError, text: str, offset: int) -> Wrong:
    if isinstance(error, _UnusualError):
        return Wrong(error.line + offset, error.what)
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1 + offset
        return Wrong(line, "YAML 里有不能用的字符，请删去，或另存为 UTF-8 文本")
    mark = getattr(error, "problem_mark", None)
    remedy = "常见原因是冒号后缺空格、缩进不齐、引号没有配对，或文字里有 # : { [ 而没有加引号"
    if mark is None:
        return Wrong(0, f"YAML 写法有误。{remedy}")
    return Wrong(mark.line + 1 + offset, f"YAML 写法有误，在第 {mark.column + 1} 列附近。{remedy}")


def _usual(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise _UnusualError(line, f"不能用 YAML 引用（*{event.anchor}），请把内容写全")
        tag = getattr(event, "tag", None) or "!"
        if tag != "!" and tag not in _BASIC:
            raise _UnusualError(line, f"不能用 YAML 标签（{tag[:60]}），请删去")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > MOST_DEPTH:
            raise _UnusualError(line, f"YAML 嵌套超过 {MOST_DEPTH} 层，请检查括号和缩进")
        if documents > 1:
            raise _UnusualError(line, "一个文件里只能有一份列表，请删去中间的“---”")


def _read(text: str, offset: int, nouns: Nouns) -> tuple[list[Entry], list[Wrong]]:
    _usual(text)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        lists = [root]
        if isinstance(root, yaml.MappingNode) and nouns.root:
            lists = [value for key, value in root.value if _name(key) == nouns.root] or [root]
        entries, faults = list[Entry](), list[Wrong]()
        for each in lists:
            if not isinstance(each, yaml.SequenceNode):
                found = "文件是空的，" if root is None else ""
                faults.append(
                    Wrong(1 + offset, f"{found}应为{nouns.entry}的列表，每个{nouns.entry}以“- {nouns.first}: …”开头")
                )
                continue
            for node in each.value:
                line = node.start_mark.line + 1 + offset
                if isinstance(node, yaml.MappingNode):
                    entries.append(_entry(loader, node, line, offset))
                else:
                    shape = f"应为“- {nouns.first}: …”及其下的各行"
                    faults.append(Wrong(line, f"这一项不是{nouns.entry}，{shape}"))
        return entries, faults
    finally:
        loader.dispose()


def _entry(loader: _Loader, node: yaml.MappingNode, line: int, offset: int) -> Entry:
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = _name(key_node)
        lines[key] = key_node.start_mark.line + 1 + offset
        if isinstance(value_node, yaml.MappingNode):
            for inner, _ in value_node.value:
                lines[f"{key}.{_name(inner)}"] = inner.start_mark.line + 1 + offset
    values = {_name(key): loader.construct_object(value, deep=True) for key, value in node.value}
    return Entry(values, lines, line, tuple(_unclear(node, "", offset)))


def _unclear(node: yaml.Node, path: str, offset: int) -> Iterator[Wrong]:
    """Keys that stand twice, of which YAML would silently take the last, and keys that are no word; at any depth."""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value, 1):
            yield from _unclear(item, f"{path}[{index}]", offset)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key_node, value in node.value:
            name, line = _name(key_node), key_node.start_mark.line + 1 + offset
            key = f"{path}.{name}" if path else name
            if not isinstance(key_node, yaml.ScalarNode):
                yield Wrong(line, "字段名应是一个词，不能是列表或对照", path)
            elif name in first:
                yield Wrong(line, f"字段 {key} 写了两次，第 {line} 行；前一处在第 {first[name]} 行，请只留一处", key)
            first.setdefault(name, line)
            yield from _unclear(value, key, offset)


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
