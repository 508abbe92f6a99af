"""What goes wrong outside the program (a disk, a file, the state database), said in Chinese with what to do."""

import errno
import re
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import Error, InterfaceError, NotSupportedError, OperationalError, ProgrammingError

from archive.room import no_room

_REASONS = {
    errno.ENOSPC: "磁盘已满，请腾出空间后重新运行",
    errno.EDQUOT: "超过了磁盘配额，请腾出空间后重新运行",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘只能读不能写",
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "这是文件夹，应是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "对方没有在听（连接被拒绝）",
    errno.EMFILE: "打开的文件太多",
}


def reason(error: OSError) -> str:
    """Why the system refused."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def of_system(error: OSError) -> str:
    return f"{error.filename}：{reason(error)}" if error.filename else reason(error)


def of_database(error: Error) -> str | None:
    """The state database's trouble; None for what is a defect of ours and must be seen whole."""
    return of_server(error) if _is_server() else _of_file(error)


# PostgreSQL's SQLSTATE: what it says.
_STATES = {
    "53100": "磁盘空间不足，没有写入；这一步已整个撤销，原有的都在，请在数据库服务器上腾出空间后重新运行",
    "53300": "连接数已满，请稍后重试，或调大服务器的 max_connections",
    "55P03": "正忙，等了 30 秒仍未轮到，请稍后重试",
    "40P01": "两个进程互相等待，这一步已撤销，请重新运行",
    "42501": "的账号权限不够，请让它成为该库的所有者（ALTER DATABASE … OWNER TO …）",
    "25006": "只能读不能写（可能是备用服务器），请检查 MINSHENG_DATABASE 的地址",
    "57P03": "正在启动或恢复，请稍后重试",
    "42P01": "的结构不是最新的，请执行 minsheng migrate",
    "42703": "的结构不是最新的，请执行 minsheng migrate",
}
# A connection that was refused has no SQLSTATE, and its server says why in a language of its own: English or Chinese.
_REFUSALS = (
    (r"password authentication failed|no password supplied|认证失败|没有提供口令",
     "不接受登录：用户名或密码不对，请检查 MINSHENG_DATABASE 和 MINSHENG_DATABASE_PASSWORD"),
    (r'database ".*" does not exist|数据库.*不存在',
     "没有这个库，请在数据库服务器上执行 createdb -E UTF8 -T template0 -O 用户 库名"),
    (r'role ".*" does not exist|角色.*不存在', "没有这个用户，请在数据库服务器上执行 createuser -P 用户"),
    (r"pg_hba\.conf", "不允许从本机登录，请在服务器的 pg_hba.conf 中加上本机的地址"),
    (r"too many clients|连接.*太多", "连接数已满，请稍后重试，或调大服务器的 max_connections"),
    (r"starting up|shutting down|recovery|正在启动|正在关闭", "正在启动或关闭，请稍后重试"),
    (r"failed to resolve host|could not translate host", "的主机名查不到地址，请检查 MINSHENG_DATABASE"),
    (r"[Cc]onnection refused", "连不上：对方没有在听，请检查地址、端口，并确认 PostgreSQL 已启动"),
    (r"timeout|[Nn]o route|unreachable|No such file",
     "连不上：没有回应，请检查地址、端口、防火墙，并确认 PostgreSQL 已启动"),
    (r"closed|terminating|consuming input|sending query", "的连接断了，请确认 PostgreSQL 在运行，再重试"),
)  # fmt: skip


def of_server(error: Error) -> str | None:
    """PostgreSQL's trouble. What it says itself is shown only where we know no better; a password is never in it."""
    given = settings.DATABASES["default"]
    where = f"状态库 {given['HOST'] or '本机'}:{given['PORT'] or 5432}/{given['NAME']} "
    said = " ".join(str(error).split())
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state in _STATES:
        return where + _STATES[state]
    if isinstance(error, NotSupportedError) and (version := re.search(r"later is required \(found ([\d.]+)", said)):
        return f"{where}是 PostgreSQL {version[1]}，需要 14 或更新的版本"
    if isinstance(error, ProgrammingError) and (option := re.search(r'invalid connection option "(.*?)"', said)):
        return f"MINSHENG_DATABASE 中的选项 {option[1]} 不认识"
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    known = next((told for form, told in _REFUSALS if re.search(form, said)), None)
    return where + (known or f"出错：{said[:300]}；请检查 MINSHENG_DATABASE 的地址、密码和权限")


def _of_file(error: Error) -> str | None:
    where = f"状态库 {settings.DATABASES['default']['NAME']}"
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    if no_room(error.__cause__, Path(settings.DATABASES["default"]["NAME"])):
        return f"磁盘空间不足，{where} 没有写入；这一步已整个撤销，原有的都在，腾出空间后重新运行即可"
    if code == sqlite3.SQLITE_NOTADB:
        return f"{where} 不是 SQLite 文件，请检查 MINSHENG_DATABASE 是否写错"
    if code == sqlite3.SQLITE_CORRUPT:
        return f"{where} 已损坏，请从备份恢复"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{where} 打不开，请检查 MINSHENG_DATABASE 的路径和文件夹的权限"
    if code == sqlite3.SQLITE_READONLY:
        return f"{where} 只能读不能写，请检查文件和文件夹的权限"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{where} 正忙，等了 30 秒仍未轮到，请稍后重试"
    if code == sqlite3.SQLITE_IOERR:
        return f"{where} 读写出错，请检查磁盘：{error}"
    if _misses_a_table(error):
        return f"{where} 的结构不是最新的，请执行 minsheng migrate"
    if isinstance(error, OperationalError):
        return f"{where} 出错：{' '.join(str(error).split())[:300]}；请检查 MINSHENG_DATABASE 的地址、密码和权限"
    return None


def _is_server() -> bool:
    return not str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def _misses_a_table(error: Error) -> bool:
    said = str(error)
    return isinstance(error, OperationalError | ProgrammingError) and (
        "no such table" in said or "no such column" in said or "has no column named" in said
    )
