"""kind: api: an interface that answers JSON."""

import json
from typing import Any
from urllib.parse import urljoin

from crawlers.declaration import Declaration
from crawlers.failures import Failure
from crawlers.fetch import Fetched
from crawlers.selectors import compile_selector
from crawlers.spiders.markup import no_item, report_empty_fields, select_items
from crawlers.spiders.walk import Reading, Walk


class ApiWalk(Walk):
    name = "api"

    def read(self, page: Fetched, number: int) -> Reading:
        data = decode_json(page)
        items = select_items(self.declaration, data, page.url)
        if number == 1 and not items and not empty_list(self.declaration, data):
            raise no_item(self.declaration, "返回的 JSON 里")
        if items:
            report_empty_fields(self.desk, items, page.url)
        following = self.declaration.next.value(data) if self.declaration.next else ""
        return Reading(items, urljoin(page.url, following) if following else "")


def decode_json(page: Fetched) -> Any:
    """Raises Failure."""
    text = page.text.lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        raise Failure("json", "应返回 JSON，返回的却是网页")
    try:
        return json.loads(text)
    except ValueError as error:
        raise Failure("json", f"返回的 JSON 不完整或写法有误：{str(error)[:80]}", passing=True) from error
    except RecursionError as error:
        raise Failure("deep", "返回的 JSON 嵌套过深") from error


def empty_list(declaration: Declaration, data: Any) -> bool:
    """Whether the list that `item` goes through is there and empty: nothing published is no fault."""
    path = declaration.item.text
    if not path.endswith("[*]"):
        return False
    return any(found == [] for found in compile_selector(path.removesuffix("[*]")).nodes(data))
