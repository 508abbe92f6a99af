"""The two readings of a line that mixes AND and OR without brackets, as whole queries to choose from."""

from archive.language.lexer import Sign, Token
from archive.language.writer import word

_ANY = frozenset((Sign.OR, Sign.LIST))
_JOINING = frozenset((Sign.AND, Sign.OR, Sign.LIST))


def readings(text: str, tokens: list[Token], begin: int) -> tuple[str, ...]:
    """`tokens[begin]` is the first of the line. First "AND binds stronger", then "OR binds stronger"."""
    units, operators, end = _split(tokens, begin)
    if not all(units):
        return ()
    written = [_written(text, unit) for unit in units]
    before, after = text[: tokens[begin].start], text[tokens[end - 1].end :]
    return tuple(before + _grouped(written, operators, strong) + after for strong in (Sign.AND, Sign.OR))


def _written(text: str, unit: list[Token]) -> str:
    """The operand as it was written, but that a word which stands elsewhere now and would be a sign there (the -供水 of
    停水,-供水) is quoted."""
    pieces, at = [], unit[0].start
    for token in unit:
        if token.sign is Sign.WORD:
            pieces += [text[at : token.start], word(token.value)]
            at = token.end
    return "".join([*pieces, text[at : unit[-1].end]])


def _split(tokens: list[Token], begin: int) -> tuple[list[list[Token]], list[Sign], int]:
    """The line's operands, the operators between them, and where the line ends."""
    units: list[list[Token]] = [[]]
    operators: list[Sign] = []
    depth = 0
    index = begin
    while index < len(tokens):
        token = tokens[index]
        if depth == 0 and token.sign in (Sign.LINE, Sign.CLOSE):
            break
        listed = token.sign is Sign.LIST and _is_field_value(tokens, index)
        if depth == 0 and token.sign in _JOINING and not listed:
            operators.append(Sign.OR if token.sign in _ANY else Sign.AND)
            units.append([])
        else:
            if depth == 0 and units[-1] and _begins_unit(units[-1][-1], token):
                operators.append(Sign.AND)
                units.append([])
            units[-1].append(token)
        depth += (token.sign is Sign.OPEN) - (token.sign is Sign.CLOSE)
        index += 1
    return units, operators, index


def _begins_unit(last: Token, token: Token) -> bool:
    """Side by side is AND; what follows NOT, ~, a field's name or a list's comma is still the same operand."""
    if last.sign in (Sign.NOT, Sign.NEAR, Sign.FIELD, Sign.LIST):
        return False
    return token.sign not in (Sign.NEAR, Sign.LIST)


def _is_field_value(tokens: list[Token], index: int) -> bool:
    """Whether the comma at `index` parts two items of a field's list."""
    if index + 1 >= len(tokens) or tokens[index + 1].sign not in (Sign.WORD, Sign.PHRASE):
        return False
    while index >= 2 and tokens[index].sign is Sign.LIST:
        if tokens[index - 1].sign not in (Sign.WORD, Sign.PHRASE):
            return False
        index -= 2
    return tokens[index].sign is Sign.FIELD


def _grouped(written: list[str], operators: list[Sign], strong: Sign) -> str:
    """The operands with brackets round each run that `strong` joins."""
    groups: list[list[str]] = [[written[0]]]
    for operator, unit in zip(operators, written[1:], strict=True):
        if operator is strong:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    inner, outer = (" + ", " | ") if strong is Sign.AND else (" | ", " + ")
    return outer.join(f"({inner.join(group)})" if len(group) > 1 else group[0] for group in groups)
