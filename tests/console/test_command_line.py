"""The command `minsheng` as a whole: help with an example everywhere, options on either side of an act's name, and
one line in Chinese for whatever is wrong."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import checks
from django.core.management import CommandError, call_command, get_commands, load_command_class

from console.arguments import Parser, in_chinese
from console.command import Command

ROOT = Path(__file__).parent.parent.parent
OURS = sorted(name for name, app in get_commands().items() if app == "console")


def parsers() -> Iterator[tuple[str, Command, Parser]]:
    """Every command and every act of one."""
    for name in OURS:
        command = load_command_class("console", name)
        assert isinstance(command, Command)
        parser = command.create_parser("minsheng", name)
        yield name, command, parser
        for act, branch in parser.branches():
            yield f"{name} {act}", command, branch


EVERY = [pytest.param(command, parser, id=name) for name, command, parser in parsers()]


def minsheng(*words: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "console", *words]
    given = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=given, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("command", "parser"), EVERY)
def test_help_says_what_it_does_with_an_example_of_itself(command: Command, parser: Parser) -> None:
    shown = parser.format_help()
    assert shown.startswith("用法：") and parser.description
    example = shown.split("\n例：")[1]
    assert example.startswith(parser.prog), "the example is of this command or act"
    assert "--json" in shown and ("--now" in shown) == command.timed


@pytest.mark.parametrize(("command", "parser"), EVERY)
def test_help_is_chinese(command: Command, parser: Parser) -> None:
    shown = parser.format_help()
    assert not [word for word in ("usage:", "options:", "positional", "show this", "verbosity") if word in shown]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("incident", "list", "--json"), "after the act"),
        (("incident", "--json", "list"), "before it"),
        (("watch", "--now", "2020-01-01", "list"), "a time before"),
        (("watch", "list", "--now", "2020-01-01"), "a time after"),
    ],
)
def test_options_stand_on_either_side_of_an_act(words: tuple[str, ...], reason: str) -> None:
    options = load_command_class("console", words[0]).create_parser("minsheng", words[0]).parse_args(words[1:])
    assert options.json == ("--json" in words), reason
    assert (options.now is not None) == ("--now" in words), reason


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("the following arguments are required: 检索式", "缺少参数：检索式"),
        ("unrecognized arguments: --x", "不认识的参数：--x"),
        ("argument --kind: invalid choice: 'x' (choose from 'a', 'b')", "--kind 不能是 'x'，可以是：'a', 'b'"),
        ("argument --size: invalid int value: 'x'", "--size 应是整数，现为 'x'"),
        ("argument --since: expected one argument", "--since 后面要写一个值"),
        ("argument --generate: not allowed with argument --password-file", "--generate 不能和 --password-file 一起用"),
        ("argument --now: 时间 'x' 不对", "--now：时间 'x' 不对"),
        ("something new", "something new"),
    ],
)
def test_what_argparse_says_is_said_in_chinese(said: str, told: str) -> None:
    assert in_chinese(said) == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["serch", "停水"], "没有 serch 这个命令，是不是 search？"),
        (["search"], "缺少参数：检索式（minsheng search --help"),
        (["watch"], "缺少参数：操作"),
        (["round", "--now", "明天"], "时间 '明天' 不是 ISO 8601 格式"),
        (["digest", "--date", "八月"], "日期 '八月' 应形如 2026-11-01"),
        (["search", "停水", "--kind", "blog"], "--kind 不能是 'blog'"),
        (["sources", "import", "/nowhere.yaml"], "/nowhere.yaml"),
        (["watch", "import", "/nowhere.yaml"], "/nowhere.yaml"),
        (["probe", "match", "停水 +"], "“+”后面缺少检索词"),
    ],
)
def test_a_mistake_costs_one_message_in_chinese_and_no_traceback(words: list[str], told: str, tmp_path: Path) -> None:
    done = minsheng(*words, MINSHENG_VAR=str(tmp_path))
    assert done.returncode in (1, 2) and done.stdout == ""
    assert told in done.stderr and "Traceback" not in done.stderr and "usage" not in done.stderr
    assert done.stderr.splitlines()[-1 if len(done.stderr.splitlines()) < 3 else -3].startswith("minsheng: ")


def test_an_argument_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "console", "search", os.fsdecode("供水".encode("gb18030"))]
    environment = os.environ | {"MINSHENG_VAR": str(tmp_path)}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("minsheng: 第 2 个参数 ") and "不是 UTF-8" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and not done.stdout


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"MINSHENG_DATABASE": "mysql://x"}, "MINSHENG_DATABASE 应以 sqlite:/// 或 postgresql:// 开头"),
        ({"MINSHENG_DATABASE": "sqlite:////proc/none/state.sqlite3"}, "打不开，请检查 MINSHENG_DATABASE"),
        ({"MINSHENG_DATABASE": f"sqlite:///{__file__}"}, "不是 SQLite 文件，请检查 MINSHENG_DATABASE"),
        ({"MINSHENG_ARCHIVE": f"sqlite:///{__file__}"}, "不是 SQLite 文件，请检查 MINSHENG_ARCHIVE"),
        ({"MINSHENG_VAR": "/proc/none"}, "MINSHENG_VAR：文件夹 /proc/none 建立不了"),
        ({"MINSHENG_SMTP": "http://x"}, "MINSHENG_SMTP 应形如"),
        ({"MINSHENG_SMTP_PASSWORD_FILE": "/nowhere", "MINSHENG_SMTP": "smtp://a@b"}, "指向的文件 /nowhere 读不出"),
        ({"MINSHENG_DEBUG": "maybe"}, "MINSHENG_DEBUG 应为 1 或 0"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], told: str, tmp_path: Path) -> None:
    done = minsheng("search", "停水", **{"MINSHENG_VAR": str(tmp_path), **environment})
    assert done.returncode == 1 and told in done.stderr and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("minsheng: ")


def test_the_first_command_makes_the_state_database(tmp_path: Path) -> None:
    done = minsheng("user", "add", "zhou", "--role", "admin", "--generate", "--json", MINSHENG_VAR=str(tmp_path))
    assert done.returncode == 0 and '"name": "zhou"' in done.stdout
    assert "首次使用" in done.stderr
    again = minsheng("user", "list", MINSHENG_VAR=str(tmp_path))
    assert "zhou" in again.stdout and again.stderr == ""


def test_help_lists_every_command_of_ours_and_none_of_djangos(tmp_path: Path) -> None:
    done = minsheng("help", MINSHENG_VAR=str(tmp_path))
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed) == OURS and done.returncode == 0


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m console schedule --list --json | head -0; exit ${{PIPESTATUS[0]}}"
    given = {**os.environ, "MINSHENG_VAR": str(tmp_path)}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == ""


def test_called_from_python_a_mistake_is_a_command_error() -> None:
    with pytest.raises(CommandError, match="缺少参数：检索式"):
        call_command("probe", "match")


def test_djangos_own_checks_which_no_command_makes_find_nothing() -> None:
    assert [str(found) for found in checks.run_checks()] == []
