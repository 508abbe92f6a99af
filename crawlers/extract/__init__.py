"""Pages to articles: `extract(raw)` reads title, time, source, document number and text from a saved page."""

from crawlers.extract.article import Article
from crawlers.extract.compose import extract

__all__ = ["Article", "extract"]
