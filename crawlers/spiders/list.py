"""kind: list: pages of links to articles."""

from urllib.parse import urljoin

from crawlers.failures import Failure
from crawlers.fetch import Fetched
from crawlers.spiders.markup import document, no_item, report_empty_fields, select_items
from crawlers.spiders.take import is_binary
from crawlers.spiders.walk import Reading, Walk


class ListWalk(Walk):
    name = "list"

    def read(self, page: Fetched, number: int) -> Reading:
        if is_binary(page):
            raise Failure("binary", "列表页不是网页，是二进制内容")
        root = document(page.text, page.url)
        base = urljoin(page.url, root.css("base::attr(href)").get() or "")
        items = select_items(self.declaration, root, base)
        if number == 1 and not items:
            raise no_item(self.declaration, "列表页上")
        if items:
            report_empty_fields(self.desk, items, page.url)
        following = self.declaration.next.value(root) if self.declaration.next else ""
        return Reading(items, urljoin(base, following) if following else "")
