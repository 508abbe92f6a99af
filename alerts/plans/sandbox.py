"""The language plans are written in: Jinja2's sandbox, and of it only what cannot run away.

A plan is written by the office, not by programmers, and must never hold up an alert: no assignments, macros,
arithmetic on text or imports, loops at most two deep over lists of bounded length, and output of bounded size."""

from typing import Any, NoReturn

from jinja2 import TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from archive.post import clean_text

MAX_TEMPLATE = 60_000
MAX_OUTPUT = 200_000
MAX_RANGE = 100
MAX_LOOPS = 2
# Of anything in anything: Python's compiler has room for 100 blocks and 200 brackets, and takes minutes to say no.
MAX_DEPTH = 40
MAX_ITEMS = 500  # of one list
MAX_STEPS = 100_000  # of all loops of a plan together

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem),
    *(nodes.Filter, nodes.Test, nodes.List, nodes.Tuple, nodes.Call, nodes.Add, nodes.Sub, nodes.Neg),
)
_COUNTED = "counted"  # put round what a loop goes through; no plan may name it
_FILTERS = ("default", "d", "length", "count", "first", "last", "upper", "lower", "trim", "join")


class PlanError(Exception):
    """A plan cannot be rendered; the message (Chinese) says what is wrong and where. The alert goes out all the same,
    with a plain text in the plan's place."""

    def __init__(self, message: str) -> None:
        super().__init__(clean_text(message))  # it may quote the plan


class Unfilled(Undefined):
    """A name the system does not know is left for a person to fill in."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"【待填：{self._undefined_name}】" if self._undefined_name else "【待填】"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, *_key: Any) -> Any:
        return self


def render(source: str, values: dict[str, Any]) -> str:
    """Fill `source`. Raises PlanError."""
    template = compile_plan(source)
    try:
        pieces, size = [], 0
        for piece in template.generate(values):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise PlanError(f"预案输出超过 {MAX_OUTPUT // 10_000} 万字，已停止：请检查其中的循环")
            pieces.append(piece)
    except SecurityError as error:
        raise PlanError(f"预案中有不允许的操作：{error}") from error
    except TemplateError as error:
        raise PlanError(f"预案无法填写：{error}") from error
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError) as error:
        # Whatever an expression of the plan may raise while it runs.
        raise PlanError(f"预案无法填写（{type(error).__name__}）：{error}") from error
    # A plan can write "\ud800" or "\0" in a string: no mail and no Word file carries those.
    return clean_text("".join(pieces))


def compile_plan(source: str) -> Any:
    """The compiled plan, for rendering once. Raises PlanError."""
    return _compiled(source)[0]


def faults(source: str, known: set[str]) -> list[str]:
    """What is wrong with a plan, for whoever edits it: syntax, forbidden parts, names the system does not know."""
    try:
        unknown = _compiled(source)[1] - known - {"range"}
    except PlanError as error:
        return [str(error)]
    return [f"系统没有名为“{name}”的内容，将显示为【待填：{name}】" for name in sorted(unknown)]


def _compiled(source: str) -> tuple[Any, set[str]]:
    """The compiled plan and the names it asks for. Raises PlanError."""
    if len(source) > MAX_TEMPLATE:
        raise PlanError(f"预案正文超过 {MAX_TEMPLATE // 10_000} 万字")
    environment = _environment()
    try:
        tree = environment.parse(source)
        _check(tree, 0)
        names = find_undeclared_variables(tree)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno)
        return environment.from_string(tree), names
    except TemplateSyntaxError as error:
        raise PlanError(f"预案第 {error.lineno} 行有语法错误：{error.message}") from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise PlanError("预案中的算式、括号或“如果”嵌套过深") from error
    except ValueError as error:
        raise PlanError(f"预案中有读不懂的数或字符：{error}") from error


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=Unfilled, autoescape=False, keep_trailing_newline=True)
    environment.globals = {"range": _range}
    ours = {"join": _join, _COUNTED: _Steps()}
    environment.filters = {name: environment.filters[name] for name in _FILTERS} | ours
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment


def _check(node: nodes.Node, loops: int, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise PlanError(f"预案第 {node.lineno} 行的算式、括号或“如果”嵌套过深，最多 {MAX_DEPTH} 层")
    if not isinstance(node, _ALLOWED):
        _refuse(node, type(node).__name__)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > MAX_LOOPS or node.recursive:
            _refuse(node, f"超过 {MAX_LOOPS} 层的循环")
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name == "range"):
        _refuse(node, "调用")
    if isinstance(node, nodes.Filter) and node.name == _COUNTED:
        _refuse(node, f"过滤器 {_COUNTED}")
    if isinstance(node, nodes.Add) and loops > 0:
        _refuse(node, "循环中的相加")
    for child in node.iter_child_nodes():
        _check(child, loops, depth + 1)


def _refuse(node: nodes.Node, what: str) -> NoReturn:
    raise PlanError(f"预案第 {node.lineno} 行用了不允许的写法：{what}")


def _range(*numbers: int) -> range:
    wanted = range(*numbers)
    if len(wanted) > MAX_RANGE:
        raise SecurityError(f"range 最多 {MAX_RANGE} 项")
    return wanted


class _Steps:
    """What every loop goes through: a loop that writes nothing would else run for hours, and hold up the alert."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def __call__(self, values: Any) -> list[Any]:
        if isinstance(values, str):
            raise SecurityError("不能逐字循环")
        items = list(values)
        self.left -= len(items)
        if len(items) > MAX_ITEMS or self.left < 0:
            raise SecurityError("循环次数太多")
        return items


def _join(values: Any, sign: str = "") -> str:
    """Jinja2's join, but bounded: chained joins would square a text each time."""
    parts = [str(value) for value in values] if not isinstance(values, str) else [values]
    if sum(len(part) + len(sign) for part in parts) > MAX_OUTPUT:
        raise SecurityError("join 的结果太长")
    return sign.join(parts)
