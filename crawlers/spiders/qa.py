"""kind: qa: a board of questions and answers, as an interface or as pages.

Sorted by newest activity; a page on which nothing is new or changed, compared with the archive, is known
ground. A known question with a new answer is an update.
"""

from crawlers.fetch import Fetched
from crawlers.selectors import Form
from crawlers.spiders.api import ApiWalk
from crawlers.spiders.list import ListWalk
from crawlers.spiders.walk import Reading


class QaWalk(ApiWalk, ListWalk):
    name = "qa"

    def read(self, page: Fetched, number: int) -> Reading:
        kind = ApiWalk if self.declaration.item.form is Form.JSONPATH else ListWalk
        return kind.read(self, page, number)
