"""Checking sources declared in YAML: a bad one is named with key, line and remedy, and does not stop the others."""

import json
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from archive.document import Entry, Nouns, read_entries
from archive.post import Kind
from crawlers.accounts import refuse_address
from crawlers.declaration import AUTO, FIELDS, Declaration, Fault, SourceKind
from crawlers.pages import Pattern, PatternError, read_pattern
from crawlers.scope import ScopeError, read_scope
from crawlers.selectors import Form, Selector, SelectorError, compile_selector

KEYS = (
    "id", "name", "kind", "url", "item", "fields", "follow", "article", "next", "match", "post_kind", "publisher",
    "every", "delay", "limit", "group", "region", "scope", "enabled", "note",
)  # fmt: skip
_DURATION = re.compile(r"^(\d+)\s*(s|m|h|d|秒|分钟|小时|天)$")
_SECONDS = {"s": 1, "秒": 1, "m": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "天": 86400}
_KIND_OF_POSTS = {SourceKind.API: Kind.POST, SourceKind.QA: Kind.QUESTION}
NOUNS = Nouns("信源", "id", root="sources")
NO_ITEM = Selector("", Form.CSS)
LEAST_EVERY, MOST_EVERY, LEAST_DELAY, MOST_DELAY, MOST_LIMIT = 300, 366 * 86400, 0.5, 60.0, 1000
LONGEST_NAME, LONGEST_WORD = 128, 64  # characters; what a source's row has room for


class DeclarationError(ValueError):
    """A stored declaration no longer passes; `faults` say why. Raised by from_mapping."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("；".join(str(fault) for fault in faults))
        self.faults = faults


def load(text: str) -> tuple[list[Declaration], list[Fault]]:
    """Every good source of a YAML text, and what is wrong with the others."""
    entries, unread = read_entries(text, NOUNS)
    faults = [Fault("", each.key, each.line, each.message) for each in unread]
    good: list[Declaration] = []
    seen: dict[str, int] = {}
    for entry in entries:
        declaration, wrong = _Check(entry).run()
        faults.extend(wrong)
        if declaration is None:
            continue
        if declaration.id in seen:
            line = entry.line_of("id")
            earlier = f"编号与第 {seen[declaration.id]} 行的信源重复，请换一个"
            faults.append(Fault(declaration.id, "id", line, earlier))
            continue
        seen[declaration.id] = entry.line_of("id")
        good.append(declaration)
    return good, faults


def from_mapping(raw: Mapping[str, Any]) -> Declaration:
    """The declaration of a stored mapping. Raises DeclarationError."""
    declaration, faults = _Check(Entry(dict(raw), {}, 0)).run()
    if declaration is None:
        raise DeclarationError(faults)
    return declaration


class _WrongError(Exception):
    """One value is wrong; caught in _Check.take."""


class _Check:
    """One entry on its way to a Declaration, collecting every fault instead of stopping at the first."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.name = str(entry.values.get("id") or "") or f"（第 {entry.line} 行）"
        self.faults = [Fault(self.name, each.key, each.line, each.message) for each in entry.wrong]

    def run(self) -> tuple[Declaration | None, list[Fault]]:
        self.unknown("", self.entry.values, KEYS)
        kind = self.take("kind", _source_kind, SourceKind.LIST)
        constant_fields, article = self.selectors("fields"), self.selectors("article")
        item, following = self.take("item", _selector, NO_ITEM), self.take("next", _selector, None)
        urls = self.take("url", _urls, ())
        scope = self.take("scope", _text, "")
        declaration = Declaration(
            id=self.take("id", _identity, ""),
            name=self.take("name", lambda value: _at_most(LONGEST_NAME, _required_text(value)), ""),
            kind=kind,
            urls=urls,
            item=item,
            fields=constant_fields,
            article=article,
            follow=self.take("follow", _flag, kind in {SourceKind.LIST, SourceKind.FEED, SourceKind.SITEMAP}),
            next=following,
            match=self.take("match", _text, ""),
            post_kind=self.take("post_kind", _post_kind, str(_KIND_OF_POSTS.get(kind, Kind.NEWS))),
            publisher=self.take("publisher", _text, ""),
            every=self.take("every", _duration, 3600),
            delay=self.take("delay", lambda value: _delay(value, urls), 1.0),
            limit=self.take("limit", _limit, 20),
            group=self.take("group", lambda value: _at_most(LONGEST_WORD, _text(value)), ""),
            region=self.take("region", lambda value: _at_most(LONGEST_WORD, _text(value)), ""),
            scope=scope,
            query=self.take("scope", _scope, None),
            enabled=self.take("enabled", _flag, True),
            note=self.take("note", _text, ""),
            raw=json.loads(json.dumps(self.entry.values, ensure_ascii=False, default=str)),
        )
        self.together(declaration)
        return (None if self.faults else declaration), self.faults

    def fault(self, key: str, message: str) -> None:
        fault = Fault(self.name, key, self.entry.line_of(key), message)
        if fault not in self.faults:
            self.faults.append(fault)

    def take(self, key: str, read: Callable[[Any], Any], default: Any) -> Any:
        """The value of `key` as `read` understands it; a missing required one is a fault."""
        if self.entry.values.get(key) is None:
            if key in {"id", "name", "kind", "url"}:
                self.fault(key, f"缺少 {key}，每个信源都要有")
            return default
        try:
            return read(self.entry.values[key])
        except _WrongError as wrong:
            self.fault(key, str(wrong))
            return default

    def selectors(self, key: str) -> dict[str, Selector]:
        raw = self.entry.values.get(key)
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.fault(key, f"{key} 应为“字段: 选择器”的对照，例如 title: a@title")
            return {}
        self.unknown(key, raw, FIELDS)
        result = {}
        for name, text in raw.items():
            try:
                result[str(name)] = _selector(text)
            except _WrongError as wrong:
                self.fault(f"{key}.{name}", str(wrong))
        return result

    def unknown(self, parent: str, mapping: Mapping[Any, Any], allowed: tuple[str, ...]) -> None:
        for key in mapping:
            if key not in allowed:
                near = get_close_matches(str(key), allowed, 1, 0.5)
                remedy = f"是否想写 {near[0]}？" if near else f"可用的有 {'、'.join(allowed)}"
                self.fault(f"{parent}.{key}" if parent else str(key), f"不认识的字段 {key!r}，{remedy}")

    def together(self, it: Declaration) -> None:
        """What only shows when the keys are seen together."""
        json_kind = it.kind is SourceKind.API or it.item.form is Form.JSONPATH
        if it.kind in {SourceKind.LIST, SourceKind.API, SourceKind.QA} and not self.entry.values.get("item"):
            self.fault("item", f"{it.kind} 类信源要有 item，说明列表中的一条在哪里，例如 ul.list li 或 $.data[*]")
        if it.item.form is Form.CONSTANT:
            self.fault("item", "item 不能是常量")
        for name, selector in it.fields.items():
            if selector.form is Form.CONSTANT:
                continue
            if json_kind and selector.form is not Form.JSONPATH:
                self.fault(f"fields.{name}", f"item 是 JSONPath，{name} 也要用 JSONPath，例如 $.{name}")
            if not json_kind and selector.form is Form.JSONPATH:
                self.fault(f"fields.{name}", f"item 不是 JSONPath，{name} 要用 CSS 或 XPath，例如 a@href")
        if it.kind is SourceKind.API and it.item.text and it.item.form is not Form.JSONPATH:
            self.fault("item", "api 类信源的 item 要用 JSONPath，例如 $.data[*]")
        if it.follow and it.kind is not SourceKind.FEED and it.kind is not SourceKind.SITEMAP and it.item.text:
            if "url" not in it.fields:
                self.fault("fields", "要打开文章页（follow），fields 里就要有 url，例如 url: a@href")
        elif not it.follow and it.item.text and not {"title", "text"} & set(it.fields):
            self.fault("fields", "不打开文章页时，fields 里至少要有 title 或 text")


def _text(value: Any) -> str:
    if isinstance(value, dict | list | bool):
        raise _WrongError("应为一段文字")
    return str(value).strip()


def _required_text(value: Any) -> str:
    if not (text := _text(value)):
        raise _WrongError("不能为空")
    return text


def _at_most(longest: int, text: str) -> str:
    if len(text) > longest:
        raise _WrongError(f"超过 {longest} 个字")
    return text


def _identity(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text):
        raise _WrongError(f"编号 {text!r} 只能用小写字母、数字、连字符和下划线，至多 64 个，例如 gy-gov-news")
    return text


def _source_kind(value: Any) -> SourceKind:
    try:
        return SourceKind(_text(value))
    except ValueError as error:
        raise _WrongError(f"不认识的类型 {value!r}，可用的有 {'、'.join(SourceKind)}") from error


def _post_kind(value: Any) -> str:
    allowed = (AUTO, *Kind)
    if _text(value) not in allowed:
        raise _WrongError(f"不认识的信息类型 {value!r}，可用的有 {'、'.join(allowed)}")
    return _text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongError(f"应为 true 或 false，现为 {value!r}")
    return value


def _selector(value: Any) -> Selector:
    try:
        return compile_selector(_text(value))
    except SelectorError as error:
        raise _WrongError(str(error)) from error


def _urls(value: Any) -> tuple[Pattern, ...]:
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise _WrongError("至少要有一个网址")
    return tuple(_url(_text(text)) for text in texts)


def _url(text: str) -> Pattern:
    try:
        pattern = read_pattern(text)
        parts = urlsplit(pattern.first)
        port_is_good = parts.port is None or parts.port > 0
    except PatternError as error:
        raise _WrongError(f"网址 {text!r}：{error}") from error
    except ValueError as error:
        raise _WrongError(f"网址 {text!r} 读不懂") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_good:
        raise _WrongError(f"网址 {text!r} 应以 http:// 或 https:// 开头并有主机名")
    if parts.username or parts.password:
        raise _WrongError("网址里不能有用户名和密码：民声不登录任何网站")
    if reason := refuse_address(pattern.first):
        raise _WrongError(reason)
    return pattern


def _duration(value: Any) -> int:
    found = _DURATION.match(str(value).strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not found or not LEAST_EVERY <= seconds <= MOST_EVERY:
        raise _WrongError(f"采集间隔 {value!r} 应形如 30m、1h、1d，且不短于 {LEAST_EVERY // 60} 分钟、不长于一年")
    return seconds


def _delay(value: Any, urls: tuple[Pattern, ...]) -> float:
    hosts = {urlsplit(pattern.first).hostname or "" for pattern in urls}
    own = all(host == "localhost" or host.startswith("127.") or host == "::1" for host in hosts)
    least = 0.0 if own else LEAST_DELAY
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= MOST_DELAY:
        raise _WrongError(f"两次请求的间隔 {value!r} 应为 {least:g} 到 {MOST_DELAY:g} 秒")
    return float(value)


def _limit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_LIMIT:
        raise _WrongError(f"一次最多翻的页数 {value!r} 应为 1 到 {MOST_LIMIT} 的整数")
    return value


def _scope(value: Any) -> Any:
    if not _text(value):
        return None
    try:
        return read_scope(_text(value))
    except ScopeError as error:
        raise _WrongError(str(error)) from error
