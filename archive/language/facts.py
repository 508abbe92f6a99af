"""The fields that are no text: 来源, 地区, 情感, 类型."""

from archive.fold import fold_text
from archive.language.errors import QueryError
from archive.language.lexer import Token
from archive.language.nodes import Fact, Feeling, OfKind, Publisher, Region
from archive.names import KIND_NAMES, POLARITY_NAMES
from archive.post import Kind, Polarity

_KINDS = {fold_text(name): kind for kind, name in KIND_NAMES.items()} | {kind.value: kind for kind in Kind}
_POLARITIES = {fold_text(name): polarity for polarity, name in POLARITY_NAMES.items()} | {
    polarity.value: polarity for polarity in Polarity
}


def fact(field: str, token: Token, text: str) -> Fact:
    """Raises QueryError for a feeling or a kind that does not exist."""
    value = fold_text(token.value).strip()
    if field == "来源":
        return Publisher(token.value)
    if field == "地区":
        return Region(token.value)
    if field == "情感" and value in _POLARITIES:
        return Feeling(_POLARITIES[value])
    if field == "类型" and value in _KINDS:
        return OfKind(_KINDS[value])
    names = list((POLARITY_NAMES if field == "情感" else KIND_NAMES).values())
    suggestions = tuple(text[: token.start] + name + text[token.end :] for name in names)
    message = f"“{field}:”只认 {'、'.join(names)}，不认“{token.value}”"
    raise QueryError(message, text, token.start, token.end, suggestions)
