"""One page read whole: each part by its own file, in the order in which they need one another."""

from datetime import datetime

from archive.post import Precision, clean_text
from crawlers.extract.article import Article
from crawlers.extract.bodies import body_of
from crawlers.extract.headline import layout
from crawlers.extract.meta import linked_data, meta_tags
from crawlers.extract.numbers import doc_number_of
from crawlers.extract.page import Page
from crawlers.extract.published import published_of
from crawlers.extract.sources import author_of, issuer_of, source_of
from crawlers.extract.titles import title_of


def extract(raw: bytes, *, url: str = "", content_type: str | None = None, now: datetime | None = None) -> Article:
    """The article of a page as it was received; what cannot be found is empty. Never raises for what a page holds.

    Only the first 8 MB are read. `content_type` is the HTTP header. A time later than a day after `now` is not
    believed; without `now` any time is.
    """
    page = Page(raw, url, content_type)
    if page.tree is None:
        return Article()
    tags, data = meta_tags(page.tree), linked_data(page.tree)
    title = title_of(page.tree, page.lines, tags, data)
    text, body = body_of(page, title, data)
    where = layout(page.lines, title, body)
    site = tags.get("sitename") or tags.get("og:site_name") or ""
    source = source_of(page.tree, tags, data, where)
    stamp = published_of(page, tags, data, where, now)
    return Article(
        title=clean_text(title),
        published=stamp.at if stamp else None,
        precision=stamp.precision if stamp else Precision.NONE,
        source=clean_text(source),
        author=clean_text(author_of(page.tree, tags, data, where, source, text)),
        doc_number=clean_text(doc_number_of(where, title, text)),
        issuer=clean_text(issuer_of(where)),
        text=clean_text(text),
        column=tags.get("columnname", ""),
        column_type=tags.get("columntype", ""),
        site=site,
    )
