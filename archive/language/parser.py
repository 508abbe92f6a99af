"""Tokens to tree. NOT binds strongest, then ~, then AND and OR (equal: mixing them is refused), then the line."""

from archive.language.errors import MixedError, QueryError
from archive.language.facts import fact
from archive.language.lexer import OPERATORS, TEXT_FIELDS, Sign, Token, tokens
from archive.language.nodes import And, Near, Node, Or, Term, Where
from archive.language.readings import readings
from archive.language.tree import depth, joined, negated, possible

MAX_LENGTH = 20_000
MAX_BRACKETS = 60
MAX_DEPTH = 24  # SQLite's parser has room for about thirty
_OPERANDS = frozenset((Sign.WORD, Sign.PHRASE, Sign.FIELD, Sign.OPEN))
_ANY = frozenset((Sign.OR, Sign.LIST))


class Parser:
    """One use: `Parser(text, fields).query()`. Raises QueryError. `strong` (AND or OR) binds stronger where both stand
    side by side; with None that is refused."""

    def __init__(self, text: str, fields: frozenset[str], strong: Sign | None = None) -> None:
        self.text = text
        self.fields = fields
        self.strong = strong
        self.field = ""  # inside 标题:( … )
        self.brackets = 0
        if len(text) > MAX_LENGTH:
            raise self.error(f"检索式太长（{len(text)} 字），最长 {MAX_LENGTH} 字", MAX_LENGTH, MAX_LENGTH + 1)
        self.tokens = tokens(text)
        self.index = 0

    def query(self) -> Node:
        if not self.tokens:
            raise self.error("检索式是空的，请写上要找的词", 0, 1)
        node = self.lines()
        if token := self.peek():
            raise self.error("多了一个“)”，前面没有与它配对的“(”", token.start, token.end)
        if depth(node) > MAX_DEPTH:
            raise self.error(f"括号套得太深，最多 {MAX_DEPTH} 层", 0, len(self.text))
        return node

    def lines(self) -> Node:
        """Lines up to the end or a closing bracket: each an alternative."""
        alternatives = [self.line()]
        while self.take(Sign.LINE):
            alternatives.append(self.line())
        return joined(Or, alternatives)

    def line(self) -> Node:
        """Units joined by one kind of operator, AND or OR; side by side is AND."""
        begin = self.index
        units = [self.unit()]
        operators: list[Sign] = []
        while (token := self.peek()) and token.sign not in (Sign.LINE, Sign.CLOSE):
            if token.sign is Sign.AND or token.sign in _ANY:
                self.index += 1
                this = token
            else:
                this = Token(Sign.AND, " ", self.tokens[self.index - 1].end, token.start)
            sign = Sign.AND if this.sign is Sign.AND else Sign.OR
            if self.strong is None and operators and operators[-1] is not sign:
                raise self.mixed(begin, this)
            operators.append(sign)
            units.append(self.unit())
        return self.grouped(units, operators)

    def grouped(self, units: list[Node], operators: list[Sign]) -> Node:
        """Units with the operators between them; runs of the stronger one belong together."""
        if len(set(operators)) < 2:
            return joined(Or if Sign.OR in operators else And, units)
        groups = [[units[0]]]
        for sign, unit in zip(operators, units[1:], strict=True):
            if sign is self.strong:
                groups[-1].append(unit)
            else:
                groups.append([unit])
        inner, outer = (And, Or) if self.strong is Sign.AND else (Or, And)
        return joined(outer, [joined(inner, group) for group in groups])

    def unit(self) -> Node:
        nots = 0
        while self.take(Sign.NOT):
            nots += 1
        if nots:
            node = self.primary()
            if near := self.peek(Sign.NEAR):
                raise self.error("“!”管不到“~”：请写成 !(甲 ~10 乙)", near.start, near.end)
            return negated(node) if nots % 2 else node
        first = self.index
        left = self.primary()
        sign = self.take(Sign.NEAR)
        return self.near(left, first, sign) if sign else left

    def near(self, left: Node, first: int, sign: Token) -> Node:
        """`left` began at token `first`; the right side comes."""
        second = self.index
        right = self.primary()
        if again := self.peek(Sign.NEAR):
            raise self.error("“~”只能连接两边，不能接着再用；请用括号和“+”分开写", again.start, again.end)
        node = Near(self.terms(left, self.tokens[first]), self.terms(right, self.tokens[second]), int(sign.value))
        if not possible(node):
            raise self.error("“~”的两边要在同一个字段里才谈得上相隔几个字", sign.start, sign.end)
        return node

    def primary(self) -> Node:
        token = self.peek()
        if token is None or token.sign not in _OPERANDS:
            raise self.missing(token)
        self.index += 1
        if token.sign is Sign.OPEN:
            return self.bracket(token)
        if token.sign is Sign.FIELD:
            return self.in_field(token)
        return self.leaf(token)

    def bracket(self, opening: Token) -> Node:
        self.brackets += 1
        if self.brackets > MAX_BRACKETS:
            raise self.error(f"括号套得太深，最多 {MAX_DEPTH} 层", opening.start, opening.end)
        if empty := self.peek(Sign.CLOSE):
            raise self.error("括号里是空的", opening.start, empty.end)
        node = self.lines()
        if not self.take(Sign.CLOSE):
            raise self.error("“(”没有配对的“)”", opening.start, opening.end)
        self.brackets -= 1
        return node

    def in_field(self, name: Token) -> Node:
        """`标题:` and its value: a term, a list, or a bracket whose terms all are of that field."""
        if name.value not in self.fields:
            allowed = "、".join(field for field in FIELD_ORDER if field in self.fields)
            raise self.error(f"这里不能用“{name.value}:”，可以用：{allowed}", name.start, name.end)
        if self.field:
            raise self.error(f"“{self.field}:”的括号里不能再用“{name.value}:”", name.start, name.end)
        self.field = name.value
        value = self.peek()
        if value is None or value.sign not in _OPERANDS:
            raise self.error(f"“{name.value}:”后面没有内容", name.start, name.end)
        node = self.primary() if value.sign is Sign.OPEN else joined(Or, [self.primary(), *self.rest_of_list()])
        self.field = ""
        return node

    def rest_of_list(self) -> list[Node]:
        """Further items of a list that stands as a field's value: 来源:广元日报，四川日报."""
        items: list[Node] = []
        while self.peek(Sign.LIST) and (after := self.peek(ahead=1)) and after.sign in (Sign.WORD, Sign.PHRASE):
            self.index += 1
            items.append(self.primary())
        return items

    def leaf(self, token: Token) -> Node:
        if self.field and self.field not in TEXT_FIELDS:
            return fact(self.field, token, self.text)
        return Term(token.value, Where(self.field))

    def terms(self, node: Node, token: Token) -> tuple[Term, ...]:
        if isinstance(node, Term):
            return (node,)
        if isinstance(node, Or) and all(isinstance(child, Term) for child in node.children):
            return tuple(child for child in node.children if isinstance(child, Term))
        raise self.error("“~”的两边只能是词，或者用“|”连起来的几个词", token.start, token.end)

    def peek(self, sign: Sign | None = None, ahead: int = 0) -> Token | None:
        token = self.tokens[self.index + ahead] if self.index + ahead < len(self.tokens) else None
        return token if token and sign in (None, token.sign) else None

    def take(self, sign: Sign) -> Token | None:
        token = self.peek(sign)
        self.index += token is not None
        return token

    def error(self, message: str, start: int, end: int) -> QueryError:
        return QueryError(message, self.text, start, end)

    def missing(self, token: Token | None) -> QueryError:
        """An operand is missing before `token` (None: at the end)."""
        before = self.tokens[self.index - 1] if self.index else None
        if token is None and before and before.sign is Sign.OPEN:
            return self.error("“(”没有配对的“)”", before.start, before.end)
        if before and before.sign in OPERATORS:
            shown = self.text[before.start : before.end]
            return self.error(f"“{shown}”后面缺少检索词", before.start, before.end)
        if token is None:
            return self.error("检索式没有写完", len(self.text), len(self.text) + 1)
        if token.sign is Sign.CLOSE:
            return self.error("多了一个“)”，前面没有与它配对的“(”", token.start, token.end)
        shown = self.text[token.start : token.end]
        return self.error(f"“{shown}”前面缺少检索词", token.start, token.end)

    def mixed(self, begin: int, operator: Token) -> MixedError:
        """AND and OR side by side, without brackets."""
        shown = "空格" if operator.value == " " else f"“{operator.value}”"
        kind = "并且" if operator.sign is Sign.AND else "或者"
        message = f"“并且”和“或者”混在一起要加括号（{shown}是{kind}），否则有两种读法"
        offered = readings(self.text, self.tokens, begin)
        return MixedError(message, self.text, operator.start, operator.end, offered)


FIELD_ORDER = ("标题", "正文", "答复", "来源", "地区", "情感", "类型")
