"""What a page says of itself in its head: meta tags and JSON-LD."""

import json
from collections.abc import Iterator
from typing import Any, Final

from crawlers.extract.lines import tidy, words

# What templates leave behind where nobody filled them in.
_PLACEHOLDERS: Final = words("""
    网站名称 网站标识码 栏目名称 栏目类别 栏目描述 文章标题 来源 作者 null undefined none nan 无 暂无 未知 不详 name
     标题 内容来源 信息来源 文章来源 本站编辑 - --
""")
_TEMPLATE_MARKS: Final = ("{{", "${", "<%", "$!", "[!--")
_LONGEST: Final = 2_000


def meta_tags(tree: Any) -> dict[str, str]:
    """Lower-case name (of name, property or itemprop) → the first content that says something."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        value = filled(node.get("content"))
        if not value:
            continue
        for attribute in ("name", "property", "itemprop"):
            name = (node.get(attribute) or "").strip().lower()
            if name:
                found.setdefault(name, value)
    return found


def filled(value: str | None) -> str:
    """The value tidied, or "" where it is empty or a template's own placeholder."""
    text = tidy((value or "")[:_LONGEST])
    unfilled = text.rstrip("：: ").lower() in _PLACEHOLDERS
    return "" if unfilled or text.startswith(_TEMPLATE_MARKS) else text


def linked_data(tree: Any) -> dict[str, Any]:
    """The first JSON-LD object that has a date or a headline; {} where there is none or it is broken."""
    for node in tree.iter("script"):
        if (node.get("type") or "").strip().lower() != "application/ld+json" or len(node.text or "") > 500_000:
            continue
        try:
            data = json.loads(node.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(data):
            if any(item.get(name) for name in ("datePublished", "pubDate", "headline")):
                return item
    return {}


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """The object, those of its list and those of its @graph, one level each."""
    items = data if isinstance(data, list) else [data]
    for item in items[:50]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (inner for inner in graph[:50] if isinstance(inner, dict))


def said(data: dict[str, Any], *names: str) -> str:
    """The first of these that is a text; of an object its name."""
    for name in names:
        value = data.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and (text := filled(value)):
            return text
    return ""
