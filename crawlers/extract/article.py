"""What is read from one page."""

from dataclasses import dataclass
from datetime import datetime

from archive.post import Precision


@dataclass(frozen=True, slots=True)
class Article:
    """The fields of a page; an empty string means that the page does not say.

    `published` is aware (Asia/Shanghai); at midnight where `precision` is day. `text` is paragraphs separated
    by a newline. `source` is what the page gives as 来源, `issuer` the 发文机关 of a document. `author` may name a
    person: it is for the probe, and is never stored. `column`, `column_type` and `site` are the government
    meta tags ColumnName, ColumnType and SiteName.
    """

    title: str = ""
    published: datetime | None = None
    precision: Precision = Precision.NONE
    source: str = ""
    author: str = ""
    doc_number: str = ""
    issuer: str = ""
    text: str = ""
    column: str = ""
    column_type: str = ""
    site: str = ""
