"""The command `minsheng`: Django's management commands under one name, ours listed first and in Chinese."""

import os
import sys
from difflib import get_close_matches

ORDER = (
    "demo", "up", "serve", "schedule", "user", "sources", "crawl", "round", "deliver", "digest", "search", "watch",
    "policy", "incident", "doctor", "copy-archive", "backup", "restore", "probe",
)  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        sys.exit(_run(sys.argv[1:]))
    except ImproperlyConfigured as error:
        sys.exit(f"minsheng: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(words: list[str]) -> int:
    """The exit status, where the command does not end the program itself."""
    import django
    from django.core.management import execute_from_command_line, get_commands

    for number, word in enumerate(words, 1):
        if not word.isascii() and any("\ud800" <= character <= "\udfff" for character in word):
            # Bytes that are no UTF-8 come in as half characters, and no file or database takes those.
            print(f"minsheng: 第 {number} 个参数 {word!a} 不是 UTF-8 文字，请检查终端的编码", file=sys.stderr)
            return 2
    if words == ["--version"]:
        from importlib.metadata import version

        print(f"minsheng {version('minsheng')}")
        return 0
    django.setup()  # raises ImproperlyConfigured, which execute_from_command_line would keep for later
    if words in ([], ["help"], ["--help"], ["-h"]):
        print(overview())
        return 0
    name = words[1] if words[0] == "help" else words[0]
    if name not in get_commands() and not name.startswith("-"):
        near = get_close_matches(name, ORDER, 1)
        meant = f"，是不是 {near[0]}？" if near else "，"
        print(f"minsheng: 没有 {name} 这个命令{meant}minsheng help 列出全部", file=sys.stderr)
        return 2
    execute_from_command_line(["minsheng", *words])
    return 0


def overview() -> str:
    """Our commands, each with its help. Django's own (migrate, shell and so on) work too, but are not listed."""
    from django.core.management import get_commands, load_command_class

    found = [name for name, app in get_commands().items() if app == "console"]
    names = sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    lines = [f"  {name:<14}{load_command_class('console', name).help}" for name in names]
    told = ["民声：监测政策施行情况的舆情，及早预警", "", "用法：minsheng 命令 [参数 …]", "", *lines]
    return "\n".join(
        [*told, "", "每个命令都有 --help，例如 minsheng watch --help；版本升级后执行一次 minsheng migrate"]
    )
