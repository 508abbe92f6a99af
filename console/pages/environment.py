"""The Jinja2 environment of the pages: autoescape on, undefined names are errors."""

from typing import Any

from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    return Environment(**{**options, "autoescape": True, "undefined": StrictUndefined})  # noqa: S701 - it is on
