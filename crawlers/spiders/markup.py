"""HTML list pages taken apart with a source's selectors."""

from typing import Any
from urllib.parse import urljoin

import parsel

from crawlers.declaration import Declaration
from crawlers.desk import Desk
from crawlers.failures import Failure
from crawlers.item import Item
from crawlers.selectors import Form

# A question need not have an answer: that none of a page has one is no fault.
_MAY_BE_EMPTY = frozenset({"reply", "replied"})


def document(text: str, url: str) -> parsel.Selector:
    """A page as a selector. Raises Failure where there is nothing to take apart."""
    root = parsel.Selector(text=text, type="html", base_url=url)
    if root.root is None:
        raise Failure("empty", "页面是空的", passing=True)
    return root


def absolute(base: str, address: str) -> str:
    """The absolute http address of a link; "" where it is none. An empty one would be the page itself."""
    if not address.strip():
        return ""
    try:
        url = urljoin(base, address.strip())
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) else ""


def select_items(declaration: Declaration, root: Any, base: str) -> list[Item]:
    """The items of a page (HTML or decoded JSON) by the source's selectors."""
    items = []
    for node in declaration.item.nodes(root):
        values = {name: text for name, selector in declaration.fields.items() if (text := selector.value(node))}
        url = absolute(base, values.pop("url")) if "url" in values else ""
        items.append(Item(url, values))
    return items


def report_empty_fields(desk: Desk, items: list[Item], where: str) -> None:
    """A field that none of the items has is a fault of its selector. Raises Failure where it is the address and there
    is then nothing to open: the source would else be silent for good, and called healthy."""
    following = desk.declaration.fields.get("url") if desk.declaration.follow else None
    if following and not any(item.url for item in items):
        message = f"选择器 {following.text!r}（fields.url）在 {len(items)} 条里都没有给出网址，网站可能改版了"
        raise Failure("selector", message)
    for name, selector in desk.declaration.fields.items():
        if selector.form is Form.CONSTANT or name in _MAY_BE_EMPTY:
            continue
        if not any(item.url if name == "url" else item.get(name) for item in items):
            message = f"选择器 {selector.text!r}（fields.{name}）在 {len(items)} 条里没有匹配"
            desk.outcome.fault("selector", where, message)


def no_item(declaration: Declaration, what: str) -> Failure:
    return Failure("selector", f"选择器 {declaration.item.text!r}（item）在{what}没有匹配，网站可能改版了")
