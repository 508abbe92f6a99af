"""The command line's words: usage, headings and argparse's own errors in Chinese, one line each."""

import re
from argparse import RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Iterator
from typing import Any, NoReturn

from django.core.management.base import CommandError, CommandParser

# What argparse says, and how it is said here. {0}, {1} are the groups.
_SAID = tuple(
    (re.compile(said), ours)
    for said, ours in (
        (r"the following arguments are required: (.*)", "缺少参数：{0}"),
        (r"one of the arguments (.*) is required", "要写明其中之一：{0}"),
        (r"unrecognized arguments: (.*)", "不认识的参数：{0}"),
        (r"argument (\S+): not allowed with argument (.*)", "{0} 不能和 {1} 一起用"),
        (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", "{0} 不能是 {1}，可以是：{2}"),
        (r"argument (.*): invalid int value: (.*)", "{0} 应是整数，现为 {1}"),
        (r"argument (.*): expected one argument", "{0} 后面要写一个值"),
        (r"argument (.*): expected at least one argument", "{0} 后面至少写一个值"),
        (r"argument (.*): ignored explicit argument (.*)", "{0} 后面不写值，多了 {1}"),
        (r"ambiguous option: (.*) could match (.*)", "{0} 写得太短，可能是：{1}"),
        (r"argument (.*?): (.*)", "{0}：{1}"),
    )
)


def in_chinese(message: str) -> str:
    """One of argparse's errors; what it is not known how to say stays as it is."""
    for said, ours in _SAID:
        if match := said.fullmatch(message):
            return ours.format(*match.groups())
    return message


class Formatter(RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(CommandParser):
    """Sub-parsers are of this class too. Errors end the command with one line and status 2."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **kwargs})
        self._positionals.title, self._optionals.title = "参数", "选项"
        for action in self._actions:
            if "--help" in action.option_strings:
                action.help = "显示这段说明"

    def error(self, message: str) -> NoReturn:
        told = f"{in_chinese(message)}（{self.prog} --help 有用法和例子）"
        if self.called_from_command_line:
            self.exit(2, f"minsheng: {told}\n")
        raise CommandError(told)

    def branches(self) -> Iterator[tuple[str, "Parser"]]:
        """The sub-parsers by name; each is described by the help it has in the list."""
        for action in self._actions:
            if isinstance(action, _SubParsersAction):
                for listed in action._choices_actions:
                    parser = action.choices[listed.dest]
                    parser.description = parser.description or listed.help
                    yield listed.dest, parser
