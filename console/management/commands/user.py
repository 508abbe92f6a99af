"""minsheng user …: accounts of the console."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from axes.utils import reset
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from accounts.audit import record
from accounts.by_character import ByCharacter
from accounts.models import Role, User
from accounts.people import add_user, find, generate_password, set_active, set_password
from console.command import Command as Base
from console.faults import reason
from console.operator import operator

BY = operator()


class Command(Base):
    help = "账号：新建、列出、重设密码、停用、解除登录锁定"
    example = "minsheng user add zhou --role officer --display 周 --generate"
    examples: ClassVar = {
        "add": example,
        "password": "minsheng user password zhou --generate",
        "list": "minsheng user list",
        "disable": "minsheng user disable zhou",
        "enable": "minsheng user enable zhou",
        "unlock": "minsheng user unlock zhou",
    }

    def arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="操作")
        add = acts.add_parser("add", help="新建账号")
        add.add_argument("name", metavar="登录名", help="例如 zhou")
        add.add_argument("--role", choices=[str(role.value) for role in Role], required=True, help=_roles())
        add.add_argument("--display", default="", metavar="称呼", help="页面上显示的称呼，例如 周")
        _password_arguments(add)
        password = acts.add_parser("password", help="重设密码")
        password.add_argument("name", metavar="登录名", help="例如 zhou")
        _password_arguments(password)
        acts.add_parser("list", help="列出账号")
        for act, text in (("disable", "停用"), ("enable", "重新启用"), ("unlock", "解除登录锁定")):
            acts.add_parser(act, help=text).add_argument("name", metavar="登录名", help="例如 zhou")

    def run(self, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _add(self, options: dict[str, Any]) -> None:
        role = Role(options["role"])
        password = _password(options)
        user = add_user(self.now, options["name"], role, password, options["display"], BY)
        self._tell(user, f"已新建账号 {user.username}（{role.label}）", options, password)

    def _password(self, options: dict[str, Any]) -> None:
        password = _password(options)
        user = set_password(self.now, options["name"], password, BY)
        self._tell(user, f"已重设 {user.username} 的密码", options, password)

    def _list(self, options: dict[str, Any]) -> None:
        if not self.as_json and not User.objects.exists():
            self.stdout.write("还没有账号，可用 minsheng user add 新建")
        for user in User.objects.order_by(ByCharacter("username")):
            text = (
                f"{user.username}\t{user.get_role_display()}\t{'启用' if user.is_active else '停用'}\t{user.first_name}"
            )
            self.emit(text.rstrip(), {"name": user.username, "role": user.role, "active": user.is_active})

    def _disable(self, options: dict[str, Any]) -> None:
        user = set_active(self.now, options["name"], False, BY)
        self.emit(f"已停用 {user.username}", {"name": user.username, "active": False})

    def _enable(self, options: dict[str, Any]) -> None:
        user = set_active(self.now, options["name"], True, BY)
        self.emit(f"已启用 {user.username}", {"name": user.username, "active": True})

    def _unlock(self, options: dict[str, Any]) -> None:
        name = options["name"]
        with transaction.atomic():
            count = reset(username=name)
            if not count:  # what was locked may be a name that no account has
                find(name)
            record(self.now, BY, "解除登录锁定", "user", name[:128], {"reset": count})
        told = f"已解除 {name} 的登录锁定（{count} 条失败记录）" if count else f"{name} 没有失败的登录记录，没有锁定"
        self.emit(told, {"name": name, "reset": count})

    def _tell(self, user: User, text: str, options: dict[str, Any], password: str) -> None:
        shown = {"password": password} if options["generate"] else {}
        note = f"，密码（只显示这一次）：{password}" if shown else ""
        self.emit(text + note, {"name": user.username, "role": user.role, **shown})


def _roles() -> str:
    return "、".join(f"{role.value} {role.label}" for role in Role)


def _password_arguments(parser: ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-file", metavar="文件", help="从文件第一行读密码（- 为标准输入）")
    how.add_argument("--generate", action="store_true", help="自动生成密码并显示一次")


def _password(options: dict[str, Any]) -> str:
    """Never from the command line itself, where `ps` and the shell's history would show it."""
    if options["generate"]:
        return generate_password()
    if name := options["password_file"]:
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                f"密码文件 {name} 读不出：{reason(error) if isinstance(error, OSError) else '不是 UTF-8 文本'}"
            ) from error
        if not text.strip():
            raise CommandError(f"密码文件 {name} 是空的")
        return text.splitlines()[0]
    if not sys.stdin.isatty():
        raise CommandError("请用 --generate 或 --password-file 给出密码")
    password = getpass.getpass("密码：")
    if password != getpass.getpass("再输一遍："):
        raise CommandError("两次输入的密码不一样，账号没有改动")
    return password
