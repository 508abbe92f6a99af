"""The four boxes 主体词 / 地域词 / 事件词 / 排除词: AND between the boxes, OR inside one; and back where it can be."""

import re
from dataclasses import dataclass

from archive.language import Query
from archive.language.nodes import And, Node, Not, Or, Term, Where
from archive.language.writer import write

_QUOTED = re.compile(r'"(?:[^"\n]|"")+"|“[^”\n]+”|「[^」\n]+」|[^\s,，、;；|｜]+')
_PLACE = re.compile("(省|市|州|县|区|旗|乡|镇|街道|村|社区|路|街|湾|园)$")


@dataclass(frozen=True, slots=True)
class Form:
    """The words of each box."""

    subject: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def words(box: str) -> tuple[str, ...]:
    """What is written in a box, as words: parted by commas, spaces or lines; quotes hold a phrase together."""
    found = []
    for match in _QUOTED.finditer(box):
        word = match[0]
        if word[0] in '"“「' and len(word) > 2:
            word = word[1:-1].replace('""', '"') if word[0] == '"' else word[1:-1]
        if word.strip():
            found.append(word)
    return tuple(dict.fromkeys(found))


def form_text(form: Form) -> str:
    """The form as a query of the language; "" where the first three boxes are empty."""
    boxes = [_any(box) for box in (form.subject, form.place, form.event) if box]
    if not boxes:
        return ""
    if form.exclude:
        boxes.append(Not(_any(form.exclude)))
    return write(And(tuple(boxes)) if len(boxes) > 1 else boxes[0])


def _any(box: tuple[str, ...]) -> Node:
    terms = tuple(Term(word) for word in box)
    return Or(terms) if len(terms) > 1 else terms[0]


def form_of(query: Query) -> Form | None:
    """The form that writes this query, or None where no form can. A second box of two is a place if its words are."""
    parts = query.root.children if isinstance(query.root, And) else (query.root,)
    boxes: list[tuple[str, ...]] = []
    exclude: list[str] = []
    for part in parts:
        box = _box(part.child if isinstance(part, Not) else part)
        if box is None:
            return None
        if isinstance(part, Not):
            exclude.extend(box)
        else:
            boxes.append(box)
    if len(boxes) > 3:
        return None
    if len(boxes) == 2 and not all(_PLACE.search(word) for word in boxes[1]):
        boxes.insert(1, ())
    boxes += [()] * (3 - len(boxes))
    return Form(boxes[0], boxes[1], boxes[2], tuple(exclude))


def _box(node: Node) -> tuple[str, ...] | None:
    terms = node.children if isinstance(node, Or) else (node,)
    texts = [term.text for term in terms if isinstance(term, Term) and term.where is Where.ANY]
    return tuple(texts) if len(texts) == len(terms) else None
