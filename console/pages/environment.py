"""The Jinja2 environment of the pages: autoescape on, undefined names are errors."""

from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import Environment, StrictUndefined

from console.pages import formats
from console.pages.asked import days_open
from console.pages.markdown import plan_html


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def event_url(identity: str) -> str:
    """The page of an event; "" for an id that names none."""
    try:
        return reverse("event", args=(identity,))
    except NoReverseMatch:
        return ""


def environment(**options: Any) -> Environment:
    made = Environment(**{**options, "autoescape": True, "undefined": StrictUndefined})  # noqa: S701 - it is on
    made.trim_blocks = made.lstrip_blocks = True
    made.globals.update(
        static=static, url=url, event_url=event_url, get_messages=get_messages, level_words=formats.level_words
    )
    made.filters.update(
        moment=formats.moment,
        day=formats.day,
        weekday=formats.weekday,
        span=formats.span,
        count=formats.count,
        signed=formats.signed,
        kind=formats.kind_word,
        sentiment=formats.sentiment_word,
        found=formats.found_word,
        safe_url=formats.safe_url,
        plan_html=plan_html,
        days_open=days_open,
    )
    return made
