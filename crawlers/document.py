"""A YAML text as entries that know their lines; where one entry is broken, the others are still read."""

from dataclasses import dataclass
from typing import Any

import yaml

from crawlers.declaration import Fault

MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One source as written. `lines` maps `key` and `key.sub` to the line it stands on."""

    values: dict[str, Any]
    lines: dict[str, int]
    line: int

    def line_of(self, key: str) -> int:
        return self.lines.get(key) or self.lines.get(key.split(".")[0]) or self.line


class _UnusualError(Exception):
    """YAML that is right and that no declaration needs: a reference (ten lines of them unfold into gigabytes), or
    brackets in brackets in brackets. Raised by _usual, caught in read_entries."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def read_entries(text: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of a list of mappings (or of `sources:`), and what could not be read."""
    if len(text) > MOST_CHARACTERS:
        return [], [Fault("", "", 0, f"文件超过 {MOST_CHARACTERS} 个字符，不像信源声明")]
    try:
        return _read(text, 0)
    except (yaml.YAMLError, _UnusualError) as error:
        whole = _broken(error, 0)
    chunks = _chunks(text)
    if len(chunks) < 2:
        return [], [whole]
    entries, faults = list[Entry](), list[Fault]()
    for offset, chunk in chunks:
        try:
            more, wrong = _read(chunk, offset)
        except (yaml.YAMLError, _UnusualError) as error:
            more, wrong = [], [_broken(error, offset)]
        entries.extend(more)
        faults.extend(wrong)
    return entries, faults


def _chunks(text: str) -> list[tuple[int, str]]:
    """The text cut before every `- ` at the margin: (lines before it, chunk)."""
    chunks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(keepends=True)):
        if line.startswith("- "):
            chunks.append((number, []))
        if chunks:
            chunks[-1][1].append(line)
    return [(number, "".join(lines)) for number, lines in chunks]


def _broken(error: yaml.YAMLError | _UnusualError, offset: int) -> Fault:
    if isinstance(error, _UnusualError):
        return Fault("", "", error.line + offset, error.what)
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Fault("", "", 0, "YAML 里有不能用的字符，请另存为 UTF-8 文本")
    remedy = "常见原因是冒号后缺空格、缩进不齐、引号没有配对，或文字里有 # : { [ 而没有加引号"
    return Fault("", "", mark.line + 1 + offset, f"YAML 写法有误，在第 {mark.column + 1} 列附近。{remedy}")


def _usual(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise _UnusualError(line, f"不能用 YAML 引用（*{event.anchor}），请把内容写全")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise _UnusualError(line, f"YAML 嵌套超过 {MOST_DEPTH} 层，不像信源声明")


def _read(text: str, offset: int) -> tuple[list[Entry], list[Fault]]:
    _usual(text)
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return [], []
        if isinstance(root, yaml.MappingNode):
            named = {key.value: value for key, value in root.value}
            root = named.get("sources", root)
        if not isinstance(root, yaml.SequenceNode):
            return [], [Fault("", "", 1 + offset, "应为信源的列表，每个信源以“- id: …”开头")]
        entries, faults = list[Entry](), list[Fault]()
        for node in root.value:
            line = node.start_mark.line + 1 + offset
            if isinstance(node, yaml.MappingNode):
                entries.append(_entry(loader, node, line, offset))
            else:
                faults.append(Fault("", "", line, "这一项不是信源，应为“- id: …”及其下的各行"))
        return entries, faults
    finally:
        loader.dispose()


def _value(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    """As YAML means it; what it takes for a date or number and cannot read (2020-99-99) stays as written."""
    try:
        return loader.construct_object(node, deep=True)
    except ValueError:
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _entry(loader: yaml.SafeLoader, node: yaml.MappingNode, line: int, offset: int) -> Entry:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        lines[key] = key_node.start_mark.line + 1 + offset
        values[key] = _value(loader, value_node)
        if isinstance(value_node, yaml.MappingNode):
            for inner, _ in value_node.value:
                lines[f"{key}.{inner.value}"] = inner.start_mark.line + 1 + offset
    return Entry(values, lines, line)
