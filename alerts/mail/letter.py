"""A mail before it has a recipient: subject, text, HTML, attachments; rendered, and plainly where that fails."""

import base64
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

SUBJECT_LIMIT = 78
FOLDER = Path(__file__).parent / "templates"
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """`attachments` are {name, base64}, as the outbox keeps them. `full`: it has content, for allowed domains only."""

    subject: str
    text: str
    html: str
    attachments: list[dict[str, str]] = field(default_factory=list)
    full: bool = True


def letter(name: str, subject: str, values: dict[str, Any], plain: list[str], full: bool = True) -> Letter:
    """Render templates/`name`.html and .txt. If one is broken, `plain` goes out in its place, saying so."""
    try:
        environment = _environment()
        text = environment.get_template(f"{name}.txt").render(values)
        html = environment.get_template(f"{name}.html").render(values)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, OSError) as error:
        # Whatever a template of the office's own may raise: the mail must not wait for its mending.
        lines = [f"邮件模板 {name} 有误，改发纯文本（{type(error).__name__}：{one_line(str(error), 200)}）。", *plain]
        text = "\n".join(lines)
        html = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return Letter(one_line(subject, SUBJECT_LIMIT), text, html, full=full)


def attached(name: str, content: bytes) -> dict[str, str]:
    return {"name": one_line(name, 100).replace("/", "-"), "base64": base64.b64encode(content).decode("ascii")}


def one_line(text: str, limit: int) -> str:
    """No line break or control character survives: nothing can be added to a header. Nor does any character that
    cannot be printed (soft hyphen, icon font, emoji newer than Python): for one of those the outbox refuses a mail."""
    line = "".join(filter(str.isprintable, _CONTROL.sub(" ", text))).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _environment() -> Environment:
    """The office may put its own templates into VAR/mail-templates."""
    own = Path(getattr(settings, "VAR", FOLDER)) / "mail-templates"
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(own), FileSystemLoader(FOLDER)]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
